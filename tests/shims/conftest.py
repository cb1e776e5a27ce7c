"""Submissions in real workers with their surroundings: what was printed, noted, and how loading ended."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from autograder.config import Limits
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
from autograder.wire.messages import Error
from autograder.wire.surroundings import Surroundings

WORKER = WorkerLimits(
    memory_mib=2048, scratch_mib=32, file_mib=16, processes=64, open_files=256, cpu_seconds=90
)
PERIOD = Surroundings(period=True)


class Seen(NamedTuple):
    """What came of a submission's file."""

    printed: str
    notes: tuple[str, ...]
    error: Error | None

    def has_run(self) -> Seen:
        """Return the same, once it is sure that the file has run to its end."""
        assert self.error is None, self.error
        return self


class Place:
    """Runs submissions at one level, each in a worker of its own."""

    def __init__(self, start: Callable[[], Process], level: Level) -> None:
        self._start, self.level = start, level

    def session(self, source: str, surroundings: Surroundings, files: dict[str, bytes]) -> Session:
        """Return a session. Close it."""
        data = {"code.py": textwrap.dedent(source).encode(), **files}
        submitted = tuple(SubmittedFile(*each) for each in data.items())
        found = Submission("somebody", submitted, "code.py", "sha256:none")
        limits = Limits(load_seconds=90.0, call_seconds=90.0, memory_mib=2048)
        return Session(self._start, found, limits, Wanted(surroundings=surroundings))

    def run(self, source: str, surroundings: Surroundings = Surroundings(), **files: bytes) -> Seen:  # noqa: B008
        """Run a file; others are called by their stem and hold text."""
        others = {name.replace("_dot_", "."): data for name, data in files.items()}
        session = self.session(source, surroundings, others)
        try:
            loading = session.load()
            assert loading.stopped is None, loading.stopped
            notes = session.notes()
        finally:
            session.close()
        return Seen(session.printed(), notes, loading.error)


@pytest.fixture
def place() -> Place:
    """Give plain processes, without a data folder."""
    return Place(lambda: PlainProcess(1, 16_384), Level.PROCESS)


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with data, which every user may read."""
    import numpy as np

    folder = tmp_path_factory.mktemp("course") / "data"
    (folder / "deep").mkdir(parents=True)
    (folder / "train.csv").write_text("a,b\n1,2\n")
    (folder / "deep" / "labels.txt").write_text("one\ntwo\n")
    images, labels = np.arange(6 * 4, dtype=np.uint8).reshape(6, 2, 2), np.arange(6, dtype=np.uint8)
    np.savez(folder / "mnist.npz", x_train=images, y_train=labels, x_test=images[:2], y_test=labels[:2])
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    for above in (folder.parent, folder.parent.parent, folder.parent.parent.parent):
        above.chmod(above.stat().st_mode | 0o055)
    return folder


@pytest.fixture(params=[Level.PROCESS, Level.CONTAINER, Level.FULL], scope="session")
def with_data(request: pytest.FixtureRequest, data_folder: Path) -> Iterator[Place]:
    """Give workers at each level, with NumPy and a data folder."""
    level: Level = request.param
    if level is Level.PROCESS:
        yield Place(lambda: PlainProcess(1, 2048, (), data_folder), level)
        return
    if missing(level):
        pytest.skip(f"{level} does not stand here")
    server = ForkServer(ServerSpec(level, (), tuple(closure(["numpy"])), data=data_folder), 1)
    yield Place(lambda: server.slots[0].fork(WORKER, 1), level)
    server.close()
