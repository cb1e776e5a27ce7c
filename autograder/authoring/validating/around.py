"""Inputs around a problem's cases, with the reference's answers: what its cases might have missed."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

import numpy as np

from autograder.authoring.inputs.exploring import explored
from autograder.authoring.validating.report import Finding
from autograder.checks.diagnosis import PreparedCase, prepare
from autograder.checks.function import FunctionCheck
from autograder.checks.shrinking import size
from autograder.problems.problem import Case, Inputs, Problem

_MOST_PROPOSED = 1_500
_MOST_SECONDS = 5.0
_LEAST = 50


class Around:
    """What lies around a check's cases.

    Args:
        check: The check, with its drawn cases.
        count: How many inputs to prepare.
        seed: Decides which.
    """

    def __init__(self, check: FunctionCheck, count: int, seed: int) -> None:
        self.check = check
        cases = [prepared.case for prepared in (*check.visible, *check.hidden)]
        self._as_tensors = any(case.as_tensors for case in cases)
        self.inputs: list[PreparedCase] = []
        until = time.monotonic() + _MOST_SECONDS
        proposed = explored([case.inputs for case in cases], np.random.default_rng(seed), _MOST_PROPOSED)
        for number, inputs in enumerate(proposed):
            found = self.prepared(inputs, as_tensors=bool(number % 2))
            if found is not None:
                self.inputs.append(found)
            if len(self.inputs) == count or time.monotonic() > until:
                break

    def findings(self) -> Iterator[Finding]:
        """Say where so few inputs were found that a mutant which none of them tells is hardly equivalent."""
        if len(self.inputs) < _LEAST:
            message = (
                f"expected at least {_LEAST} inputs around its cases that the reference takes, to tell "
                f"mutants by; found {len(self.inputs)} in {_MOST_SECONDS:g} s. Is it slow, or accepts narrow?"
            )
            yield Finding(kind="group", where=self.check.name, message=message)

    def prepared(self, inputs: Inputs, *, as_tensors: bool) -> PreparedCase | None:
        """Return inputs with the reference's answer; None if they lie outside of the handout's domain.

        Args:
            inputs: The arguments.
            as_tensors: Whether they are to be tensors, if some case's are and their types agree.
        """
        types = {value.dtype for value in inputs.values() if isinstance(value, np.ndarray)}
        case = Case("", inputs, as_tensors=as_tensors and self._as_tensors and len(types) == 1)
        return _prepared(self.check, case)


def _prepared(check: FunctionCheck, case: Case) -> PreparedCase | None:
    problem = check.problem
    with np.errstate(all="ignore"):
        try:
            if not problem.accepts(**case.inputs):
                return None
            check.configured.call(case.inputs)  # what students' functions are not given is outside too
            prepared = prepare(problem, case)
        except Exception:  # what the reference refuses is outside
            return None
        return prepared if prepared.difference(prepared.expected) is None else None


def call_text(function: str, problem: Problem, case: Case) -> str:
    """Return a call as Python writes it.

    >>> from types import SimpleNamespace
    >>> call_text("f", SimpleNamespace(positional=1), Case("", {"x": np.array([1, 2]), "stride": 3}))
    'f(np.array([1, 2]), stride=3)'
    """
    items = list(case.inputs.items())
    written = [_written(value) for _, value in items[: problem.positional]]
    written += [f"{name}={_written(value)}" for name, value in items[problem.positional :]]
    return f"{function}({', '.join(written)})" + (" of TensorFlow tensors" if case.as_tensors else "")


def _written(value: object) -> str:
    if not isinstance(value, np.ndarray):
        return repr(value)
    plain = value.dtype in (np.dtype(np.int64), np.dtype(np.float64)) and value.size
    dtype = "" if plain else f", np.{value.dtype}"
    if value.size == 0:
        return f"np.zeros({value.shape}{dtype})"
    return f"np.array({value.tolist()}{dtype})"


def smallest(cases: Sequence[PreparedCase]) -> PreparedCase:
    """Return the case whose inputs are the smallest."""
    return min(cases, key=lambda prepared: size(dict(prepared.case.inputs)))
