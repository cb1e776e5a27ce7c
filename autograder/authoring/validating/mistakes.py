"""The known wrong ways to solve a problem: each must lose points, and be told by its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.authoring.validating.report import Finding, MistakeTried
from autograder.checks.check import Seen
from autograder.checks.diagnosis import PreparedCase, prepare
from autograder.checks.function import FunctionCheck
from autograder.observation import Loading, Observation, Raised, Returned
from autograder.problems.checking import quietly
from autograder.problems.problem import Misconception
from autograder.results import FunctionDetails
from autograder.wire.messages import Error


def mistakes_tried(check: FunctionCheck, accept: Sequence[str] = ()) -> list[MistakeTried]:
    """Answer a check's cases by each of its problem's misconceptions, here: they are functions of ours.

    A mistake that shows in no other cases than those that the check leaves out is none here; nor is one
    that answers all of them as a convention does that counts too.

    Args:
        check: The check, by the problem's own signature and convention.
        accept: The conventions that count too.
    """
    with np.errstate(all="ignore"):
        misconceptions = [each for each in check.problem.misconceptions if not _counts(check, each, accept)]
        tried = [(each, _tried(check, each)) for each in misconceptions]
        return [found for each, found in tried if found.groups or not _is_left_out(check, each)]


def mistake_findings(tried: MistakeTried) -> Iterator[Finding]:
    """Return what is wrong with how a misconception fared."""
    where = f"{tried.check}, {tried.name}"
    if tried.score >= tried.max_score or not tried.groups:
        message = f"expected a misconception to lose points; it keeps all {tried.score:g}"
        yield Finding(kind="misconception", where=where, message=message)
    elif tried.named != tried.name:
        named = f'"{tried.named}"' if tried.named else "nothing"
        message = f"expected the report to name it; it names {named}"
        yield Finding(kind="misconception", where=where, message=message)


def _counts(check: FunctionCheck, misconception: Misconception, accept: Sequence[str]) -> bool:
    """Return whether a misconception gives what an accepted convention gives."""
    cases = (*check.visible, *check.hidden)
    seen = _observed(misconception.function, cases)
    for name in accept:
        convention = check.problem.conventions[name]
        by_it = [prepare(check.problem, each.case, each.style, convention) for each in cases]
        if all(check.differ(case, each) is None for case, each in zip(by_it, seen, strict=True)):
            return True
    return False


def _is_left_out(check: FunctionCheck, misconception: Misconception) -> bool:
    """Return whether a misconception shows in cases that the check leaves out."""
    cases = [prepare(check.problem, case) for case in check.left_out]
    seen = _observed(misconception.function, cases)
    return any(check.differ(case, each) is not None for case, each in zip(cases, seen, strict=True))


def _tried(check: FunctionCheck, misconception: Misconception) -> MistakeTried:
    loading = Loading(frozenset({check.function}), (check.function,))
    seen = Seen(
        _observed(misconception.function, check.visible), _observed(misconception.function, check.hidden)
    )
    result = check.judge(loading, seen)
    assert isinstance(result.details, FunctionDetails)
    assert result.score is not None
    named = result.details.misconception
    return MistakeTried(
        check=check.name,
        name=misconception.name,
        # Of two that give the same for the cases that are left, either may be named.
        named=misconception.name if named is not None and check.left_out else named,
        score=result.score,
        max_score=check.max_score,
        groups=tuple(
            group.name
            for group in result.details.groups
            if group.visible_passed < group.visible_total or group.hidden_passed < group.hidden_total
        ),
    )


def _observed(function: Callable[..., Any], cases: Sequence[PreparedCase]) -> list[Observation]:
    """Return what a function answers; it gets copies, since it may change what it is given."""
    seen: list[Observation] = []
    for prepared in cases:
        inputs = {
            name: value.copy() if isinstance(value, np.ndarray) else value
            for name, value in prepared.case.inputs.items()
        }
        try:
            with quietly():
                seen.append(Returned(function(**inputs)))
        except Exception as error:
            seen.append(Raised(Error(type(error).__name__, str(error), [])))
    return seen
