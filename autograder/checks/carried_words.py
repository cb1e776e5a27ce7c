"""What is said of a mistake that is carried forward: which one it is, and what it cost where."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from autograder.checks.check import Check
from autograder.checks.function import FunctionCheck
from autograder.results import CheckResult, FunctionDetails


def with_carried_words(checks: Sequence[Check], results: Sequence[CheckResult]) -> tuple[CheckResult, ...]:
    """Return the results; of a function that builds on another, with what the other's mistake did to it."""
    by_name = {result.name: result for result in results}
    return tuple(
        structs.replace(
            result, notes=(*result.notes, *_notes(check, result, by_name[check.config.builds_on]))
        )
        if isinstance(check, FunctionCheck) and check.config.builds_on in by_name
        else result
        for check, result in zip(checks, results, strict=True)
    )


def _notes(check: FunctionCheck, result: CheckResult, basis: CheckResult) -> list[str]:
    if not isinstance(result.details, FunctionDetails):
        return []
    mistake = basis.details.misconception if isinstance(basis.details, FunctionDetails) else None
    own = f"your own {basis.name}" + (f" ({mistake})" if mistake else "")
    carried = sum(case.carried for case in result.details.cases)
    inherited = [case for case in result.details.cases if case.inherited]
    notes = []
    if carried:
        lost = round(basis.max_score - (basis.score or 0.0), 2)
        are = "case is" if carried == 1 else "cases are"
        notes.append(
            f"{carried} {are} right with {own}: its mistake cost {lost:g} of {basis.max_score:g} points in "
            f"{basis.name}, and nothing here"
        )
    if inherited:
        are = "case is" if len(inherited) == 1 else "cases are"
        cost = sum(_worth(check, result.details, case.group, case.visible) for case in inherited)
        notes.append(
            f"{len(inherited)} {are} wrong only through {own}, and cost {cost:.2g} points here: {basis.name} "
            "is wrong in such cases more often than where it was judged itself, which does not pay for them"
        )
    return notes


def _worth(check: FunctionCheck, details: FunctionDetails, name: str, visible: bool) -> float:
    """Return what one case of a group gives."""
    group = next(each for each in details.groups if each.name == name)
    points = check.config.points[name]
    return points.visible / group.visible_total if visible else points.hidden / group.hidden_total
