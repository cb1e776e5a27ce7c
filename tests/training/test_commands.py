"""A training check through the commands: calibrated, graded, checked at home, decided by a person."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CONFIG = """
schema = "autograder/assignment/v1"
title = "Zip codes"
file = "net.py"
dataset = "mnist"
preload = ["tensorflow"]
[limits]
load_seconds = 90
memory_mib = 4096
[[checks]]
kind = "training"
name = "accuracy"
function = "build_model"
points = 4
curve = [[0.40, 0.0], [0.70, 1.0]]
budget = { epochs = 3, seconds = 120.0 }
recipe = { epochs = 2, batch_size = 32 }
preprocess = { scale = "0..1", layout = "channel" }
reference = "zip_code_base"
"""
NET = """
import keras
from keras import layers

def build_model():
    return keras.Sequential([
        keras.Input((28, 28, 1)), layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(),
        layers.Flatten(), layers.Dense(10, activation="softmax"),
    ])
"""
OWN = (
    NET
    + """
class Same(layers.Layer):
    def call(self, x):
        return x

plain = build_model

def build_model():
    model = plain()
    return keras.Sequential([model, Same()])
"""
)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"COLUMNS": "140", "AUTOGRADER_SEED": "5" * 32, "AUTOGRADER_DATA": str(folder / "data")}
    return subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    (folder / "data").mkdir()
    for path, text in {
        "grading_configs/nets.toml": CONFIG,
        "class/ada/net.py": NET,
        "class/ben/net.py": NET.replace("layers.Dense(10", "layers.Dense(9"),
        "class/cleo/net.py": OWN,
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def test_a_threshold_is_proposed_with_what_it_comes_from(course: Path) -> None:
    seen = run(course, "calibrate", "nets", "--seeds", "2", "--allow-stand-in")
    assert seen.returncode == 0, seen.stderr
    assert "accuracy, seed 2 of 2: 0." in seen.stderr
    assert "zip_code_base" in seen.stdout
    [entry] = tomllib.loads((course / "grading_configs" / "nets.calibration.toml").read_text())["calibrated"]
    assert (entry["check"], entry["seeds"], entry["device"]) == ("accuracy", 2, "cpu")
    assert entry["budget"] == {"epochs": 3, "seconds": 120.0}
    assert len(entry["accuracies"]) == 2
    assert 0 <= entry["threshold"] < min(entry["accuracies"])
    assert entry["failing"] <= 0.01


def test_a_class_is_graded_and_what_is_not_sure_is_for_a_person(course: Path) -> None:
    seen = run(course, "grade", "nets", "class", "--out", "out", "--allow-stand-in")
    assert seen.returncode == 0, seen.stderr
    grades = {
        name: json.loads((course / "out" / name / "report.json").read_text())["checks"][0]
        for name in ("ada", "ben", "cleo")
    }
    assert (grades["ada"]["status"], grades["ada"]["score"]) == ("passed", 4.0)
    assert (grades["ben"]["status"], grades["ben"]["score"]) == ("failed", 0.0)
    assert grades["cleo"]["status"] == "needs_review"
    feedback = json.loads((course / "out" / "ada" / "feedback.json").read_text())
    training = feedback["checks"][0]["training"]
    assert training["epochs_run"] == 2
    assert "stand-in" in training["data"]
    assert "confusion" not in json.dumps(feedback)
    asked = run(course, "review", "out")
    assert "accuracy: is the model as accurate as it must be?" in asked.stdout
    assert "Same, which only its own code makes" in " ".join(asked.stdout.split())


def test_the_same_class_gets_the_same_grades_again(course: Path) -> None:
    before = json.loads((course / "out" / "ada" / "report.json").read_text())
    again = ("--out", "out", "--allow-stand-in", "--fresh", "--student", "ada")
    seen = run(course, "grade", "nets", "class", *again)
    assert seen.returncode == 0, seen.stderr
    after = json.loads((course / "out" / "ada" / "report.json").read_text())
    details, earlier = after["checks"][0]["details"], before["checks"][0]["details"]
    assert details["confusion"] == earlier["confusion"]
    assert details["curve"] == earlier["curve"]


def test_at_home_it_is_judged_on_public_data(course: Path) -> None:
    seen = run(course, "check", "class/ada", "--assignment", "nets")
    assert (
        "judged on hidden samples" in " ".join(seen.stdout.split())
        or "all visible checks pass" in seen.stdout
    )
    assert "4 points are graded after you hand in" in seen.stdout
    assert seen.returncode == 0, seen.stdout + seen.stderr


def test_a_bound_of_an_autoencoder_is_proposed(tmp_path: Path, course: Path) -> None:
    (tmp_path / "data").symlink_to(course / "data")
    (tmp_path / "grading_configs").mkdir()
    (tmp_path / "grading_configs" / "coder.toml").write_text(
        CONFIG.partition("[[checks]]")[0]
        + """
[[checks]]
kind = "autoencoder"
name = "coder"
function = "build_model"
points = { code_size = 1, reconstruction = 3 }
code_size = 32
reconstruction = { curve = [[0.05, 1.0], [0.10, 0.0]] }
budget = { epochs = 2, seconds = 120.0 }
recipe = { epochs = 1 }
preprocess = { scale = "0..1", layout = "flat" }
reference = "autoencoder_32"
"""
    )
    seen = run(tmp_path, "calibrate", "coder", "--seeds", "2", "--allow-stand-in")
    assert seen.returncode == 0, seen.stderr
    assert "coder, reconstruction" in seen.stdout
    [entry] = tomllib.loads((tmp_path / "grading_configs" / "coder.calibration.toml").read_text())["parts"]
    assert (entry["part"], entry["device"], len(entry["reached"])) == ("reconstruction", "cpu", 2)
    assert entry["bound"] > max(entry["reached"])
    assert entry["curve"] == [[entry["bound"], 1.0], [pytest.approx(2 * entry["bound"]), 0.0]]
    assert entry["failing"] <= 0.01
