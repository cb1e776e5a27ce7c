"""What a `function` check says: the message and the hint of its result, in words."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from autograder.checks.comparison import Kind
from autograder.checks.diagnosis import HINTS
from autograder.observation import Loading
from autograder.problems.problem import Misconception
from autograder.results import CaseResult, GroupResult, Outcome
from autograder.wire.messages import Error

PROTOCOL_BROKEN = "the process sent what only the grader's own code may send, which earns nothing"


def explain_error(error: Error) -> str:
    """Return an exception as: type, message, and the line of the submission where it arose."""
    text = f"{error.type}: {error.message}" if error.message else error.type
    if not error.traceback:
        return text
    last = error.traceback[-1]
    return f"{text}\n  {last.file}, line {last.line}: {last.source}"


def why_missing(function: str, loading: Loading) -> tuple[Outcome, str, str]:
    """Return why a function is not there: outcome, message and hint."""
    if loading.stopped is not None:
        return loading.stopped.outcome, loading.stopped.message, "Put your own tests under a main guard."
    if loading.unreadable is not None:
        return Outcome.UNREADABLE_SUBMISSION, loading.unreadable, ""
    if loading.error is not None:
        message = f"{function} is not defined: the file ended before with {loading.error.type}"
        return Outcome.SUBMISSION_ERROR, message, "Mend the error that is named above, and run again."
    lowered = {name.lower(): name for name in loading.functions}
    near = difflib.get_close_matches(function.lower(), lowered, n=1)
    there = ", ".join(loading.functions[:12]) or "no function at all"
    hint = f"Did you mean {lowered[near[0]]}? It must be called {function}." if near else HINTS[Kind.MISSING]
    return Outcome.SUBMISSION_ERROR, f"expected a function {function}; the file defines {there}", hint


def lead_of(kinds: Sequence[Kind | None], misconception: Misconception | None) -> str:
    """Return what is wrong in a few words, where one thing explains it all."""
    if misconception is not None:
        return misconception.name
    found = {kind for kind in kinds if kind is not None} - {Kind.NOT_RUN}
    return str(found.pop()) if len(found) == 1 else ""


def message_of(groups: Sequence[GroupResult], cases: Sequence[CaseResult], lead: str) -> str:
    """Return how many cases are right, after what is wrong in a few words."""
    right = sum(case.passed for case in cases)
    if right == len(cases):
        return f"all {len(cases)} cases are right"
    wrong = [
        f"{group.name} {group.visible_passed + group.hidden_passed} of "
        f"{group.visible_total + group.hidden_total}"
        for group in groups
        if group.visible_passed + group.hidden_passed < group.visible_total + group.hidden_total
    ]
    counts = f"{right} of {len(cases)} cases are right; {', '.join(wrong)}"
    if lead == PROTOCOL_BROKEN:
        return f"{lead}: {counts}"
    alone = [
        group.name
        for group in groups
        if group.visible_passed and group.hidden_total and not group.hidden_passed
    ]
    if alone:
        counts += f". Right on the handout's example only, which earns nothing: {', '.join(alone)}"
    return f"{lead}: {counts}" if lead else counts


def hint_of(
    cases: Sequence[CaseResult], kinds: Sequence[Kind | None], misconception: Misconception | None
) -> str:
    """Return what the student could try."""
    if misconception is not None:
        return misconception.explanation
    return next((HINTS[kind] for case, kind in zip(cases, kinds, strict=True) if kind is not None), "")
