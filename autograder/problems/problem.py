"""What a problem is: a reference, its cases, and the known wrong ways to do it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Inputs = Mapping[str, Any]
"""Arguments by name, in the order of the signature; an optional one that is left out is not there."""


Composition = Generator[Sequence[Inputs], Sequence[Any], Any]
"""A solution that leaves a part of its work to another function: see `Problem.composed`."""


@dataclass(frozen=True)
class Case:
    """One call of the function under judgement.

    Attributes:
        group: The group of cases that this one belongs to; points are given by group.
        inputs: The arguments, by name, in the order of the signature.
        title: What a person calls it, for the lecture's examples: ``"6×6 image, stride 2"``.
        is_degenerate: Whether it is so small that a wrong function gets it right as well, as with a
            kernel of one element. Such a case counts, but does not show that a function is more than
            the examples' answers.
        as_tensors: Whether the function is given its arrays as TensorFlow tensors.
    """

    group: str
    inputs: Inputs
    title: str = ""
    is_degenerate: bool = False
    as_tensors: bool = False


@dataclass(frozen=True)
class Misconception:
    """A known wrong way to solve a problem.

    Attributes:
        name: The mistake in a few words: ``"flipped kernel"``.
        explanation: What to tell the student, in one or two sentences.
        function: The wrong variant, with the reference's signature. It may raise where the mistaken
            code would.
    """

    name: str
    explanation: str
    function: Callable[..., Any]


@dataclass(frozen=True)
class Convention:
    """Another custom that counts as right where a configuration accepts it.

    Attributes:
        name: What a report calls it: ``"symmetric same padding"``.
        explanation: For the report, one sentence on how it differs from the problem's own custom.
        reference: The right answer by this custom, with the signature of the problem's reference.
        magnitude: As `Problem.magnitude`, of this custom's answer.
    """

    name: str
    explanation: str
    reference: Callable[..., Any]
    magnitude: Callable[..., npt.NDArray[Any]]


def nothing_to_round(**_: Any) -> npt.NDArray[Any]:
    """Return the magnitude of a result that is exact, as of integers: no rounding is excused."""
    return np.zeros(())


def always(**_: Any) -> bool:
    """Return True: the handout's domain is all that the reference takes."""
    return True


@dataclass(frozen=True)
class Problem:
    """A function to write, with all that judging it takes.

    Attributes:
        name: What a configuration calls it: ``"conv2d"``.
        signature: As the handout prints it: ``"conv2d(image, kernel, bias=0.0, stride=1, padding=0)"``.
        positional: How many leading arguments are passed by position; the rest go by name.
        reference: The right answer: an array, a number, or a list, tuple or dictionary of such.
        magnitude: Of the same inputs, the sum of the absolute products behind each output value:
            rounding errors are proportional to it, whatever the order of summation.
        groups: The groups of cases, in the order of the report.
        examples: The visible cases, at least one for each group: the lecture's, by their true figures.
        draw: The hidden cases, from a generator; the same for the whole class.
        misconceptions: Most specific first.
        composed: By the name of a problem that this one builds on: what a right solution of this problem
            would return if it used somebody's own solution of that one. A generator function of this
            problem's inputs, which yields lists of inputs of the other problem, is sent the list of what
            the function returned for them, and returns the result.
        conventions: By the name that a configuration accepts it by: other customs than the reference's.
        accepts: Whether inputs lie in the handout's domain, where that is narrower than what the reference
            takes. It is asked of inputs that nobody drew; what the reference refuses is outside anyway.
        origin: The course's own file that it comes from; none for the toolkit's problems.
    """

    name: str
    signature: str
    positional: int
    reference: Callable[..., Any]
    magnitude: Callable[..., npt.NDArray[Any]]
    groups: Sequence[str]
    examples: Sequence[Case]
    draw: Callable[[np.random.Generator], Sequence[Case]]
    misconceptions: Sequence[Misconception]
    composed: Mapping[str, Callable[..., Composition]] = field(default_factory=dict)
    conventions: Mapping[str, Convention] = field(default_factory=dict)
    accepts: Callable[..., bool] = always
    origin: Path | None = None

    def split(self, inputs: Inputs) -> tuple[list[Any], dict[str, Any]]:
        """Return the positional arguments and the named ones of a call with these inputs."""
        items = list(inputs.items())
        return [value for _, value in items[: self.positional]], dict(items[self.positional :])
