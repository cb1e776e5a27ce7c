"""Finding a course's assignments, reading one, and checking what its structure alone cannot say."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from autograder.calling import CallStyle, style_of
from autograder.calling.trying import advice_on, check_style, why_not_said
from autograder.config.backends import with_backend
from autograder.config.calibration import Calibration, place_of, read_calibration
from autograder.config.course import CONFIGS, slugs
from autograder.config.data import check_data
from autograder.config.devices import validate_devices
from autograder.config.explaining import explain
from autograder.config.functions import functions_of
from autograder.config.models import ModelCheckConfig, why_not_meant
from autograder.config.structure import (
    AssignmentConfig,
    CheckConfig,
    FunctionCheckConfig,
    SourceCheckConfig,
    ValuesCheckConfig,
    points_of,
    worth_of,
)
from autograder.config.tensors import with_tensorflow
from autograder.config.training import TrainingCheckConfig, why_not_trained
from autograder.errors import ConfigError
from autograder.problems import sources
from autograder.problems.checking import check_hidden, check_problem
from autograder.problems.problem import Problem

if TYPE_CHECKING:
    from autograder.datasets import Prepared


@dataclass(frozen=True)
class Assignment:
    """A configuration, with where it was read from and the problems that it names.

    Attributes:
        slug: Its name.
        path: Its file, in ``grading_configs/``.
        config: What the file says.
        digest: Of the file, and of the course's own problems.
        problems: Those that its checks name.
        dataset: The data set that it names, once that is there (`config.datasets.with_dataset`).
        calibration: What training the reference models came to, where `autograder calibrate` was run.
    """

    slug: str
    path: Path
    config: AssignmentConfig
    digest: str
    problems: Mapping[str, Problem]
    dataset: Prepared | None = None
    calibration: Calibration = Calibration()  # noqa: RUF009  # frozen

    @property
    def course(self) -> Path:
        """The folder of the course."""
        return self.path.parent.parent

    @property
    def data(self) -> Path | None:
        """The folder of data that submissions may read, if there is one.

        Raises:
            ConfigError: If a data set is named and nobody has looked for it: nothing runs without it.
        """
        if self.config.dataset is not None:
            if self.dataset is None:
                raise ConfigError(
                    f"{self.path}: dataset: expected {self.config.dataset} to be prepared; it is not. "
                    f"Run: autograder data prepare {self.config.dataset}"
                )
            return self.dataset.folder
        return self.course / self.config.data if self.config.data else None

    @property
    def functions(self) -> frozenset[str]:
        """The functions that the assignment asks for."""
        checks = self.config.checks
        return frozenset(
            name for check in checks if isinstance(check, FunctionCheckConfig) for name in functions_of(check)
        )

    @property
    def max_score(self) -> float:
        """The points that can be earned."""
        return round(sum(points_of(check) for check in self.config.checks), 2)


def load(course: Path, slug: str) -> Assignment:
    """Return an assignment of a course.

    Raises:
        ConfigError: If there is no such file, or something in it is not as expected: the message names
            the file, the key, what was expected and what was received.
    """
    path = course / CONFIGS / f"{slug}.toml"
    if slug not in slugs(course):
        known = ", ".join(slugs(course)) or "none"
        raise ConfigError(f"no assignment {slug!r} in {course / CONFIGS}; there are: {known}")
    try:
        data = path.read_bytes()
        raw = tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: expected a file that can be read; {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected TOML; {error}") from None
    try:
        config = msgspec.convert(raw, AssignmentConfig)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {explain(str(error), raw)}") from None
    known_problems, code = sources.of_kit(path) if config.kit else sources.of_course(course)
    named = dict.fromkeys(check.problem for check in config.checks if isinstance(check, FunctionCheckConfig))
    for problem in (known_problems[name] for name in named if name in known_problems):
        if problem.origin is not None:
            check_problem(problem)
    _validate(path, config, known_problems)
    config = with_backend(with_tensorflow(path, config, known_problems))
    check_data(course, path, config.data)
    if config.data and config.dataset is not None:
        raise ConfigError(f"{path}: expected either data or dataset; received both")
    record = place_of(course, slug)
    calibrated = record.read_bytes() if record.is_file() else b""
    digest = "sha256:" + hashlib.sha256(data + code + calibrated).hexdigest()
    of_checks = {name: known_problems[name] for name in named}
    return Assignment(slug, path, config, digest, of_checks, calibration=read_calibration(record))


def require_hidden_cases(assignment: Assignment) -> None:
    """Refuse a course's own problems that draw nothing by which right work could earn a group's points.

    Raises:
        ConfigError: If there are such.
    """
    for check in assignment.config.checks:
        if isinstance(check, FunctionCheckConfig) and assignment.problems[check.problem].origin is not None:
            problem = assignment.problems[check.problem]
            check_hidden(problem, problem.draw(np.random.default_rng(0)), worth_of(check))


def _validate(path: Path, config: AssignmentConfig, problems: Mapping[str, Problem]) -> None:
    names = [check.name for check in config.checks]
    if len(set(names)) != len(names):
        raise ConfigError(f"{path}: checks: expected names that differ; received {', '.join(names)}")
    for index, check in enumerate(config.checks):
        where = f"{path}: checks[{index}]"
        match check:
            case FunctionCheckConfig():
                _validate_function(where, check, config.checks, problems, is_kit=config.kit)
            case ValuesCheckConfig():
                _validate_values(where, check, is_kit=config.kit)
            case SourceCheckConfig():
                _validate_source(where, check, names)
            case ModelCheckConfig() if (wrong := why_not_meant(check)) is not None:
                raise ConfigError(f"{where}.{wrong[0]}: {wrong[1]}")
            case TrainingCheckConfig() if (wrong := why_not_trained(check, config.dataset)) is not None:
                raise ConfigError(f"{where}.{wrong[0]}: {wrong[1]}")
    validate_devices(path, config.checks)
    if (config.cells.run == "tagged") != bool(config.cells.tags):
        raise ConfigError(
            f'{path}: cells: expected run = "tagged" and tags, or neither; received run = '
            f'"{config.cells.run}" and {len(config.cells.tags)} tags'
        )
    if not any(points_of(check) for check in config.checks):
        raise ConfigError(f"{path}: checks: expected points for one of them at least; received none")


def _validate_function(
    where: str,
    check: FunctionCheckConfig,
    checks: Sequence[CheckConfig],
    problems: Mapping[str, Problem],
    *,
    is_kit: bool,
) -> None:
    if check.problem not in problems:
        known = ", ".join(sorted(problems))
        raise ConfigError(f'{where}.problem: expected one of {known}; received "{check.problem}"')
    style = _style(where, check, problems[check.problem])
    if not style.functions[0].isidentifier():
        raise ConfigError(f'{where}.function: expected this key, since no function is called "{check.name}"')
    _validate_groups(where, check, problems[check.problem].groups)
    _validate_accepted(where, check, problems[check.problem])
    require_said(where, style, list(check.points), is_kit=is_kit)
    if check.builds_on and not is_kit:  # how one is built on another is not in a kit
        possible = [
            other.name
            for other in checks
            if isinstance(other, FunctionCheckConfig) and other.problem in problems[check.problem].composed
        ]
        if check.builds_on not in possible:
            raise ConfigError(
                f"{where}.builds_on: expected a check whose problem {check.problem} can build on: "
                f'{", ".join(possible) or "there is none"}; received "{check.builds_on}"'
            )


def _validate_groups(where: str, check: FunctionCheckConfig, groups: Sequence[str]) -> None:
    """Refuse points that are not those of the problem's groups, less the ones that are left out."""
    received = check.points
    if odd := [name for name in check.without if name not in groups]:
        raise ConfigError(
            f"{where}.without: expected groups among {', '.join(groups)}; received {', '.join(odd)}"
        )
    wanted = [name for name in groups if name not in check.without]
    if not wanted or set(received) != set(wanted):
        odd = [f"{name} is missing" for name in wanted if name not in received]
        odd += [f"{name} is none of them" for name in received if name not in groups]
        odd += [f"{name} is left out by without" for name in received if name in check.without]
        odd += [] if wanted else ["without leaves out all of them"]
        raise ConfigError(
            f"{where}.points: expected the groups {', '.join(wanted or groups)}; {', '.join(odd)}"
        )


