"""From wrong answers to the mistake behind them."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.calling import CallStyle, InexpressibleError, own_style
from autograder.checks.comparison import Difference, Kind, as_array, has_more_than, limit
from autograder.checks.holes import without_holes
from autograder.checks.structure import differ
from autograder.observation import Call, Observation, Raised, Returned
from autograder.problems.checking import MISTAKEN, answer_of, quietly
from autograder.problems.problem import Case, Convention, Misconception, Problem

Array = npt.NDArray[Any]

_MOST_OUTLINED = 100_000
_MOST_ITEMS = 64

_ANSWERS = (Kind.VALUES, Kind.SHAPE, Kind.NOT_FINITE)
HINTS = {
    Kind.NONE_RETURNED: "A function gives its result back with return; print only shows it.",
    Kind.TYPE: "Return an array of numbers, or nested lists of equal length.",
    Kind.DTYPE: "The handout asks for a certain dtype: see astype.",
    Kind.SHAPE: "Work the output's shape out by hand for this input, axis by axis, and compare.",
    Kind.NOT_FINITE: "Look for a division by zero, or an array from np.empty that is not filled everywhere.",
    Kind.VALUES: "Compute the marked value by hand, and print what your code computes it from.",
    Kind.ARGUMENT_CHANGED: "Work on a copy: the caller still needs the array.",
    Kind.EXCEPTION: "Call your function with this input yourself, and read the last line of the error.",
    Kind.MISSING: "Check the spelling, and that the function stands at the left margin of the file.",
    Kind.TIMEOUT: "Look for a loop whose condition never becomes false.",
    Kind.MEMORY: "Look for a list or an array that grows in a loop.",
    Kind.GPU_MEMORY: (
        "Take a smaller batch_size, or a smaller model; do not give the model all the data in one call."
    ),
    Kind.OUTPUT: "Return what is asked for and no more: look at the shape of your result.",
    Kind.ENDED: "Your code ended the whole Python process: look for exit(), or an endless recursion.",
    Kind.NOT_RUN: "",
}


@dataclass(frozen=True)
class PreparedCase:
    """A case with its call, and what the reference makes of it.

    Attributes:
        case: The case.
        expected: The right result, as the student's function is to give it.
        magnitude: The sums of absolute products behind it.
        arrays: The arrays that go in.
        call: The call that the case is.
        style: How the function is called.
        convention: The convention that it is judged by; none for the problem's own.
    """

    case: Case
    expected: Any
    magnitude: Array
    arrays: tuple[Array, ...]
    call: Call
    style: CallStyle
    convention: Convention | None = None

    def as_given(self, result: Any) -> Any:
        """Return a result of the reference, or of a variant, as the student's function would give it."""
        try:
            return self.style.expected(result)
        except InexpressibleError:  # a variant with other axes
            return result

    def difference(self, value: Any, *, strict_type: bool = False) -> Difference | None:
        """Return in what a value differs from the reference's result."""
        return self.difference_from(self.expected, value, strict_type=strict_type)

    def difference_from(self, expected: Any, value: Any, *, strict_type: bool = False) -> Difference | None:
        """Return in what a value differs from another result for the same inputs."""
        return differ(expected, value, self._distance, strict_type=strict_type)

    def _distance(self, received: Array) -> float:
        return limit(self.magnitude, self.arrays, received)


def prepare(
    problem: Problem, case: Case, style: CallStyle | None = None, convention: Convention | None = None
) -> PreparedCase:
    """Return a case with the reference's result for it.

    Args:
        problem: The problem.
        case: The case.
        style: How the function is called; by the problem's own signature where it is left out.
        convention: Another convention, by whose reference it is judged.

    Raises:
        InexpressibleError: If the style has no way to say the case.
    """
    style = style or own_style(problem, problem.name)
    judged_by = convention or problem
    call = style.call(case.inputs, as_tensors=case.as_tensors)
    with quietly():
        expected = style.expected(judged_by.reference(**case.inputs))
        magnitude = np.asarray(judged_by.magnitude(**case.inputs))
    arrays = tuple(value for value in case.inputs.values() if isinstance(value, np.ndarray))
    return PreparedCase(case, expected, magnitude, arrays, call, style, convention)


