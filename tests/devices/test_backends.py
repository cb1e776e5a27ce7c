"""Keras with TensorFlow, JAX or PyTorch: what a configuration says, and that submissions run there."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from autograder.allowed import DEFAULT_PACKAGES
from autograder.checks.making import make_checks, wanted_by
from autograder.config import AssignmentConfig, load, require_backend
from autograder.config.installed import absent_packages_note, require_packages
from autograder.environment import describe
from autograder.errors import ConfigError
from autograder.grading import Marking, grade_submission
from autograder.results import Grade, Outcome
from autograder.runners.local import Graded, LocalRunner
from autograder.sandbox.devices.inside import environment_for
from autograder.sandbox.level import Level
from autograder.sandbox.packages import of_gpus
from autograder.sandbox.plain_process import PlainProcess
from autograder.self_check.own_check import OwnCheck
from autograder.wire.control import GpuShare
from autograder.worker.plain import plain
from autograder.worker.walls import gpu_memory
from tests.devices.conftest import EVERY_WALL, ONE, Parts, slot_on, submission

HEAD = """
schema = "autograder/assignment/v1"
title = "Odd"
file = "code.py"
"""
CHECKS = """
[[checks]]
kind = "values"
name = "trained"
[[checks.items]]
name = "backend"
variable = "BACKEND"
accept = ["BACKEND"]
points = 1.0
[[checks.items]]
name = "a tensor with a gradient"
variable = "OUTPUT"
accept = [[0.0, 0.0, 0.0]]
tolerance = 1000.0
points = 1.0
[[checks.items]]
name = "epochs"
variable = "EPOCHS"
accept = [1]
points = 1.0

[[checks]]
kind = "model"
name = "net"
parameters = 15
points.parameters = 2.0
"""
SOURCE = """
import keras
import numpy as np

BACKEND = keras.backend.backend()
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
history = model.fit(np.eye(4), np.array([0, 1, 2, 0]), epochs=9, verbose=0)
EPOCHS = len(history.history["loss"])
OUTPUT = model(np.ones((1, 4)))[0]
"""


def config(folder: Path, head: str = "", wish: str = "", checks: str = CHECKS) -> Any:
    """Return an assignment with more lines at its top, and one in its check."""
    (folder / "grading_configs").mkdir(exist_ok=True)
    text = HEAD + head + checks.replace('name = "trained"\n', f'name = "trained"\n{wish}\n')
    (folder / "grading_configs" / "odd.toml").write_text(text)
    return load(folder, "odd")


class TestConfiguration:
    """What `backend` brings along."""

    @pytest.mark.parametrize("backend", ["jax", "torch"])
    def test_another_backend_is_allowed_and_preloaded(self, tmp_path: Path, backend: str) -> None:
        found: AssignmentConfig = config(tmp_path, f'backend = "{backend}"').config
        assert found.packages == (*DEFAULT_PACKAGES, backend)
        assert found.preload == (backend, "keras")

    def test_what_is_named_stays_and_nothing_is_there_twice(self, tmp_path: Path) -> None:
        head = 'backend = "jax"\npackages = ["numpy", "jax"]\npreload = ["keras", "jax"]'
        found: AssignmentConfig = config(tmp_path, head).config
        assert (found.packages, found.preload) == (("numpy", "jax", "keras"), ("keras", "jax"))

    def test_tensorflow_comes_with_a_wish_for_a_gpu_alone(self, tmp_path: Path) -> None:
        assert (
            config(tmp_path).config.preload == config(tmp_path, 'backend = "tensorflow"').config.preload == ()
        )
        wishing: AssignmentConfig = config(
            tmp_path, 'packages = ["tensorflow-cpu"]', 'gpu = "preferred"'
        ).config
        assert wishing.preload == ("tensorflow", "keras")
        assert wishing.packages == ("tensorflow-cpu", "keras")

    def test_an_unknown_one_is_a_mistake(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match='backend: expected "jax" or "tensorflow" or "torch"'):
            config(tmp_path, 'backend = "mxnet"')

    @pytest.mark.parametrize("backend", ["jax", "torch"])
    def test_one_that_is_not_installed_says_what_to_install(
        self, tmp_path: Path, backend: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            "autograder.config.backends.installed", lambda names: [name for name in names if name == "keras"]
        )
        found = config(tmp_path, f'backend = "{backend}"')
        said = f'to compute with "{backend}"; {backend} is not installed: pip install'
        with pytest.raises(ConfigError, match=said):
            require_backend(found.path, found.config)

    def test_the_default_packages_stay_the_default_ones(self, tmp_path: Path) -> None:
        found = config(tmp_path, 'backend = "jax"')
        require_packages(found)  # what is missing of them here is for a note, not an error
        note = absent_packages_note(found)
        assert note is None or "not installed here" in note

    def test_a_students_own_check_takes_the_backend_too(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        around: list[Any] = []
        monkeypatch.setattr(
            "autograder.self_check.own_check.PlainProcess", lambda *given: around.append(given[4])
        )
        OwnCheck(config(tmp_path, 'backend = "torch"')).start()
        OwnCheck(config(tmp_path)).start()
        assert around == [{"KERAS_BACKEND": "torch"}, {}]


class TestEnvironment:
    """What the frameworks read when they are imported."""

    def test_without_a_gpu_none_of_them_looks_for_one(self) -> None:
        assert environment_for("jax", None) == {
            "KERAS_BACKEND": "jax",
            "CUDA_VISIBLE_DEVICES": "",
            "JAX_PLATFORMS": "cpu",
            "KERAS_TORCH_DEVICE": "cpu",
        }

    def test_on_a_gpu_the_share_is_a_part_of_it(self, parts: Callable[..., Parts]) -> None:
        found = environment_for("tensorflow", slot_on(ONE, parts, 12_000))
        assert found["XLA_PYTHON_CLIENT_MEM_FRACTION"] == "0.5000"
        assert "XLA_CLIENT_MEM_FRACTION" not in found  # JAX refuses both together
        assert found["CUDA_VISIBLE_DEVICES"] == ONE.uuid

    def test_the_packages_of_gpus_are_those_of_frameworks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        names = ("nvidia-cudnn-cu12", "jax-cuda12-plugin", "nvidia-ml-py", "numpy", "jax")
        monkeypatch.setattr("autograder.sandbox.packages._installed", lambda: dict.fromkeys(names))
        assert of_gpus() == ["nvidia-cudnn-cu12", "jax-cuda12-plugin"]


class TestLimits:
    """The frameworks' own limits, set in the worker: with stand-ins for the frameworks."""

    def test_tensorflow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        calls: list[Any] = []
        stand_in = SimpleNamespace(
            list_physical_devices=lambda kind: [kind],
            LogicalDeviceConfiguration=lambda memory_limit: memory_limit,
            set_logical_device_configuration=lambda device, limits: calls.append((device, limits)),
            list_logical_devices=lambda kind: calls.append("started"),
        )
        monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(config=stand_in))
        gpu_memory.limit(GpuShare("tensorflow", 4096, 0.25))
        assert calls == [("GPU", [4096]), "started"]  # after which it cannot be changed

    def test_jax(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "jax", SimpleNamespace(devices=lambda kind: [kind]))
        gpu_memory.limit(GpuShare("jax", 4096, 0.25))
        monkeypatch.setitem(sys.modules, "jax", SimpleNamespace(devices=lambda kind: []))
        with pytest.raises(RuntimeError, match="expected JAX to see the one GPU of this slot; it sees 0"):
            gpu_memory.limit(GpuShare("jax", 4096, 0.25))

    def test_at_the_level_process_too(self, torch: Any) -> None:
        """With a share that nothing here can give: the process ends before a submission is read."""
        share = GpuShare("torch", 4096, 0.25)
        around = {"CUDA_VISIBLE_DEVICES": "GPU-1,GPU-2", "PYTHONPATH": str(torch.folder)}
        process = PlainProcess(1, 512, (), None, around, share)
        from autograder.wire.frames import encode_frame
        from autograder.wire.messages import Seal

        process.send(encode_frame(Seal()))
        try:
            assert process.receive(deadline=_soon()) == b""
        finally:
            process.end()
        assert "expected PyTorch to see the one GPU of this slot; it sees 2" in process.printed()


