"""Points that a person gives: ``overrides.toml`` in the results folder, which every rerun applies again.

[[overrides]]
student = "ada"
check = "flattening"
points = 1.5
reason = "names the neighbourhood, no example"
grader = "h.k."
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import structs

from autograder.errors import ConfigError
from autograder.results import CheckResult, Grade, Override, Status, with_checks

FILE = "overrides.toml"
_Text = Annotated[str, msgspec.Meta(min_length=1)]


class OverrideEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry: points for a student's check, why, and by whom."""

    student: _Text
    check: _Text
    points: Annotated[float, msgspec.Meta(ge=0)]
    reason: _Text
    grader: _Text


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    overrides: tuple[OverrideEntry, ...] = ()


Overrides = Mapping[str, Mapping[str, OverrideEntry]]
"""By student and check."""


def read_overrides(folder: Path, max_scores: Mapping[str, float]) -> Overrides:
    """Return the overrides of a results folder; none where there is no file.

    Args:
        folder: The results folder.
        max_scores: What each check is worth.

    Raises:
        ConfigError: If something in it is not as expected: a check that is none, points beyond what the
            check is worth, two entries for one check of a student.
    """
    path = folder / FILE
    try:
        raw = tomllib.loads(path.read_text("utf-8"))
        entries = msgspec.convert(raw, _File).overrides
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected TOML; {error}") from None
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {error}. An entry has student, check, points, reason, grader") from None
    found: dict[str, dict[str, OverrideEntry]] = {}
    for entry in entries:
        where = f"{path}: {entry.student}, {entry.check}"
        if entry.check not in max_scores:
            known = ", ".join(max_scores)
            raise ConfigError(f"{where}: expected a check among {known}; received {entry.check!r}")
        if entry.points > max_scores[entry.check]:
            most = max_scores[entry.check]
            raise ConfigError(f"{where}: expected points from 0 to {most:g}; received {entry.points:g}")
        if entry.check in found.setdefault(entry.student, {}):
            raise ConfigError(f"{where}: expected one entry; received two")
        found[entry.student][entry.check] = entry
    return found


def unknown_students(overrides: Overrides, students: Sequence[str]) -> list[str]:
    """Return the students of overrides who are not in the class."""
    return sorted(set(overrides) - set(students))


def with_overrides(grade: Grade, entries: Mapping[str, OverrideEntry]) -> Grade:
    """Return a grade with these overrides, and without any that it had before."""
    checks = tuple(
        _with_override(_without_override(check), entries.get(check.name)) for check in grade.checks
    )
    return grade if checks == grade.checks else with_checks(grade, checks)


def _without_override(check: CheckResult) -> CheckResult:
    if check.override is None:
        return check
    found = check.override
    return structs.replace(check, score=found.found_score, status=found.found_status, override=None)


def _with_override(check: CheckResult, entry: OverrideEntry | None) -> CheckResult:
    if entry is None:
        return check
    given = Override(
        points=entry.points,
        reason=entry.reason,
        grader=entry.grader,
        found_score=check.score,
        found_status=check.status,
    )
    if entry.points >= check.max_score:
        status = Status.PASSED
    else:
        status = Status.PARTIAL if entry.points > 0 else Status.FAILED
    return structs.replace(check, score=entry.points, status=status, override=given)
