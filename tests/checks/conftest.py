"""What the tests of checks share: the real assignment's checks, and observations made by a function."""

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder import config
from autograder.checks.check import Seen
from autograder.checks.function import FunctionCheck
from autograder.config.structure import FunctionCheckConfig, GroupPoints
from autograder.observation import Loading, Observation, Raised, Returned
from autograder.problems import PROBLEMS
from autograder.problems.problem import Case
from autograder.results import CheckResult
from autograder.wire.messages import Error

ROOT = Path(__file__).resolve().parent.parent.parent


def with_numbers(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a value with its arrays and floats changed, wherever they are in it; whole numbers stay."""
    match value:
        case dict():
            return {key: with_numbers(item, change) for key, item in value.items()}
        case list() | tuple():
            return type(value)(with_numbers(item, change) for item in value)
        case np.ndarray() | np.generic() | float():
            return change(value)
    return value


def as_single(value: Any) -> Any:
    """Return a value with float32 in the place of every other float."""
    return with_numbers(value, lambda each: np.float32(each) if np.asarray(each).dtype.kind == "f" else each)


def as_lists(value: Any) -> Any:
    """Return a value with lists in the place of its arrays and tuples."""
    match value:
        case dict():
            return {key: as_lists(item) for key, item in value.items()}
        case list() | tuple():
            return [as_lists(item) for item in value]
        case np.ndarray() | np.generic():
            return value.tolist()
    return value


class Student:
    """Answers a check's cases by a function of its own, as a worker would."""

    def __init__(self, check: FunctionCheck) -> None:
        self.check = check
        self.loading = Loading(frozenset({check.function}), (check.function,))

    def observe(self, function: Callable[..., Any], cases: Sequence[Case]) -> list[Observation]:
        seen: list[Observation] = []
        for case in cases:
            try:
                seen.append(Returned(function(**case.inputs)))
            except Exception as error:
                seen.append(Raised(Error(type(error).__name__, str(error), [])))
        return seen

    def answer(self, function: Callable[..., Any]) -> CheckResult:
        """Return the result of answering every case by a function."""
        visible = self.observe(function, [prepared.case for prepared in self.check.visible])
        hidden = self.observe(function, [prepared.case for prepared in self.check.hidden])
        return self.check.judge(self.loading, Seen(visible, hidden))

    def answer_with(self, observation: Observation) -> CheckResult:
        """Return the result of one observation for every case."""
        return self.judge([observation] * len(self.check.visible), [observation] * len(self.check.hidden))

    def judge(self, visible: Sequence[Observation], hidden: Sequence[Observation]) -> CheckResult:
        return self.check.judge(self.loading, Seen(visible, hidden))

    def right(self) -> tuple[list[Observation], list[Observation]]:
        """Return right answers to the visible and to the hidden cases."""
        visible, hidden = (
            [Returned(prepared.expected) for prepared in cases]
            for cases in (self.check.visible, self.check.hidden)
        )
        return list(visible), list(hidden)


@functools.cache
def _plainly_called() -> dict[str, FunctionCheckConfig]:
    """Return the checks of the toolkit's assignments whose functions have their problems' own signatures."""
    checks = [check for slug in config.slugs(ROOT) for check in config.load(ROOT, slug).config.checks]
    return {each.name: each for each in checks if isinstance(each, FunctionCheckConfig) and each.call is None}


@functools.cache
def _check(name: str, seed: int) -> FunctionCheck:
    """Return a check of the toolkit's assignments; of a problem that none of them has, a plain one."""
    found = _plainly_called().get(name) or _plain(name)
    problem = PROBLEMS[found.problem]
    return FunctionCheck(found, problem, problem.draw(np.random.default_rng(seed)))


def _changed(check: FunctionCheck, changes: dict[str, Any]) -> FunctionCheck:
    changed = msgspec.structs.replace(check.config, **changes)
    return FunctionCheck(changed, check.problem, [prepared.case for prepared in check.hidden])


def _plain(name: str) -> FunctionCheckConfig:
    points = GroupPoints(visible=1.0, hidden=2.0)
    return FunctionCheckConfig(name=name, problem=name, points=dict.fromkeys(PROBLEMS[name].groups, points))


@pytest.fixture
def student() -> Callable[..., Student]:
    """Return a maker of students: of a check by its name, a seed, and changes to its configuration."""

    def make(name: str = "conv2d", seed: int = 0, **changes: Any) -> Student:
        check = _check(name, seed)
        return Student(_changed(check, changes) if changes else check)

    return make
