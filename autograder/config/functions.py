"""The names of the function that a check calls."""

from __future__ import annotations

from autograder.calling.ready import style_config
from autograder.config.structure import AssignmentConfig, FunctionCheckConfig


def function_of(check: FunctionCheckConfig) -> str:
    """Return the name of the function that a check calls."""
    return functions_of(check)[0]


def functions_of(check: FunctionCheckConfig) -> tuple[str, ...]:
    """Return the names that the function may have that a check calls, the preferred one first."""
    styled = () if check.call is None else style_config(check.call).functions
    named = dict.fromkeys([check.function, *styled])
    named.pop("", None)
    return tuple(named) or (check.name,)


def all_functions_of(config: AssignmentConfig) -> tuple[str, ...]:
    """Return the names of all functions that an assignment's checks call."""
    checks = [check for check in config.checks if isinstance(check, FunctionCheckConfig)]
    return tuple(dict.fromkeys(name for check in checks for name in functions_of(check)))
