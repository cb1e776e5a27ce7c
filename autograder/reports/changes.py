"""What has changed between two gradings of the same work."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from autograder.reports.class_report import ClassReport
from autograder.reports.rows import Row


class CheckChange(msgspec.Struct, frozen=True, kw_only=True):
    """A check whose score is another one; None where there is none."""

    name: str
    before: float | None
    after: float | None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A student whose grade is another one.

    Attributes:
        before, after: The total; None where it is provisional or there is none.
        version_before, version_after: Of the report; None where there is none.
    """

    submission: str
    before: float | None
    after: float | None
    version_before: int | None
    version_after: int | None
    checks: tuple[CheckChange, ...]


def changes(before: Sequence[Row], after: Sequence[Row]) -> tuple[Change, ...]:
    """Return whose grade differs between two gradings, by how much and in which check; by student."""
    old = {row.submission: row for row in before}
    new = {row.submission: row for row in after}
    found = (_change(name, old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys()))
    return tuple(change for change in found if change is not None)


def reports_differ(before: ClassReport, after: ClassReport) -> list[str]:
    """Return in what the conditions of two gradings differ, for people."""
    said = []
    if before.assignment != after.assignment:
        said.append(f"the assignment: {before.assignment}, {after.assignment}")
    for what, old, new in (
        ("the configuration", before.config_digest, after.config_digest),
        ("the hidden cases", before.cases_digest, after.cases_digest),
        ("the toolkit's code", before.environment.code_digest, after.environment.code_digest),
        ("NumPy", before.environment.numpy, after.environment.numpy),
        ("TensorFlow", before.environment.tensorflow, after.environment.tensorflow),
        ("Python", before.environment.python, after.environment.python),
        ("the data", _data(before), _data(after)),
        ("the device", before.environment.device, after.environment.device),
        ("the walls", before.environment.walls, after.environment.walls),
    ):
        if old != new:
            is_digest = any(str(value).startswith("sha256:") for value in (old, new))
            said.append(what if is_digest else f"{what}: {old}, {new}")
    return said


def _data(report: ClassReport) -> str:
    found = report.environment.dataset
    if found is None:
        return "none"
    return f"{found.name}{' (stand-in)' if found.is_stand_in else ''} {found.digest[:15]}"


def _change(name: str, before: Row | None, after: Row | None) -> Change | None:
    old, new = before.checks if before else {}, after.checks if after else {}
    checks = tuple(
        CheckChange(name=check, before=old.get(check), after=new.get(check))
        for check in dict.fromkeys((*old, *new))
        if old.get(check) != new.get(check) or (check in old) != (check in new)
    )
    scores = before.score if before else None, after.score if after else None
    if scores[0] == scores[1] and not checks and (before is None) == (after is None):
        return None
    return Change(
        submission=name,
        before=scores[0],
        after=scores[1],
        version_before=before.version if before else None,
        version_after=after.version if after else None,
        checks=checks,
    )
