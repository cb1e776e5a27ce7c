"""GitHub Actions: annotations at a student's lines, and the job summary."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import structs

from autograder.reports.entries import entries, placed_notes, summary, totals
from autograder.reports.entry import Entry, Remark, Result, State, Trust
from autograder.reports.text import harmless, points

MOST_ANNOTATIONS = 10
MOST_SUMMARY_BYTES = 1024 * 1024
_MOST_MESSAGE = 2_000
_MARKS = {State.PASSED: "✅", State.FAILED: "❌", State.OPEN: "⏳", State.FAULT: "⚠️"}


def workflow_commands(result: Result) -> list[str]:
    """Return the workflow commands of annotations: an error for each thing that is wrong, once, at its line.

    GitHub shows ten of a level; one notice says how many more there are.
    """
    said = [(note, "") for note in placed_notes(result)]
    said += [
        (remark, entry.hint)
        for entry in entries(result)
        if entry.state in (State.FAILED, State.FAULT)
        for remark in entry.remarks or (Remark(about=entry.name, text=entry.text, file=result.main),)
    ]
    once = {(each.text, each.file, each.line): (each, hint) for each, hint in reversed(said)}
    wrong: list[Remark] = []
    hinted = {""}
    for remark, hint in reversed(once.values()):
        told = remark if hint in hinted else structs.replace(remark, text=f"{remark.text}\nHint: {hint}")
        wrong.append(told)
        hinted.add(hint)
    title = "unverified check" if result.trust is Trust.UNVERIFIED else "check"
    found = [_command("error", remark, title) for remark in wrong[:MOST_ANNOTATIONS]]
    if (more := len(wrong) - MOST_ANNOTATIONS) > 0:
        rest = Remark(text=f"{more} more; the log and the job summary have them all")
        found.append(_command("notice", rest, title))
    return found


def fenced(text: str, token: str) -> str:
    """Return a text for the log in which no line is taken for a workflow command.

    Args:
        text: What may quote a student.
        token: A random word that the student cannot have known.
    """
    return f"::stop-commands::{token}\n{harmless(text)}\n::{token}::"


def job_summary(result: Result) -> str:
    """Return the result as Markdown, below 1 MiB: a table of all entries, then what is wrong."""
    found = entries(result)
    heading = f"## {_inline(result.feedback.assignment)}: {_inline(summary(result))}"
    table = ["| | check | points |", "|---|---|---|", *(_row(entry) for entry in found), *_total(result)]
    notes = [f"- {_inline(note)}" for note in result.feedback.notes]
    parts = [heading, "\n".join(table), *(["\n".join(notes)] if notes else [])]
    parts += [_details(entry) for entry in found if entry.state is not State.PASSED and entry.text]
    if printed := result.feedback.printed.strip():
        parts.append(f"### Printed\n\n{_code(printed)}")
    return "".join(_bounded(parts))


def _bounded(parts: list[str]) -> Iterator[str]:
    more = "… and more, in the log\n"
    left = MOST_SUMMARY_BYTES - len(more.encode()) - 1
    for part in parts:
        text = part + "\n\n"
        left -= len(text.encode())
        if left < 0:
            yield more
            return
        yield text


def _row(entry: Entry) -> str:
    score = f"{points(entry.score)} of {points(entry.max_score)}"
    return f"| {_MARKS[entry.state]} | {_inline(entry.name)} | {score} |"


def _total(result: Result) -> list[str]:
    score, most = totals(result)
    return [f"| | **{result.trust.value}** | **{points(score)} of {points(most)}** |"]


def _details(entry: Entry) -> str:
    hint = f"\n\nHint: {_inline(entry.hint)}" if entry.hint else ""
    return f"### {_MARKS[entry.state]} {_inline(entry.name)}\n\n{_code(entry.text)}{hint}"


def _code(text: str) -> str:
    """Return a text as a block of code that nothing in it can end."""
    shown = harmless(text)
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", shown)), default=0))
    return f"{fence}text\n{shown}\n{fence}"


def _inline(text: str) -> str:
    """Return a text in a line of Markdown, in which nothing is markup."""
    return re.sub(r"([\\`*_{}\[\]<>()#+!|&~@:])", r"\\\1", " ".join(harmless(text).split()))


def _command(level: str, remark: Remark, title: str) -> str:
    said = {"file": remark.file, "line": str(remark.line or ""), "title": title}
    told = ",".join(f"{name}={_property(value)}" for name, value in said.items() if value)
    text = f"{remark.about}: {remark.text}" if remark.about else remark.text
    return f"::{level} {told}::{_message(text[:_MOST_MESSAGE])}"


def _message(text: str) -> str:
    """Return the text of a command, escaped."""
    return harmless(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Return a property of a command, escaped."""
    return _message(text).replace(":", "%3A").replace(",", "%2C")
