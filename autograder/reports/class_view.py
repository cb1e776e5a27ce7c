"""A class for a terminal, with Rich: its table and figures, and what has changed."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from autograder.reports.changes import Change
from autograder.reports.class_report import ClassReport
from autograder.reports.grades_csv import has_total
from autograder.reports.rows import Row
from autograder.reports.text import plain, points
from autograder.results import Outcome, data_note
from autograder.results.counting import part_of

_MOST_NAME_COLUMNS = 32
_LEAST_REMARK_COLUMNS = 24
_MOST_HEADING_COLUMNS = 9
_MOST_AGREEING = 12
_MOST_PARTS = 6  # of a check, to be told one by one


def class_view(report: ClassReport, submissions: Sequence[str] | None = None) -> RenderableType:
    """Return the table of a class, and its figures below: names stay whole, remarks are wrapped.

    Args:
        report: The class.
        submissions: Of these alone, where they are named.
    """
    rows = [row for row in report.rows if submissions is None or row.submission in submissions]
    parts: list[RenderableType] = [_class_table(report, rows)]
    if submissions is None:
        parts += [Text(), _figures(report), *_agreements(report)]
    return Group(*parts)


def _class_table(report: ClassReport, rows: Sequence[Row]) -> Table:
    title = plain(f"{report.title}: {points(report.max_score)} points")
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    table.add_column("submission", no_wrap=True)
    checks = [check for check in report.checks if check.max_score]
    for check in checks:
        heading = plain(f"{_broken(check.name)}\nof {points(check.max_score)}")
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(f"total\nof {points(report.max_score)}", justify="right", style="bold", no_wrap=True)
    table.add_column("remark", overflow="fold")
    for row in rows:
        remark = _Remark(overflow="fold")
        is_question = row.provisional and row.outcome is Outcome.UNREADABLE_SUBMISSION
        if row.outcome not in (Outcome.COMPLETED, Outcome.SUBMISSION_ERROR) and not is_question:
            remark.append(f"{row.outcome} ", "yellow")
        if row.is_late:
            remark.append("late ", "yellow")
        remark.append(plain(row.remark))
        table.add_row(
            plain(_in_lines(_who(row))),
            *(points(row.checks.get(check.name)) for check in checks),
            _total(row),
            remark,
        )
    return table


class _Remark(Text):
    """A text that makes no table wider than the terminal: it is wrapped, words too."""

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        found = super().__rich_measure__(console, options)
        return found._replace(minimum=min(found.minimum, _LEAST_REMARK_COLUMNS))


def _in_lines(name: str) -> str:
    """Return a name in lines that are not too long, with nothing left out."""
    return "\n".join(wrap(name, _MOST_NAME_COLUMNS, break_on_hyphens=False)) or name


def _who(row: Row) -> str:
    """Return a student's id, and the name of one who handed in nothing: nothing else tells who that is."""
    is_named = not row.handed_in and row.name and row.name != row.submission
    return f"{row.submission} ({row.name})" if is_named else row.submission


def _total(row: Row) -> str:
    if not row.provisional:
        return points(row.score if has_total(row) else None)
    if all(score is None for score in row.checks.values()):
        return "–"
    return f"{points(sum(score or 0.0 for score in row.checks.values()))} + ?"  # no total yet


def _broken(name: str) -> str:
    """Return a name broken into short lines at its underscores, so that columns stay narrow."""
    lines = [""]
    for part in name.replace("_", "_ ").split(" "):
        if lines[-1] and len(lines[-1]) + len(part) > _MOST_HEADING_COLUMNS:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def _figures(report: ClassReport) -> Text:
    counts = report.counts
    said = [part_of(counts.graded, counts.submissions, "submissions", "has a grade", "have a grade")]
    said += [
        f"{number} {what}"
        for number, what in (
            (counts.unreadable, "unreadable"),
            (counts.faults, "not graded, by a fault of ours"),
            (counts.reviews, "provisional: a free answer, or code, awaits a person (autograder review)"),
            (counts.questions, "provisional: which file is meant? (files.toml)"),
            (counts.late, "late"),
            (counts.remaining, "still to do"),
            (counts.absent, "of the roster handed in nothing"),
        )
        if number
    ]
    text = Text("; ".join(said))
    if report.mean is not None:
        of = "" if counts.graded == counts.submissions else f" of these {counts.graded}"
        text.append(f"\nmean {report.mean:.2f}, median {points(report.median)}{of}")
    text.append(f"; graded with walls: {report.environment.walls}")
    if (note := data_note(report.environment.dataset)) is not None:
        text.append(plain(f"\n{note}", "bold yellow"))
    for check in report.checks:
        lowest = sorted(check.groups, key=lambda group: group.pass_rate)[:2]
        told = check.groups if len(check.groups) <= _MOST_PARTS else lowest
        groups = "" if told is check.groups else "least: "
        groups += ", ".join(f"{group.name} {group.pass_rate:.0%}" for group in told)
        text.append(f"\n{check.name}: {check.pass_rate:.0%} all right" + (f" ({groups})" if groups else ""))
    return text


def _agreements(report: ClassReport) -> list[Text]:
    return [
        plain(
            f"\n{agreement.check}: {_some(agreement.submissions)} – {agreement.message}"
            + (f" ({agreement.misconception})" if agreement.misconception else ""),
            "yellow",
        )
        for agreement in report.agreements
    ]


def _some(submissions: Sequence[str]) -> str:
    """Return whose answers agree: of many the first, since all of them stand in class.json."""
    shown = submissions if len(submissions) <= _MOST_AGREEING else submissions[: _MOST_AGREEING - 1]
    more = len(submissions) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def changes_view(changed: Sequence[Change]) -> RenderableType:
    """Return whose grade has changed: by how much, in which check, from which version of the report."""
    table = Table(title=f"{len(changed)} changed", title_justify="left", box=SIMPLE_HEAD)
    table.add_column("submission", no_wrap=True)
    table.add_column("version", no_wrap=True)
    table.add_column("total", no_wrap=True, style="bold")
    table.add_column("checks", overflow="fold")
    for change in changed:
        checks = ", ".join(f"{each.name} {_step(each.before, each.after)}" for each in change.checks)
        versions = f"{_version(change.version_before)} → {_version(change.version_after)}"
        table.add_row(
            plain(_in_lines(change.submission)), versions, _step(change.before, change.after), plain(checks)
        )
    return table


def _step(before: float | None, after: float | None) -> str:
    step = f"{points(before)} → {points(after)}"
    return step if before is None or after is None else f"{step} ({after - before:+.2f})"


def _version(version: int | None) -> str:
    return "–" if version is None else str(version)
