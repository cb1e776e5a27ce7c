"""The attempts of a student: which are graded, and which one counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TypeAlias

from msgspec import structs

from autograder.config import AssignmentConfig
from autograder.results import Grade, HandInInfo, is_fault
from autograder.submission import AmbiguousSubmission, HandIn, Submission, UnreadableSubmission

Attempt: TypeAlias = Submission | UnreadableSubmission | AmbiguousSubmission


def counting(hand_in: HandIn, config: AssignmentConfig) -> list[Attempt]:
    """Return the attempts that are to be graded: the last, or each, in a folder of its own."""
    if config.attempts == "last" or len(hand_in.attempts) == 1:
        return [dataclasses.replace(hand_in.attempts[-1], id=hand_in.student)]
    return [
        dataclasses.replace(attempt, id=f"{hand_in.student}/attempts/{number}")
        for number, attempt in enumerate(hand_in.attempts, start=1)
    ]


def best(hand_in: HandIn, by_attempt: dict[str, Grade]) -> Grade:
    """Return the grade of the attempt with the most points, the later of two with the same, as the student's.

    Points that are not known yet count as none: what a person has still to mark may change the choice.
    """
    grades = [by_attempt[name] for name in sorted(by_attempt, key=_number)]
    if faulty := [grade for grade in grades if is_fault(grade)]:
        return structs.replace(faulty[-1], submission=hand_in.student, version=1)
    known = [sum(check.score or 0.0 for check in grade.checks) for grade in grades]
    number = max(range(len(grades)), key=lambda index: (known[index], index))
    note = f"attempt {number + 1} of {len(grades)} counts: the best one"
    found = grades[number]
    return structs.replace(found, submission=hand_in.student, notes=(note, *found.notes), version=1)


def hand_in_info(hand_in: HandIn, grade: Grade) -> HandInInfo:
    """Return how the attempt that counts was handed in."""
    fitting = [number for number, digest in enumerate(_digests(hand_in)) if digest == grade.submission_digest]
    received = hand_in.attempts[fitting[-1] if fitting else -1].received
    if received is None:
        return HandInInfo(attempts=len(hand_in.attempts))
    return HandInInfo(
        attempt=received.attempt,
        attempts=len(hand_in.attempts),
        time=received.time.isoformat() if received.time else None,
        is_late=received.is_late,
        name=received.name,
        source=received.source,
    )


def _digests(hand_in: HandIn) -> Sequence[str]:
    return [getattr(attempt, "digest", "") for attempt in hand_in.attempts]


def _number(attempt: str) -> int:
    return int(attempt.rpartition("/")[2])
