"""Errors carried forward: a mistake in one function is not paid for again in a function that builds on it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from autograder.calling import CallStyle
from autograder.checks.comparison import Difference, as_array, has_more_than
from autograder.checks.diagnosis import PreparedCase, prepare
from autograder.observation import Allowance, Observation, Returned, Worker
from autograder.problems.problem import Case, Inputs, Problem

_PROBES = 4
_MOST_ITEMS = 100_000  # of nested lists: more is no answer
_MOST_TIMES = 2.0  # as often wrong as where it was judged itself
Answer: TypeAlias = tuple[PreparedCase, Observation]
Kinds: TypeAlias = frozenset[str]
"""The names of the arguments of a call: those that are the default are left out."""


@dataclass(frozen=True)
class Basis:
    """The function that another one builds on, as the student wrote it.

    Attributes:
        function: Its name.
        problem: Its problem.
        style: How it is called.
        visible, hidden: Its cases, and what it gave for each when it was judged itself.
    """

    function: str
    problem: Problem
    style: CallStyle
    visible: Sequence[Answer] = ()
    hidden: Sequence[Answer] = ()


@dataclass(frozen=True)
class Carried:
    """What a right function would have returned with the student's own version of its basis.

    Attributes:
        value: The result.
        is_excused: Whether the mistake behind it is paid for where the basis was judged itself.
    """

    value: Any
    is_excused: bool


def carry(
    basis: Basis,
    problem: Problem,
    wrong: Mapping[int, PreparedCase],
    probes: Sequence[Answer],
    worker: Worker,
    allowance: Allowance,
) -> dict[int, Carried]:
    """Return what a right function would have returned with the student's own version of its basis.

    The basis is asked in a fresh process, where it knows nothing of what was asked before, and some of the
    cases by which it was judged itself are asked again in between: one that answers them otherwise now adapts
    itself to what it is asked for, and excuses nothing. Nor does one that answers everything alike: whoever
    returns 0 everywhere would be paid for it. Nor one that is wrong here much more often than where it was
    judged itself: the mistake would not be paid for there.

    Args:
        basis: What the function builds on.
        problem: The function's problem.
        wrong: The wrong cases, by number.
        probes: Cases of the basis that may be asked again.
        worker: Where the student's basis runs.
        allowance: What is left to the check.
    """
    if not wrong:
        return {}
    worker.renew()
    asking = _Asking(basis, probes, worker, allowance)
    carried: dict[int, Any] = {}
    slips: dict[int, set[Kinds]] = {}
    for number, prepared in wrong.items():
        composition = problem.composed[basis.problem.name](**prepared.case.inputs)
        asking.wrong_kinds = set()
        try:
            asked = next(composition)
            while (results := asking.ask(asked)) is not None:
                asked = composition.send(results)
        except StopIteration as end:
            if _is_plain(end.value):
                carried[number], slips[number] = end.value, asking.wrong_kinds
        except (ValueError, IndexError, TypeError, ZeroDivisionError, OverflowError):
            continue  # the student's version gives what nothing can be built on
        finally:
            composition.close()
    if not asking.is_trusted:
        return {}
    return {number: Carried(value, asking.are_paid_for(slips[number])) for number, value in carried.items()}


class _Asking:
    """Asks a student's function, and looks at whether it stays the same function."""

    def __init__(self, basis: Basis, probes: Sequence[Answer], worker: Worker, allowance: Allowance) -> None:
        self._basis, self._probes, self._worker, self._allowance = basis, probes, worker, allowance
        self._random = random.SystemRandom()
        self._given: set[str] = set()
        self._questions: set[str] = set()
        self._is_the_same = True
        self._asked: dict[Kinds, list[bool]] = {}  # whether each answer was right
        self._judged: dict[Kinds, list[bool]] = {}
        for prepared, seen in basis.hidden:
            if not prepared.case.is_degenerate:
                right = isinstance(seen, Returned) and prepared.difference(seen.value) is None
                self._judged.setdefault(frozenset(prepared.case.inputs), []).append(right)
        self.wrong_kinds: set[Kinds] = set()

    @property
    def is_trusted(self) -> bool:
        """Whether it answered what it had answered before, and not everything alike.

        What was asked one thing alone, as by one square image, could give no more than one answer.
        """
        return self._is_the_same and (len(self._given) > 1 or len(self._questions) == 1)

    def are_paid_for(self, kinds: set[Kinds]) -> bool:
        """Return whether it is wrong about as often where it was judged itself, with the same arguments."""
        if not self._judged:  # a student's own check has no hidden cases
            return True
        everywhere = [right for each in self._judged.values() for right in each]
        return all(
            _wrong(self._judged.get(kind, everywhere)) >= _wrong(self._asked[kind]) / _MOST_TIMES
            for kind in kinds
        )

    def ask(self, asked: Sequence[Inputs]) -> list[Any] | None:
        """Return the answers as arrays; None where one is none."""
        style = self._basis.style
        probes = self._random.sample(self._probes, min(_PROBES, len(self._probes)))
        calls = [style.call(inputs) for inputs in asked]
        calls += [case.call for case, _ in probes]
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
        results = [style.result(result) for result in results]
        for inputs, result in zip(asked, results, strict=True):
            self._note(inputs, result)
        return results

    def _note(self, inputs: Inputs, result: Any) -> None:
        """Keep whether an answer is right, where the reference has one."""
        self._given.add(repr(result))
        self._questions.add(repr(inputs))
        try:
            prepared = prepare(self._basis.problem, Case("", inputs))
        except (ValueError, IndexError, TypeError, OverflowError):
            return  # after a wrong answer, the next question may be out of the domain
        is_right = prepared.difference(result) is None
        kind = frozenset(inputs)
        self._asked.setdefault(kind, []).append(is_right)
        if not is_right:
            self.wrong_kinds.add(kind)


def _wrong(answers: Sequence[bool]) -> float:
    """Return the share of answers that are wrong."""
    return answers.count(False) / len(answers) if answers else 0.0


def _is_plain(value: Any) -> bool:
    """Return whether a result is made of numbers that NumPy has a type for."""
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return np.asarray(value).dtype.kind in "biufcU"


def _as_result(seen: Observation) -> Any:
    if not isinstance(seen, Returned) or has_more_than(seen.value, _MOST_ITEMS):
        return None
    value = as_array(seen.value)
    return None if isinstance(value, Difference) else value


def _is_same(before: Observation, now: Observation) -> bool:
    """Return whether a function answered one question twice in the same way."""
    if not (isinstance(before, Returned) and isinstance(now, Returned)):
        return type(before) is type(now)
    if has_more_than(before.value, _MOST_ITEMS) or has_more_than(now.value, _MOST_ITEMS):
        return False
    first, second = as_array(before.value), as_array(now.value)
    if isinstance(first, Difference) or isinstance(second, Difference):
        return repr(before.value) == repr(now.value)
    exact = first.dtype.kind not in "fc" or second.dtype.kind not in "fc"
    return np.array_equal(first, second, equal_nan=not exact)
