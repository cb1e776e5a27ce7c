"""The base install is enough for students, on any operating system.

What only [grade] or only Unix has is taken away, in the command's process and in those that it starts.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, SAMPLE
from tests.cli.test_watch import LAST, MAIN, Watching

OF_GRADE = "psutil packaging pyseccomp IPython nbformat scipy sklearn hypothesis matplotlib".split()
MODULES_OF_UNIX = "fcntl grp pwd resource syslog termios tty pty".split()
NAMES_OF_UNIX = {
    "os": "fork forkpty getuid geteuid getgid getegid getgroups setuid setsid killpg sched_getaffinity "
    "sysconf mkfifo wait4 pipe2 memfd_create pidfd_open O_NOFOLLOW O_NONBLOCK O_CLOEXEC",
    "select": "poll epoll",
    "signal": "SIGKILL SIGHUP SIGALRM SIGUSR1 SIGCHLD alarm setitimer pthread_sigmask",
    "socket": "AF_UNIX SCM_RIGHTS CMSG_SPACE send_fds recv_fds",
}
# Here the standard library's own ending of a process needs the signal; elsewhere it has another way.
PRELUDE = f"""
import os, select, shutil, signal, socket, subprocess, sys

def kill(process, number=int(signal.SIGKILL)):
    process.send_signal(number)

subprocess.Popen.kill = kill
for name in {OF_GRADE + MODULES_OF_UNIX}:
    sys.modules[name] = None
for module, names in {NAMES_OF_UNIX}.items():
    for name in names.split():
        if hasattr(sys.modules[module], name):
            delattr(sys.modules[module], name)
shutil._use_fd_functions = False  # it asked for them before they were taken away
"""
STUDENT = "ada"  # NumPy alone
ITS_WORKER = """
import os
try:
    import fcntl
except ImportError:
    print("no fcntl and", "fork" if hasattr(os, "fork") else "no fork")
"""
LIVE = """
import autograder, runpy, sys
names = runpy.run_path(sys.argv[1])
conv2d, convolve1d, conv2d_layer = names["conv2d"], names["convolve1d"], names["conv2d_layer"]
seen = autograder.check()
print(seen)
assert "<pre" in seen._repr_html_()
"""
HELP = """
from autograder.cli.main import autograder
for name in [None, *autograder.commands]:
    autograder.main([*([name] if name else []), "--help"], "autograder", standalone_mode=False)
"""


@pytest.fixture
def prelude(tmp_path: Path) -> str:
    """Return the PYTHONPATH of a machine that has little."""
    folder = tmp_path / "prelude"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(PRELUDE)
    return os.pathsep.join((str(folder), str(ROOT)))


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Return a folder with a student's file that says where it runs."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / MAIN).write_text((SAMPLE / STUDENT / MAIN).read_text() + ITS_WORKER)
    return folder


@pytest.fixture
def watching(prelude: str, work: Path) -> Iterator[Watching]:
    found = Watching(work, PYTHONPATH=prelude)
    yield found
    if found.process.poll() is None:
        os.killpg(found.process.pid, signal.SIGKILL)
    found.process.wait(60)
    assert found.process.stdout is not None
    found.process.stdout.close()


def python(prelude: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": prelude, "COLUMNS": "100"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_check_runs(prelude: str, work: Path) -> None:
    seen = python(prelude, "-m", "autograder", "check", str(work), "--course", str(ROOT))
    assert (seen.returncode, seen.stderr) == (0, "")
    assert "no fcntl and no fork" in seen.stdout
    assert "all visible checks pass" in seen.stdout


def test_ci_runs(prelude: str, work: Path) -> None:
    options = ["--submission", str(work), "--visible-only", "--format", "junit", "--out", str(work)]
    seen = python(prelude, "-m", "autograder", "ci", "--course", str(ROOT), *options)
    assert (seen.returncode, seen.stderr) == (0, "")
    assert "no fcntl and no fork" in (work / "junit.xml").read_text()


@pytest.mark.parametrize("command", ["check", "ci"])
def test_a_notebook_without_ipython_costs_nothing(prelude: str, work: Path, command: str) -> None:
    (work / MAIN).unlink()
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": "1"}]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (work / "convolution.ipynb").write_text(json.dumps(notebook))
    named = [str(work)] if command == "check" else ["--submission", str(work), "--visible-only"]
    seen = python(prelude, "-m", "autograder", command, *named, "--course", str(ROOT))
    assert (seen.returncode, seen.stdout) == (3, "")
    assert seen.stderr == (
        "error: convolution.ipynb is a notebook, and IPython, which runs it, is not installed here: pip "
        "install ipython\n"
    )


def test_watch_runs_and_ends(watching: Watching, work: Path) -> None:
    assert "no fcntl and no fork" in watching.until(LAST)
    (work / MAIN).write_text((SAMPLE / STUDENT / MAIN).read_text())
    assert "all visible checks pass" in watching.until(LAST)
    assert watching.stop() == (0, "stopped\n")


def test_a_live_function_is_checked(prelude: str) -> None:
    seen = python(prelude, "-c", LIVE, str(SAMPLE / STUDENT / MAIN))
    assert (seen.returncode, seen.stderr) == (0, "")
    assert "all visible checks pass: 6 of 6 points" in seen.stdout


def test_every_command_has_help(prelude: str) -> None:
    seen = python(prelude, "-c", HELP)
    assert (seen.returncode, seen.stderr) == (0, "")
    assert seen.stdout.count("Usage: autograder") > 5


def test_doctor_runs_where_only_grading_packages_are_missing(tmp_path: Path) -> None:
    folder = tmp_path / "prelude"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        f"import sys\nfor name in {OF_GRADE}:\n    sys.modules[name] = None\n"
    )
    seen = python(os.pathsep.join((str(folder), str(ROOT))), "-m", "autograder", "doctor", "--json")
    assert (seen.returncode, seen.stderr) == (3, "")
    found = json.loads(seen.stdout)
    assert found["levels"] == {"full": False, "container": False, "process": True}
    assert found["devices"]["gpu"]["obstacles"] == []


@pytest.mark.parametrize("level", ["full", "container", "process"])
def test_grade_names_what_is_missing_and_how_to_get_it(level: str, tmp_path: Path) -> None:
    folder = tmp_path / "prelude"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(
        f"import sys\nfor name in {OF_GRADE}:\n    sys.modules[name] = None\n"
    )
    command = [
        "-m",
        "autograder",
        "grade",
        "convolution",
        str(SAMPLE / STUDENT),
        "--out",
        str(tmp_path / "out"),
    ]
    seen = python(os.pathsep.join((str(folder), str(ROOT))), *command, "--sandbox", level)
    assert seen.returncode == 3
    assert "pip install 'cnn-autograder[grade]'" in seen.stderr
    assert "Traceback" not in seen.stderr
