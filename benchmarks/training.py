"""Training through the toolkit against the same `fit` in a bare process, interleaved, with one thread each.

Ours is all of a request: behind all walls the worker reads and prepares the data, builds, compiles and fits
the model with its budget and its progress, tries it on public data, and returns its weights. The bare process
reads, prepares, builds, compiles and fits. Imports are counted in neither.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import numpy as np

from autograder.checks.making import wanted_by
from autograder.checks.training import SeenRuns, TrainingCheck
from autograder.config import Assignment, AssignmentConfig, TrainingCheckConfig
from autograder.observation import Allowance
from autograder.runners.session import Session
from autograder.runners.worker_limits import worker_limits
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import closure
from autograder.sandbox.start import ServerSpec
from autograder.submission import Submission, SubmittedFile
from benchmarks.figures import Figure, run

SECONDS = float(os.environ.get("TRAINING_SECONDS", "20"))  # of each fit, at least
ROUNDS = 5
SAMPLES = 6_000
BATCH = 64
TRIED_EPOCHS = 2
SPARE = 1.15  # so that a fit on a good day is long enough too
NET = """\
import keras
from keras import layers


def build_model():
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(16, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Conv2D(32, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(10, activation="softmax"),
    ])
"""
BARE = """\
import sys, time
import numpy as np
import tensorflow as tf
sys.path.insert(0, sys.argv[1])
from net import build_model
tf.config.threading.set_intra_op_parallelism_threads(1)
tf.config.threading.set_inter_op_parallelism_threads(1)
began, used = time.perf_counter(), time.process_time()
with np.load(sys.argv[1] + "/mnist.npz") as data:
    x, y = data["x_train"], data["y_train"].astype(np.int64)
x = (x.astype(np.float32) / np.float32(255))[..., None]
model = build_model()
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x, y, batch_size=int(sys.argv[2]), epochs=int(sys.argv[3]), verbose=0)
print(time.perf_counter() - began, time.process_time() - used)
"""
# As in a worker: what else the libraries would do with more threads or other kernels is another fit.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "KERAS_BACKEND": "tensorflow",
}


def measure() -> list[Figure]:
    """Return the seconds of both, and their ratio."""
    with tempfile.TemporaryDirectory(prefix="training-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        (place / "net.py").write_text(NET, "utf-8")
        _write_data(place / "mnist.npz")
        server = ForkServer(
            ServerSpec(Level.FULL, ("tensorflow",), tuple(closure(["tensorflow"])), data=place), slots=1
        )
        try:
            epochs = max(1, round(SPARE * SECONDS / (_bare(place, TRIED_EPOCHS)[0] / TRIED_EPOCHS)))
            pairs = [(_bare(place, epochs), _ours(server, epochs)) for _ in range(ROUNDS)]
        finally:
            server.close()
    bare, ours = ([each[0] for each in column] for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
    of_processor = statistics.median(one[1] / other[1] for other, one in pairs)
    return [
        Figure("epochs of each", epochs, ""),
        Figure("a bare process, median", statistics.median(bare), "s"),
        Figure("the shortest of them", min(bare), "s", SECONDS, "higher"),
        Figure("through the toolkit, median", statistics.median(ours), "s"),
        Figure("processor seconds of the whole worker, against the bare fit", 100 * (of_processor - 1), "%"),
        Figure("what the toolkit adds, median of pairs", 100 * (ratio - 1), "%", 5.0, "lower"),
    ]


def _write_data(path: Path) -> None:
    rng = np.random.default_rng(1)
    x, y = rng.integers(0, 256, (SAMPLES + 500, 28, 28), np.uint8), rng.integers(0, 10, SAMPLES + 500)
    np.savez(path, x_train=x[:SAMPLES], y_train=y[:SAMPLES], x_test=x[SAMPLES:], y_test=y[SAMPLES:])


def _bare(place: Path, epochs: int) -> tuple[float, float]:
    """Return the wall seconds of a bare fit, and those of the processor."""
    done = subprocess.run(
        [sys.executable, "-c", BARE, str(place), str(BATCH), str(epochs)],
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        text=True,
        check=True,
    )
    wall, processor = done.stdout.split()[-2:]
    return float(wall), float(processor)


def _ours(server: ForkServer, epochs: int) -> tuple[float, float]:
    """Return the wall seconds of a request, and the processor seconds of its worker's whole life."""
    settings = {
        "kind": "training",
        "name": "net",
        "points": 1,
        "threshold": 0.5,
        "function": "build_model",
        "train": "always",
        "budget": {"epochs": epochs, "seconds": 3_600.0},
        "recipe": {"epochs": epochs, "batch_size": BATCH},
        "preprocess": {"scale": "0..1", "layout": "channel"},
    }
    top = {"schema": "autograder/assignment/v1", "title": "Nets", "file": "net.py", "dataset": "mnist"}
    limits = {"load_seconds": 60.0, "memory_mib": 4096}
    config = msgspec.convert({**top, "checks": [settings], "limits": limits}, AssignmentConfig)
    assignment = Assignment("nets", Path("nets.toml"), config, "", {})
    submission = Submission("ada", (SubmittedFile("net.py", NET.encode()),), "net.py", "sha256:none")
    limits_of_worker = worker_limits(assignment, submission)
    session = Session(
        lambda: server.slots[0].fork(limits_of_worker, 1), submission, config.limits, wanted_by(assignment)
    )
    check = TrainingCheck(msgspec.convert(settings, TrainingCheckConfig), "mnist")
    try:
        loading = session.load()
        began = time.perf_counter()
        seen = check.observe_visible(session, loading, Allowance(7_200.0))
        seconds = time.perf_counter() - began
    finally:
        processor = session.close()
    assert isinstance(seen, SeenRuns)
    model = seen.runs[0].model
    assert model is not None, seen.runs[0].trained
    assert model.told.fit is not None
    assert model.told.fit.run == epochs
    return seconds, processor


if __name__ == "__main__":
    run("training", measure)
