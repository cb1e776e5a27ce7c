"""A class of 40 that imports TensorFlow: this toolkit with all walls up, against nbgrader and otter.

Each is compared on the very notebooks that the other gets, one question `conv2d`, with the same number of
jobs, in one run; the processor time counts every process that the command started, our fork server's import
of TensorFlow included. Beside them, the same code handed in as scripts, which tells what a notebook costs,
and the students' code alone in a warm process: nobody can be faster than that.
"""

from __future__ import annotations

import compileall
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import redirect_stdout, suppress
from pathlib import Path

import numpy as np

from autograder.problems import PROBLEMS
from autograder.worker.walls.kernel import prctl
from benchmarks.figures import Figure, run
from benchmarks.peers import Measured, nbgrader, otter
from benchmarks.peers.running import DEFAULT_FOLDER
from benchmarks.peers.submissions import variations

SUBMISSIONS = 40
MANY = 400  # a course; what it costs to start is then shared by more
JOBS = 2
RUNS = 3
TARGETS = {"nbgrader": 40.0, "otter": 90.0}
MOST_OVERHEAD_MS = 60.0
_PR_SET_CHILD_SUBREAPER = 36
CONFIG = """schema = "autograder/assignment/v1"
title = "One question"
file = "conv2d.py"
preload = ["tensorflow"]
packages = ["numpy", "tensorflow"]

[[checks]]
kind = "function"
name = "conv2d"
problem = "conv2d"
points.basic = { visible = 1, hidden = 1 }
points.stride = { visible = 1, hidden = 1 }
points.padding = { visible = 1, hidden = 1 }
points.bias = { visible = 1, hidden = 1 }
"""


def measure() -> list[Figure]:
    """Grade the class with each grader, ours before, between and after, and compare."""
    for package in ("autograder", "reference"):  # as pip does when it installs, also the peers
        compileall.compile_dir(package, quiet=1)
    sources = variations(SUBMISSIONS)
    many = variations(MANY)
    courses = {
        name: (peer, peer.prepare(DEFAULT_FOLDER / name, sources))
        for name, peer in (("nbgrader", nbgrader), ("otter", otter))
    }
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        scripts, large_scripts = folder / "scripts", folder / "many scripts"
        _lay_out(scripts, sources, ".py")
        _lay_out(large_scripts, many, ".py")
        of_scripts = _median([_ours(scripts) for _ in range(RUNS)])
        figures += _of("ours, as scripts", of_scripts)
        for name, (peer, course) in courses.items():
            small, large = folder / name, folder / f"many of {name}"
            _lay_out(small, peer.notebooks(course.folder, sources), ".ipynb")
            _lay_out(large, peer.notebooks(course.folder, many), ".ipynb")
            before = [_ours(small) for _ in range(RUNS - 1)]
            theirs = peer.grade(course, jobs=JOBS)
            ours = _median([*before, _ours(small)])
            of_many, scripts_of_many = _ours(large), _ours(large_scripts)
            figures += _compared(name, theirs, ours, of_many)
            figures += _overhead(name, of_many, scripts_of_many)
    return figures + _of("code alone, warm", _alone(sources))


def _median(runs: list[Measured]) -> Measured:
    return sorted(runs, key=lambda each: each.cpu_seconds)[len(runs) // 2]


def _compared(name: str, theirs: Measured, ours: Measured, of_many: Measured) -> list[Figure]:
    """Return what a peer and we need for the same notebooks."""
    target = TARGETS[name]
    return [
        *_of(name, theirs),
        *_of(f"ours, notebooks of {name}", ours),
        *_of(f"ours, notebooks of {name}, class of {MANY}", of_many),
        Figure(f"{name} / ours, CPU", theirs.cpu_seconds / ours.cpu_seconds, "×", target, "higher"),
        Figure(f"{name} / ours, wall", theirs.wall_seconds / ours.wall_seconds, "×", target, "higher"),
        Figure(
            f"{name} / ours in a class of {MANY}, CPU", _ratio(theirs.cpu_seconds, of_many.cpu_seconds), "×"
        ),
        Figure(
            f"{name} / ours in a class of {MANY}, wall",
            _ratio(theirs.wall_seconds, of_many.wall_seconds),
            "×",
        ),
    ]


def _overhead(name: str, notebooks: Measured, scripts: Measured) -> list[Figure]:
    """Return what a notebook costs beside the same code as a script, its further cells included."""
    cpu = (notebooks.cpu_seconds - scripts.cpu_seconds) / MANY * 1000
    wall = (notebooks.wall_seconds - scripts.wall_seconds) / MANY * 1000 * JOBS
    return [
        Figure(f"a notebook of {name} beside a script, CPU", cpu, "ms", MOST_OVERHEAD_MS, "lower"),
        Figure(
            f"a notebook of {name} beside a script, time on its slot", wall, "ms", MOST_OVERHEAD_MS, "lower"
        ),
    ]


def _ratio(peer_seconds: float, our_seconds: float) -> float:
    """Return the ratio of seconds a submission: the peer's class is the small one, ours the large one."""
    return (peer_seconds / SUBMISSIONS) / (our_seconds / MANY)


def _of(name: str, measured: Measured) -> list[Figure]:
    return [
        Figure(f"{name}: CPU a submission", measured.cpu_seconds / measured.submissions, "s"),
        Figure(f"{name}: wall a submission", measured.wall_seconds / measured.submissions, "s"),
        Figure(f"{name}: full marks", measured.right, "", measured.submissions, "higher"),
    ]


def _lay_out(folder: Path, sources: list[str], suffix: str) -> None:
    (folder / "grading_configs").mkdir(parents=True)
    (folder / "grading_configs" / "conv2d.toml").write_text(CONFIG)
    for number, source in enumerate(sources):
        student = folder / "class" / f"student{number:02}"
        student.mkdir(parents=True)
        (student / "conv2d").with_suffix(suffix).write_text(source)


def _ours(folder: Path) -> Measured:
    results = folder / "results"
    command = [
        *(sys.executable, "-m", "autograder", "grade", "conv2d", str(folder / "class")),
        *("--course", str(folder), "--out", str(results), "--jobs", str(JOBS), "--fresh"),
    ]
    _adopt_orphans()
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.perf_counter() - began
    _wait_for_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    rows = json.loads((results / "class.json").read_text())["rows"]
    right = sum(row["score"] == row["max_score"] for row in rows)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(wall, cpu, len(rows), right)


def _adopt_orphans() -> None:
    """Become the parent of what bubblewrap leaves behind, so that its processor time is counted too."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _wait_for_orphans() -> None:
    with suppress(ChildProcessError):
        while True:
            os.wait()


def _alone(sources: list[str]) -> Measured:
    """Run the same cases on the same submissions in this process, TensorFlow imported before."""
    import tensorflow  # noqa: F401, PLC0415

    problem = PROBLEMS["conv2d"]
    every = [*problem.examples, *problem.draw(np.random.default_rng(1))]
    right = 0
    before, began = time.process_time(), time.perf_counter()
    for source in sources:
        names: dict[str, object] = {}
        with redirect_stdout(io.StringIO()):
            exec(compile(source, "conv2d.py", "exec"), names)
        function = names["conv2d"]
        assert callable(function)
        results = [function(**case.inputs) for case in every]
        right += len(results) == len(every)
    return Measured(time.perf_counter() - began, time.process_time() - before, len(sources), right)


if __name__ == "__main__":
    run("throughput", measure)
