"""Results for a terminal, with Rich. Whatever a submission may have written is made harmless first."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.reports.class_report import ClassReport, Row
from autograder.reports.feedback import CheckFeedback, Feedback
from autograder.results import CaseResult, GroupResult, Outcome, Shown, Status

_STYLES = {
    Status.PASSED: "green",
    Status.PARTIAL: "yellow",
    Status.FAILED: "red",
    Status.SKIPPED: "dim",
    Status.NEEDS_REVIEW: "magenta",
    Status.ERROR: "bold magenta",
}
_MOST_PRINTED_LINES = 12
_GAP = 4
_MOST_NAME_COLUMNS = 32
_MOST_COLUMNS = 74  # of a terminal of 80, indented


def harmless(text: str) -> str:
    """Return a text without what a terminal would obey: escapes, other control and format characters.

    >>> harmless("a\\x1b[31mb\\u202e")
    'a�[31mb�'
    """
    return "".join(character if character.isprintable() or character in "\n\t" else "�" for character in text)


def plain(text: str, style: str = "") -> Text:
    """Return a text that Rich shows as it is, made harmless."""
    return Text(harmless(text), style=style)


def points(score: float | None) -> str:
    """Return points as people write them: no zeros behind the point, a dash where there are none.

    >>> points(2.0), points(2.55), points(None)
    ('2', '2.55', '–')
    """
    return "–" if score is None else f"{score:.2f}".rstrip("0").rstrip(".")


def class_view(report: ClassReport, submissions: Sequence[str] | None = None) -> RenderableType:
    """Return the table of a class, and its figures below; of some submissions alone, where they are named."""
    rows = [row for row in report.rows if submissions is None or row.submission in submissions]
    parts: list[RenderableType] = [_class_table(report, rows)]
    if submissions is None:
        parts += [Text(), _figures(report), *_agreements(report)]
    return Group(*parts)


def _class_table(report: ClassReport, rows: Sequence[Row]) -> Table:
    title = plain(f"{report.title}: {points(report.max_score)} points")
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
    table.add_column("submission", no_wrap=True, max_width=_MOST_NAME_COLUMNS)
    for check in report.checks:
        heading = plain(f"{check.name}\nof {points(check.max_score)}")
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(f"total\nof {points(report.max_score)}", justify="right", style="bold", no_wrap=True)
    table.add_column("remark")
    for row in rows:
        remark = Text(no_wrap=True, overflow="ellipsis")
        if row.outcome not in (Outcome.COMPLETED, Outcome.SUBMISSION_ERROR):
            remark.append(f"{row.outcome} ", "yellow")
        remark.append(plain(row.remark))
        table.add_row(
            plain(row.submission),
            *(points(row.checks.get(check.name)) for check in report.checks),
            "provisional" if row.provisional else points(row.score),
            remark,
        )
    return table


def _figures(report: ClassReport) -> Text:
    counts = report.counts
    said = [f"{counts.graded} of {counts.submissions} submissions have a grade"]
    said += [
        f"{number} {what}"
        for number, what in (
            (counts.unreadable, "unreadable"),
            (counts.provisional, "provisional: something of theirs is not graded yet"),
            (counts.remaining, "still to do"),
        )
        if number
    ]
    text = Text("; ".join(said))
    if report.mean is not None:
        text.append(f"\nmean {report.mean:.2f}, median {points(report.median)}")
    text.append(f"; graded with walls: {report.environment.walls}")
    for check in report.checks:
        groups = ", ".join(f"{group.name} {group.pass_rate:.0%}" for group in check.groups)
        text.append(f"\n{check.name}: {check.pass_rate:.0%} all right" + (f" ({groups})" if groups else ""))
    return text


def _agreements(report: ClassReport) -> list[Text]:
    return [
        plain(
            f"\n{agreement.check}: {', '.join(agreement.submissions)} – {agreement.message}"
            + (f" ({agreement.misconception})" if agreement.misconception else ""),
            "yellow",
        )
        for agreement in report.agreements
    ]


def feedback_view(feedback: Feedback) -> RenderableType:
    """Return a student's feedback: every check, the visible cases that failed in full, hints and notes."""
    total = (
        "no total yet"
        if feedback.provisional
        else f"{points(feedback.score)} of {points(feedback.max_score)}"
    )
    parts: list[RenderableType] = [
        plain(f"{feedback.submission}, {feedback.assignment}: {total}", "bold"),
        *(_note(note) for note in feedback.notes),
    ]
    for check in feedback.checks:
        parts += [Text(), *_check(check)]
    if feedback.printed.strip():
        parts += [Text(), *_printed(feedback.printed)]
    return Group(*parts)


def visible_view(feedback: Feedback) -> RenderableType:
    """Return what a student's self-check says: the visible cases, and no word on the hidden ones."""
    parts: list[RenderableType] = [*(_note(note) for note in feedback.notes)]
    for check in feedback.checks:
        parts += [*_check(check, only_visible=True), Text()]
    if feedback.printed.strip():
        parts += [*_printed(feedback.printed), Text()]
    return Group(*parts, _summary(feedback))


def visible_points(feedback: Feedback) -> tuple[float, float]:
    """Return the points earned on visible cases, and those that they give."""
    groups = [group for check in feedback.checks for group in check.groups]
    earned = sum(group.visible_score for group in groups)
    return round(earned, 2), round(sum(group.visible_max_score for group in groups), 2)


