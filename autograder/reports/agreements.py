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
    """Return whose wrong answers to a check agree, the most students first."""
    found: dict[tuple[str, str], list[tuple[str, FunctionDetails]]] = {}
    for grade in grades:
        for check in grade.checks:
            if isinstance(check.details, FunctionDetails) and check.details.wrong_answers:
                key = (check.name, check.details.wrong_answers)
                found.setdefault(key, []).append((grade.submission, check.details))
    agreed = [
        Agreement(
            check=name,
            submissions=tuple(submission for submission, _ in students),
            misconception=students[0][1].misconception,
            message=f"these {len(students)} agree: look at the handout",
        )
        for (name, _), students in found.items()
        if len(students) > 1
    ]
    return sorted(agreed, key=lambda agreement: -len(agreement.submissions))
