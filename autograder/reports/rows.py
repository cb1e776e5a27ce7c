"""The rows of a class: one for each submission, and for each student of the roster who handed in nothing."""

from __future__ import annotations

from collections.abc import Container, Sequence

import msgspec

from autograder.results import (
    SAID_INSIDE,
    CheckResult,
    FunctionDetails,
    Grade,
    Outcome,
    SourceDetails,
    Status,
)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A submission: its score in all and by check; no score where there is none.

    Attributes:
        version: Of the report.
        name: The student's name, where it is known.
        roster_id: What the roster calls the student, where that is certain.
        handed_in: False for a student of the roster who handed in nothing.
    """

    submission: str
    outcome: Outcome
    provisional: bool
    score: float | None
    max_score: float
    checks: dict[str, float | None]
    remark: str
    version: int = 1
    name: str | None = None
    attempt: int = 1
    is_late: bool | None = None
    handed_in: bool = True
    roster_id: str | None = None


class Absent(msgspec.Struct, frozen=True, kw_only=True):
    """A student of the roster who handed in nothing.

    Attributes:
        roster_id: What the roster calls the student; `id` can be a folder's name.
        points: What a person gave all the same, by check.
        remark: Why, and by whom.
    """

    id: str
    name: str | None = None
    roster_id: str | None = None
    points: dict[str, float] = {}
    remark: str = "handed in nothing"


class Roll(msgspec.Struct, frozen=True, kw_only=True):
    """What a roster adds to a class.

    Attributes:
        absent: Who of it handed in nothing.
        ids: What it calls those who handed in, by their ids here, where that is certain.
    """

    absent: tuple[Absent, ...] = ()
    ids: dict[str, str] = {}


NO_ROLL = Roll()


def roll_of(rows: Sequence[Row], students: Container[str]) -> Roll:
    """Return what the roster of an earlier report said; who is among these students is not absent."""
    return Roll(
        absent=tuple(
            Absent(id=row.submission, name=row.name, roster_id=row.roster_id)
            for row in rows
            if not row.handed_in and row.submission not in students
        ),
        ids={row.submission: row.roster_id for row in rows if row.handed_in and row.roster_id is not None},
    )


def row_of(grade: Grade, roster_id: str | None = None) -> Row:
    """Return the row of a grade."""
    return Row(
        submission=grade.submission,
        outcome=grade.outcome,
        provisional=grade.provisional,
        score=grade.score,
        max_score=grade.max_score,
        checks={check.name: check.score for check in grade.checks},
        remark=_remark(grade),
        version=grade.version,
        name=grade.hand_in.name if grade.hand_in else None,
        attempt=grade.hand_in.attempt if grade.hand_in else 1,
        is_late=grade.hand_in.is_late if grade.hand_in else None,
        roster_id=roster_id,
    )


def absent_row(absent: Absent, max_score: float) -> Row:
    """Return the row of a student who handed in nothing."""
    return Row(
        submission=absent.id,
        outcome=Outcome.COMPLETED,
        provisional=False,
        score=round(sum(absent.points.values()), 2),
        max_score=max_score,
        checks=dict(absent.points),
        remark=absent.remark,
        name=absent.name,
        handed_in=False,
        roster_id=absent.roster_id,
    )


def _when_to_say(check: CheckResult) -> int:
    """Return when a check has its turn: what is open comes after what is known, free answers last."""
    return (check.status is Status.NEEDS_REVIEW) * (1 + (check.kind == "written"))


def _voided(grade: Grade) -> dict[str, str]:
    """Return why a failed check takes the points of others, by their names."""
    return {
        name: f"{check.name}: {check.message}".partition("\n")[0]
        for check in (check for check in grade.checks if check.status is Status.FAILED)
        for name in (check.details.voids if isinstance(check.details, SourceDetails) else ())
    }


def _remark(grade: Grade) -> str:
    """Return the first thing to say of a submission, in one line."""
    if grade.outcome is Outcome.UNREADABLE_SUBMISSION and grade.checks:
        return grade.checks[0].message.partition("\n")[0]
    void = _voided(grade)
    for check in sorted(grade.checks, key=lambda check: (check.name not in void, _when_to_say(check))):
        if check.status is Status.PASSED:
            continue
        if check.override is not None:
            return f"{check.name}: {check.override.reason} ({check.override.grader})"
        if check.name in void:
            return f"{check.name}: no points, because of {void[check.name]}"
        if isinstance(check.details, FunctionDetails) and check.details.misconception:
            return f"{check.name}: {check.details.misconception}"
        return f"{check.name}: {check.message}".partition("\n")[0]
    notes = [*grade.notes, *(note for check in grade.checks for note in check.notes)]
    said = (note for note in notes if not note.startswith(SAID_INSIDE))
    return next(said, "").partition("\n")[0]
