"""The names of the function that a check calls."""

from __future__ import annotations

from autograder.calling.ready import style_config
from autograder.config.autoencoders import AutoencoderCheckConfig
from autograder.config.models import ModelCheckConfig
from autograder.config.structure import AssignmentConfig, FunctionCheckConfig
from autograder.config.training import TrainingCheckConfig


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
    names: list[str] = []
    for check in config.checks:
        if isinstance(check, FunctionCheckConfig):
            names += functions_of(check)
        elif isinstance(check, ModelCheckConfig | TrainingCheckConfig | AutoencoderCheckConfig):
            names += [] if check.function is None else [check.function]
    return tuple(dict.fromkeys(names))
