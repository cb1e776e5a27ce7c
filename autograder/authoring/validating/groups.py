"""Whether students can know what they are graded by: each group's examples, hidden cases, points, name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.authoring.validating.report import Finding
from autograder.checks.function import FunctionCheck
from autograder.config import Assignment


def handout_of(assignment: Assignment) -> str | None:
    """Return the text of an assignment's handout, if the course has one."""
    path = assignment.course / "assignments" / assignment.slug / "README.md"
    return path.read_text("utf-8") if path.is_file() else None


def points_findings(assignment: Assignment) -> Iterator[Finding]:
    """Return whether the assignment's points add up to a round total."""
    total = assignment.max_score
    if total % 1:
        message = f"expected points that add up to a whole number; they add up to {total:g}"
        yield Finding(kind="points", where=assignment.slug, message=message)


def group_findings(check: FunctionCheck, handout: str | None) -> Iterator[Finding]:
    """Return what of a check's groups students cannot know, or what earns nothing.

    Args:
        check: The check, with its drawn cases.
        handout: The handout's text, if there is one.
    """
    for group in check.groups:
        for message in _wrong_with(check, group, handout):
            yield Finding(kind="group", where=f"{check.name}, {group}", message=message)


def _wrong_with(check: FunctionCheck, group: str, handout: str | None) -> Iterator[str]:
    visible = [prepared.case for prepared in check.visible if prepared.case.group == group]
    hidden = [prepared.case for prepared in check.hidden if prepared.case.group == group]
    points = check.config.points[group]
    if not visible:
        yield "expected a visible example; there is none"
    if not hidden:
        yield "expected a hidden case; there is none"
    elif all(case.is_degenerate for case in hidden):
        yield f"expected a hidden case that shows something; all of them ({len(hidden)}) are degenerate"
    if not points.visible + points.hidden:
        yield "expected points; it gives none"
    if handout is not None and not _names(handout, group):
        yield "expected its name in the handout; it is not there"
    shown = {name for case in visible for name in case.inputs}
    used = dict.fromkeys(name for case in hidden for name in case.inputs)
    for name in used if check.config.call is None else ():  # a call style always gives all of them
        if name not in shown and not (_names(handout or "", group) and _names(handout or "", name)):
            places = "none of its visible examples, nor in the handout"
            yield f"hidden cases use the argument {name}, which is in {places}"


def _names(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
