"""The names of the function that a check calls."""

from __future__ import annotations

from autograder.calling.ready import style_config
from autograder.config.structure import FunctionCheckConfig


def function_of(check: FunctionCheckConfig) -> str:
    """Return the name of the function that a check calls."""
    return functions_of(check)[0]


def functions_of(check: FunctionCheckConfig) -> tuple[str, ...]:
    """Return the names that the function may have that a check calls, the preferred one first."""
    styled = () if check.call is None else style_config(check.call).functions
    named = dict.fromkeys([check.function, *styled])
    named.pop("", None)
    return tuple(named) or (check.name,)
