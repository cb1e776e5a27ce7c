"""The `values` check: variables of the submission against right answers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.checks.check import NothingHidden, Seen
from autograder.checks.comparison import as_array, has_more_than
from autograder.checks.showing import show
from autograder.checks.wording import why_missing_values
from autograder.config import Item, ValuesCheckConfig, points_of
from autograder.observation import Allowance, Loading, Observation, Raised, Returned, Stopped, Worker
from autograder.results import AnswerResult, CheckResult, Outcome, Status, ValuesDetails, first_outcome
from autograder.results.counting import counted, part_of
from autograder.wire.messages import Place

_MOST_ELEMENTS = 100_000
_MOST_BESIDES = 1_000  # items of lists, more than are expected: more is not looked through


class ValuesCheck(NothingHidden):
    """A check of the kind `values`."""

    kind = "values"

    def __init__(self, config: ValuesCheckConfig) -> None:
        self.config = config
        self.name = config.name
        self.max_score = points_of(config)

    def observe_visible(self, worker: Worker, loading: Loading, allowance: Allowance) -> Seen:
        """Read the values: before any hidden case, so that none can be among them."""
        if loading.stopped is not None or loading.unreadable is not None:
            return Seen()
        places = [Place(item.variable, item.entry, item.after) for item in self.config.items]
        return Seen(worker.fetch(places, allowance))

    def judge(self, loading: Loading, seen: Seen) -> CheckResult:
        """Return what the check says of the values."""
        if not seen.visible:
            outcome, message, hint = why_missing_values(loading)
            answers = tuple(_nothing(item, message) for item in self.config.items)
            return self._result(outcome, answers, message, hint)
        answers = tuple(
            _judge(item, observation)
            for item, observation in zip(self.config.items, seen.visible, strict=True)
        )
        stopped = [each.outcome for each in seen.visible if isinstance(each, Stopped)]
        known = [answer for answer in answers if answer.passed is not None]
        right = sum(answer.passed is True for answer in known)
        later = len(answers) - len(known)
        message = part_of(right, len(known), "values", "is right", "are right") if known else ""
        if len(known) == 1:
            message = "its value is right" if right else "its value is wrong"
        elif known and right == len(known):
            message = f"all {right} values are right"
        if later:
            subject = counted(later, "more value is", "more values are") if known else _there(later)
            message += f"{'; ' if message else ''}{subject} judged after you hand in"
        hint = next((answer.note for answer in answers if answer.passed is False), "")
        return self._result(first_outcome(stopped), answers, message, hint)

    def _result(
        self, outcome: Outcome, answers: tuple[AnswerResult, ...], message: str, hint: str
    ) -> CheckResult:
        score = round(sum(answer.score for answer in answers), 2)
        if all(answer.passed is not False for answer in answers):
            status = Status.PASSED
        else:
            status = Status.PARTIAL if score > 0 else Status.FAILED
        return CheckResult(
            name=self.name,
            kind=self.kind,
            outcome=outcome,
            status=status,
            score=score,
            max_score=self.max_score,
            message=message,
            hint=hint,
            details=ValuesDetails(answers=answers),
        )


def place_of(item: Item) -> str:
    """Return where a value is to be, as Python writes it."""
    return item.variable if item.entry is None else f"{item.variable}[{item.entry!r}]"


def _nothing(item: Item, note: str) -> AnswerResult:
    return AnswerResult(
        name=item.name,
        place=place_of(item),
        visible=item.visible,
        passed=False,
        score=0.0,
        max_score=item.points,
        note=note,
    )


def _judge(item: Item, seen: Observation) -> AnswerResult:
    if isinstance(seen, Stopped):
        return _nothing(item, seen.message)
    if isinstance(seen, Raised):
        missing = (
            seen.error.message if seen.error.type else f"expected a plain value; it is {seen.error.message}"
        )
        return _nothing(item, missing)
    if item.accept is None:  # a student's kit has no answers
        is_there = seen.value is not None and seen.value is not ...
        passed, note = (None, "") if is_there else (False, "expected an answer; it is None")
    else:
        passed = any(_agrees(seen, accepted, item.tolerance) for accepted in item.accept)
        note = "" if passed else _note(item, seen)
    reveals = item.visible and not passed and item.accept is not None
    return AnswerResult(
        name=item.name,
        place=place_of(item),
        visible=item.visible,
        passed=passed,
        score=item.points if passed else 0.0,
        max_score=item.points,
        note=note,
        received=show(seen.value),
        expected=show(item.accept[0]) if reveals and item.accept else None,
    )


def _note(item: Item, seen: Returned) -> str:
    """Return how near a wrong value came, or of what kind it should be."""
    for near in item.near:
        if _agrees(seen, near.value, item.tolerance):
            return near.note
    assert item.accept is not None
    if not any(_kind(seen.value) == _kind(accepted) for accepted in item.accept):
        kinds = " or ".join(dict.fromkeys(_kind(accepted) for accepted in item.accept))
        return f"expected {kinds}; received {_kind(seen.value)}"
    return ""


def _agrees(seen: Returned, wanted: Any, tolerance: float) -> bool:
    """Return whether a value is the one wanted: numbers up to the tolerance, texts regardless of case."""
    return _same(seen.value, wanted, tolerance)


def _same(value: Any, wanted: Any, tolerance: float) -> bool:
    if wanted is None or isinstance(wanted, str):
        return isinstance(value, type(wanted)) and _words(value) == _words(wanted)
    if isinstance(wanted, dict):
        return (
            isinstance(value, dict)
            and value.keys() == wanted.keys()
            and all(_same(value[key], wanted[key], tolerance) for key in wanted)
        )
    if isinstance(wanted, list) and any(isinstance(item, str | list | dict) for item in wanted):
        items = list(value) if isinstance(value, list | tuple | np.ndarray) else []
        return len(items) == len(wanted) and all(map(_same, items, wanted, [tolerance] * len(wanted)))
    expected = np.asarray(wanted)
    if has_more_than(value, expected.size + _MOST_BESIDES):
        return False
    received = as_array(value)
    if not isinstance(received, np.ndarray) or received.shape != expected.shape:
        return False
    if received.size > _MOST_ELEMENTS or received.dtype.kind not in "biuf":
        return False
    if (received.dtype.kind == "b") != (expected.dtype.kind == "b") and received.size:
        return False
    if not tolerance and received.dtype.kind in "iu" and expected.dtype.kind in "iu":
        return np.array_equal(received, expected)  # exact also where floats are not
    close = np.abs(received.astype(np.float64) - expected.astype(np.float64)) <= tolerance + _rounding(
        expected
    )
    return bool(np.all(close))


def _rounding(expected: Any) -> float:
    """Return what a sum or product of floats may be off by: whole numbers are exact."""
    if expected.dtype.kind != "f":
        return 0.0
    return 16 * math.ulp(float(np.max(np.abs(expected), initial=0.0)))


def _words(value: Any) -> Any:
    return " ".join(value.casefold().split()) if isinstance(value, str) else value


def _kind(value: Any) -> str:
    match value:
        case None:
            return "None"
        case bool() | np.bool_():
            return "True or False"
        case str():
            return "a text"
        case dict():
            return "a dictionary"
        case list() | tuple():
            return f"{len(value)} values" if len(value) != 1 else "a list of one value"
        case np.ndarray() if value.ndim:
            return f"{value.shape[0]} values" if value.ndim == 1 else f"an array of shape {value.shape}"
    return "a number"


def _there(number: int) -> str:
    return "its value is there, and" if number == 1 else f"all {number} values are there, and"