def find_misconception(
    problem: Problem,
    wrong: Sequence[tuple[PreparedCase, Observation]],
    right: Sequence[PreparedCase],
) -> Misconception | None:
    """Return the known mistake that explains every wrong answer, if there is one.

    One that also gives the right answers where the student does is preferred to one that does not.
    """
    returned = [(case, observation) for case, observation in wrong if isinstance(observation, Returned)]
    if not returned:
        return None
    if any(case.difference(observation.value) is None for case, observation in returned):
        return None  # wrong for another reason than its values: an argument changed, another dtype
    explaining = [
        misconception
        for misconception in problem.misconceptions
        if all(_explains(problem, misconception, case, observation) for case, observation in wrong)
    ]
    for misconception in explaining:
        if all(_explains(problem, misconception, case, Returned(case.expected)) for case in right):
            return misconception
    return explaining[0] if explaining else None


def _explains(
    problem: Problem, misconception: Misconception, case: PreparedCase, observation: Observation
) -> bool:
    """Return whether the wrong variant gives what was observed: the same values, or an exception too.

    What is not finite in both, in the same way and at the same places, agrees.
    """
    try:
        variant = answer_of(problem, misconception, case.case)
        is_nothing = isinstance(variant, np.ndarray) and not variant.size
    except MISTAKEN:
        is_nothing = True  # nothing is left of the image: code fails here, or gives an empty array
    if isinstance(observation, Returned):
        if not is_nothing:
            expected, received = without_holes(case.as_given(variant), observation.value)
            return case.difference_from(expected, received) is None
        received = as_array(observation.value)
        return isinstance(received, np.ndarray) and received.size == 0
    return isinstance(observation, Raised) and bool(observation.error.type) and is_nothing


def fingerprint(wrong: Sequence[tuple[int, Kind, Observation]]) -> str | None:
    """Return a digest that students share whose wrong answers agree, up to rounding; None without any.

    Args:
        wrong: The number of each wrong case, the kind of its difference, and what was observed.
    """
    if not any(kind in _ANSWERS for _, kind, _ in wrong):
        return None  # no answers, no agreement: they failed in the same way, which says nothing
    parts = [f"{number} {kind} {_outline(observation)}" for number, kind, observation in wrong]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _outline(observation: Observation) -> str:
    """Return the shape of an answer, where it is not finite, and its sum under fixed weights."""
    if isinstance(observation, Raised):
        return observation.error.type
    return _outline_value(observation.value) if isinstance(observation, Returned) else ""


def _outline_value(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}: {_outline_value(item)}" for key, item in list(value.items())[:_MOST_ITEMS])
    if isinstance(value, str):
        return hashlib.sha256(value.encode()).hexdigest()[:16]
    if has_more_than(value, _MOST_OUTLINED):
        return "many"
    array = as_array(value)
    if isinstance(array, Difference) and isinstance(value, list | tuple):
        return " ".join(map(_outline_value, value[:_MOST_ITEMS]))
    if isinstance(array, Difference) or array.dtype.kind == "c":
        return "no real array"
    if array.size == 0:
        return "empty"  # a list does not keep the other axes
    if array.size > _MOST_OUTLINED:
        return str(array.shape)
    flat = array.astype(np.float64).ravel()
    finite = np.isfinite(flat)
    holes = "" if finite.all() else hashlib.sha256(finite.tobytes()).hexdigest()[:16]
    flat = np.where(finite, flat, 0.0)
    scale = float(np.abs(flat).max(initial=0.0)) or 1.0
    weighted = flat / scale @ np.cos(np.arange(flat.size))  # so that a permutation is another answer
    return f"{array.shape} {holes} {_rounded(math.log2(scale))} {_rounded(float(weighted) / flat.size)}"


def _rounded(number: float) -> str:
    return f"{number + 0.0:.2f}".replace("-0.00", "0.00")
