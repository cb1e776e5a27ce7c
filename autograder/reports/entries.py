"""A student's feedback as a list: what CI services call tests. From it their formats are made.

An entry is a group of visible examples, a group's hidden cases, a value, or a check as a whole. Only
`Feedback` goes in, so that nothing comes out that a student may not see.
"""

from __future__ import annotations

import re

import msgspec

from autograder.reports.autoencoder_view import autoencoder_text
from autograder.reports.entry import Entry, Remark, Result, State, Trust
from autograder.reports.feedback import CheckFeedback
from autograder.reports.model_view import model_text
from autograder.reports.student_view import use_text
from autograder.reports.text import points
from autograder.reports.training_view import training_text
from autograder.results import AnswerResult, CaseResult, GroupResult, Outcome, Shown, Status, data_note
from autograder.results.counting import part_of

_PLACE = re.compile(
    r"\n  (?P<file>[^\n:]{1,300}?)(?P<cell>, cell \d{1,6})?, line (?P<line>\d{1,7}): [^\n]*\Z"
)
_ROUNDING = 0.011
_MOST_TEXT = 20_000


def entries(result: Result) -> tuple[Entry, ...]:
    """Return what was found, in the order of the checks; each name once."""
    found: list[Entry] = []
    taken: set[str] = set()
    for check in result.feedback.checks:
        for entry in _of_check(check, result):
            name, number = entry.name, 2
            while name in taken:
                name, number = f"{entry.name} ({number})", number + 1
            taken.add(name)
            found.append(msgspec.structs.replace(entry, name=name))
    return tuple(found)


def is_without_grade(result: Result) -> bool:
    """Return whether there is nothing that may stand as a grade: a fault of ours, or files that both fit."""
    found = entries(result)
    is_fault = not found or any(entry.state is State.FAULT for entry in found)
    is_question = any(entry.state is State.FAILED and entry.score is None for entry in found)
    return is_fault or is_question


def placed_notes(result: Result) -> tuple[Remark, ...]:
    """Return the notes that name a line: where the file ran into an error, or an import failed."""
    notes = (note for note in result.feedback.notes if _PLACE.search(note))
    return tuple(_placed("", note, result) for note in notes)


def totals(result: Result) -> tuple[float | None, float]:
    """Return the points and the most that there are: of an unverified run, those of what is visible.

    There are no points in all where one of the entries has none yet.
    """
    if result.trust is Trust.GRADED and result.is_complete:
        return result.feedback.score, result.feedback.max_score
    counted = [entry for entry in entries(result) if entry.state is not State.OPEN]
    most = round(sum(entry.max_score for entry in counted), 2)
    scores = [entry.score for entry in counted]
    known = [score for score in scores if score is not None]
    return (round(sum(known), 2) if len(known) == len(scores) else None), most


def summary(result: Result) -> str:
    """Return the result in a line."""
    score, most = totals(result)
    said = "no total yet" if score is None else f"{points(score)} of {points(most)} points"
    if result.trust is Trust.UNVERIFIED:
        said = f"unverified: {said} of the visible checks. This run decides no grade"
    elif not result.is_complete:
        said = f"{said} so far: the hidden cases have not been run"
    note = data_note(result.feedback.dataset)
    return said if note is None else f"{said}; {note}"


def _of_check(check: CheckFeedback, result: Result) -> list[Entry]:
    if check.status is Status.ERROR or check.outcome is Outcome.UNREADABLE_SUBMISSION:
        return [_whole(check, result)]
    parts: list[Entry] = []
    if check.kind == "function":
        parts = [entry for group in check.groups for entry in _of_group(check, group, result)]
    elif check.kind == "values":
        parts = [_of_answer(check, answer, result) for answer in check.answers]
    earned = sum(entry.score or 0.0 for entry in parts)
    agrees = check.score is not None and abs(earned - check.score) < _ROUNDING
    return parts if parts and agrees else [_whole(check, result)]  # voided, or marked by a person


def _whole(check: CheckFeedback, result: Result) -> Entry:
    """Return a check as one entry."""
    is_hidden = check.kind in ("training", "autoencoder") or any(group.hidden_total for group in check.groups)
    state = _state(check)
    uses = tuple(_remark(check.name, use_text(use), use.file, use.line, result) for use in check.uses[:100])
    text = "" if state is State.PASSED else check.message
    most = check.max_score
    if result.trust is Trust.UNVERIFIED:
        most = result.visible_points.get(check.name, most)
    said = [text, *(use_text(use) for use in check.uses)]
    if check.model is not None and text:
        said.append(model_text(check.model))
    if check.training is not None and text:
        said.append(training_text(check.training))
    if check.autoencoder is not None and text:
        said.append(autoencoder_text(check.autoencoder))
    return Entry(
        check=check.name,
        name=check.name,
        is_hidden=is_hidden,
        state=state,
        score=check.score,
        max_score=most,
        text=_cut("\n".join(part for part in said if part)),
        hint="" if state is State.PASSED else check.hint,
        remarks=uses or ((_placed(check.name, text, result),) if text else ()),
    )


