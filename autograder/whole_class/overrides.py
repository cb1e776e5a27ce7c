"""Points that a person gives: ``overrides.toml`` in the results folder, which every rerun applies again.

[[overrides]]
student = "ada"
check = "flattening"
points = 1.5
reason = "names the neighbourhood, no example"
grader = "h.k."
answer = "1a2b3c4d"

``answer`` may be left out. It is the digest of the free answer that was marked: the points are for that
answer alone. An entry whose points are ``"?"`` is yet to be filled in, and passed over.
"""

from __future__ import annotations

import hashlib
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from autograder.errors import ConfigError
from autograder.reports.rows import Absent, Roll
from autograder.results import CheckResult, Grade, Override, Status, WrittenDetails, with_checks

FILE = "overrides.toml"
OPEN = "?"
_TEXTS = ("student", "check", "reason", "grader")
_KEYS = ("student", "check", "points", "reason", "grader")
_FORM = "an entry [[overrides]] has student, check, points, reason, grader, and perhaps answer"
_DIGITS = re.compile(r"[0-9a-f]{8}")


class OverrideEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: points for a student's check, why, and by whom.

    Attributes:
        answer: The digest of the free answer that they are for (`answer_digest`).
    """

    student: str
    check: str
    points: float
    reason: str
    grader: str
    answer: str | None = None


Overrides = Mapping[str, Mapping[str, OverrideEntry]]
"""By student and check."""


@dataclass(frozen=True)
class OverridesFile:
    """What the file holds: entries by student and check, and how many are yet to be filled in."""

    entries: Overrides = field(default_factory=dict)
    still_open: int = 0


def answer_digest(answer: str) -> str:
    """Return what tells a free answer from another: eight hexadecimal digits of its SHA-256."""
    return hashlib.sha256(answer.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def read_overrides(folder: Path, max_scores: Mapping[str, float]) -> OverridesFile:
    """Return what ``overrides.toml`` in a results folder holds.

    Args:
        folder: The results folder.
        max_scores: What each check is worth.

    Raises:
        ConfigError: If something in it is not as expected: a check that is none, points beyond what the
            check is worth, two entries for one check of a student.
    """
    path = folder / FILE
    try:
        raw = tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return OverridesFile()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: expected TOML; {error}") from None
    if unknown := [key for key in raw if key != "overrides"]:
        raise ConfigError(f"{path}: expected entries [[overrides]] alone; received {', '.join(unknown[:5])}")
    listed = raw.get("overrides", [])
    if not isinstance(listed, list) or not all(isinstance(each, dict) for each in listed):
        raise ConfigError(f"{path}: expected entries [[overrides]]; received overrides = {listed!r:.80}")
    found: dict[str, dict[str, OverrideEntry]] = {}
    still_open = 0
    for number, each in enumerate(listed, start=1):
        try:
            entry = _entry(each, max_scores)
            if entry is not None and entry.check in found.setdefault(entry.student, {}):
                raise _WrongEntryError("expected one entry; received two")
        except _WrongEntryError as error:
            raise ConfigError(f"{path}: {_name(each, number)}: {error}") from None
        if entry is None:
            still_open += 1
        else:
            found[entry.student][entry.check] = entry
    return OverridesFile(found, still_open)


class _WrongEntryError(Exception):
    """What is wrong with an entry."""


def _name(raw: Mapping[str, Any], number: int) -> str:
    """Return how an entry is named to people: whose it is, as far as it says, else by its number."""
    told = [raw[key] for key in ("student", "check") if isinstance(raw.get(key), str) and raw[key]]
    return ", ".join(told) if len(told) == 2 else ", ".join([f"entry {number}", *told])


def _entry(raw: Mapping[str, Any], max_scores: Mapping[str, float]) -> OverrideEntry | None:
    """Return an entry, or None if it has no points yet."""
    if unknown := [key for key in raw if key not in (*_KEYS, "answer")]:
        raise _WrongEntryError(f"{_FORM}; received {unknown[0]}")
    if missing := [key for key in _KEYS if key not in raw]:
        raise _WrongEntryError(f"expected {missing[0]}; there is none ({_FORM})")
    is_open = raw["points"] == OPEN
    for key in _TEXTS[:2] if is_open else _TEXTS:
        if not isinstance(raw[key], str) or not raw[key].strip():
            raise _WrongEntryError(f"expected {key}, a text; received {_shown(raw[key])}")
    check, points, answer = raw["check"], raw["points"], raw.get("answer")
    if check not in max_scores:
        raise _WrongEntryError(f"expected a check among {', '.join(max_scores)}; received {check!r}")
    if is_open:
        return None
    is_number = isinstance(points, int | float) and not isinstance(points, bool) and math.isfinite(points)
    if not is_number or not 0 <= points <= max_scores[check]:
        most = f"{max_scores[check]:g}"
        raise _WrongEntryError(f"expected points from 0 to {most}; received {_shown(points)}")
    if answer is not None and not (isinstance(answer, str) and _DIGITS.fullmatch(answer)):
        raise _WrongEntryError(
            "expected answer, the eight digits that autograder review --toml prints; "
            f"received {_shown(answer)}"
        )
    return OverrideEntry(
        student=raw["student"],
        check=check,
        points=float(points),
        reason=raw["reason"],
        grader=raw["grader"],
        answer=answer,
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, int | float) else f"{value!r:.80}"


def unknown_students(overrides: Overrides, students: Sequence[str]) -> list[str]:
    """Return the students of overrides who are not in the class."""
    return sorted(set(overrides) - set(students))


def with_overrides(grade: Grade, entries: Mapping[str, OverrideEntry]) -> Grade:
    """Return a grade with these overrides, and without any that it had before.

    One for another answer than the present one is not applied (see `outdated`).
    """
    checks = tuple(
        _with_override(_without_override(check), _fitting(check, entries)) for check in grade.checks
    )
    return grade if checks == grade.checks else with_checks(grade, checks)


def outdated(grade: Grade, entries: Mapping[str, OverrideEntry]) -> list[str]:
    """Return the checks whose override is for another answer than the present one."""
    return [
        check.name for check in grade.checks if check.name in entries and _fitting(check, entries) is None
    ]


def outdated_note(student: str, check: str) -> str:
    """Return what to say of an override that is for another answer."""
    return f"{FILE}: {student}, {check}: not applied: the answer is another one than the one that was marked"


def open_note(number: int) -> str:
    """Return what to say of entries that are yet to be filled in."""
    return f"{FILE}: {number} {'entry' if number == 1 else 'entries'} without points yet"


def with_points(roll: Roll, overrides: Mapping[str, Mapping[str, OverrideEntry]]) -> Roll:
    """Return a roll in which who handed in nothing has the points that a person gave all the same."""
    absent = tuple(_with_points(each, overrides.get(each.id, {})) for each in roll.absent)
    return structs.replace(roll, absent=absent)


def _with_points(absent: Absent, entries: Mapping[str, OverrideEntry]) -> Absent:
    if not entries:
        return absent
    said = "; ".join(f"{each.check}: {each.reason} ({each.grader})" for each in entries.values())
    points = {name: entry.points for name, entry in entries.items()}
    return structs.replace(absent, points=points, remark=f"by hand: {said}")


def _fitting(check: CheckResult, entries: Mapping[str, OverrideEntry]) -> OverrideEntry | None:
    entry = entries.get(check.name)
    if entry is None or entry.answer is None:
        return entry
    answer = check.details.answer if isinstance(check.details, WrittenDetails) else ""
    return entry if entry.answer == answer_digest(answer) else None


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
