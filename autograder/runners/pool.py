"""Slots for workers: fork servers for the levels with walls, plain processes for the one without."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from autograder.config import Assignment
from autograder.errors import SandboxError
from autograder.sandbox.level import Level
from autograder.sandbox.packages import NOTEBOOKS, closure
from autograder.sandbox.plain_process import PlainProcess
from autograder.sandbox.process import Process
from autograder.wire.control import WorkerLimits

if TYPE_CHECKING:
    from autograder.sandbox.fork_server import ForkServer, Slot
    from autograder.sandbox.start import ServerSpec

SLOTS_A_SERVER = 8


class ServerPool:
    """Fork servers, and a slot of one of them for each lane. They start at once; `await_warm` before the
    first worker."""

    def __init__(self, spec: ServerSpec, size: int) -> None:
        self.size = size
        self._spec = spec
        # Without a mount and process namespace of its own, a worker must not share a user id.
        self._slots_a_server = 1 if spec.level is Level.CONTAINER else SLOTS_A_SERVER
        self._servers: list[ForkServer] = []
        self._generations: list[int] = []
        try:
            for first in range(0, size, self._slots_a_server):
                self._servers.append(self._serve(min(self._slots_a_server, size - first)))
                self._generations.append(0)
        except BaseException:
            self.close()
            raise

    def _serve(self, slots: int) -> ForkServer:
        from autograder.sandbox.fork_server import ForkServer  # noqa: PLC0415  # Linux alone has all it needs

        return ForkServer(self._spec, slots, is_awaited=False)

    def await_warm(self) -> None:
        """Wait until all servers are warm.

        Raises:
            SandboxError: If one does not start.
        """
        for server in self._servers:
            server.await_warm()

    def generation(self, lane: int) -> int:
        """Return how often the lane's server has been restarted."""
        return self._generations[lane // self._slots_a_server]

    def start(self, lane: int, limits: WorkerLimits, seed: int) -> Process:
        """Fork a worker on a lane's slot."""
        server, slot = divmod(lane, self._slots_a_server)
        slots: list[Slot] = self._servers[server].slots
        return slots[slot].fork(limits, seed)

    def restart(self, lane: int, generation: int) -> str:
        """Start a lane's server anew, unless that has been done; return what went wrong, or nothing."""
        number = lane // self._slots_a_server
        if self._generations[number] != generation:
            return ""  # another lane of the same server has asked already
        old = self._servers[number]
        old.close()
        try:
            server = self._servers[number] = self._serve(len(old.slots))
            server.await_warm()
        except SandboxError as error:
            return str(error)
        self._generations[number] += 1
        return ""

    def close(self) -> None:
        """End all servers, and with them all workers."""
        for server in self._servers:
            server.close()


class PlainPool:
    """Plain processes, one for each worker."""

    def __init__(self, size: int, preload: tuple[str, ...], data: Path | None = None) -> None:
        self.size = size
        self._preload = preload
        self._data = data

    def await_warm(self) -> None:
        """Do nothing: each process imports what it needs itself."""

    def generation(self, lane: int) -> int:  # noqa: ARG002
        """Return 0: there is no server that could be lost."""
        return 0

    def start(self, lane: int, limits: WorkerLimits, seed: int) -> Process:  # noqa: ARG002
        """Start a process. Of the limits, only that of memory is kept, where it can be."""
        return PlainProcess(seed, limits.memory_mib, self._preload, self._data)

    def restart(self, lane: int, generation: int) -> str:  # noqa: ARG002
        """Do nothing."""
        return ""

    def close(self) -> None:
        """Do nothing: each process ends with its session."""


Pool: TypeAlias = ServerPool | PlainPool


def make_pool(
    assignment: Assignment,
    level: Level,
    size: int,
    without: frozenset[str] = frozenset(),
    *,
    notebooks: bool = False,
) -> Pool:
    """Return slots for an assignment's submissions, whose servers may still be starting.

    Args:
        assignment: Says what to preload and what can be imported.
        level: The walls.
        size: How many submissions run at a time.
        without: Walls to leave out, for tests.
        notebooks: Whether there are notebooks among them.

    Raises:
        SandboxError: If what runs notebooks is not installed, or a sandbox does not start.
    """
    if level is Level.PROCESS:
        return PlainPool(size, assignment.config.preload, assignment.data)
    from autograder.sandbox.start import ServerSpec  # noqa: PLC0415  # Linux alone has all it needs

    packages = closure([*assignment.config.packages, *([NOTEBOOKS] if notebooks else [])])
    if notebooks and all(package.name != NOTEBOOKS for package in packages):
        raise SandboxError("expected IPython, which runs notebooks; it is missing: pip install ipython")
    spec = ServerSpec(
        level,
        assignment.config.preload,
        tuple(packages),
        without,
        notebooks=notebooks,
        data=assignment.data,
        masked=assignment.dataset.masked if assignment.dataset is not None else (),
    )
    return ServerPool(spec, size)
