"""Real sandboxes for the tests of this folder, shared because each costs some tenths of a second."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from autograder.config import Limits
from autograder.observation import Allowance, Call, Observation, Wanted
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

LIMITS = WorkerLimits(memory_mib=128, scratch_mib=8, file_mib=16, processes=16, open_files=64, cpu_seconds=30)


def submission(source: str | bytes, **others: bytes) -> Submission:
    """Return a submission of one file, and of others, whose names end in `.py` too."""
    data = source if isinstance(source, bytes) else textwrap.dedent(source).encode()
    files = [SubmittedFile("code.py", data), *(SubmittedFile(f"{n}.py", d) for n, d in others.items())]
    return Submission("somebody", tuple(files), "code.py", "sha256:none")


class Laboratory:
    """Fork servers by level and missing walls, and what runs in their workers."""

    limits = LIMITS

    def __init__(self) -> None:
        self._servers: dict[tuple[Level, frozenset[str]], ForkServer] = {}

    def spec(self, level: Level, *without: str, preload: tuple[str, ...] = ()) -> ServerSpec:
        """Return what a server with NumPy alone is to be; skip the test where the level does not stand."""
        if absent := missing(level):
            pytest.skip("missing here: " + ", ".join(f"{wall.name} ({wall.detail})" for wall in absent))
        return ServerSpec(level, preload, tuple(closure(["numpy"])), frozenset(without))

    def server(self, level: Level, *without: str) -> ForkServer:
        """Return a running server, with two slots where workers have namespaces of their own."""
        key = (level, frozenset(without))
        if key not in self._servers:
            self._servers[key] = ForkServer(self.spec(level, *without), 1 if level is Level.CONTAINER else 2)
        return self._servers[key]

    def start(
        self, level: Level, *without: str, slot: int = 0, limits: WorkerLimits = LIMITS
    ) -> Callable[[], Process]:
        """Return what starts a worker."""
        if level is Level.PROCESS:
            return lambda: PlainProcess(1, limits.memory_mib)
        place = self.server(level, *without).slots[slot]
        return lambda: place.fork(limits, 1)

    def session(
        self,
        source: str | bytes | Submission,
        level: Level,
        *without: str,
        slot: int = 0,
        limits: WorkerLimits = LIMITS,
        seconds: float = 5.0,
        wanted: Wanted = Wanted(),  # noqa: B008  # frozen
    ) -> Session:
        """Return a session with a submission. Close it."""
        found = source if isinstance(source, Submission) else submission(source)
        allowed = Limits(load_seconds=seconds, call_seconds=seconds, memory_mib=limits.memory_mib)
        return Session(self.start(level, *without, slot=slot, limits=limits), found, allowed, wanted)

    def run(
        self, source: str, *arguments: Any, level: Level, without: tuple[str, ...] = (), **more: Any
    ) -> Any:
        """Return what was seen of one call of `attack` in a submission."""
        return self._attack(self.session(source, level, *without, **more), arguments)

    def attack_from(self, server: ForkServer, source: str, *arguments: Any) -> Any:
        """Return what was seen of one call of `attack`, from a server of its own."""
        limits = Limits(memory_mib=LIMITS.memory_mib)
        session = Session(lambda: server.slots[0].fork(LIMITS, 1), submission(source), limits)
        return self._attack(session, arguments)

    @staticmethod
    def _attack(session: Session, arguments: tuple[Any, ...]) -> Any:
        try:
            loading = session.load()
            assert not loading.error, loading.error
            observed: Observation = session.call("attack", [Call(arguments, {})], Allowance(60.0, 0))[0]
            return observed
        finally:
            session.close()

    def close(self) -> None:
        """End all servers."""
        for server in self._servers.values():
            server.close()


@pytest.fixture(scope="session")
def laboratory() -> Iterator[Laboratory]:
    """Share the fork servers of a whole test run."""
    shared = Laboratory()
    yield shared
    shared.close()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that every user of the machine may read."""
    with TemporaryDirectory(prefix="canary-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
