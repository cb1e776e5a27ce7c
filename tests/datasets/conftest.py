"""Data sets prepared once for all tests of this folder, away from the user's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from autograder.datasets import NAMES, Prepared, prepare

ROOT = Path(__file__).resolve().parents[2]
SEED = b"a seed of 16 byte"
TEXT = """
schema = "autograder/assignment/v1"
title = "Digits"
file = "digits.py"
packages = ["numpy", "scikit-learn"]
dataset = "mnist"
[[checks]]
kind = "values"
name = "answers"
items = [{ name = "images", variable = "COUNT", points = 2, accept = [2297], visible = true }]
"""
WORK = """
import numpy as np
with np.load("mnist.npz") as data:
    COUNT = len(data["x_train"]) + len(data["x_test"])
"""
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(autouse=True)
def _nobody_s_own_data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("AUTOGRADER_DATA", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """Give a folder that every user of the machine may read."""
    with TemporaryDirectory(prefix="datasets-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="session")
def digits(folder: Path) -> Prepared:
    """Give the digits that stand in MNIST's place."""
    return prepare("mnist", folder, sources=())


@pytest.fixture(scope="session")
def every(folder: Path, digits: Prepared) -> dict[str, Prepared]:
    """Give all data sets, as they are where no true file is."""
    others = {name: prepare(name, folder, sources=()) for name in NAMES if name != "mnist"}
    return {"mnist": digits, **others}


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Give a course whose assignment names a data set, and a class of one."""
    (tmp_path / "grading_configs").mkdir()
    (tmp_path / "grading_configs" / "digits.toml").write_text(TEXT)
    (tmp_path / "assignments" / "digits").mkdir(parents=True)
    (tmp_path / "assignments" / "digits" / "README.md").write_text("COUNT")
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "digits.py").write_text(WORK)
    return tmp_path


@pytest.fixture
def run(course: Path) -> Run:
    """Run `autograder` with arguments, in the course's folder."""

    def command(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        given = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "AUTOGRADER_SEED": "5" * 32}
        return subprocess.run(
            [sys.executable, "-m", "autograder", *map(str, arguments)],
            cwd=course,
            env={**given, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return command
