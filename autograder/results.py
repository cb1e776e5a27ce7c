"""The result of grading: frozen values, from which every report is made."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec


class Outcome(StrEnum):
    """How the running of a check ended."""

    COMPLETED = "completed"
    SUBMISSION_ERROR = "submission_error"
    UNREADABLE_SUBMISSION = "unreadable_submission"
    TIMEOUT = "timeout"
    MEMORY_LIMIT = "memory_limit"
    DEVICE_MEMORY_LIMIT = "device_memory_limit"
    OUTPUT_LIMIT = "output_limit"
    CRASHED = "crashed"
    PROTOCOL_VIOLATION = "protocol_violation"
    GRADER_ERROR = "grader_error"


class Status(StrEnum):
    """What a check says of the work. ``error`` is a fault of ours, and has no score."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"
    NEEDS_REVIEW = "needs_review"
    ERROR = "error"


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
        difference: The kind of difference, in a few words; empty where the case passed.
        explanation: The same in full, naming expected and received; it may quote the submission.
    """

    group: str
    title: str
    visible: bool
    passed: bool
    outcome: Outcome
    call: str
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
    """

    groups: tuple[GroupResult, ...]
    cases: tuple[CaseResult, ...]
    misconception: str | None = None
    wrong_answers: str | None = None


class CheckResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one check says. ``score`` is None where no score could be found, which is never a zero."""

    name: str
    kind: str
    outcome: Outcome
    status: Status
    score: float | None
    max_score: float
    message: str
    hint: str = ""
    notes: tuple[str, ...] = ()
    details: FunctionDetails | None = None


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds by the grader's clock, and of the workers' processors."""

    wall_seconds: float
    worker_cpu_seconds: float


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """Where a grade was made: all of it may change a grade, and is compared before one is reused."""

    autograder: str
    code_digest: str
    python: str
    numpy: str
    tensorflow: str | None
    packages_digest: str
    device: str
    walls: str
    dataset: str | None = None


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """One submission, graded. A provisional grade has no final total."""

    schema: str = "autograder/report/v1"
    assignment: str
    submission: str
    outcome: Outcome
    provisional: bool
    score: float | None
    max_score: float
    checks: tuple[CheckResult, ...]
    notes: tuple[str, ...] = ()
    printed: str = ""
    printed_hidden: str = ""
    timing: Timing
    environment: Environment
    config_digest: str
    submission_digest: str
    cases_digest: str


def total(checks: tuple[CheckResult, ...]) -> tuple[float | None, bool]:
    """Return the sum of the scores, and whether the grade is provisional; its score is then None."""
    provisional = any(
        check.score is None or check.status in (Status.ERROR, Status.NEEDS_REVIEW) for check in checks
    )
    if provisional:
        return None, True
    return round(sum(check.score or 0.0 for check in checks), 2), False


def first_outcome(outcomes: list[Outcome]) -> Outcome:
    """Return the first outcome that is not `completed`, or `completed`."""
    return next((outcome for outcome in outcomes if outcome is not Outcome.COMPLETED), Outcome.COMPLETED)
