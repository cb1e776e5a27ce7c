"""A model check through the commands: a student's own, a class, and what a person decides."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli.main import autograder

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


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    for path, text in {
        "grading_configs/nets.toml": CONFIG,
        "class/ada/nets.py": NET.format(3),
        "class/ben/nets.py": NET.format(4),
        "class/cleo/nets.py": LIE,
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture(scope="module")
def graded(course: Path) -> Path:
    """Grade the class, once for all."""
    seen = run(course, "grade", "nets", "class", "--out", "out")
    assert seen.returncode == 0, seen.stdout + seen.stderr
    return course / "out"


def told(course: Path, *arguments: str) -> str:
    """Return what a command prints that starts no worker, without a process of its own."""
    seen = CliRunner().invoke(
        autograder, [*arguments, "--course", str(course)] if arguments[0] == "show" else arguments
    )
    assert seen.exit_code == 0, seen.output
    return seen.output


def test_a_class_is_graded(graded: Path) -> None:
    reports = {
        name: json.loads((graded / name / "report.json").read_text()) for name in ("ada", "ben", "cleo")
    }
    assert {name: report["score"] for name, report in reports.items()} == {
        "ada": 4.0,
        "ben": 1.0,
        "cleo": None,
    }
    [check] = json.loads((graded / "ben" / "feedback.json").read_text())["checks"]
    model = check["model"]
    assert (model["total"], model["first_difference"], model["place"]) == (20, 0, "net")
    assert model["layers"][0]["theirs"]["parameters"] == 20
    assert model["layers"][0]["theirs"]["settings"] == "4"
    assert check["hint"] == model["why"][0]
    assert check["hint"].startswith("`units=4` in dense (Dense) gives dense 20 parameters instead of 15")


def test_what_does_not_agree_awaits_a_person(graded: Path) -> None:
    review = told(graded, "review", str(graded))
    assert "net: is the model as it must be?" in review
    assert "dense: 45 parameters by its configuration, 0 in its weights" in review
    assert "[[overrides]]" in told(graded, "review", str(graded), "--toml")
    assert json.loads(told(graded, "review", str(graded), "--json"))["code"][0]["student"] == "cleo"


def test_what_is_asked_is_shown(course: Path) -> None:
    shown = told(course, "show", "nets")
    assert "input shape: (4,)" in shown
    assert "parameters: 15" in shown
    assert json.loads(told(course, "show", "nets", "--json"))["checks"][0]["layers"][0]["kind"] == "Dense"


@pytest.mark.slow
def test_a_student_sees_the_table(course: Path) -> None:
    seen = run(course, "check", "class/ben/nets.py")
    assert seen.returncode == 1, seen.stderr
    assert "net  1 of 4 visible points" in seen.stdout
    [line] = [line for line in seen.stdout.splitlines() if "→" in line]
    assert " ".join(line.split()) == "→ Dense 4 (4,) 20 Dense (3,) 15 parameters, output shape"
    assert "Hint: `units=4` in dense (Dense)" in seen.stdout


@pytest.mark.slow
def test_it_is_validated(course: Path) -> None:
    seen = run(course, "validate", "nets", "--mutants", "0", "--sandbox", "process")
    assert seen.returncode == 0, seen.stdout + seen.stderr


@pytest.mark.slow
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
