"""Running the command as people do: as a process of its own."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import struct
import subprocess
import sys
import termios
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
def on_terminal(tmp_path: Path) -> Callable[..., str]:
    """Run `autograder` with arguments on a terminal of some columns; return what it shows, uncoloured."""

    def command(columns: int, *arguments: str | Path) -> str:
        shown, terminal = os.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
        done = subprocess.Popen(
            [sys.executable, "-m", "autograder", *map(str, arguments)],
            cwd=tmp_path,
            env={**environment, "AUTOGRADER_SEED": "5" * 32, "TERM": "xterm"},
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=subprocess.DEVNULL,
        )
        os.close(terminal)
        found = bytearray()
        with contextlib.suppress(OSError):  # which is how its other end says that it was closed
            while data := os.read(shown, 1 << 16):
                found += data
        os.close(shown)
        assert done.wait(60) in (0, 3)
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", found.decode())

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