def all_visible_pass(feedback: Feedback) -> bool:
    """Return whether every check ran, and every visible case passed."""
    return all(
        check.groups and all(group.visible_passed == group.visible_total for group in check.groups)
        for check in feedback.checks
    )


def _summary(feedback: Feedback) -> Text:
    earned, possible = visible_points(feedback)
    later = round(feedback.max_score - possible, 2)
    rest = f"; {points(later)} points are graded after you hand in"
    if all_visible_pass(feedback):
        return Text(
            f"all visible checks pass: {points(earned)} of {points(possible)} points{rest}", "bold green"
        )
    return Text(f"visible checks: {points(earned)} of {points(possible)} points{rest}", "bold yellow")


def _check(check: CheckFeedback, *, only_visible: bool = False) -> list[RenderableType]:
    head = Text(style="bold")
    head.append(plain(check.name))
    if only_visible:
        earned = sum(group.visible_score for group in check.groups)
        possible = sum(group.visible_max_score for group in check.groups)
        head.append(f"  {points(earned)} of {points(possible)} visible points")
    else:
        head.append(f"  {points(check.score)} of {points(check.max_score)}")
        head.append(f"  {check.status}", _STYLES[check.status])
    parts: list[RenderableType] = [head]
    if check.status is not Status.PASSED and not (only_visible and check.visible_cases):
        parts.append(_indent(plain(check.message), 2))
    parts += [_indent(_group(group, only_visible=only_visible), 2) for group in check.groups]
    explained: dict[str, str] = {}
    for case in sorted((case for case in check.visible_cases if not case.passed), key=_size):
        same_as = explained.get(case.explanation)
        shown = _case(case) if same_as is None else plain(f"{case.title}: the same as with {same_as}", "bold")
        parts += [Text(), _indent(shown, 4)]
        explained.setdefault(case.explanation, case.title)
    if check.hint and check.status is not Status.PASSED:
        parts += [Text(), _indent(plain(f"Hint: {check.hint}", "cyan"), 2)]
    return [*parts, *(_indent(_note(note), 2) for note in check.notes)]


def _indent(shown: RenderableType, columns: int) -> Padding:
    return Padding(shown, (0, 0, 0, columns), expand=False)


def _size(case: CaseResult) -> int:
    """Return how much there is to look at: the smallest counterexample comes first."""
    return sum(len(shown.text) for shown in case.inputs.values())


def _group(group: GroupResult, *, only_visible: bool) -> Text:
    right = group.visible_passed == group.visible_total
    if not only_visible:
        right = right and group.hidden_passed == group.hidden_total
    text = Text("✓ " if right else "✗ ", "green" if right else "red")
    text.append(f"{group.name:<18}", "default")
    text.append(f"{group.visible_passed} of {group.visible_total} visible", "default")
    if not only_visible:
        text.append(f", {group.hidden_passed} of {group.hidden_total} hidden", "default")
        score = group.visible_score + group.hidden_score
        most = group.visible_max_score + group.hidden_max_score
        text.append(f"  {points(score)} of {points(most)}", "bold default")
        if group.hidden_differences:
            text.append(f"  (hidden: {', '.join(group.hidden_differences)})", "dim")
    return text


def _case(case: CaseResult) -> RenderableType:
    parts: list[RenderableType] = [
        plain(f"{case.title}: {case.call}", "bold"),
        plain(case.explanation, "red"),
    ]
    arrays = {
        name: shown
        for name, shown in case.inputs.items()
        if "\n" in shown.text or "array" in shown.description
    }
    if arrays:
        parts.append(_side_by_side(arrays))
    results = {"expected": case.expected, "received": case.received}
    shown = {name: value for name, value in results.items() if value is not None}
    if shown:
        parts.append(_side_by_side(shown))
    return Group(*parts)


def _side_by_side(values: dict[str, Shown]) -> RenderableType:
    """Return values beside each other where they fit, else below each other."""
    heads = {name: f"{name}: {value.description}" for name, value in values.items()}
    widths = [
        max(len(line) for line in (heads[name], *value.text.splitlines())) for name, value in values.items()
    ]
    if sum(widths) + _GAP * (len(widths) - 1) > _MOST_COLUMNS:
        return Group(*(part for name, value in values.items() for part in _titled(heads[name], value)))
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_row(*(plain(head, "dim") for head in heads.values()))
    table.add_row(*(_marked(value.text) for value in values.values()))
    return table


def _titled(head: str, value: Shown) -> tuple[Text, Text]:
    return plain(head, "dim"), _marked(value.text)


def _marked(text: str) -> Text:
    shown = plain(text)
    shown.highlight_regex(r"▸[^◂]*◂", "bold red")
    return shown


def _note(note: str) -> Text:
    return plain(f"Note: {note}", "blue")


def _printed(text: str) -> list[RenderableType]:
    lines = harmless(text).rstrip().splitlines()
    shown = lines[:_MOST_PRINTED_LINES]
    if len(lines) > len(shown):
        shown.append(f"… {len(lines) - len(shown)} more lines")
    return [Text("Printed:", "dim"), *(Text("  " + line, "dim") for line in shown)]
