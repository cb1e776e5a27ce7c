"""Gradescope's ``results.json``."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from autograder.reports.entries import entries, is_without_grade, summary, totals
from autograder.reports.entry import Entry, Result, State, Trust
from autograder.reports.text import harmless
from autograder.results import data_note

_MOST_PRINTED = 20_000


class Visibility(StrEnum):
    """When students see a test."""

    VISIBLE = "visible"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"


def gradescope(result: Result, hidden: Visibility = Visibility.AFTER_PUBLISHED) -> dict[str, Any]:
    """Return a result as Gradescope reads it.

    What awaits a person has no score, and the total is that of the rest: Gradescope asks for one then.
    Where nothing may stand as a grade there is no score at all, so that Gradescope tells that the autograder
    failed: a fault of ours is never a zero.

    Args:
        result: What was found.
        hidden: When students see what is said of hidden cases.
    """
    found = entries(result)
    is_scored = not is_without_grade(result)
    shown: dict[str, Any] = {
        "execution_time": round(result.seconds),
        "output": harmless(_output(result)),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "trust": result.trust.value,
            "is_complete": result.is_complete,
            "max_score": totals(result)[1],
            "walls": result.feedback.walls,
        },
        "tests": [_test(entry, result.trust, hidden, is_scored=is_scored) for entry in found],
    }
    if not is_scored or not result.is_complete:
        return shown
    score, _ = totals(result)
    known = sum(entry.score or 0.0 for entry in found) if score is None else score
    return {"score": round(known, 2), **shown}


def not_finished(said: str) -> dict[str, Any]:
    """Return a file for as long as there is no result. It has no score: Gradescope then tells of a fault."""
    return {
        "output": harmless(said),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
    }


def _output(result: Result) -> str:
    note = data_note(result.feedback.dataset)
    parts = [] if note is None else [f"Note: {note}"]
    if result.trust is Trust.UNVERIFIED or not result.is_complete:
        parts = [summary(result)]  # which says so too
    if result.feedback.provisional and result.is_complete:
        parts.append("This is no final total: something awaits a person, or the grader.")
    parts += [f"Note: {note}" for note in result.feedback.notes]
    if printed := result.feedback.printed.strip():
        parts.append(f"Printed:\n{printed[:_MOST_PRINTED]}")
    return "\n\n".join(parts)


def _test(entry: Entry, trust: Trust, hidden: Visibility, *, is_scored: bool) -> dict[str, Any]:
    said = [entry.text, f"Hint: {entry.hint}" if entry.hint else ""]
    test: dict[str, Any] = {
        "name": harmless(entry.name),
        "name_format": "text",
        "max_score": round(entry.max_score, 4),
        "output": harmless("\n\n".join(part for part in said if part)),
        "output_format": "text",
        "tags": [entry.check, trust.value],
        "visibility": (hidden if entry.is_hidden else Visibility.VISIBLE).value,
        "extra_data": {"state": entry.state.value},
    }
    if is_scored and entry.score is not None:
        test["score"] = round(entry.score, 4)
    if entry.state in (State.PASSED, State.FAILED):
        test["status"] = entry.state.value
    return test
