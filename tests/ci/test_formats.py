"""What CI services read, of right, wrong, broken and hostile work, against their documented fields."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema

from tests.ci.conftest import BROKEN, ROOT, SAMPLE, SEED, STUDENTS, Ran, environment, write_work

HERE = Path(__file__).parent
RUN = Callable[[str, str], Ran]
POINTS = {
    "unverified": {"right": (6, 6), "partly": (5.4, 6), "crashing": (1.2, 6), "unreadable": (0, 6)},
    "graded": {"right": (10, 10), "partly": (7.95, 10), "crashing": (2, 10), "unreadable": (0, 10)},
}
COMMAND = re.compile(r"::(error|notice) ((?:[a-z]+=[^:,]*)(?:,[a-z]+=[^:,]*)*)::(.*)")


def documented(name: str, data: str) -> dict[str, Any]:
    """Return JSON that has the documented fields, and no others."""
    found = json.loads(data)
    jsonschema.validate(found, json.loads((HERE / f"{name}.schema.json").read_text()))
    assert isinstance(found, dict)
    return found


def commands(ran: Ran) -> list[tuple[str, dict[str, str], str]]:
    """Return the workflow commands that GitHub would run, from what a run printed."""
    found: list[tuple[str, dict[str, str], str]] = []
    token = None
    for line in ran.stdout.splitlines():
        if token is not None:
            token = None if line == f"::{token}::" else token
        elif stop := re.fullmatch(r"::stop-commands::([0-9a-f]{32})", line):
            token = stop[1]
        elif line.lstrip().startswith("::") or "##[" in line:
            command = COMMAND.fullmatch(line)
            assert command is not None, line
            properties = dict(each.split("=", 1) for each in command[2].split(","))
            found.append((command[1], properties, command[3]))
    assert token is None
    return found


@pytest.mark.parametrize("trust", ["unverified", "graded"])
@pytest.mark.parametrize("student", STUDENTS)
class TestEveryFormat:
    def test_a_result_is_no_fault(self, ran: RUN, trust: str, student: str) -> None:
        seen = ran(trust, student)
        assert seen.returncode == 0, seen.stderr  # since Classroom 50 and Gradescope read the score

    def test_junit_fits_the_schema(self, ran: RUN, trust: str, student: str) -> None:
        text = ran(trust, student).read("junit.xml")
        xmlschema.XMLSchema(HERE / "junit.xsd").validate(text)
        [suite] = ET.fromstring(text)
        times = [float(case.attrib["time"]) for case in suite.iter("testcase")]
        assert sum(times) == pytest.approx(float(suite.attrib["time"]), abs=0.001 * (len(times) + 1))
        suite = ET.fromstring(text)[0]
        cases = suite.findall("testcase")
        kinds = {"failures": "failure", "errors": "error", "skipped": "skipped"}
        for count, tag in kinds.items():
            assert int(suite.attrib[count]) == sum(case.find(tag) is not None for case in cases)
        assert int(suite.attrib["tests"]) == len(cases) >= 3
        assert (suite.attrib["failures"] == "0") == (student == "right")
        properties = {each.attrib["name"]: each.attrib["value"] for each in suite.iter("property")}
        assert properties["trust"] == trust
        assert all(trust in case.attrib["classname"] for case in cases)

    def test_a_message_of_junit_says_what_is_wrong(self, ran: RUN, trust: str, student: str) -> None:
        for failure in ET.fromstring(ran(trust, student).read("junit.xml")).iter("failure"):
            message, body = failure.attrib["message"], failure.text or ""
            what, _, hint = message.partition(" – ")
            assert what.partition(" (and ")[0] in body
            assert not re.search(r"conv\w+\(", what)  # no call, which is what went right
            assert len(message) < 700
            assert hint.removesuffix("…") in body
            if student == "partly" and "hidden" not in what:
                assert what.startswith("shape (4, 3), expected (3, 4)")
                assert body.startswith("4×5 image, third kernel, bias 0.15: conv2d(")

    def test_gradescope_has_the_documented_fields(self, ran: RUN, trust: str, student: str) -> None:
        found = documented("gradescope", ran(trust, student).read("results.json"))
        if student in POINTS[trust]:
            score, most = POINTS[trust][student]
            assert (found["score"], found["extra_data"]["max_score"]) == (score, most)
        assert sum(test["score"] for test in found["tests"]) == pytest.approx(found["score"], abs=0.01)
        assert found["extra_data"]["trust"] == trust
        assert ("unverified" in found["output"]) == (trust == "unverified")
        assert found["stdout_visibility"] == "hidden"
        for test in found["tests"]:
            assert test["visibility"] == ("after_published" if "hidden" in test["name"] else "visible")
            assert test["visibility"] == "after_published" or "hidden" not in test["output"]

    def test_classroom50_has_the_documented_fields(self, ran: RUN, trust: str, student: str) -> None:
        found = documented("classroom50", ran(trust, student).read("result.json"))
        assert found["datetime"] == "2026-06-01T14:32:05Z"  # of the tag: no regrade changes it
        for name in ("score", "max-score"):
            assert found[name] == sum(test[name] for test in found["tests"])
        if student in POINTS[trust]:
            score, most = POINTS[trust][student]
            assert (found["score"], found["max-score"]) == (round(100 * score), round(100 * most))
        assert all(test["trust"] == trust for test in found["tests"])
        assert all(trust in test["test-name"] for test in found["tests"])

    def test_github_gets_annotations_and_a_summary(self, ran: RUN, trust: str, student: str) -> None:
        seen = ran(trust, student)
        found = commands(seen)
        assert (found == []) == (student == "right")
        assert len(found) <= 11
        prefix = "submission/" if trust == "graded" else ""
        for level, properties, message in found:
            assert ("unverified" in properties["title"]) == (trust == "unverified")
            assert "%" not in re.sub(r"%(25|0D|0A|3A|2C)", "", message)
            if level == "error" and student != "unreadable":
                assert properties["file"] == f"{prefix}convolution.py"
        if student == "partly":  # what is wrong, and what to try
            [told] = [message for _, _, message in found if "Hint: Rows and columns are swapped" in message]
            assert ("shape (4, 3), expected (3, 4)" in told) == (trust == "unverified")
        summary = seen.read("summary.md")
        assert len(summary.encode()) < 1024 * 1024
        assert f"**{trust}**" in summary


@pytest.mark.parametrize("trust", ["unverified", "graded"])
def test_an_error_is_annotated_at_its_line(ran: RUN, trust: str) -> None:
    [line] = {
        int(properties["line"])
        for _, properties, message in commands(ran(trust, "crashing"))
        if "50%25 of it, here: broken" in message
    }
    source = ((SAMPLE / "ada" / "convolution.py").read_text() + BROKEN).splitlines()
    assert "raise ValueError" in source[line - 1]


@pytest.mark.parametrize("trust", ["unverified", "graded"])
def test_nothing_that_a_student_writes_is_obeyed(ran: RUN, trust: str) -> None:
    seen = ran(trust, "hostile")
    assert "owned" in seen.stdout  # it is shown
    for level, properties, _ in commands(seen):  # which fails where a line is none of ours
        assert properties["title"].endswith("check")
        assert level == "notice" or properties["file"].endswith("convolution.py")
    outside = re.sub(r"(?ms)^::stop-commands::(\w+)$.*^::\1::$", "", seen.stdout)
    assert not re.search(r"^(?!::error|::notice).*owned", outside, re.MULTILINE)
    for name in ("junit.xml", "results.json", "result.json", "summary.md"):
        text = seen.read(name)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202e]", text)
        assert "section_start:1" not in text
    assert "[[ATTACHMENT|" not in seen.read("junit.xml")
    results = json.loads(seen.read("results.json"))
    assert results["score"] == 0
    cases = ET.fromstring(seen.read("junit.xml")).iter("testcase")
    assert not any("owned" in case.attrib["name"] for case in cases)
    summary = seen.read("summary.md")
    fences = re.findall(r"^(`{3,})", summary, re.MULTILINE)
    assert max(map(len, fences)) > 3  # one that the student's own cannot end
    assert "<script>" not in re.sub(r"(?ms)^(`{3,})text$.*?^\1$", "", summary)


def test_nothing_of_a_hidden_case_is_told(ran: RUN, tmp_path: Path) -> None:
    work = write_work("partly", tmp_path / "partly")
    subprocess.run(
        [sys.executable, "-m", "autograder", "grade", "convolution", work, "--course", ROOT, "--out", "out"],
        cwd=tmp_path,
        env=environment(AUTOGRADER_SEED=SEED),
        check=True,
        capture_output=True,
    )
    report = json.loads((tmp_path / "out" / "partly" / "report.json").read_text())
    lines: dict[bool, set[str]] = {True: set(), False: set()}
    for check in report["checks"]:
        for case in check["details"]["cases"]:
            for shown in (*case["inputs"].values(), case["expected"], case["received"]):
                if shown is not None:
                    lines[case["visible"]] |= {line.strip() for line in shown["text"].splitlines()}
    secret = {line for line in lines[False] - lines[True] if len(line) > 15}
    assert len(secret) > 50
    seen = ran("graded", "partly")
    files = [seen.read(name) for name in ("junit.xml", "results.json", "result.json", "summary.md")]
    told = "\n".join([seen.stdout, seen.stderr, *files])
    assert [line for line in secret if line in told] == []
    assert any(line in told for line in lines[True])
