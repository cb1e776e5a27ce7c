"""A class, graded: a row for each submission, means and pass rates, and whose wrong answers agree."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import msgspec

from autograder.reports.agreements import Agreement, agreements
from autograder.results import (
    SAID_INSIDE,
    CheckResult,
    Environment,
    FunctionDetails,
    Grade,
    Outcome,
    SourceDetails,
    Status,
    ValuesDetails,
    awaits_review,
    is_fault,
    is_question,
)


class GroupRate(msgspec.Struct, frozen=True, kw_only=True):
    """How many of the class have a whole group right, from 0 to 1."""

    name: str
    pass_rate: float


class CheckRate(msgspec.Struct, frozen=True, kw_only=True):
    """A check over the class: its mean score, and how many passed, from 0 to 1."""

    name: str
    max_score: float
    mean: float | None
    pass_rate: float
    groups: tuple[GroupRate, ...]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A submission: its score in all and by check; no score where there is none.

    Attributes:
        version: Of the report.
        name: The student's name, where it is known.
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


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many submissions there are, and what became of them.

    Attributes:
        faults: Without a grade because of a fault of ours.
        reviews: Awaiting a person, for a free answer or for code.
        questions: Awaiting an answer to which file is meant.
        absent: Students of the roster who handed in nothing.
    """

    submissions: int
    graded: int
    unreadable: int
    provisional: int
    remaining: int
    faults: int = 0
    reviews: int = 0
    questions: int = 0
    late: int = 0
    absent: int = 0


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """What all grades of a class have in common."""

    assignment: str
    title: str
    max_score: float
    environment: Environment
    config_digest: str = ""
    cases_digest: str = ""


class ClassReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``class.json`` holds. For staff.

    Attributes:
        shard: ``"3/16"`` where this is a part of a class.
        run: Counts the class's reports, from 1; earlier ones are kept.
    """

    schema: str = "autograder/class/v1"
    assignment: str
    title: str
    max_score: float
    counts: Counts
    mean: float | None
    median: float | None
    checks: tuple[CheckRate, ...]
    rows: tuple[Row, ...]
    agreements: tuple[Agreement, ...]
    environment: Environment
    config_digest: str = ""
    cases_digest: str = ""
    shard: str | None = None
    run: int = 1


class Absent(msgspec.Struct, frozen=True, kw_only=True):
    """A student of the roster who handed in nothing.

    Attributes:
        points: What a person gave all the same, by check.
        remark: Why, and by whom.
    """

    id: str
    name: str | None = None
    points: dict[str, float] = {}
    remark: str = "handed in nothing"


def class_report(
    heading: Heading,
    grades: Sequence[Grade],
    remaining: int,
    *,
    absent: Sequence[Absent] = (),
    shard: str | None = None,
) -> ClassReport:
    """Return the report of a class.

    Args:
        heading: What all grades have in common.
        grades: The grades there are, provisional ones among them.
        remaining: How many submissions have not been graded yet.
        absent: Who handed in nothing.
        shard: Which part of the class this is.
    """
    grades = sorted(grades, key=lambda grade: grade.submission)
    scores = [grade.score for grade in grades if grade.score is not None]
    rows = [*map(row_of, grades), *(_absent_row(each, heading.max_score) for each in absent)]
    return ClassReport(
        assignment=heading.assignment,
        title=heading.title,
        max_score=heading.max_score,
        counts=_counts(grades, remaining, len(absent)),
        mean=round(statistics.fmean(scores), 4) if scores else None,
        median=round(statistics.median(scores), 4) if scores else None,
        checks=tuple(_check_rate(name, grades) for name in _check_names(grades)),
        rows=tuple(sorted(rows, key=lambda row: row.submission)),
        agreements=tuple(agreements(grades)),
        environment=heading.environment,
        config_digest=heading.config_digest,
        cases_digest=heading.cases_digest,
        shard=shard,
    )


def _counts(grades: Sequence[Grade], remaining: int, absent: int) -> Counts:
    return Counts(
        submissions=len(grades) + remaining,
        graded=sum(grade.score is not None for grade in grades),
        unreadable=sum(
            grade.outcome is Outcome.UNREADABLE_SUBMISSION and not is_question(grade) for grade in grades
        ),
        provisional=sum(grade.provisional for grade in grades),
        remaining=remaining,
        faults=sum(is_fault(grade) for grade in grades),
        reviews=sum(awaits_review(grade) for grade in grades),
        questions=sum(is_question(grade) for grade in grades),
        late=sum(bool(grade.hand_in and grade.hand_in.is_late) for grade in grades),
        absent=absent,
    )


def _absent_row(absent: Absent, max_score: float) -> Row:
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
    )


def _check_names(grades: Sequence[Grade]) -> list[str]:
    return list(dict.fromkeys(check.name for grade in grades for check in grade.checks))


def _checks(name: str, grades: Sequence[Grade]) -> list[CheckResult]:
    return [check for grade in grades for check in grade.checks if check.name == name]


def _check_rate(name: str, grades: Sequence[Grade]) -> CheckRate:
    checks = _checks(name, grades)
    scores = [check.score for check in checks if check.score is not None]
    groups = list(dict.fromkeys(group for check in checks for group in _parts(check)))
    return CheckRate(
        name=name,
        max_score=checks[0].max_score,
        mean=round(statistics.fmean(scores), 4) if scores else None,
        pass_rate=_rate(sum(check.status is Status.PASSED for check in checks), len(scores)),
        groups=tuple(
            GroupRate(
                name=group,
                pass_rate=_rate(sum(_parts(check).get(group, False) for check in checks), len(scores)),
            )
            for group in groups
        ),
    )


def _parts(check: CheckResult) -> dict[str, bool]:
    """Return whether each part of a check is all right: its groups of cases, or its values."""
    match check.details:
        case FunctionDetails(groups=groups):
            return {
                group.name: group.visible_passed == group.visible_total
                and group.hidden_passed == group.hidden_total
                for group in groups
            }
        case ValuesDetails(answers=answers):
            return {answer.name: answer.passed is True for answer in answers}
    return {}


def _rate(count: int, of: int) -> float:
    return round(count / of, 4) if of else 0.0


def row_of(grade: Grade) -> Row:
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
