"""What a student gets to see of a grade: an allow list, so that a new field is hidden until named here.

Visible cases in full; of hidden ones, each group's count and the kinds of difference.
"""

from __future__ import annotations

import msgspec

from autograder.results import CaseResult, CheckResult, Grade, GroupResult, Outcome, Status


class CheckFeedback(msgspec.Struct, frozen=True, kw_only=True):
    """One check, as the student sees it."""

    name: str
    kind: str
    outcome: Outcome
    status: Status
    score: float | None
    max_score: float
    message: str
    hint: str
    notes: tuple[str, ...]
    groups: tuple[GroupResult, ...]
    visible_cases: tuple[CaseResult, ...]


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """A grade, as the student sees it."""

    schema: str = "autograder/feedback/v1"
    assignment: str
    submission: str
    outcome: Outcome
    provisional: bool
    score: float | None
    max_score: float
    checks: tuple[CheckFeedback, ...]
    notes: tuple[str, ...]
    printed: str
    walls: str
    dataset: str | None


def feedback(grade: Grade) -> Feedback:
    """Return what a student may see of a grade."""
    return Feedback(
        assignment=grade.assignment,
        submission=grade.submission,
        outcome=grade.outcome,
        provisional=grade.provisional,
        score=grade.score,
        max_score=grade.max_score,
        checks=tuple(_check(check) for check in grade.checks),
        notes=grade.notes,
        printed=grade.printed,
        walls=grade.environment.walls,
        dataset=grade.environment.dataset,
    )


def _check(check: CheckResult) -> CheckFeedback:
    ours = check.status is Status.ERROR
    return CheckFeedback(
        name=check.name,
        kind=check.kind,
        outcome=check.outcome,
        status=check.status,
        score=check.score,
        max_score=check.max_score,
        message="not graded yet: a fault of the grader, not yours" if ours else check.message,
        hint=check.hint,
        notes=check.notes,
        groups=check.details.groups if check.details else (),
        visible_cases=tuple(case for case in check.details.cases if case.visible) if check.details else (),
    )
