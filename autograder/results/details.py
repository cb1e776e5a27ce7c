"""What each kind of check found out, in full: for the reports."""

from __future__ import annotations

from typing import Any, TypeAlias

import msgspec

from autograder.results.autoencoders import AutoencoderDetails
from autograder.results.enums import Outcome
from autograder.results.models import ModelDetails
from autograder.results.training import TrainingDetails


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A value as people read it, and as programs do where it is small enough.

    Attributes:
        description: What it is: ``"2×2 array of float64"``, ``"None"``, ``"a list of 3"``.
        text: A readable rendering, over several lines for a matrix; the first differing place of a
            received array is marked ``▸5◂``.
        values: The value as JSON, nested lists for an array; None where it is too large.
    """

    description: str
    text: str
    values: Any = None


class CaseResult(msgspec.Struct, frozen=True, kw_only=True):
    """One case, judged.

    Attributes:
        call: The call as the student would write it: ``"conv2d(image, kernel, stride=2)"``.
        carried: Whether it passed only with the student's own version of another function, whose mistake
            is paid for there.
        inherited: Whether it is wrong only through that version, whose mistake is not paid for there.
        difference: The kind of difference, in a few words; empty where the case passed.
        explanation: The same in full, naming expected and received; it may quote the submission.
    """

    group: str
    title: str
    visible: bool
    passed: bool
    outcome: Outcome
    call: str
    carried: bool = False
    inherited: bool = False
    difference: str = ""
    explanation: str = ""
    inputs: dict[str, Shown] = {}
    expected: Shown | None = None
    received: Shown | None = None
    notes: tuple[str, ...] = ()


class GroupResult(msgspec.Struct, frozen=True, kw_only=True):
    """A group of cases: how many are right, and the points for it."""

    name: str
    visible_passed: int
    visible_total: int
    visible_score: float
    visible_max_score: float
    hidden_passed: int
    hidden_total: int
    hidden_score: float
    hidden_max_score: float
    hidden_differences: tuple[str, ...] = ()


class FunctionDetails(msgspec.Struct, frozen=True, kw_only=True, tag="function"):
    """What a `function` check found out.

    Attributes:
        misconception: The name of the mistake that explains every wrong answer, where one does.
        wrong_answers: A fingerprint of the wrong answers: students whose answers agree share it.
        convention: The accepted convention by which it was judged; none where that is the problem's own.
    """

    groups: tuple[GroupResult, ...]
    cases: tuple[CaseResult, ...]
    misconception: str | None = None
    wrong_answers: str | None = None
    convention: str | None = None


class AnswerResult(msgspec.Struct, frozen=True, kw_only=True):
    """One value that was asked for.

    Attributes:
        passed: Whether it is right; None where that is only found out after handing in.
        note: What is wrong with it, or how near it came.
        expected: The first accepted answer.
    """

    name: str
    place: str
    visible: bool
    passed: bool | None
    score: float
    max_score: float
    note: str = ""
    received: Shown | None = None
    expected: Shown | None = None


class ValuesDetails(msgspec.Struct, frozen=True, kw_only=True, tag="values"):
    """What a `values` check found."""

    answers: tuple[AnswerResult, ...]


class FoundUse(msgspec.Struct, frozen=True, kw_only=True):
    """A line that uses what is not allowed."""

    name: str
    file: str
    line: int
    within: tuple[str, ...] = ()


class SourceDetails(msgspec.Struct, frozen=True, kw_only=True, tag="source"):
    """What a `source` check found: forbidden uses, and what is required and not used.

    Attributes:
        doubts: What the text does not decide, called by the words why: for a person.
    """

    uses: tuple[FoundUse, ...]
    doubts: tuple[FoundUse, ...] = ()
    missing: tuple[str, ...] = ()
    voids: tuple[str, ...] = ()


class RubricLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a rubric."""

    points: float
    text: str


class WrittenDetails(msgspec.Struct, frozen=True, kw_only=True, tag="written"):
    """A free answer, for whoever marks it."""

    question: str
    answer: str
    rubric: tuple[RubricLine, ...]


Details: TypeAlias = (
    FunctionDetails
    | ValuesDetails
    | SourceDetails
    | WrittenDetails
    | ModelDetails
    | TrainingDetails
    | AutoencoderDetails
)
