"""What an assignment whose cases are TensorFlow tensors needs: TensorFlow, imported before any submission."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import structs

from autograder.calling import InexpressibleError, style_of
from autograder.config.functions import functions_of
from autograder.config.structure import AssignmentConfig, FunctionCheckConfig
from autograder.errors import ConfigError
from autograder.problems.problem import Case, Problem

TENSORFLOW = "tensorflow"
_PACKAGES = ("tensorflow", "tf-", "tf_")


def with_tensorflow(
    path: Path, config: AssignmentConfig, problems: Mapping[str, Problem]
) -> AssignmentConfig:
    """Return a configuration that preloads TensorFlow, where its visible examples are tensors.

    A worker that imported it for the first of them would count the memory it takes as the student's.

    Raises:
        ConfigError: If it is not among the packages.
    """
    checks = [check for check in config.checks if isinstance(check, FunctionCheckConfig)]
    taking = [check.name for check in checks if _takes_tensors(check, problems[check.problem])]
    if not taking:
        return config
    if not any(package.lower().startswith(_PACKAGES) for package in config.packages):
        received = ", ".join(f'"{package}"' for package in config.packages)
        raise ConfigError(
            f'{path}: packages: expected "{TENSORFLOW}" among them, since cases of {taking[0]} are '
            f"TensorFlow tensors; received {received}"
        )
    return structs.replace(config, preload=tuple(dict.fromkeys([*config.preload, TENSORFLOW])))


def require_preloaded(path: Path, config: AssignmentConfig, cases: Iterable[Case]) -> None:
    """Refuse cases that are tensors where TensorFlow is not preloaded.

    Raises:
        ConfigError: If there are such: drawn ones, of which no visible example tells.
    """
    if TENSORFLOW not in config.preload and any(case.as_tensors for case in cases):
        raise ConfigError(
            f'{path}: preload: expected "{TENSORFLOW}" among the modules, since hidden cases are TensorFlow '
            f"tensors; received {list(config.preload)}"
        )


def _takes_tensors(check: FunctionCheckConfig, problem: Problem) -> bool:
    style = style_of(problem, functions_of(check), check.call)
    for case in problem.examples:
        if case.as_tensors and case.group not in check.without:
            try:
                style.require_said(case)
            except InexpressibleError:
                continue
            return True
    return False
