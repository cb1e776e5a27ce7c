"""A model check through the commands: a student's own, a class, and what a person decides."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CONFIG = """
schema = "autograder/assignment/v1"
title = "Nets"
file = "nets.py"
preload = ["tensorflow"]
[limits]
load_seconds = 90
call_seconds = 90
check_seconds = 120
memory_mib = 4096
[[checks]]
kind = "model"
name = "net"
input_shape = [4]
parameters = 15
layers = [{ kind = "Dense", parameters = 15, output_shape = [3] }]
points = { input_shape = 1, parameters = 1, layers = 2 }
"""
NET = "import keras\nnet = keras.Sequential([keras.Input((4,)), keras.layers.Dense({})])\n"
LIE = NET.format(9) + "net.add(keras.layers.Dense(3))\nkeras.Layer.weights = property(lambda self: [])\n"


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=folder,
        env={**os.environ, "COLUMNS": "120", "AUTOGRADER_SEED": "5" * 32},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def course(tmp_path: Path) -> Path:
    for path, text in {
        "grading_configs/nets.toml": CONFIG,
        "class/ada/nets.py": NET.format(3),
        "class/ben/nets.py": NET.format(4),
        "class/cleo/nets.py": LIE,
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def test_a_student_sees_the_table(course: Path) -> None:
    seen = run(course, "check", "class/ben/nets.py")
    assert seen.returncode == 1, seen.stderr
    assert "net  1 of 4 visible points" in seen.stdout
    [line] = [line for line in seen.stdout.splitlines() if "→" in line]
    assert line.split() == ["→", "Dense", "(4,)", "20", "Dense", "(3,)", "15", "parameters"]


def test_a_class_is_graded_and_what_does_not_agree_awaits_a_person(course: Path) -> None:
    seen = run(course, "grade", "nets", "class", "--out", "out")
    assert seen.returncode == 0, seen.stdout + seen.stderr
    scores = {
        name: json.loads((course / "out" / name / "report.json").read_text())["score"]
        for name in ("ada", "ben", "cleo")
    }
    assert scores == {"ada": 4.0, "ben": 1.0, "cleo": None}
    model = json.loads((course / "out" / "ben" / "feedback.json").read_text())["checks"][0]["model"]
    assert (model["total"], model["first_difference"], model["place"]) == (20, 0, "net")
    assert model["layers"][0]["theirs"]["parameters"] == 20
    review = run(course, "review", "out").stdout
    assert "net: is the model as it must be?" in review
    assert "dense: 45 parameters by its configuration, 0 in its weights" in review
    assert "[[overrides]]" in run(course, "review", "out", "--toml").stdout
    assert json.loads(run(course, "review", "out", "--json").stdout)["code"][0]["student"] == "cleo"


def test_it_is_shown_and_validated(course: Path) -> None:
    shown = run(course, "show", "nets").stdout
    assert "input shape" in shown
    assert "layers" in shown
    seen = run(course, "validate", "nets", "--mutants", "0", "--sandbox", "process")
    assert seen.returncode == 0, seen.stdout + seen.stderr


def test_in_a_notebook_the_model_is_looked_at_where_it_lives(course: Path) -> None:
    code = NET.format(4) + "import autograder\nseen = autograder.check(assignment='nets')\nprint(seen)\n"
    code += "print('PASSED', seen.passed)"
    (course / "live.py").write_text(code)
    seen = subprocess.run(
        [sys.executable, "-W", "ignore", "live.py"], cwd=course, capture_output=True, text=True, check=False
    )
    assert seen.returncode == 0, seen.stderr
    assert "PASSED False" in seen.stdout
    assert "expected 15 parameters; received 20" in seen.stdout
