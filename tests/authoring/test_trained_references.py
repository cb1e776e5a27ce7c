"""`autograder validate --train`: references are trained by the recipe, behind the walls, and judged."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console

from autograder.authoring.validating import Validation
from autograder.authoring.validating.view import validation_view

CONFIG = """
schema = "autograder/assignment/v1"
title = "Nets"
file = "nets.py"
preload = ["tensorflow"]
packages = ["numpy", "scikit-learn", "tensorflow", "keras"]
dataset = "mnist"
[limits]
load_seconds = 90
call_seconds = 90
check_seconds = 90
memory_mib = 4096
[[checks]]
kind = "autoencoder"
name = "given_back"
function = "build_small"
train_function = "train"
train_arguments = ["model", "x_train"]
budget = { epochs = 1, steps = 40, seconds = 240.0 }
recipe = { epochs = 1 }
reference = "autoencoder_32"
reconstruction = { curve = [[0.5, 1.0], [0.9, 0.0]] }
points = { reconstruction = 2 }
[[checks]]
kind = "autoencoder"
name = "out_of_reach"
function = "build_small"
train_function = "train"
train_arguments = ["model", "x_train"]
budget = { epochs = 1, steps = 40, seconds = 240.0 }
recipe = { epochs = 1 }
reference = "autoencoder_32"
reconstruction = { curve = [[0.0001, 1.0], [0.0002, 0.0]] }
points = { reconstruction = 1 }
[[checks]]
kind = "training"
name = "told_apart"
function = "build_net"
train_function = "train"
train_arguments = ["model", "x_train", "y_train"]
budget = { epochs = 1, steps = 20, seconds = 240.0 }
recipe = { epochs = 1 }
samples = 100
near = 0.0
curve = [[0.0, 0.0], [0.01, 1.0]]
reference = "zip_code_improved"
points = 3
[[checks]]
kind = "autoencoder"
name = "without_reference"
train_function = "train"
train_arguments = ["x_train"]
reconstruction = { curve = [[0.5, 1.0], [0.9, 0.0]] }
points = { reconstruction = 1 }
"""
STARTER = """
import keras

def build_small():
    return keras.Sequential([keras.Input((784,)), keras.layers.Dense(32), keras.layers.Dense(784)])

def train(model, *data):
    return model
"""


def validate(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["validate", "nets", "--course", str(folder), "--data", str(folder / "data"), *arguments]
    return subprocess.run(
        [sys.executable, "-m", "autograder", *command],
        env={**os.environ, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        check=False,
        timeout=540,
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    for name, text in {
        "grading_configs/nets.toml": CONFIG,
        "assignments/nets/starter/nets.py": STARTER,
    }.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)
    (folder / "data").mkdir()
    return folder


@pytest.mark.slow
def test_each_reference_is_trained_once_and_judged_on_hidden_samples(course: Path) -> None:
    seen = validate(course, "--train", "--json")
    assert seen.returncode == 1, seen.stderr
    validation: dict[str, Any] = json.loads(seen.stdout)
    tried = {each["check"]: each for each in validation["networks"]}
    assert {name: (each["reference"], each["score"], each["max_score"]) for name, each in tried.items()} == {
        "given_back": ("autoencoder_32", 2.0, 2.0),
        "out_of_reach": ("autoencoder_32", 0.0, 1.0),
        "told_apart": ("zip_code_improved", 3.0, 3.0),
    }
    assert all(each["is_trained"] for each in tried.values())
    assert tried["told_apart"]["reached"].endswith("on 100 hidden samples")
    assert tried["given_back"]["said"] == ""
    [finding] = [each for each in validation["findings"] if each["where"] == "out_of_reach"]
    assert finding["kind"] == "model"
    assert "expected autoencoder_32 to earn all 1 points; it earns 0" in finding["message"]
    assert validation["untrained"] == []
    assert "without_reference" in validation["of_models"]
    starter = [each["where"] for each in validation["findings"] if each["kind"] == "starter"]
    assert "nets.py, given_back" in starter  # which an untrained network earns: the bound is no bound
    assert "nets.py, told_apart" not in starter
    assert "mnist" in seen.stderr  # and what stands in its place
    shown = io.StringIO()
    Console(file=shown, width=120).print(validation_view(msgspec.convert(validation, Validation)))
    assert "zip_code_improved, trained, earns 3 of 3 points in told_apart: an accuracy of" in shown.getvalue()


@pytest.mark.slow
def test_without_the_option_it_says_what_is_not_trained(course: Path) -> None:
    seen = validate(course)
    said = " ".join(seen.stdout.split())
    assert "not trained: given_back, out_of_reach, told_apart. With --train, their references are" in said
