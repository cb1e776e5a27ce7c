"""JUnit XML, as GitLab, Jenkins and others read it."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from autograder.reports.entries import entries, summary
from autograder.reports.entry import Entry, Result, State
from autograder.reports.text import harmless

_MOST_PRINTED = 20_000
_MOST_MESSAGE = 300  # of each of its parts


def junit(result: Result) -> bytes:
    """Return a result as JUnit XML: a suite with a testcase for each entry, each name once.

    What has failed is a ``failure``, a fault of ours an ``error``, what awaits somebody is ``skipped``. How
    far the result may be trusted is a property of the suite, ``trust``.
    """
    found = entries(result)
    counts = {
        "tests": len(found),
        "failures": sum(entry.state is State.FAILED for entry in found),
        "errors": sum(entry.state is State.FAULT for entry in found),
        "skipped": sum(entry.state is State.OPEN for entry in found),
    }
    numbers = {name: str(count) for name, count in counts.items()} | {"time": f"{result.seconds:.3f}"}
    root = ET.Element("testsuites", {"name": "autograder", **numbers})
    suite = ET.SubElement(root, "testsuite", {"name": result.feedback.assignment, **numbers})
    properties = ET.SubElement(suite, "properties")
    for name, value in (
        ("trust", result.trust.value),
        ("summary", summary(result)),
        ("walls", result.feedback.walls),
        ("submission", result.feedback.submission),
    ):
        ET.SubElement(properties, "property", {"name": name, "value": _legal(value)})
    # The time of a part is not measured. Readers add the parts up, and get that of the run.
    seconds = f"{result.seconds / max(1, len(found)):.3f}"
    for entry in found:
        _add(suite, entry, result, seconds)
    if printed := result.feedback.printed.strip():
        ET.SubElement(suite, "system-out").text = _legal(printed[:_MOST_PRINTED])
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _add(suite: ET.Element, entry: Entry, result: Result, seconds: str) -> None:
    case = ET.SubElement(
        suite,
        "testcase",
        {
            "classname": f"{result.feedback.assignment}.{entry.check} ({result.trust.value})",
            "name": entry.name,
            "time": seconds,
        },
    )
    if result.main:
        case.set("file", _legal(result.main))
    if entry.state is State.PASSED:
        return
    kinds = {State.FAILED: "failure", State.FAULT: "error", State.OPEN: "skipped"}
    said = ET.SubElement(case, kinds[entry.state], {"message": _legal(_message(entry))})
    if entry.state is not State.OPEN:
        said.set("type", entry.state.value)
        said.text = _legal("\n\n".join(part for part in (entry.text, _hint(entry)) if part))


def _message(entry: Entry) -> str:
    """Return what is wrong, and what to try, in a line: all that a list of failures shows."""
    what = (entry.headline or entry.text).partition("\n")[0]
    parts = [_shortened(part) for part in (what, entry.hint) if part]
    return " – ".join(" ".join(part.split()) for part in parts)


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_MESSAGE else text[:_MOST_MESSAGE] + "…"


def _hint(entry: Entry) -> str:
    return f"Hint: {entry.hint}" if entry.hint else ""


def _legal(text: str) -> str:
    """Return a text that XML 1.0 can hold, in which GitLab finds no attachment."""
    return harmless(text).replace("[[ATTACHMENT|", "[ [ATTACHMENT|")
