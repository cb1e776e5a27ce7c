"""A large class: what the grader itself costs a submission, and what 1,000 submissions leave behind."""

from __future__ import annotations

import gc
import resource
import tempfile
from pathlib import Path

import psutil

from autograder.config import load
from autograder.runners.local import LocalRunner
from autograder.sandbox.level import Level
from autograder.submission import hand_ins
from autograder.whole_class import cases
from autograder.whole_class.batch import Batch, Finished, prepare
from autograder.whole_class.folder import ResultsFolder
from benchmarks.figures import Figure, run

ROOT = Path(__file__).resolve().parent.parent
SUBMISSIONS = 1_000
WARM_UP = 50
JOBS = 2
SOURCE = """import numpy as np

# submission {number}


def conv2d(image, kernel, bias=0.0, stride=1, padding=0):
    padded = np.pad(np.asarray(image, float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)
    return np.einsum("ijab,ab->ij", windows[::stride, ::stride], kernel) + bias
"""


def measure() -> list[Figure]:
    """Grade a class of trivial submissions in this process, and look at what is left."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "class").mkdir()
        for number in range(SUBMISSIONS + WARM_UP):
            (folder / "class" / f"student{number:04}.py").write_text(SOURCE.format(number=number))
        _configure(folder)
        assignment = load(folder, "conv2d")
        results = ResultsFolder(folder / "results")
        seed = cases.read_seed(results.path)
        marking = prepare(assignment, Level.FULL, seed, results.cases)
        found = hand_ins(folder / "class", "conv2d.py")
        runner = LocalRunner(assignment, Level.FULL, JOBS, lambda _: 1)

        def grade(start: int, end: int) -> int:
            batch = Batch(marking, found[start:end], results)
            return sum(
                event.grade.score == event.grade.max_score
                for event in batch.run(runner)
                if isinstance(event, Finished)
            )

        grade(0, WARM_UP)
        before, used = _left(folder), resource.getrusage(resource.RUSAGE_SELF)
        right = grade(WARM_UP, len(found))
        after, used_after = _left(folder), resource.getrusage(resource.RUSAGE_SELF)
    cpu = used_after.ru_utime + used_after.ru_stime - used.ru_utime - used.ru_stime
    return [
        Figure("submissions with full marks", right, "", SUBMISSIONS, "higher"),
        Figure("grader CPU a submission", 1000 * cpu / SUBMISSIONS, "ms", 15.0, "lower"),
        Figure("growth of the grader", (after["memory"] - before["memory"]) / 2**20, "MiB", 50.0, "lower"),
        *(
            Figure(f"{what} left over", after[what] - before[what], "", 0.0, "lower")
            for what in ("descriptors", "processes", "mounts", "files")
        ),
    ]


def _configure(folder: Path) -> None:
    text = (ROOT / "grading_configs" / "convolution.toml").read_text()
    head, *checks = text.split("[[checks]]")
    only = next(check for check in checks if '"conv2d"' in check)
    (folder / "grading_configs").mkdir()
    path = folder / "grading_configs" / "conv2d.toml"
    path.write_text(head.replace('"convolution.py"', '"conv2d.py"') + "[[checks]]" + only)


def _left(folder: Path) -> dict[str, int]:
    """Return what the grader holds now: bytes of memory, and counts of what could be left over."""
    gc.collect()
    me = psutil.Process()
    temporary = [path for path in Path(tempfile.gettempdir()).iterdir() if path != folder]
    return {
        "memory": me.memory_info().rss,
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "processes": len(me.children(recursive=True)),
        "mounts": len(Path("/proc/self/mountinfo").read_text().splitlines()),
        "files": sum(path.name.startswith("autograder-") for path in temporary),
    }


if __name__ == "__main__":
    run("scale", measure)
