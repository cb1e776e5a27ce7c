"""A grade: one submission's results, frozen, from which every report is made."""

from __future__ import annotations

import msgspec

from autograder.results.cells import CellResult
from autograder.results.dataset import Dataset
from autograder.results.details import Details
from autograder.results.enums import Outcome, Status

SAID_INSIDE = "while it ran: "
"""Before a note that a worker made: it is for reading, and the grader believes none of it."""


class Override(msgspec.Struct, frozen=True, kw_only=True):
    """Points that a person gave in the place of what was found.

    Attributes:
        found_score: The score that was found; None for a free answer.
        found_status: The status that was found.
    """

    points: float
    reason: str
    grader: str
    found_score: float | None
    found_status: Status


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
    details: Details | None = None
    override: Override | None = None


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
    dataset: Dataset | None = None


class HandInInfo(msgspec.Struct, frozen=True, kw_only=True):
    """How the work was handed in, as far as anybody told.

    Attributes:
        attempt: Which attempt this is, from 1.
        attempts: How many there are.
        time: When, in ISO 8601.
        is_late: Whether it came after the deadline; None where nothing tells.
        name: The student's name.
        source: The folder or file that it came from.
    """

    attempt: int = 1
    attempts: int = 1
    time: str | None = None
    is_late: bool | None = None
    name: str | None = None
    source: str = ""


class Grade(msgspec.Struct, frozen=True, kw_only=True):
    """One submission, graded. A provisional grade has no final total.

    Attributes:
        version: Counts the reports of this submission, from 1; earlier ones are kept.
        cells: How the cells of a notebook ran.
    """

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
    version: int = 1
    hand_in: HandInInfo | None = None
    cells: tuple[CellResult, ...] = ()


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


def with_checks(grade: Grade, checks: tuple[CheckResult, ...]) -> Grade:
    """Return a grade of the same submission with other results, and what follows from them."""
    score, provisional = total(checks)
    return msgspec.structs.replace(
        grade,
        checks=checks,
        score=score,
        provisional=provisional,
        outcome=first_outcome([check.outcome for check in checks]),
        max_score=round(sum(check.max_score for check in checks), 2),
    )


def is_fault(grade: Grade) -> bool:
    """Return whether a fault of ours kept something of a grade from being found."""
    return any(check.status is Status.ERROR for check in grade.checks)


def is_whole(grade: Grade) -> bool:
    """Return whether every check has been run, whatever a person gave points for."""
    found = [check.override.found_status if check.override else check.status for check in grade.checks]
    return Status.SKIPPED not in found


def is_question(grade: Grade) -> bool:
    """Return whether somebody has to say which file is meant before anything can be graded."""
    return grade.outcome is Outcome.UNREADABLE_SUBMISSION and grade.provisional


def awaits_review(grade: Grade) -> bool:
    """Return whether a person has to mark a free answer, or to look at code."""
    reviewed = [check for check in grade.checks if check.status is Status.NEEDS_REVIEW]
    return bool(reviewed) and not is_question(grade)
