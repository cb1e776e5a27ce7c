"""Running the command as people do: as a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "assignments" / "convolution" / "sample_class"
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `autograder` with arguments, in an empty folder; the course is this repository."""

    def command(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "autograder", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, "COLUMNS": "100", "AUTOGRADER_SEED": "5" * 32, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return command


@pytest.fixture
def class_of(tmp_path: Path) -> Callable[..., Path]:
    """Make a folder of some students of the sample class."""

    def make(*students: str) -> Path:
        folder = tmp_path / "class"
        for student in students:
            shutil.copytree(SAMPLE / student, folder / student)
        return folder

    return make
