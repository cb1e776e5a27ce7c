"""Finding a course's assignments, and reading one."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from autograder.config.backends import with_backend
from autograder.config.calibration import Calibration, place_of, read_calibration
from autograder.config.course import CONFIGS, slugs
from autograder.config.data import check_data
from autograder.config.explaining import explain
from autograder.config.functions import functions_of
from autograder.config.structure import (
    AssignmentConfig,
    FunctionCheckConfig,
    points_of,
    worth_of,
)
from autograder.config.tensors import with_tensorflow
from autograder.config.validating import validate
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
    validate(path, config, known_problems)
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
