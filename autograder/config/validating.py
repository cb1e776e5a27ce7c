"""What an assignment's file may not say although its structure allows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from autograder.calling import CallStyle, style_of
from autograder.calling.trying import advice_on, check_style, why_not_said
from autograder.config.autoencoder_rules import why_not_coded
from autograder.config.autoencoders import AutoencoderCheckConfig
from autograder.config.devices import validate_devices
from autograder.config.functions import functions_of
from autograder.config.models import ModelCheckConfig, why_not_meant
from autograder.config.structure import (
    AssignmentConfig,
    CheckConfig,
    FunctionCheckConfig,
    SourceCheckConfig,
    ValuesCheckConfig,
    points_of,
)
from autograder.config.training import TrainingCheckConfig, why_not_trained
from autograder.errors import ConfigError
from autograder.problems.problem import Problem


def validate(path: Path, config: AssignmentConfig, problems: Mapping[str, Problem]) -> None:
    """Refuse a configuration that cannot be meant.

    Args:
        path: Its file, for the message.
        config: What is in it.
        problems: Those that its checks may name.

    Raises:
        ConfigError: With the key, what is expected there and what was received.
    """
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
            case AutoencoderCheckConfig() if (wrong := why_not_coded(check, config.dataset)) is not None:
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