def _soon() -> float:
    import time

    return time.monotonic() + 60.0


def test_a_tensor_elsewhere_is_brought_to_the_machine() -> None:
    class Tensor:
        """As PyTorch's on a GPU: it converts to an array only without gradient, and on the machine."""

        def __init__(self, place: str = "a GPU, with a gradient") -> None:
            self.place = place

        def detach(self) -> Tensor:
            return Tensor("a GPU")

        def cpu(self) -> Tensor:
            assert self.place == "a GPU"
            return Tensor("the machine")

        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            assert self.place == "the machine"
            return np.array([1.0, 2.0])

    np.testing.assert_array_equal(plain(Tensor()), [1.0, 2.0])


def graded(folder: Path, backend: str) -> Grade:
    head = [
        f'backend = "{backend}"',
        "[training]",
        'fit = "shorten"',
        "epochs = 1",
        "seconds = 60",
        "[limits]",
    ]
    head += ["load_seconds = 120", "call_seconds = 60", "check_seconds = 120"]
    head += ["memory_mib = 4096", "processes = 512", ""]
    odd = config(folder, "\n".join(head), checks=CHECKS.replace('"BACKEND"]', f'"{backend}"]'))
    marking = Marking(odd, make_checks(odd, {}), describe("full"), "")
    runner = LocalRunner(odd, Level.FULL, 1, lambda _: 1, wanted=wanted_by(odd))
    with closing(
        runner.run([submission(SOURCE)], lambda each, worker: grade_submission(each, marking, worker))
    ) as events:
        (found,) = [event for event in events if isinstance(event, Graded)]
    return found.grade


@pytest.mark.slow
@EVERY_WALL
@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_a_submission_trains_there(tmp_path: Path, backend: str) -> None:
    """A smoke test on the processors: import, fork, build, fit, call, and a model found and counted."""
    if find_spec(backend) is None or find_spec("keras") is None:
        pytest.skip(f"{backend} is not installed here: pip install {backend} keras")
    grade = graded(tmp_path, backend)
    assert grade.outcome is Outcome.COMPLETED, grade
    assert grade.score == 5.0, grade
    assert os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow"  # nothing of it is set here
