"""What an instructor waits for in a term: a class of 400, a rerun of 1,000, and the commands around them."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec

from benchmarks.figures import Figure, run

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "assignments" / "pooling" / "sample_class"
FUNCTIONS = ("max_pool2d", "average_pool2d", "l2_pool2d", "global_average_pool")
CLASS, LARGE_CLASS = 400, 1_000
JOBS = 2
COMMANDS = 7


def measure() -> list[Figure]:
    """Grade classes made of the sample class of `pooling`, and time the commands."""
    with tempfile.TemporaryDirectory() as temporary:
        course = Path(temporary)
        _configure(course)
        figures = [*_class_of_400(course), *_rerun_of_1000(course)]
    with tempfile.TemporaryDirectory() as temporary:
        return [*figures, *_commands(Path(temporary))]


def _class_of_400(course: Path) -> list[Figure]:
    folder = _make_class(course / "class", CLASS)
    seconds = _grade(course, folder, course / "results")
    [report] = _decode(course / "results" / "class.json")
    return [
        Figure("class of 400, 4 functions, all walls", seconds, "s", 120.0, "lower"),
        Figure("of these, graded", report["counts"]["graded"], "", CLASS, "higher"),
    ]


def _rerun_of_1000(course: Path) -> list[Figure]:
    folder = _make_class(course / "large", LARGE_CLASS)
    out = course / "large_results"
    first = _grade(course, folder, out)
    again = [_grade(course, folder, out) for _ in range(3)]
    return [
        Figure("class of 1,000, graded the first time", first, "s"),
        Figure("rerun of 1,000 unchanged", statistics.median(again), "s", 3.0, "lower"),
    ]


def _commands(folder: Path) -> list[Figure]:
    results = folder / "results"
    _autograder(
        "grade", "convolution", str(ROOT / "assignments/convolution/sample_class/rosa"), "--out", results
    )
    commands = {
        "show": ["show", "convolution"],
        "release": ["release", "convolution", folder / "kit"],
        "explain": ["explain", results, "rosa", "conv2d"],
        "diff": ["diff", results, results],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(COMMANDS):
        for name, arguments in commands.items():
            times[name].append(_autograder(*map(str, arguments)))
    return [
        Figure(f"autograder {name}, whole process", statistics.median(seconds), "s", 1.0, "lower")
        for name, seconds in times.items()
    ]


def _configure(course: Path) -> None:
    """Write an assignment of four of the functions of `pooling`."""
    head, *checks = (ROOT / "grading_configs" / "pooling.toml").read_text().split("[[checks]]")
    chosen = [check for check in checks if any(f'name = "{name}"' in check for name in FUNCTIONS)]
    (course / "grading_configs").mkdir()
    text = "[[checks]]".join([head, *chosen])
    (course / "grading_configs" / "pooling.toml").write_text(text)


def _make_class(folder: Path, size: int) -> Path:
    """Write a class of that many students, each with a variation of a right or a wrong sample."""
    samples = sorted(path for path in SAMPLE.iterdir() if path.is_dir())
    for number in range(size):
        source = (samples[number % len(samples)] / "pooling.py").read_bytes()
        place = folder / f"student{number:04}"
        place.mkdir(parents=True)
        (place / "pooling.py").write_bytes(source + f"\n# {number}\n".encode())
    return folder


def _grade(course: Path, folder: Path, out: Path) -> float:
    return _autograder(
        *("grade", "pooling", folder, "--course", course, "--out", out, "--jobs", JOBS, "--format", "json")
    )


def _autograder(*arguments: object) -> float:
    """Run a command, and return the seconds that it took."""
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, arguments)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began


def _decode(*paths: Path) -> list[dict[str, dict[str, int]]]:
    return [msgspec.json.decode(path.read_bytes()) for path in paths]


if __name__ == "__main__":
    run("course", measure)
