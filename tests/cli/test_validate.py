"""`autograder validate`, as an instructor meets it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.authoring.conftest import write_course
from tests.cli.conftest import ROOT, Run


def test_what_holds_ends_with_0_and_says_what_was_tried(run: Run, tmp_path: Path) -> None:
    seen = run("validate", "counting", "--course", write_course(tmp_path / "course"))
    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert "the references earn 5 of 5 points\nthe starter earns 0\n" in seen.stdout
    last = seen.stdout.strip().splitlines()[-1].strip()
    assert last == "no findings; 100.0% of the mutants with another behaviour caught (at least 98% are to be)"
    assert "mutants" in seen.stderr
    assert "presumed equivalent (" not in seen.stdout


def test_holes_end_with_1_and_are_told(run: Run, tmp_path: Path) -> None:
    seen = run("validate", "counting", "--course", write_course(tmp_path / "course", holes=True))
    assert seen.returncode == 1
    said = " ".join(seen.stdout.split())
    for part in (
        "let through (comparison) - return int(np.sum(values > limit)) + return int(np.sum(values >= limit))",
        "run by count_above, default; count_above, limit differs on count_above(np.array([0])):",
        "starter: counting.py, count_above: expected no points; it earns 3 of 4.25",
        "group: count_above, limit: expected a hidden case; there is none",
        "misconception: count_above, counted at least: expected a misconception to lose points",
    ):
        assert part in said
    assert str(tmp_path) not in seen.stdout


def test_json_is_the_whole_of_it(run: Run, tmp_path: Path) -> None:
    course = write_course(tmp_path / "course", holes=True)
    seen = run("validate", "counting", "--course", course, "--json", "--all", "--sandbox", "process")
    assert seen.returncode == 1
    found = json.loads(seen.stdout)
    assert (found["schema"], found["walls"]) == ("autograder/validation/v1", "process")
    assert found["mutants"]["tried"] == found["mutants"]["possible"]
    assert len(found["survivors"]) == found["mutants"]["survived"] > 0
    assert {"kind", "where", "message"} == found["findings"][0].keys()
    assert str(tmp_path) not in seen.stdout


def test_all_lists_what_is_presumed_equivalent(run: Run, tmp_path: Path) -> None:
    course = write_course(
        tmp_path / "course", reference="    return int(np.sum(np.array(values) > limit + 0))\n"
    )
    seen = run("validate", "counting", "--course", course, "--all")
    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert "presumed equivalent (" in seen.stdout


def test_no_mutants_are_tried_where_none_are_wanted(run: Run, tmp_path: Path) -> None:
    seen = run("validate", "counting", "--course", write_course(tmp_path / "course"), "--mutants", "0")
    assert seen.returncode == 0
    assert seen.stdout.strip().endswith("no findings")


def test_help_says_what_the_exit_codes_mean(run: Run) -> None:
    said = " ".join(run("validate", "--help").stdout.split())
    assert "Exit code 0 if there is nothing to mend and at least 98 %" in said


@pytest.mark.slow
def test_ctrl_c_stops_it_cleanly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "autograder", "validate", "convolution", "--course", str(ROOT)]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert process.stderr is not None
    assert "tried" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    out, errors = process.communicate(timeout=30)
    assert time.monotonic() - began < 15
    assert process.returncode == 130
    assert out == ""
    assert errors.strip().splitlines()[-1] == "stopped"
    assert "Traceback" not in errors


def test_what_is_asked_of_a_model_is_not_tried(run: Run, tmp_path: Path) -> None:
    course = tmp_path / "course"
    (course / "grading_configs").mkdir(parents=True)
    (course / "grading_configs" / "nets.toml").write_text(
        'schema = "autograder/assignment/v1"\ntitle = "Nets"\nfile = "nets.py"\npreload = []\n'
        'packages = ["numpy"]\n[[checks]]\nkind = "model"\nname = "digits"\nlast_activation = "softmax"\n'
        "points = { last_activation = 1 }\n"
    )
    seen = run("validate", "nets", "--course", course)
    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert "checks of models that no reference is tried with: digits. Grade a right model" in seen.stdout
    assert "the references earn" not in seen.stdout


def test_too_little_memory_for_tensorflow_is_told(run: Run, tmp_path: Path) -> None:
    course = tmp_path / "course"
    (course / "grading_configs").mkdir(parents=True)
    for least, kind in ((1024, "model"), (2048, "training")):
        of_kind = 'last_activation = "softmax"\npoints = { last_activation = 1 }\n'
        if kind == "training":
            of_kind = "points = 1\ncurve = [[0.5, 0.0], [0.9, 1.0]]\n"
        (course / "grading_configs" / "nets.toml").write_text(
            'schema = "autograder/assignment/v1"\ntitle = "Nets"\nfile = "nets.py"\ndataset = "mnist"\n'
            f'preload = ["tensorflow"]\nlimits = {{ memory_mib = {least - 1} }}\n'
            f'[[checks]]\nkind = "{kind}"\nname = "digits"\n{of_kind}'
        )
        seen = run("validate", "nets", "--course", course)
        assert seen.returncode == 1, seen.stderr
        said = " ".join(seen.stdout.split())
        assert f"limits: limits.memory_mib: expected at least {least} where a submission" in said
        assert f"; received {least - 1}" in said
