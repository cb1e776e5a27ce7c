"""A class of 40 that imports TensorFlow: this toolkit with all walls up, against nbgrader and otter.

Two exercises: one question, `conv2d`; and two, `conv2d` and a small CNN of 13,610 parameters. Each grader is
compared on the very notebooks that the other gets, with the same number of jobs, in one run; the processor
time counts every process that the command started, our fork server's import of TensorFlow included. Beside
them: the same code handed in as scripts, which tells what a notebook costs; the same class without any
wall, which tells what those cost; and the students' code alone in a warm process: nobody can be faster than
that.
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
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.problems import PROBLEMS
from autograder.worker.walls.kernel import prctl
from benchmarks.figures import Figure, run
from benchmarks.peers import Measured, nbgrader, otter
from benchmarks.peers.conv2d import CONV2D
from benchmarks.peers.exercise import Exercise
from benchmarks.peers.running import DEFAULT_FOLDER
from benchmarks.peers.small_cnn import SMALL_CNN

SUBMISSIONS = 40
MANY = 400  # a course; what it costs to start is then shared by more
JOBS = 2
RUNS = 3
MOST_OVERHEAD_MS = 60.0
MOST_OF_WALLS_MS = 10.0
_PR_SET_CHILD_SUBREAPER = 36
_TOP = """schema = "autograder/assignment/v1"
title = "For comparison"
file = "exercise.py"
preload = ["tensorflow"]
packages = ["numpy", "tensorflow"]
limits.memory_mib = 2048
"""
_OF_CONV2D = """
[[checks]]
kind = "function"
name = "conv2d"
problem = "conv2d"
points.basic = { visible = 1, hidden = 1 }
points.stride = { visible = 1, hidden = 1 }
points.padding = { visible = 1, hidden = 1 }
points.bias = { visible = 1, hidden = 1 }
"""
_OF_SMALL_CNN = """
[[checks]]
kind = "model"
name = "build_model"
function = "build_model"
input_shape = [28, 28, 1]
output_shape = [10]
parameters = 13_610
layers = [
    { kind = "Conv2D", filters = 8, kernel_size = 3, padding = "valid", parameters = 80 },
    { kind = "MaxPooling2D", pool_size = 2 },
    { kind = "Flatten" },
    { kind = "Dense", units = 10, parameters = 13_530 },
]
points = { input_shape = 1, output_shape = 1, parameters = 1, layers = 2 }
"""


@dataclass(frozen=True)
class Compared:
    """An exercise, how ours judges it, and how much faster ours is to be, by peer."""

    exercise: Exercise
    config: str
    targets: dict[str, float]


COMPARED = (
    Compared(Exercise("one-question", (CONV2D,)), _TOP + _OF_CONV2D, {"nbgrader": 40.0, "otter": 90.0}),
    Compared(
        Exercise("two-questions", (CONV2D, SMALL_CNN)),
        _TOP + _OF_CONV2D + _OF_SMALL_CNN,
        {"nbgrader": 30.0, "otter": 70.0},
    ),
)


def measure() -> list[Figure]:
    """Grade a class of each exercise with each grader, ours before, between and after, and compare."""
    for package in ("autograder", "reference"):  # as pip does when it installs, also the peers
        compileall.compile_dir(package, quiet=1)
    figures = [figure for each in COMPARED for figure in _measure(each)]
    return figures + _of("conv2d: the code alone, warm", _alone(CONV2D.answers(SUBMISSIONS)))


def _measure(compared: Compared) -> list[Figure]:
    exercise, config = compared.exercise, compared.config
    students, many = exercise.students(SUBMISSIONS), exercise.students(MANY)
    courses = {
        name: (peer, peer.prepare(DEFAULT_FOLDER / name, exercise, students))
        for name, peer in (("nbgrader", nbgrader), ("otter", otter))
    }
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        scripts, large_scripts = folder / "scripts", folder / "many scripts"
        _lay_out(scripts, config, _as_scripts(students), ".py")
        _lay_out(large_scripts, config, _as_scripts(many), ".py")
        of_scripts = _median([_ours(scripts) for _ in range(RUNS)])
        figures += _of(f"{exercise.name}: ours, as scripts", of_scripts)
        for name, (peer, course) in courses.items():
            small, large = folder / name, folder / f"many of {name}"
            _lay_out(small, config, peer.notebooks(course, students), ".ipynb")
            _lay_out(large, config, peer.notebooks(course, many), ".ipynb")
            before = [_ours(small) for _ in range(RUNS - 1)]
            theirs = peer.grade(course, jobs=JOBS)
            ours = _median([*before, _ours(small)])
            of_many, scripts_of_many = _ours(large), _ours(large_scripts)
            figures += _compared(exercise.name, name, theirs, ours, of_many, compared.targets[name])
            figures += _overhead(f"{exercise.name}: a notebook of {name}", of_many, scripts_of_many)
        if compared is COMPARED[0]:
            figures += _cost_of_walls(exercise.name, large_scripts)
    return figures


def _cost_of_walls(name: str, folder: Path) -> list[Figure]:
    """Return what the walls cost a submission: with and without them in turn, the median of pairs."""
    pairs = [(_ours(folder, 1), _ours(folder, 1, "benchmarks.without_walls")) for _ in range(RUNS)]
    cpu = sorted((up.cpu_seconds - down.cpu_seconds) / MANY * 1000 for up, down in pairs)[RUNS // 2]
    wall = sorted((up.wall_seconds - down.wall_seconds) / MANY * 1000 for up, down in pairs)[RUNS // 2]
    return [
        *_of(f"{name}: ours without walls, class of {MANY}", pairs[-1][1]),
        Figure(f"{name}: all walls, CPU a submission", cpu, "ms", MOST_OF_WALLS_MS, "lower"),
        Figure(f"{name}: all walls, time on its slot", wall, "ms", MOST_OF_WALLS_MS, "lower"),
    ]


def _as_scripts(students: Sequence[Sequence[str]]) -> list[str]:
    return ["\n\n".join(answers) for answers in students]


def _median(runs: list[Measured]) -> Measured:
    return sorted(runs, key=lambda each: each.cpu_seconds)[len(runs) // 2]


def _compared(
    exercise: str, name: str, theirs: Measured, ours: Measured, of_many: Measured, target: float
) -> list[Figure]:
    """Return what a peer and we need for the same notebooks."""
    of_course = f"{exercise}: {name} / ours in a class of {MANY}"
    return [
        *_of(f"{exercise}: {name}", theirs),
        *_of(f"{exercise}: ours, notebooks of {name}", ours),
        *_of(f"{exercise}: ours, notebooks of {name}, class of {MANY}", of_many),
        Figure(
            f"{exercise}: {name} / ours, CPU", theirs.cpu_seconds / ours.cpu_seconds, "×", target, "higher"
        ),
        Figure(
            f"{exercise}: {name} / ours, wall", theirs.wall_seconds / ours.wall_seconds, "×", target, "higher"
        ),
        Figure(f"{of_course}, CPU", _ratio(theirs.cpu_seconds, of_many.cpu_seconds), "×"),
        Figure(f"{of_course}, wall", _ratio(theirs.wall_seconds, of_many.wall_seconds), "×"),
    ]


def _overhead(name: str, notebooks: Measured, scripts: Measured) -> list[Figure]:
    """Return what a notebook costs beside the same code as a script, its further cells included."""
    cpu = (notebooks.cpu_seconds - scripts.cpu_seconds) / MANY * 1000
    wall = (notebooks.wall_seconds - scripts.wall_seconds) / MANY * 1000 * JOBS
    return [
        Figure(f"{name} beside a script, CPU", cpu, "ms", MOST_OVERHEAD_MS, "lower"),
        Figure(f"{name} beside a script, time on its slot", wall, "ms", MOST_OVERHEAD_MS, "lower"),
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


def _lay_out(folder: Path, config: str, sources: Sequence[str], suffix: str) -> None:
    (folder / "grading_configs").mkdir(parents=True)
    (folder / "grading_configs" / "exercise.toml").write_text(config)
    for number, source in enumerate(sources):
        student = folder / "class" / f"student{number:02}"
        student.mkdir(parents=True)
        (student / "exercise").with_suffix(suffix).write_text(source)


def _ours(folder: Path, jobs: int = JOBS, module: str = "autograder") -> Measured:
    results = folder / "results"
    command = [
        *(sys.executable, "-m", module, "grade", "exercise", str(folder / "class")),
        *("--course", str(folder), "--out", str(results), "--jobs", str(jobs), "--fresh"),
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


def _alone(sources: Sequence[str]) -> Measured:
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
