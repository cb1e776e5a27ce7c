"""Alternative conventions: a check is judged as a whole by each that is accepted, never by a mixture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from autograder.calling import CallStyle, InexpressibleError
from autograder.checks.diagnosis import PreparedCase, prepare
from autograder.observation import Observation
from autograder.problems.problem import Case, Convention, Problem

Judge: TypeAlias = Callable[[PreparedCase, Observation], bool]
"""Whether what was seen of a case is right."""


@dataclass(frozen=True)
class Custom:
    """The cases of a check, as one convention answers them.

    Attributes:
        name: What a configuration accepts the convention by; empty for the problem's own.
        convention: The convention; none for the problem's own.
        visible, hidden: The cases.
    """

    name: str
    convention: Convention | None
    visible: tuple[PreparedCase, ...]
    hidden: tuple[PreparedCase, ...]

    @property
    def cases(self) -> tuple[PreparedCase, ...]:
        """All cases, visible ones first."""
        return (*self.visible, *self.hidden)


def customs_of(
    problem: Problem,
    style: CallStyle,
    accepted: Sequence[str],
    visible: Sequence[Case],
    hidden: Sequence[Case],
) -> tuple[Custom, ...]:
    """Return a check's cases under the problem's own convention, and under each that is accepted."""
    conventions = {"": None, **{name: problem.conventions[name] for name in accepted}}
    return tuple(
        Custom(
            name,
            convention,
            tuple(prepare(problem, case, style, convention) for case in visible),
            tuple(prepare(problem, case, style, convention) for case in hidden),
        )
        for name, convention in conventions.items()
    )


def said_cases(
    style: CallStyle, groups: Sequence[str], visible: Sequence[Case], hidden: Sequence[Case]
) -> tuple[list[Case], list[Case], list[Case]]:
    """Return the cases of some groups that a call style can say, as it says them.

    Returns:
        The visible ones, the hidden ones, and of both those that are left out, or said otherwise.
    """
    kept = [
        [style.case(case) for case in cases if case.group in groups and _can_say(style, case)]
        for cases in (visible, hidden)
    ]
    unchanged = {id(case) for cases in kept for case in cases}
    return kept[0], kept[1], [case for case in (*visible, *hidden) if id(case) not in unchanged]


def followed(
    customs: Sequence[Custom],
    seen: Sequence[Observation],
    is_right: Judge,
) -> Custom:
    """Return the custom by which most of what was seen is right; the problem's own, where as many are."""

    def count(custom: Custom) -> int:
        return sum(is_right(case, each) for case, each in zip(custom.cases, seen, strict=True))

    return customs[0] if len(customs) == 1 or not seen else max(customs, key=count)


def note_of(
    custom: Custom, customs: Sequence[Custom], seen: Sequence[Observation], is_right: Judge
) -> str | None:
    """Return which convention is followed, where a right answer tells it from another one."""
    others = [other for other in customs if other is not custom]
    tells = any(
        is_right(case, each) and not is_right(another, each)
        for other in others
        for case, another, each in zip(custom.cases, other.cases, seen, strict=True)
    )
    if not tells:
        return None
    if custom.convention is None:
        return "follows the handout's own convention, of several that count"
    return f"follows another convention, which counts too: {custom.convention.explanation}"


def _can_say(style: CallStyle, case: Case) -> bool:
    try:
        style.require_said(case)
    except InexpressibleError:
        return False
    return True
