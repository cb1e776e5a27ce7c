"""How long a student waits between a save and its feedback: `autograder watch` beside `autograder check`."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure, run

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENTS = (("convolution", "ada", "without TensorFlow"), ("tensors", "nele", "TensorFlow preloaded"))
SAVES = 9
CHECKS = 5
# A student thinks between two saves; by then the next process is warm.
THINKING_SECONDS = 8.0
LAST_LINE = b"graded after you hand in"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def measure() -> list[Figure]:
    """Measure saves under a running watch, its idle processor time, and whole checks of the same file."""
    figures: list[Figure] = []
    for slug, student, name in ASSIGNMENTS:
        file = f"{slug.replace('-', '_')}.py"
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder) / file
            source = (ROOT / "assignments" / slug / "sample_class" / student / file).read_text()
            work.write_text(source)
            with _watching(work) as process:
                saved = [_save(process, work, f"{source}\n# {number}\n") for number in range(SAVES)]
                idle = _idle_share(process)
            checked = [_check(work) for _ in range(CHECKS)]
        figures += [
            Figure(f"save to feedback, {slug}, {name}", statistics.median(saved), "s", 0.5, "lower"),
            Figure(f"the slowest of {SAVES}", max(saved), "s"),
            Figure(f"autograder check, {slug}, whole process", statistics.median(checked), "s"),
            Figure("a processor's time while nothing is saved", 100 * idle, "%", 2.0, "lower"),
        ]
    return figures


@contextmanager
def _watching(work: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "autograder", "watch", str(work), "--course", str(ROOT)],
        stdout=subprocess.PIPE,
    )
    try:
        _await_feedback(process)
        yield process
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


def _await_feedback(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if LAST_LINE in line:
            return
    raise RuntimeError(f"expected feedback; autograder watch ended with {process.wait()}")


def _save(process: subprocess.Popen[bytes], work: Path, source: str) -> float:
    time.sleep(THINKING_SECONDS)
    began = time.perf_counter()
    work.write_text(source)
    _await_feedback(process)
    return time.perf_counter() - began


def _idle_share(process: subprocess.Popen[bytes]) -> float:
    """Return which part of a processor it takes, once the next process is warm."""
    time.sleep(THINKING_SECONDS)
    before = _ticks(process.pid)
    time.sleep(THINKING_SECONDS)
    return (_ticks(process.pid) - before) / TICKS_PER_SECOND / THINKING_SECONDS


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def _check(work: Path) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "autograder", "check", str(work), "--course", str(ROOT)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,  # 1 where a check does not pass
    )
    return time.perf_counter() - began


if __name__ == "__main__":
    run("watch", measure)