def _validate_accepted(where: str, check: FunctionCheckConfig, problem: Problem) -> None:
    if odd := [name for name in check.accept if name not in problem.conventions]:
        known = ", ".join(problem.conventions) or "there is none"
        raise ConfigError(
            f"{where}.accept: expected conventions of {problem.name}: {known}; received {', '.join(odd)}"
        )


def _style(where: str, check: FunctionCheckConfig, problem: Problem) -> CallStyle:
    try:
        style = style_of(problem, functions_of(check), check.call)
        check_style(style)
    except ValueError as error:
        raise ConfigError(f"{where}.call: {error}") from None
    return style


def require_said(where: str, style: CallStyle, groups: Sequence[str], *, is_kit: bool) -> None:
    """Refuse a call style that has no way to say what a group tries.

    Raises:
        ConfigError: With the group, why, and what to write.
    """
    if style.config is None:
        return
    kinds = [("a visible example", style.problem.examples)]
    if not is_kit:
        kinds.append(("a hidden case", style.problem.draw(np.random.default_rng(0))))
    for what, cases in kinds:
        for group in groups:
            of_group = [case for case in cases if case.group == group]
            why = why_not_said(style, of_group)
            if why is not None:
                raise ConfigError(
                    f"{where}.call: expected one that can say {what} of {group}; of {len(of_group)}, it "
                    f"can say none: {why}. {advice_on(style, of_group)}or leave the group out: "
                    f'without = ["{group}"], and no points.{group}'
                )


def _validate_values(where: str, check: ValuesCheckConfig, *, is_kit: bool) -> None:
    names = [item.name for item in check.items]
    if len(set(names)) != len(names):
        raise ConfigError(f"{where}.items: expected names that differ; received {', '.join(names)}")
    for number, item in enumerate(check.items):
        if item.accept is None and (item.visible or not is_kit):
            raise ConfigError(f"{where}.items[{number}].accept: expected this key; it is missing")


def _validate_source(where: str, check: SourceCheckConfig, names: Sequence[str]) -> None:
    others = [name for name in names if name != check.name]
    if odd := [name for name in check.voids if name not in others]:
        raise ConfigError(
            f"{where}.voids: expected names of other checks: {', '.join(others)}; received {', '.join(odd)}"
        )
    if not check.forbidden and not check.required:
        raise ConfigError(f"{where}: expected forbidden, required or both; received neither")
