"""A class of 40 that imports TensorFlow: this toolkit with all walls up, against nbgrader and otter.

All grade the same submissions, one question `conv2d`, with the same number of jobs, in one run; the
processor time counts every process that the command started, our fork server's import of TensorFlow
included. Beside them, the students' code alone in a warm process: nobody can be faster than that.
"""

from __future__ import annotations

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
    sources = variations(SUBMISSIONS)
    many = variations(MANY)
    courses = {
        name: (peer, peer.prepare(DEFAULT_FOLDER / name, sources))
        for name, peer in (("nbgrader", nbgrader), ("otter", otter))
    }
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _lay_out(folder, sources)
        runs = [_ours(folder)]
        peers: dict[str, Measured] = {}
        for name, (peer, course) in courses.items():
            peers[name] = peer.grade(course, jobs=JOBS)
            runs.append(_ours(folder))
        _lay_out(folder / "many", many)
        large = _ours(folder / "many")
    ours = sorted(runs, key=lambda each: each.cpu_seconds)[len(runs) // 2]
    figures = _of("ours, all walls", ours) + _of(f"ours, class of {MANY}", large)
    figures += _of("code alone, warm", _alone(sources))
    for name, cpu_target in (("nbgrader", 40.0), ("otter", 90.0)):
        peer_cpu, peer_wall = peers[name].cpu_seconds, peers[name].wall_seconds
        figures += [
            *_of(name, peers[name]),
            Figure(f"{name} / ours, CPU", peer_cpu / ours.cpu_seconds, "×", cpu_target, "higher"),
            Figure(f"{name} / ours, wall", peer_wall / ours.wall_seconds, "×", cpu_target, "higher"),
            Figure(f"{name} / ours in a class of {MANY}, CPU", _ratio(peer_cpu, large.cpu_seconds), "×"),
            Figure(f"{name} / ours in a class of {MANY}, wall", _ratio(peer_wall, large.wall_seconds), "×"),
        ]
    return figures


def _ratio(peer_seconds: float, our_seconds: float) -> float:
    """Return the ratio of seconds a submission: the peer's class is the small one, ours the large one."""
    return (peer_seconds / SUBMISSIONS) / (our_seconds / MANY)


def _of(name: str, measured: Measured) -> list[Figure]:
    return [
        Figure(f"{name}: CPU a submission", measured.cpu_seconds / measured.submissions, "s"),
        Figure(f"{name}: wall a submission", measured.wall_seconds / measured.submissions, "s"),
        Figure(f"{name}: full marks", measured.right, "", measured.submissions, "higher"),
    ]


def _lay_out(folder: Path, sources: list[str]) -> None:
    (folder / "grading_configs").mkdir(parents=True)
    (folder / "grading_configs" / "conv2d.toml").write_text(CONFIG)
    for number, source in enumerate(sources):
        student = folder / "class" / f"student{number:02}"
        student.mkdir(parents=True)
        (student / "conv2d.py").write_text(source)


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
