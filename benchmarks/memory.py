"""What a worker holds for itself while it builds, and has counted, the largest CNN of the course."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.figures import Figure, run

MODEL = "image_classifier"
SOURCE = Path(__file__).resolve().parent.parent / "reference" / "models" / "colour_images.py"
MOST_MIB = 90.0
SAMPLES_EVERY = 0.005
TIMES = 5
CONFIG = f"""schema = "autograder/assignment/v1"
title = "The largest"
file = "largest.py"
preload = ["tensorflow"]
packages = ["numpy", "tensorflow"]
limits.memory_mib = 2048

[[checks]]
kind = "model"
name = "largest"
function = "{MODEL}"
model = "{MODEL}"
points = {{ layers = 1, parameters = 1 }}
"""


def measure() -> list[Figure]:
    """Grade the reference's own source, and watch the private pages of its worker."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "grading_configs").mkdir()
        (folder / "grading_configs" / "largest.toml").write_text(CONFIG)
        (folder / "class").mkdir()
        for number in range(TIMES):
            path = folder / "class" / f"student{number}.py"
            path.write_text(f"{SOURCE.read_text()}\n# {number}\n")
        seen = _private_mib(folder)
    return [
        Figure("workers seen", len(seen), "", TIMES, "higher"),
        Figure(
            "private pages of a worker that has counted",
            max(each[-1] for each in seen),
            "MiB",
            MOST_MIB,
            "lower",
        ),
        Figure("most for a moment, while weights are drawn", max(map(max, seen)), "MiB"),
    ]


def _private_mib(folder: Path) -> list[list[float]]:
    """Return what each worker held from moment to moment, until its end."""
    command = [
        *(sys.executable, "-m", "autograder", "grade", "largest", str(folder / "class")),
        *("--course", str(folder), "--out", str(folder / "results"), "--jobs", "1"),
    ]
    seen: dict[int, list[float]] = {}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as grading:
        while grading.poll() is None:
            for worker in _workers(grading.pid):
                if held := _private_kib(worker):
                    seen.setdefault(worker, []).append(held / 1024)
            time.sleep(SAMPLES_EVERY)
    if grading.returncode != 0:
        raise RuntimeError(f"expected full marks; received exit {grading.returncode}")
    return [*seen.values()]


def _workers(pid: int) -> list[int]:
    """Return the processes that are deepest in process namespaces: server and worker differ by one."""
    try:
        children = psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []
    depths = {child.pid: _depth(child.pid) for child in children}
    return [number for number, depth in depths.items() if depth == max(depths.values()) and depth > 2]


def _depth(pid: int) -> int:
    """Return in how many process namespaces a process is; 0 where it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return len(next(line for line in status.splitlines() if line.startswith("NSpid:")).split()) - 1


def _private_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))


if __name__ == "__main__":
    run("memory", measure)
