"""A class, graded: a row for each submission, means and pass rates, and whose wrong answers agree."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import msgspec

from autograder.results import CheckResult, Environment, Grade, Outcome, Status


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
    """A submission: its score in all and by check; no score where there is none."""

    submission: str
    outcome: Outcome
    provisional: bool
    score: float | None
    max_score: float
    checks: dict[str, float | None]
    remark: str


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Students whose wrong answers to a check agree."""

    check: str
    submissions: tuple[str, ...]
    misconception: str | None
    message: str


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many submissions there are, and what became of them."""

    submissions: int
    graded: int
    unreadable: int
    provisional: int
    remaining: int


class ClassReport(msgspec.Struct, frozen=True, kw_only=True):
    """What ``class.json`` holds. For staff."""

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


def class_report(
    title: str, max_score: float, grades: Sequence[Grade], remaining: int, environment: Environment
) -> ClassReport:
    """Return the report of a class.

    Args:
        title: The assignment's title.
        max_score: The points that can be earned.
        grades: The grades there are, provisional ones among them.
        remaining: How many submissions have not been graded yet.
        environment: Where they were graded.
    """
    grades = sorted(grades, key=lambda grade: grade.submission)
    scores = [grade.score for grade in grades if grade.score is not None]
    return ClassReport(
        assignment=grades[0].assignment if grades else "",
        title=title,
        max_score=max_score,
        counts=Counts(
            submissions=len(grades) + remaining,
            graded=len(scores),
            unreadable=sum(grade.outcome is Outcome.UNREADABLE_SUBMISSION for grade in grades),
            provisional=sum(grade.provisional for grade in grades),
            remaining=remaining,
        ),
        mean=round(statistics.fmean(scores), 4) if scores else None,
        median=round(statistics.median(scores), 4) if scores else None,
        checks=tuple(_check_rate(name, grades) for name in _check_names(grades)),
        rows=tuple(_row(grade) for grade in grades),
        agreements=tuple(_agreements(grades)),
        environment=environment,
    )


def _check_names(grades: Sequence[Grade]) -> list[str]:
    return list(dict.fromkeys(check.name for grade in grades for check in grade.checks))


def _checks(name: str, grades: Sequence[Grade]) -> list[CheckResult]:
    return [check for grade in grades for check in grade.checks if check.name == name]


def _check_rate(name: str, grades: Sequence[Grade]) -> CheckRate:
    checks = _checks(name, grades)
    scores = [check.score for check in checks if check.score is not None]
    groups = list(
        dict.fromkeys(group.name for check in checks if check.details for group in check.details.groups)
    )
    return CheckRate(
        name=name,
        max_score=checks[0].max_score,
        mean=round(statistics.fmean(scores), 4) if scores else None,
        pass_rate=_rate(sum(check.status is Status.PASSED for check in checks), len(scores)),
        groups=tuple(
            GroupRate(
                name=group, pass_rate=_rate(sum(_passes(check, group) for check in checks), len(scores))
            )
            for group in groups
        ),
    )


def _passes(check: CheckResult, name: str) -> bool:
    return check.details is not None and any(
        group.name == name
        and group.visible_passed == group.visible_total
        and group.hidden_passed == group.hidden_total
        for group in check.details.groups
    )


def _rate(count: int, of: int) -> float:
    return round(count / of, 4) if of else 0.0


def _row(grade: Grade) -> Row:
    return Row(
        submission=grade.submission,
        outcome=grade.outcome,
        provisional=grade.provisional,
        score=grade.score,
        max_score=grade.max_score,
        checks={check.name: check.score for check in grade.checks},
        remark=_remark(grade),
    )


def _remark(grade: Grade) -> str:
    """Return the first thing to say of a submission, in one line."""
    for check in grade.checks:
        if check.status is Status.PASSED:
            continue
        if check.details is not None and check.details.misconception:
            return f"{check.name}: {check.details.misconception}"
        first, _, _ = check.message.partition("\n")
        return f"{check.name}: {first}"
    notes = [note for check in grade.checks for note in check.notes]
    return next(iter((*grade.notes, *notes)), "").partition("\n")[0]


def _agreements(grades: Sequence[Grade]) -> list[Agreement]:
    found: dict[tuple[str, str], list[tuple[str, CheckResult]]] = {}
    for grade in grades:
        for check in grade.checks:
            if check.details is not None and check.details.wrong_answers:
                key = (check.name, check.details.wrong_answers)
                found.setdefault(key, []).append((grade.submission, check))
    agreements = [
        Agreement(
            check=name,
            submissions=tuple(submission for submission, _ in students),
            misconception=students[0][1].details.misconception if students[0][1].details else None,
            message=f"these {len(students)} agree: look at the handout",
        )
        for (name, _), students in found.items()
        if len(students) > 1
    ]
    return sorted(agreements, key=lambda agreement: -len(agreement.submissions))
