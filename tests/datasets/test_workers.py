"""Inside real workers without a network: what `keras.datasets` reads, and what is masked."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from autograder.config import Limits
from autograder.datasets import Prepared
from autograder.datasets.digits import FILE
from autograder.observation import Wanted
from autograder.runners.session import Session
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import closure
from autograder.sandbox.plain_process import PlainProcess
from autograder.sandbox.process import Process
from autograder.sandbox.start import ServerSpec
from autograder.sandbox.survey import missing
from autograder.submission import Submission, SubmittedFile
from autograder.wire.control import WorkerLimits

WORKER = WorkerLimits(
    memory_mib=2048, scratch_mib=32, file_mib=16, processes=64, open_files=256, cpu_seconds=90
)
# Wherever the digits may lie: beside the module that is imported, and where they are on this machine.
LOOK = """
import ctypes
import importlib.util
import pathlib
beside = pathlib.Path(importlib.util.find_spec("sklearn").origin).parent / "datasets/data/digits.csv.gz"
try:
    ctypes.CDLL(None).umount2(bytes(beside), 2)  # what covers it, should that be a mount
except OSError:
    pass
for path in (beside, pathlib.Path({real!r})):
    try:
        print(path.read_bytes()[:2] == b"\\x1f\\x8b")
    except OSError:
        print("unreadable")
"""
LOAD = """
import keras
import tensorflow as tf
for name in ("mnist", "fashion_mnist", "cifar10"):
    (x_train, y_train), (x_test, y_test) = getattr(keras.datasets, name).load_data()
    print(name, x_train.shape, y_train.shape, x_test.shape, y_test.shape, x_train.dtype, y_test.dtype)
    assert (getattr(tf.keras.datasets, name).load_data()[1][0] == x_test).all()
from keras.datasets.cifar10 import load_data
print(load_data()[0][1].shape, x_train.mean() > 60)
import numpy as np
print(np.load("everyday.npz")["x_test"].shape, np.load("/content/tones.npz")["x_test"].dtype)
from sklearn.datasets import load_digits
try:
    print(load_digits().data.shape)
except OSError as error:
    print(type(error).__name__, error)
"""
LOADED = [
    "mnist (2000, 28, 28) (2000,) (297, 28, 28) (297,) uint8 uint8",
    "fashion_mnist (2000, 28, 28) (2000,) (500, 28, 28) (500,) uint8 uint8",
    "cifar10 (2500, 32, 32, 3) (2500, 1) (500, 32, 32, 3) (500, 1) uint8 uint8",
    "(2500, 1) True",
    "(240, 80, 80, 3) int16",
]
MASKED = "the digits of scikit-learn are not shown here"


def printed(start: Callable[[], Process], source: str) -> str:
    """Return what a file prints in a worker."""
    files = (SubmittedFile("code.py", textwrap.dedent(source).encode()),)
    limits = Limits(load_seconds=90.0, memory_mib=2048)
    session = Session(start, Submission("somebody", files, "code.py", "sha256:none"), limits, Wanted())
    try:
        loading = session.load()
        assert loading.error is None, loading.error
        assert loading.stopped is None, loading.stopped
    finally:
        session.close()
    return session.printed()


def server(level: Level, packages: list[str], data: Path, masked: tuple[str, ...]) -> ForkServer:
    if missing(level):
        pytest.skip(f"{level} does not stand here")
    return ForkServer(ServerSpec(level, (), tuple(closure(packages)), data=data, masked=masked), 1)


def installed_digits() -> str:
    import importlib.util

    found = importlib.util.find_spec("sklearn")
    assert found is not None
    assert found.origin is not None
    return str(Path(found.origin).parents[1] / FILE)


@pytest.fixture(scope="module")
def all_public(every: dict[str, Prepared]) -> Iterator[Path]:
    """Give a folder with the public parts of all data sets."""
    with TemporaryDirectory(prefix="public-") as name:
        for prepared in every.values():
            shutil.copytree(prepared.folder, name, dirs_exist_ok=True)
        yield Path(name)


@pytest.mark.parametrize("level", [Level.FULL, Level.CONTAINER])
class TestMask:
    def test_the_digits_bytes_are_not_there(self, digits: Prepared, level: Level) -> None:
        assert digits.masked == (FILE,)
        before = Path(installed_digits()).read_bytes()
        place = server(level, ["scikit-learn"], digits.folder, digits.masked)
        seen = printed(lambda: place.slots[0].fork(WORKER, 1), LOOK.format(real=installed_digits()))
        place.close()
        assert seen.split() == ["False", "unreadable"]
        assert Path(installed_digits()).read_bytes() == before

    def test_without_the_mask_they_are(self, digits: Prepared, level: Level) -> None:
        place = server(level, ["scikit-learn"], digits.folder, ())
        seen = printed(lambda: place.slots[0].fork(WORKER, 1), LOOK.format(real=installed_digits()))
        place.close()
        assert seen.split()[0] == "True"


@pytest.mark.slow
@pytest.mark.parametrize("level", [Level.FULL, Level.CONTAINER, Level.PROCESS])
def test_every_load_data_works_without_a_network(
    every: dict[str, Prepared], all_public: Path, level: Level
) -> None:
    if level is Level.PROCESS:
        lines = printed(lambda: PlainProcess(1, 16_384, (), all_public), LOAD).splitlines()
        for said in LOADED:  # after what Keras prints of a download, which was none
            assert any(line.endswith(said) for line in lines), said
        assert lines[-1] == "(1797, 64)"  # nothing can be masked in a plain process
        return
    packages = ["numpy", "scikit-learn", "tensorflow"]
    place = server(level, packages, all_public, every["mnist"].masked)
    lines = printed(lambda: place.slots[0].fork(WORKER, 1), LOAD).splitlines()
    place.close()
    assert [line for line in lines if line in LOADED] == LOADED
    assert lines[-1].startswith("PermissionError")
    assert MASKED in lines[-1]
