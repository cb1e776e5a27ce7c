"""A class, graded: a row for each submission, means and pass rates, and whose wrong answers agree."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import msgspec

from autograder.reports.agreements import Agreement, agreements
from autograder.reports.rows import NO_ROLL, Roll, Row, absent_row, row_of
from autograder.results import (
    CheckResult,
    Environment,
    FunctionDetails,
    Grade,
    Outcome,
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


def class_report(
    heading: Heading,
    grades: Sequence[Grade],
    remaining: int,
    *,
    roll: Roll = NO_ROLL,
    shard: str | None = None,
) -> ClassReport:
    """Return the report of a class.

    Args:
        heading: What all grades have in common.
        grades: The grades there are, provisional ones among them.
        remaining: How many submissions have not been graded yet.
        roll: What the roster adds.
        shard: Which part of the class this is.
    """
    grades = sorted(grades, key=lambda grade: grade.submission)
    scores = [grade.score for grade in grades if grade.score is not None]
    rows = [row_of(grade, roll.ids.get(grade.submission)) for grade in grades]
    rows += [absent_row(each, heading.max_score) for each in roll.absent]
    return ClassReport(
        assignment=heading.assignment,
        title=heading.title,
        max_score=heading.max_score,
        counts=_counts(grades, remaining, len(roll.absent)),
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
