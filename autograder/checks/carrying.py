"""Errors carried forward: a mistake in one function is not paid for again in a function that builds on it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.checks.comparison import Difference, as_array
from autograder.checks.diagnosis import PreparedCase
from autograder.observation import Allowance, Call, Observation, Returned, Worker
from autograder.problems.problem import Inputs, Problem

_PROBES = 4


@dataclass(frozen=True)
class Basis:
    """The function that another one builds on, as the student wrote it.

    Attributes:
        function: Its name.
        problem: Its problem.
        answers: Its hidden cases, and what it gave for each when it was judged itself.
    """

    function: str
    problem: Problem
    answers: Sequence[tuple[PreparedCase, Observation]] = ()


def carry(
    basis: Basis,
    problem: Problem,
    wrong: Mapping[int, PreparedCase],
    worker: Worker,
    allowance: Allowance,
) -> dict[int, Any]:
    """Return what a right function would have returned with the student's own version of its basis.

    It is asked in a fresh process, where it knows nothing of what was asked before, and some of the cases by
    which it was judged itself are asked again in between: one that answers them otherwise now adapts itself
    to what it is asked for, and excuses nothing. Nor does one that answers everything alike: whoever returns
    0 everywhere would be paid for it.

    Args:
        basis: What the function builds on.
        problem: The function's problem.
        wrong: The wrong cases, by number.
        worker: Where the student's basis runs.
        allowance: What is left to the check.
    """
    worker.renew()
    asking = _Asking(basis, worker, allowance)
    carried: dict[int, Any] = {}
    for number, prepared in wrong.items():
        composition = problem.composed[basis.problem.name](**prepared.case.inputs)
        try:
            asked = next(composition)
            while (results := asking.ask(asked)) is not None:
                asked = composition.send(results)
        except StopIteration as end:
            carried[number] = end.value
        except (ValueError, IndexError, TypeError, ZeroDivisionError, OverflowError):
            continue  # the student's version gives what nothing can be built on
        finally:
            composition.close()
    return carried if asking.is_trusted else {}


class _Asking:
    """Asks a student's function, and looks at whether it stays the same function."""

    def __init__(self, basis: Basis, worker: Worker, allowance: Allowance) -> None:
        self._basis, self._worker, self._allowance = basis, worker, allowance
        self._random = random.SystemRandom()
        self._given: set[str] = set()
        self._is_the_same = True

    @property
    def is_trusted(self) -> bool:
        """Whether it answered what it had answered before, and not everything alike."""
        return self._is_the_same and len(self._given) > 1

    def ask(self, asked: Sequence[Inputs]) -> list[Any] | None:
        """Return the answers as arrays; None where one is none."""
        split = self._basis.problem.split
        probes = self._random.sample(self._basis.answers, min(_PROBES, len(self._basis.answers)))
        calls = [Call(*split(inputs)) for inputs in asked]
        calls += [Call(*split(case.case.inputs), as_tensors=case.case.as_tensors) for case, _ in probes]
        order = self._random.sample(range(len(calls)), len(calls))
        seen = self._worker.call(
            self._basis.function, [calls[place] for place in order], self._allowance, go_on=False
        )
        by_place = dict(zip(order, seen, strict=True))
        for place, (_, before) in enumerate(probes, start=len(asked)):
            self._is_the_same &= _is_same(before, by_place[place])
        results = [_as_result(by_place[place]) for place in range(len(asked))]
        if any(result is None for result in results):
            return None
        self._given |= {repr(result) for result in results}
        return results


def _as_result(seen: Observation) -> Any:
    value = as_array(seen.value) if isinstance(seen, Returned) else None
    return None if isinstance(value, Difference) else value


def _is_same(before: Observation, now: Observation) -> bool:
    """Return whether a function answered one question twice in the same way."""
    if not (isinstance(before, Returned) and isinstance(now, Returned)):
        return type(before) is type(now)
    first, second = as_array(before.value), as_array(now.value)
    if isinstance(first, Difference) or isinstance(second, Difference):
        return repr(before.value) == repr(now.value)
    exact = first.dtype.kind not in "fc" or second.dtype.kind not in "fc"
    return np.array_equal(first, second, equal_nan=not exact)
