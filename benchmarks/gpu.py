"""What a GPU gives: a worker's first step on it against a bare process, and training against the processors.

For each backend of Keras that is installed. Without a GPU it measures the processors alone, and says why.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from autograder.config import Assignment, load
from autograder.observation import Allowance, Call, Returned
from autograder.runners.local import Graded, LocalRunner, NotGraded
from autograder.runners.placing import ON_CPU, Placement, place
from autograder.runners.session import Session
from autograder.sandbox.devices.finding import find
from autograder.sandbox.devices.inside import environment_for
from autograder.sandbox.level import Level
from autograder.submission import Submission, SubmittedFile
from benchmarks.figures import Figure, run

BACKENDS = ("tensorflow", "jax", "torch")
ROUNDS = 3
STEPS = 20
BATCH = 128
CONFIG = """
schema = "autograder/assignment/v1"
title = "Training"
file = "training.py"
backend = "BACKEND"
limits = { load_seconds = 300, call_seconds = 600, check_seconds = 900, memory_mib = 8192, processes = 1024 }
[[checks]]
kind = "values"
name = "trained"
gpu = "preferred"
gpu_mib = 4096
items = [{ name = "one", variable = "ONE", points = 1.0, accept = [1] }]
"""
# A small network of the course, whose first step compiles it, and steps after that.
SOURCE = textwrap.dedent(
    """
    import time
    import keras
    import numpy as np

    def train(batch, steps):
        layers = keras.layers
        model = keras.Sequential([
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(128, 3, padding="same", activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10),
        ])
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        draw = np.random.default_rng(0)
        images = draw.normal(size=(batch * steps, 32, 32, 3)).astype("float32")
        labels = draw.integers(10, size=batch * steps)
        began = time.perf_counter()
        model.fit(images[:batch], labels[:batch], batch_size=batch, verbose=0)
        first = time.perf_counter()
        model.fit(images, labels, batch_size=batch, verbose=0)
        return first - began, time.perf_counter() - first
    """
)


def measure() -> list[Figure]:
    """Measure each installed backend, on the processors and on a GPU."""
    found = find()
    if not found.free:
        print(f"no GPU: {found.why_none()}")
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        for backend in filter(find_spec, BACKENDS):
            course = Path(folder) / backend
            (course / "grading_configs").mkdir(parents=True)
            (course / "grading_configs" / "training.toml").write_text(CONFIG.replace("BACKEND", backend))
            figures += _of_backend(backend, load(course, "training"))
    return figures


def _of_backend(backend: str, assignment: Assignment) -> Iterator[Figure]:
    on_gpu = place(assignment.config, "auto")
    for placement in [ON_CPU, *([on_gpu] if on_gpu.slots else [])]:
        where = f"{backend}, {placement.device}"
        warm, steps, notes = _in_workers(assignment, placement)
        yield Figure(f"first step in a warm worker, {where}", min(warm), "s")
        yield Figure(f"first step in a bare process, {where}", _bare(backend, placement), "s")
        yield Figure(f"images a second, {where}", BATCH * STEPS / min(steps), "1/s")
        yield Figure(f"workers that left something, {where}", float(len(notes)), "", 0.0, "lower")


def _in_workers(
    assignment: Assignment, placement: Placement
) -> tuple[list[float], list[float], tuple[str, ...]]:
    """Return of several workers the seconds from fork to first step and of the steps; and what was left."""

    def judge(_: Submission, session: Session) -> Any:
        began = time.monotonic()
        (seen,) = session.call("train", [Call((BATCH, STEPS), {})], Allowance(900.0))
        assert isinstance(seen, Returned), seen
        _, steps = seen.value
        return time.monotonic() - began - steps, steps

    slots = placement.slots[:1]  # one at a time
    one = Placement(slots, placement.notes, placement.nvml)
    file = SubmittedFile("training.py", SOURCE.encode())
    handed_in = [Submission(str(number), (file,), "training.py", str(number)) for number in range(ROUNDS)]
    runner = LocalRunner(assignment, Level.FULL, 1, lambda _: 1, placement=one)
    measured: list[Any] = []
    with closing(runner.run(handed_in, judge)) as events:
        for event in events:
            assert not isinstance(event, NotGraded), event.fault
            measured += [event.grade] if isinstance(event, Graded) else []
    return [warm for warm, _ in measured], [steps for _, steps in measured], runner.notes()


def _bare(backend: str, placement: Placement) -> float:
    """Return the seconds that a new Python process takes to its first step."""
    slot = placement.slots[0] if placement.slots else None
    around = {**os.environ, **environment_for(backend, slot), "TF_CPP_MIN_LOG_LEVEL": "3"}
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", SOURCE + f"train({BATCH}, 1)"], env=around, check=True)
    return time.monotonic() - began


if __name__ == "__main__":
    run("gpu", measure)