def _state(check: CheckFeedback) -> State:
    match check.status:
        case Status.PASSED:
            return State.PASSED
        case Status.ERROR:
            return State.FAULT
        case Status.NEEDS_REVIEW | Status.SKIPPED if check.outcome is not Outcome.UNREADABLE_SUBMISSION:
            return State.OPEN
    return State.FAILED


def _of_group(check: CheckFeedback, group: GroupResult, result: Result) -> list[Entry]:
    """Return a group's visible examples, and its hidden cases, where there are such."""
    has_hidden = any(each.hidden_total for each in check.groups)
    wrong = [case for case in check.visible_cases if case.group == group.name and not case.passed]
    found = []
    if group.visible_total:
        is_right = group.visible_passed == group.visible_total
        texts = dict.fromkeys(map(_case_text, wrong)) or ({} if is_right else {check.message: None})
        found.append(
            Entry(
                check=check.name,
                name=f"{check.name}: {group.name}",
                is_hidden=False,
                state=State.PASSED if is_right else State.FAILED,
                score=group.visible_score,
                max_score=group.visible_max_score,
                text=_cut("\n\n".join(texts)),
                headline=_headline(wrong),
                hint="" if is_right or has_hidden else check.hint,
                remarks=_remarks(check, wrong, result) if not is_right else (),
            )
        )
    if group.hidden_total:
        is_right = group.hidden_passed == group.hidden_total
        kinds = f" ({', '.join(group.hidden_differences)})" if group.hidden_differences else ""
        said = (
            part_of(group.hidden_passed, group.hidden_total, "hidden cases", "is right", "are right") + kinds
        )
        found.append(
            Entry(
                check=check.name,
                name=f"{check.name}: {group.name}, hidden cases",
                is_hidden=True,
                state=State.PASSED if is_right else State.FAILED,
                score=group.hidden_score,
                max_score=group.hidden_max_score,
                text="" if is_right else said,
                hint="" if is_right else check.hint,
            )
        )
    return found


def _of_answer(check: CheckFeedback, answer: AnswerResult, result: Result) -> Entry:
    states = {True: State.PASSED, False: State.FAILED, None: State.OPEN}
    said = []
    if answer.passed is False:
        said = [f"{answer.place} is not right"]
        if answer.received is not None:
            said.append(f"received {answer.received.text.strip()}")
        if answer.expected is not None:
            said.append(f"expected {answer.expected.text.strip()}")
        if answer.note:
            said.append(answer.note)
    text = "judged after you hand in" if answer.passed is None else ", ".join(said)
    remark = Remark(about=f"{check.name}, {answer.name}", text=text, file=result.main)
    return Entry(
        check=check.name,
        name=f"{check.name}: {answer.name}",
        is_hidden=not answer.visible,
        state=states[answer.passed],
        score=None if answer.passed is None else answer.score,
        max_score=answer.max_score,
        text=_cut(text),
        remarks=(remark,) if answer.passed is False else (),
    )


def _case_text(case: CaseResult) -> str:
    """Return a visible example that went wrong: the call, what is wrong, inputs, expected, received."""
    lines = [f"{case.title}: {case.call}", case.explanation]
    shown: dict[str, Shown | None] = {**case.inputs, "expected": case.expected, "received": case.received}
    for name, value in shown.items():
        if value is None:
            continue
        text = value.text.rstrip("\n")
        if "\n" in text:
            lines += [f"{name}: {value.description}", *(f"  {line}" for line in text.splitlines())]
        else:
            lines.append(f"{name}: {text.strip()}")
    return "\n".join(lines)


def _headline(wrong: list[CaseResult]) -> str:
    """Return in a line what is wrong with the first visible example, and how many are wrong besides."""
    if not wrong:
        return ""
    more = f" (and {len(wrong) - 1} more wrong)" if len(wrong) > 1 else ""
    return wrong[0].explanation.partition("\n")[0] + more


def _remarks(check: CheckFeedback, wrong: list[CaseResult], result: Result) -> tuple[Remark, ...]:
    """Return what is wrong with visible examples, the same but once, each at its place."""
    if not wrong:
        return (_placed(check.name, check.message, result),)
    found = {case.explanation: _placed(case.call, case.explanation, result) for case in reversed(wrong)}
    return tuple(reversed(found.values()))


def _placed(about: str, text: str, result: Result) -> Remark:
    """Return a remark at the line that its text ends with, as far as that is one of the submission."""
    found = _PLACE.search(text)
    if found is None:
        return Remark(about=about, text=text, file=result.main)
    return _remark(about, text, found["file"], None if found["cell"] else int(found["line"]), result)


def _remark(about: str, text: str, file: str, line: int | None, result: Result) -> Remark:
    path = result.paths.get(file)
    return Remark(about=about, text=text, file=path or result.main, line=line if path else None)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_TEXT else text[:_MOST_TEXT] + "\n… and more"
