"""Slots for workers: fork servers for the levels with walls, plain processes for the one without."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from autograder.config import Assignment
from autograder.errors import SandboxError
from autograder.runners.placing import ON_CPU, Placement
from autograder.sandbox.devices.choosing import GpuSlot
from autograder.sandbox.devices.inside import environment_for, share_of
from autograder.sandbox.devices.nvml import Nvml
from autograder.sandbox.level import Level
from autograder.sandbox.packages import NOTEBOOKS, closure, of_gpus
from autograder.sandbox.plain_process import PlainProcess
from autograder.sandbox.process import Process
from autograder.wire.control import WorkerLimits

if TYPE_CHECKING:
    from autograder.sandbox.devices.watching import DeviceWatch
    from autograder.sandbox.fork_server import ForkServer, Slot
    from autograder.sandbox.start import ServerSpec

SLOTS_A_SERVER = 8


@dataclass
class _Running:
    """A server, and how often it has been started anew."""

    server: ForkServer
    start: Callable[[], ForkServer]
    generation: int = 0


class ServerPool:
    """Fork servers, and a slot of one of them for each lane. They start at once; `await_warm` before the
    first worker.

    The lanes on the processors come first, then those on GPUs, each with a server of its own: a server is
    shown one GPU.

    Args:
        spec: What the servers are to be.
        size: How many lanes there are on the processors.
        gpus: The slots on GPUs, each a lane.
        nvml: The driver that is asked about them.
    """

    def __init__(
        self, spec: ServerSpec, size: int, gpus: Sequence[GpuSlot] = (), nvml: Nvml | None = None
    ) -> None:
        self.size = size + len(gpus)
        self.gpus: tuple[GpuSlot | None, ...] = (*[None] * size, *gpus)
        # Without a mount and process namespace of its own, a worker must not share a user id.
        slots_a_server = 1 if spec.level is Level.CONTAINER else SLOTS_A_SERVER
        self._lanes = [divmod(lane, slots_a_server) for lane in range(size)]
        self._running: list[_Running] = []
        try:
            for first in range(0, size, slots_a_server):
                self._serve(partial(_fork_server, spec, min(slots_a_server, size - first)))
            for slot in gpus:
                self._lanes.append((len(self._running), 0))
                self._serve(partial(_fork_server, replace(spec, gpu=slot), 1, _watch(slot, nvml)))
        except BaseException:
            self.close()
            raise

    def _serve(self, start: Callable[[], ForkServer]) -> None:
        self._running.append(_Running(start(), start))

    def await_warm(self) -> None:
        """Wait until all servers are warm.

        Raises:
            SandboxError: If one does not start.
        """
        for running in self._running:
            running.server.await_warm()

    def generation(self, lane: int) -> int:
        """Return how often the lane's server has been restarted."""
        return self._running[self._lanes[lane][0]].generation

    def start(self, lane: int, limits: WorkerLimits, seed: int) -> Process:
        """Fork a worker on a lane's slot."""
        number, slot = self._lanes[lane]
        slots: list[Slot] = self._running[number].server.slots
        return slots[slot].fork(limits, seed)

    def restart(self, lane: int, generation: int) -> str:
        """Start a lane's server anew, unless that has been done; return what went wrong, or nothing."""
        running = self._running[self._lanes[lane][0]]
        if running.generation != generation:
            return ""  # another lane of the same server has asked already
        running.server.close()
        try:
            running.server = running.start()
            running.server.await_warm()
        except SandboxError as error:
            return str(error)
        running.generation += 1
        return ""

    def notes(self) -> tuple[str, ...]:
        """Return what was found on the GPUs that should not be there."""
        watches = [running.server.watch for running in self._running]
        return tuple(dict.fromkeys(note for watch in watches if watch is not None for note in watch.notes))

    def close(self) -> None:
        """End all servers, and with them all workers."""
        for running in self._running:
            running.server.close()


def _fork_server(spec: ServerSpec, slots: int, watch: DeviceWatch | None = None) -> ForkServer:
    from autograder.sandbox.fork_server import ForkServer  # noqa: PLC0415  # Linux alone has all it needs

    return ForkServer(spec, slots, is_awaited=False, watch=watch)


def _watch(slot: GpuSlot, nvml: Nvml | None) -> DeviceWatch | None:
    from autograder.sandbox.devices.watching import DeviceWatch  # noqa: PLC0415  # psutil

    return DeviceWatch(nvml, slot) if nvml is not None else None


class PlainPool:
    """Plain processes, one for each worker. None of their limits is a wall, and no GPU is looked at."""

    def __init__(
        self,
        size: int,
        preload: tuple[str, ...],
        data: Path | None = None,
        backend: str = "tensorflow",
        gpus: Sequence[GpuSlot] = (),
    ) -> None:
        self.size = size + len(gpus)
        self.gpus: tuple[GpuSlot | None, ...] = (*[None] * size, *gpus)
        self._preload = preload
        self._data = data
        self._backend = backend

    def await_warm(self) -> None:
        """Do nothing: each process imports what it needs itself."""

    def generation(self, lane: int) -> int:  # noqa: ARG002
        """Return 0: there is no server that could be lost."""
        return 0

    def start(self, lane: int, limits: WorkerLimits, seed: int) -> Process:
        """Start a process. Of the limits, only those of memory are kept, where they can be."""
        slot = self.gpus[lane]
        around = environment_for(self._backend, slot)
        gpu = share_of(self._backend, slot) if slot else None
        return PlainProcess(seed, limits.memory_mib, self._preload, self._data, around, gpu)

    def restart(self, lane: int, generation: int) -> str:  # noqa: ARG002
        """Do nothing."""
        return ""

    def notes(self) -> tuple[str, ...]:
        """Return nothing."""
        return ()

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
    placement: Placement = ON_CPU,
) -> Pool:
    """Return slots for an assignment's submissions, whose servers may still be starting.

    Args:
        assignment: Says what to preload and what can be imported.
        level: The walls.
        size: How many submissions run at a time on the processors.
        without: Walls to leave out, for tests.
        notebooks: Whether there are notebooks among them.
        placement: The slots on GPUs.

    Raises:
        SandboxError: If what runs notebooks is not installed, or a sandbox does not start.
    """
    if level is Level.PROCESS:
        config = assignment.config
        return PlainPool(size, config.preload, assignment.data, config.backend, placement.slots)
    from autograder.sandbox.start import ServerSpec  # noqa: PLC0415  # Linux alone has all it needs

    more = [*([NOTEBOOKS] if notebooks else []), *(of_gpus() if placement.slots else [])]
    packages = closure([*assignment.config.packages, *more])
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
        backend=assignment.config.backend,
    )
    return ServerPool(spec, size, placement.slots, placement.nvml)
