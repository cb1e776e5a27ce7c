"""`autograder review`: free answers, marked by a person, and what comes of the marks."""

from __future__ import annotations

import hashlib
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
    assert (
        f"1 awaits a person, who marks an answer or looks at code: autograder review {tmp_path / 'out'}"
        in seen.stderr
    )
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
    filled = template.replace('points = "?"', "points = 0.7").replace('reason = ""', 'reason = "no example"')
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


def test_a_template_that_is_not_filled_in_is_passed_over_with_a_word(run: Run, out: Path) -> None:
    (out / "overrides.toml").write_text(run("review", out, "--toml").stdout)
    seen = grade(run, out.parent)
    assert seen.returncode == 0
    assert "overrides.toml: 1 entry without points yet\n" in seen.stderr
    assert report_of(out, "abena")["provisional"]


def test_points_for_an_answer_do_not_go_to_a_later_one(run: Run, out: Path) -> None:
    [answer] = json.loads(run("review", out, "--json").stdout)["answers"]
    template = run("review", out, "--toml").stdout
    assert f'answer = "{answer["answer_digest"]}"\n' in template
    assert answer["answer_digest"] == hashlib.sha256(answer["answer"].encode()).hexdigest()[:8]
    filled = template.replace('points = "?"', "points = 0.7").replace('""', '"x"')
    (out / "overrides.toml").write_text(filled)
    assert grade(run, out.parent).returncode == 0
    assert report_of(out, "abena")["score"] == 9.7
    [path] = (out.parent / "class" / "abena").glob("*.py")
    path.write_text(path.read_text().replace("Flattening keeps every value", "It keeps every value"))
    seen = grade(run, out.parent)
    assert seen.returncode == 0
    said = "overrides.toml: abena, flattening: not applied: the answer is another one than the one that was"
    assert f"{said} marked\n" in seen.stderr
    after = report_of(out, "abena")
    [check] = [check for check in after["checks"] if check["name"] == "flattening"]
    assert (check["status"], check["score"], check["override"]) == ("needs_review", None, None)


def test_a_folder_that_holds_no_results_is_said_to_be_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    for arguments in (["review", tmp_path / "photos"], ["explain", tmp_path / "photos", "ada"]):
        seen = run(*arguments)
        assert (seen.returncode, seen.stderr) == (
            2,
            (
                "error: expected a results folder of autograder grade; there is neither run.json nor "
                f"class.json in {tmp_path / 'photos'}\n"
            ),
        )
    assert list((tmp_path / "photos").iterdir()) == []


def test_a_check_that_is_no_question_is_refused(run: Run, out: Path) -> None:
    seen = run("review", out, "--check", "answers")
    assert seen.returncode == 2
    assert "--check: expected one of flattening; received 'answers'" in seen.stderr


def test_code_of_which_only_running_tells_awaits_a_person(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "class" / "rana"
    shutil.copytree(SAMPLE / "rana", home)
    source = (home / "output_sizes.py").read_text()
    (home / "output_sizes.py").write_text("import math\n__import__(math.__name__)\n" + source)
    seen = grade(run, tmp_path)
    assert "1 awaits a person, who marks an answer or looks at code: autograder review" in seen.stderr
    assert "+ ?" in seen.stdout
    shown = run("review", tmp_path / "out").stdout
    assert "output_sizes.py, line 2: __import__ with a name that only running tells" in shown
    [asked] = json.loads(run("review", tmp_path / "out", "--json").stdout)["code"]
    assert (asked["student"], asked["check"], len(asked["doubts"])) == ("rana", "counted_by_yourself", 1)
    entry = run("review", tmp_path / "out", "--toml").stdout
    filled = entry.replace('points = "?"', "points = 0").replace('reason = ""', 'reason = "it is math"')
    (tmp_path / "out" / "overrides.toml").write_text(filled.replace('grader = ""', 'grader = "h.k."'))
    assert grade(run, tmp_path).returncode == 0
    after = report_of(tmp_path / "out", "rana")
    [check] = [check for check in after["checks"] if check["name"] == "counted_by_yourself"]
    assert (check["status"], check["override"]["points"]) == ("passed", 0.0)
    assert (after["score"], after["provisional"]) == (8.5, False)
