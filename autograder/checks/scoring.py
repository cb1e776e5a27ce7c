"""Points by group of cases."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.config import GroupPoints
from autograder.results import CaseResult, GroupResult


def group_result(
    name: str, points: GroupPoints, cases: Sequence[CaseResult], *, earns: bool, shows: bool
) -> GroupResult:
    """Return the points of a group: a share for each case that is right.

    Args:
        name: The group.
        points: What it gives.
        cases: The cases of all groups, judged.
        earns: Whether there are points at all.
        shows: Whether a hidden case shows that the function is more than the examples' answers, which are
            printed in the handout and alone show nothing.
    """
    visible = [case for case in cases if case.group == name and case.visible]
    hidden = [case for case in cases if case.group == name and not case.visible]
    visible_passed, hidden_passed = (sum(case.passed for case in part) for part in (visible, hidden))
    counts = earns and (not hidden or shows)
    return GroupResult(
        name=name,
        visible_passed=visible_passed,
        visible_total=len(visible),
        visible_score=_share(points.visible, visible_passed, len(visible)) if counts else 0.0,
        visible_max_score=points.visible,
        hidden_passed=hidden_passed,
        hidden_total=len(hidden),
        hidden_score=_share(points.hidden, hidden_passed, len(hidden)) if earns else 0.0,
        hidden_max_score=points.hidden,
        # One of them: a list would be a channel through which hidden inputs could be told.
        hidden_differences=tuple(case.difference for case in hidden if not case.passed)[:1],
    )


def nothing_earned(name: str, points: GroupPoints, cases: Sequence[tuple[str, bool]]) -> GroupResult:
    """Return a group of which no case was run.

    Args:
        name: The group.
        points: What it gives.
        cases: Of each case, its group and whether it is visible.
    """
    return GroupResult(
        name=name,
        visible_passed=0,
        visible_total=cases.count((name, True)),
        visible_score=0.0,
        visible_max_score=points.visible,
        hidden_passed=0,
        hidden_total=cases.count((name, False)),
        hidden_score=0.0,
        hidden_max_score=points.hidden,
    )


def _share(points: float, passed: int, count: int) -> float:
    return round(points * passed / count, 4) if count else 0.0
