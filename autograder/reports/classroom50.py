"""Classroom 50's ``result.json``. Points are whole numbers there: a hundredth of ours is one of theirs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from autograder.reports.entries import entries
from autograder.reports.entry import Entry, Result, State
from autograder.reports.text import harmless

SCHEMA = "classroom50/result/v1"
SCALE = 100
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z")


def classroom50(result: Result, environment: Mapping[str, str], now: datetime) -> dict[str, Any]:
    """Return a result as Classroom 50 reads it.

    Args:
        result: What was found.
        environment: What Classroom 50's runner sets: ``CLASSROOM``, ``SUBMISSION_TAG`` and so on. What it
            does not set is an empty text.
        now: The time, with a zone.
    """
    tests = [_test(entry, result) for entry in entries(result)]
    time = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    submission = environment.get("SUBMISSION_TAG", "")
    commit = environment.get("COMMIT_URL", "")
    return {
        "schema": SCHEMA,
        "classroom": environment.get("CLASSROOM", ""),
        "assignment": environment.get("ASSIGNMENT") or result.feedback.assignment,
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "owner": environment.get("OWNER") or environment.get("USERNAME", ""),
        "submission": submission,
        "commit": commit,
        "release": environment.get("RELEASE_URL", ""),
        "review": environment.get("REVIEW_URL") or commit,
        "datetime": _handed_in(submission) or time,
        "graded_at": time,
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def _test(entry: Entry, result: Result) -> dict[str, Any]:
    """Return one entry. Fields beyond the documented four are kept by Classroom 50 as they are."""
    return {
        "test-name": harmless(f"{entry.name} ({result.trust.value})"),
        "passed": entry.state is State.PASSED,
        "score": round(SCALE * (entry.score or 0.0)),
        "max-score": 0 if entry.state is State.OPEN else round(SCALE * entry.max_score),
        "trust": result.trust.value,
        "output": harmless(entry.text),
    }


def _handed_in(submission: str) -> str | None:
    """Return the time that a submission's tag tells, which no regrade changes.

    >>> _handed_in("submit/2026-06-01T14-32-05Z-a1b2c3d")
    '2026-06-01T14:32:05Z'
    """
    found = _TIME.search(submission)
    return f"{found[1]}T{found[2]}:{found[3]}:{found[4]}Z" if found else None
