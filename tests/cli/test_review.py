"""`autograder review`: free answers, marked by a person, and what comes of the marks."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Run

SAMPLE = ROOT / "assignments" / "output-sizes" / "sample_class"


@pytest.fixture
def out(run: Run, tmp_path: Path) -> Path:
    """Return the results of two students, of whom one has an answer to be marked."""
    for student in ("abena", "rana"):
        shutil.copytree(SAMPLE / student, tmp_path / "class" / student)
    seen = grade(run, tmp_path)
    assert seen.returncode == 0, seen.stderr
    assert f"1 have a free answer that a person marks: autograder review {tmp_path / 'out'}" in seen.stderr
    return tmp_path / "out"


def grade(run: Run, folder: Path) -> Any:
    return run("grade", "output-sizes", folder / "class", "--course", ROOT, "--out", folder / "out")


def report_of(out: Path, student: str) -> dict[str, Any]:
    return json.loads((out / student / "report.json").read_text())


def test_answers_are_shown_below_their_question_and_rubric(run: Run, out: Path) -> None:
    seen = run("review", out)
    assert seen.returncode == 0, seen.stderr
    assert seen.stdout.startswith("flattening: What does flattening hide")
    assert "0.4  What is lost is the neighbourhood" in seen.stdout
    assert "\nabena\n" in seen.stdout
    assert "rana" not in seen.stdout
    [answer] = json.loads(run("review", out, "--json").stdout)["answers"]
    assert (answer["student"], answer["check"], answer["max_score"]) == ("abena", "flattening", 1.0)


def test_there_is_no_total_before_the_marks_and_one_after(run: Run, out: Path) -> None:
    before = report_of(out, "abena")
    assert (before["score"], before["provisional"]) == (None, True)
    template = run("review", out, "--toml").stdout
    filled = template.replace("points =  ", "points = 0.7").replace('reason = ""', 'reason = "no example"')
    (out / "overrides.toml").write_text(filled.replace('grader = ""', 'grader = "h.k."'))
    assert tomllib.loads((out / "overrides.toml").read_text())["overrides"][0]["points"] == 0.7
    seen = grade(run, out.parent)
    assert seen.returncode == 0, seen.stderr
    assert "0 graded now, 2 unchanged" in seen.stdout
    assert "– → 9.7" in seen.stdout
    after = report_of(out, "abena")
    assert (after["score"], after["provisional"], after["version"]) == (9.7, False, 2)
    feedback = json.loads((out / "abena" / "feedback.json").read_text())
    [check] = [check for check in feedback["checks"] if check["name"] == "flattening"]
    assert check["given"] == {"points": 0.7, "reason": "no example", "grader": "h.k."}
    assert run("review", out).stdout == "no free answer awaits marks\n"
    assert "abena" in run("review", out, "--all").stdout


def test_a_template_that_is_not_filled_in_is_refused(run: Run, out: Path) -> None:
    (out / "overrides.toml").write_text(run("review", out, "--toml").stdout)
    seen = grade(run, out.parent)
    assert seen.returncode == 2
    assert "overrides.toml: expected TOML" in seen.stderr


def test_a_check_that_is_no_question_is_refused(run: Run, out: Path) -> None:
    seen = run("review", out, "--check", "answers")
    assert seen.returncode == 2
    assert "--check: expected one of flattening; received 'answers'" in seen.stderr
