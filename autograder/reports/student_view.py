"""A student's feedback for a terminal, with Rich; and what a self-check says."""

from __future__ import annotations

import io

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from autograder.reports.autoencoder_view import autoencoder_text
from autograder.reports.feedback import CheckFeedback, Feedback
from autograder.reports.model_view import model_text
from autograder.reports.text import harmless, plain, points
from autograder.reports.training_view import training_text
from autograder.results import AnswerResult, CaseResult, FoundUse, GroupResult, Shown, Status, data_note
from autograder.results.counting import counted

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
_MOST_COLUMNS_OF_A_TEXT = 100
_MOST_COLUMNS = 74  # of a terminal of 80, indented


def feedback_view(feedback: Feedback) -> RenderableType:
    """Return a student's feedback: every check, the visible cases that failed in full, hints and notes."""
    total = (
        "no total yet"
        if feedback.provisional
        else f"{points(feedback.score)} of {points(feedback.max_score)}"
    )
    parts: list[RenderableType] = [
        plain(f"{feedback.submission}, {feedback.assignment}: {total}", "bold"),
        *_arrival(feedback),
        *_data(feedback),
        *(_note(note) for note in feedback.notes),
    ]
    for check in feedback.checks:
        parts += [Text(), *_check(check)]
    if feedback.printed.strip():
        parts += [Text(), *_printed(feedback.printed)]
    return Group(*parts)


def feedback_text(feedback: Feedback) -> str:
    """Return the same as plain text, to be handed to the student."""
    console = Console(file=io.StringIO(), width=_MOST_COLUMNS_OF_A_TEXT, highlight=False, color_system=None)
    with console.capture() as capture:
        console.print(feedback_view(feedback))
    return "".join(f"{line.rstrip()}\n" for line in capture.get().splitlines())


def _arrival(feedback: Feedback) -> list[Text]:
    """Return a line on how the work was handed in, where there is something to say."""
    hand_in = feedback.hand_in
    if hand_in is None or (hand_in.attempts == 1 and hand_in.time is None and not hand_in.is_late):
        return []
    said = [f"attempt {hand_in.attempt}" if hand_in.attempts > 1 else "", hand_in.time or ""]
    said.append("late" if hand_in.is_late else "")
    return [plain("handed in: " + ", ".join(part for part in said if part), "dim")]


def _data(feedback: Feedback) -> list[Text]:
    """Return what there is to say of the data that the work was given."""
    note = data_note(feedback.dataset)
    return [] if note is None else [plain(note, "bold yellow")]


def visible_view(feedback: Feedback) -> RenderableType:
    """Return what a student's self-check says: the visible cases, and no word on the hidden ones."""
    parts: list[RenderableType] = [*_data(feedback), *(_note(note) for note in feedback.notes)]
    for check in feedback.checks:
        parts += [*_check(check, only_visible=True), Text()]
    if feedback.printed.strip():
        parts += [*_printed(feedback.printed), Text()]
    return Group(*parts, _summary(feedback))


def visible_points(feedback: Feedback) -> tuple[float, float]:
    """Return the points earned on visible cases, and those that they give."""
    parts = [_visible_points(check) for check in feedback.checks]
    return round(sum(earned for earned, _ in parts), 2), round(sum(possible for _, possible in parts), 2)


def _visible_points(check: CheckFeedback) -> tuple[float, float]:
    """Return what a check gives for what is visible; one of sources or of a model is visible as a whole."""
    if check.kind in ("source", "model"):
        return check.score or 0.0, check.max_score
    answers = [answer for answer in check.answers if answer.visible]
    earned = sum(group.visible_score for group in check.groups) + sum(answer.score for answer in answers)
    possible = sum(group.visible_max_score for group in check.groups)
    return earned, possible + sum(answer.max_score for answer in answers)


def all_visible_pass(feedback: Feedback) -> bool:
    """Return whether every check ran, and everything visible is right."""
    return all(map(_passes, feedback.checks))


