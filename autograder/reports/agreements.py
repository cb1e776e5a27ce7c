"""Students whose wrong answers agree: a hint at the handout, or at each other."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from autograder.results import FunctionDetails, Grade


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Students whose wrong answers to a check agree."""

    check: str
    submissions: tuple[str, ...]
    misconception: str | None
    message: str


def agreements(grades: Sequence[Grade]) -> list[Agreement]:
    """Return whose wrong answers to a check agree, the most students first.

    Those who handed in together, one folder for all of them, agree by themselves: that is not told.
    """
    found: dict[tuple[str, str], list[tuple[str, FunctionDetails]]] = {}
    hand_ins: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for grade in grades:
        for check in grade.checks:
            if isinstance(check.details, FunctionDetails) and check.details.wrong_answers:
                key = (check.name, check.details.wrong_answers)
                found.setdefault(key, []).append((grade.submission, check.details))
                hand_ins.setdefault(key, set()).add(_hand_in(grade))
    agreed = [
        Agreement(
            check=name,
            submissions=tuple(submission for submission, _ in students),
            misconception=students[0][1].misconception,
            message=f"these {len(students)} agree: look at the handout",
        )
        for (name, answers), students in found.items()
        if len(hand_ins[name, answers]) > 1
    ]
    return sorted(agreed, key=lambda agreement: -len(agreement.submissions))


def _hand_in(grade: Grade) -> tuple[str, str]:
    """Return what those who handed in together share, and nobody else: where it came from, and its files."""
    source = grade.hand_in.source if grade.hand_in else ""
    return (source, grade.submission_digest) if source else ("", grade.submission)
