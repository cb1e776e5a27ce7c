"""What only a real GPU can show: `make test-gpu`. Skipped, with the reason, where none may be used."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from autograder.config import Assignment, load
from autograder.observation import Allowance, Call, Observation, Returned, Stopped
from autograder.results import Outcome
from autograder.runners.local import Graded, LocalRunner, NotGraded
from autograder.runners.placing import Placement, place
from autograder.runners.session import Session
from autograder.sandbox.devices.finding import Finding, find
from autograder.submission import Submission
from tests.devices.conftest import EVERY_WALL, Level, submission

pytestmark = [pytest.mark.gpu, pytest.mark.slow, EVERY_WALL]
SHARE_MIB = 2048
CONFIG = """
schema = "autograder/assignment/v1"
title = "Odd"
file = "code.py"
backend = "BACKEND"
limits = { load_seconds = 300, call_seconds = 300, check_seconds = 900, memory_mib = 4096, processes = 512 }
[[checks]]
kind = "values"
name = "trained"
gpu = "needed"
gpu_mib = 2048
items = [{ name = "one", variable = "ONE", points = 1.0, accept = [1] }]
"""
SOURCE = """
import os
import keras
import numpy as np

def device():
    name = keras.backend.backend()
    if name == "tensorflow":
        import tensorflow
        return len(tensorflow.config.list_physical_devices("GPU"))
    if name == "jax":
        import jax
        return len(jax.devices("gpu"))
    import torch
    return torch.cuda.device_count()

def train():
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    history = model.fit(np.eye(8), np.ones(8), epochs=3, verbose=0)
    return np.isfinite(history.history["loss"]).all()

def take(mib):
    held = [keras.ops.ones((1024, 1024, 64), "float32") for _ in range(mib // 256)]
    return float(keras.ops.sum(held[-1][0, 0]))

def nodes():
    return sorted(name for name in os.listdir("/proc/driver/nvidia/gpus")), [
        number for number in range(64) if os.path.exists(f"/dev/nvidia{number}")
    ]

def escape():
    found = []
    for path in ("/etc/passwd", "/root", "/home", "/sys/class", "/proc/1/root/etc"):
        try:
            found.append(path) if os.path.isdir(path) and os.listdir(path) else open(path).close()
        except OSError:
            continue
    import socket
    try:
        socket.socket(socket.AF_INET)
        found.append("the network")
    except OSError:
        pass
    return found
"""


@pytest.fixture(scope="module")
def finding() -> Finding:
    found = find()
    if not found.free:
        pytest.skip(f"no GPU to be used: {found.why_none()}")
    return found


@pytest.fixture(scope="module", params=["tensorflow", "jax", "torch"])
def assignment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Assignment:
    backend: str = request.param
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed here")
    folder: Path = tmp_path_factory.mktemp(backend)
    (folder / "grading_configs").mkdir()
    (folder / "grading_configs" / "odd.toml").write_text(CONFIG.replace("BACKEND", backend))
    return load(folder, "odd")


Calls = Callable[..., list[Observation]]


@pytest.fixture
def placement(finding: Finding, assignment: Assignment) -> Placement:
    return place(assignment.config, "auto", finding)


@pytest.fixture
def calls(assignment: Assignment, placement: Placement) -> Iterator[Calls]:
    """Give what makes calls of a submission in a worker of its own for each submission."""
    notes: list[str] = []

    def run(*functions: tuple[str, Any], submissions: int = 1) -> list[Observation]:
        def judge(_: Submission, session: Session) -> Any:
            allowance = Allowance(900.0)
            return [session.call(name, [Call(given, {})], allowance)[0] for name, given in functions]

        handed_in = [submission(SOURCE, str(number)) for number in range(submissions)]
        runner = LocalRunner(assignment, Level.FULL, 1, lambda _: 1, placement=placement)
        seen: list[Any] = []
        with closing(runner.run(handed_in, judge)) as events:
            for event in events:
                assert not isinstance(event, NotGraded), event.fault
                seen += event.grade if isinstance(event, Graded) else []  # type: ignore[attr-defined]
        notes.extend(runner.notes())
        return seen

    yield run
    assert notes == [], "something was left on the GPU"


def test_one_gpu_is_seen_and_trained_on_by_one_fork_after_the_other(calls: Calls) -> None:
    seen = calls(("device", ()), ("train", ()), submissions=4)
    assert [each.value for each in seen if isinstance(each, Returned)] == [1, True] * 4, seen


def test_no_other_gpu_has_a_node(calls: Calls, finding: Finding) -> None:
    (seen,) = calls(("nodes", ()))
    assert isinstance(seen, Returned)
    assert len(seen.value[1]) == 1, f"of {len(finding.devices)} GPUs"


def test_too_much_is_an_outcome_of_its_own_and_the_next_call_works(calls: Calls) -> None:
    full, after = calls(("take", (2 * SHARE_MIB,)), ("train", ()))
    assert isinstance(full, Stopped), full
    assert full.outcome is Outcome.DEVICE_MEMORY_LIMIT
    assert isinstance(after, Returned), after


def test_the_walls_stand(calls: Calls) -> None:
    (seen,) = calls(("escape", ()))
    assert isinstance(seen, Returned)
    assert seen.value == []


def test_nothing_is_left(calls: Calls, placement: Placement) -> None:
    assert placement.nvml is not None
    device = placement.slots[0].device
    before = placement.nvml.usage(device).used_mib
    calls(("train", ()))
    assert placement.nvml.usage(device).used_mib <= before + 64
    assert os.getpid() not in placement.nvml.usage(device).processes
