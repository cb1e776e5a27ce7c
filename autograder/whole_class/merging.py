"""Putting the shards of a class together again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import ConfigError
from autograder.reports.changes import reports_differ
from autograder.reports.class_report import ClassReport, Heading, class_report
from autograder.reports.rows import roll_of
from autograder.results import Grade
from autograder.whole_class.folder import ResultsFolder
from autograder.whole_class.overrides import (
    open_note,
    outdated,
    outdated_note,
    read_overrides,
    with_overrides,
    with_points,
)


@dataclass(frozen=True)
class Merged:
    """A class that was put together, and what to say of it."""

    report: ClassReport
    missing_shards: tuple[str, ...]
    warnings: tuple[str, ...]


def merge(out: ResultsFolder, folders: Sequence[Path]) -> Merged:
    """Put the reports of several results folders into one, and write the class's report.

    Raises:
        ConfigError: If one has no class report, they are not of one assignment graded in the same way on the
            same cases, or a student is in two of them.
    """
    parts = [(ResultsFolder(folder), _class_of(folder)) for folder in folders]
    first = parts[0][1]
    for folder, part in parts:
        if part.shard is None and len(parts) > 1:
            raise ConfigError(
                f"expected shards, as autograder grade --shard makes them; {folder.path} is a whole class"
            )
    warnings = [said for folder, part in parts[1:] for said in _compare(first, part, folder.path)]
    max_scores = {check.name: check.max_score for check in first.checks}
    given = read_overrides(out.path, max_scores)
    overrides = given.entries
    if given.still_open:
        warnings.append(open_note(given.still_open))
    grades: dict[str, Grade] = {}
    for folder, part in parts:
        for row in part.rows:
            if not row.handed_in:
                continue
            grade = folder.read(row.submission)
            if grade is None:
                raise ConfigError(f"expected a report of {row.submission} in {folder.path}; there is none")
            if row.submission in grades:
                raise ConfigError(f"expected each student in one shard; {row.submission} is in two")
            entries = overrides.get(row.submission, {})
            warnings += [outdated_note(row.submission, check) for check in outdated(grade, entries)]
            grade = with_overrides(grade, entries)
            grades[row.submission] = out.write(grade, out.read(row.submission))
        _copy_cases(folder, out)
    heading = Heading(
        assignment=first.assignment,
        title=first.title,
        max_score=first.max_score,
        environment=first.environment,
        config_digest=first.config_digest,
        cases_digest=first.cases_digest,
    )
    remaining = sum(part.counts.remaining for _, part in parts)
    roll = roll_of([row for _, part in parts for row in part.rows], grades)
    report = class_report(heading, list(grades.values()), remaining, roll=with_points(roll, overrides))
    out.write_run(parts[0][0].read_run())
    return Merged(out.write_class(report), _missing([part for _, part in parts]), tuple(warnings))


def _class_of(folder: Path) -> ClassReport:
    report = ResultsFolder(folder).read_class() if folder.is_dir() else None
    if report is None:
        raise ConfigError(f"expected a results folder of autograder grade; {folder} has no class.json")
    return report


def _compare(first: ClassReport, other: ClassReport, folder: Path) -> list[str]:
    """Return the differences that may be; raise for those that may not."""
    for what, wanted, received in (
        ("the assignment", first.assignment, other.assignment),
        ("the configuration", first.config_digest, other.config_digest),
        ("the hidden cases", first.cases_digest, other.cases_digest),
        ("the toolkit's code", first.environment.code_digest, other.environment.code_digest),
    ):
        if wanted != received:
            raise ConfigError(f"expected shards that agree in {what}; {folder} has another. Grade it again")
    return [f"{folder}: another: {said}" for said in reports_differ(first, other)]


def _missing(parts: Sequence[ClassReport]) -> tuple[str, ...]:
    """Return the shards that are not there, of those that there must be."""
    named = [part.shard for part in parts if part.shard]
    counts = {shard.partition("/")[2] for shard in named}
    if len(counts) > 1:
        raise ConfigError(f"expected shards of one number of parts; received {', '.join(sorted(named))}")
    return tuple(
        f"{number}/{count}"
        for count in counts
        for number in range(1, int(count) + 1)
        if f"{number}/{count}" not in named
    )


def _copy_cases(folder: ResultsFolder, out: ResultsFolder) -> None:
    """Copy the frozen cases, so that regrades of the merged class use the same."""
    for path in folder.cases.glob("*.cases"):
        out.cases.mkdir(exist_ok=True)
        target = out.cases / path.name
        if not target.exists():
            shutil.copyfile(path, target)
            target.chmod(0o600)