def _passes(check: CheckFeedback) -> bool:
    if check.kind == "function":
        return bool(check.groups) and all(
            group.visible_passed == group.visible_total for group in check.groups
        )
    return check.status in (Status.PASSED, Status.NEEDS_REVIEW)


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
        earned, possible = _visible_points(check)
        head.append(f"  {points(earned)} of {points(possible)} visible points" if possible else "")
    else:
        head.append(f"  {points(check.score)} of {points(check.max_score)}")
        head.append(f"  {check.status}", _STYLES[check.status])
    parts: list[RenderableType] = [head]
    if check.given is not None:
        what = "point" if check.given.points == 1 else "points"
        given = f"{points(check.given.points)} {what} by {check.given.grader}: {check.given.reason}"
        parts.append(_indent(plain(given, "magenta"), 2))
    says_more = check.status is not Status.PASSED or check.kind in ("training", "autoencoder")
    says_more = says_more or any(answer.passed is None for answer in check.answers)
    if says_more and not (only_visible and check.visible_cases):
        is_warning = check.kind == "source" and check.status is Status.NEEDS_REVIEW
        said = plain(f"Warning: {check.message}", "yellow") if is_warning else plain(check.message)
        parts.append(_indent(said, 2))
    if check.model is not None and check.status is not Status.PASSED:
        parts.append(_indent(plain(model_text(check.model)), 2))
    if check.training is not None:
        parts.append(_indent(plain(training_text(check.training)), 2))
    if check.autoencoder is not None:
        parts.append(_indent(plain(autoencoder_text(check.autoencoder)), 2))
    parts += [_indent(answer_view(answer), 2) for answer in check.answers]
    parts += [_indent(plain(use_text(use), "red"), 2) for use in check.uses]
    parts += [_indent(_group(group, only_visible=only_visible), 2) for group in check.groups]
    explained: dict[str, str] = {}
    for case in sorted((case for case in check.visible_cases if not case.passed), key=_size):
        same_as = explained.get(case.explanation)
        shown = (
            case_view(case) if same_as is None else plain(f"{case.title}: the same as with {same_as}", "bold")
        )
        parts += [Text(), _indent(shown, 4)]
        explained.setdefault(case.explanation, case.title)
    if check.hint and check.status is not Status.PASSED:
        parts += [Text(), _indent(plain(f"Hint: {check.hint}", "cyan"), 2)]
    return [*parts, *(_indent(_note(note), 2) for note in check.notes)]


def answer_view(answer: AnswerResult) -> Text:
    """Return one value: whether it is right, and where it is not, what came and what is known of it."""
    marks = {True: ("✓ ", "green"), False: ("✗ ", "red"), None: ("· ", "dim")}
    text = Text()
    text.append(*marks[answer.passed])
    text.append(plain(answer.name))
    if answer.passed is None:
        text.append("  judged after you hand in", "dim")
    elif not answer.passed:
        text.append(plain(f"  {answer.place}", "dim"))
        if answer.received is not None:
            text.append(plain(f"  received {answer.received.text.strip()}"))
        if answer.expected is not None:
            text.append(plain(f", expected {answer.expected.text.strip()}"))
        if answer.note:
            text.append(plain(f"  ({answer.note})", "cyan"))
    return text


def use_text(use: FoundUse) -> str:
    """Return a line that uses what is not allowed."""
    within = f", in {', '.join(use.within)}" if use.within else ""
    return f"{use.file}, line {use.line}: {use.name}{within}"


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


def case_view(case: CaseResult) -> RenderableType:
    """Return a case that failed: the call, what is wrong, the inputs, expected and received."""
    parts: list[RenderableType] = [
        plain(f"{case.title}: {case.call}", "bold"),
        plain(case.explanation, "red"),
    ]
    arrays = {
        name: shown
        for name, shown in case.inputs.items()
        if "\n" in shown.text or "array" in shown.description or shown.description in ("list", "dict")
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
        shown.append(f"… {counted(len(lines) - len(shown), 'more line')}")
    return [Text("Printed:", "dim"), *(Text("  " + line, "dim") for line in shown)]
