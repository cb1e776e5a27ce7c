"""A GPU looked at from outside while a worker runs on it, and when it has ended."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import ClassVar

from autograder.errors import SandboxError
from autograder.sandbox.devices.choosing import CONTEXT_MIB, GpuSlot
from autograder.sandbox.devices.finding import others_on, own_processes
from autograder.sandbox.devices.nvml import NoDriver, Nvml
from autograder.sandbox.memory import family

_LOOK_SECONDS = 0.1


@dataclass
class WorkerOnGpu:
    """One worker on a watched GPU: see `autograder.sandbox.process.GpuOfWorker`."""

    watch: DeviceWatch
    is_exceeded: bool = False
    processes: set[int] = field(default_factory=set)

    def look(self, pid: int) -> None:
        """Look at what a worker, and what it started, takes of the GPU."""
        self.processes |= {process.pid for process in family(pid)}
        DeviceWatch.ours |= self.processes
        self.is_exceeded = self.is_exceeded or self.watch.exceeds(self.processes)

    def disturbance(self) -> str:
        """Return what keeps the worker's share of the GPU from the worker."""
        return self.watch.others() or self.watch.shortage(self.processes)

    def note_end(self) -> None:
        """Look at what it has left on the GPU."""
        self.watch.note_end(self.processes)


class DeviceWatch:
    """Looks at one slot's GPU.

    Args:
        nvml: The driver.
        slot: The slot.

    Attributes:
        leaving_seconds: How long a worker's memory may take to go once it has ended.
        ours: The processes of all workers that there were on GPUs: the driver shows them a little longer.
        notes: What was found to be left there.
    """

    leaving_seconds = 5.0
    ours: ClassVar[set[int]] = set()

    def __init__(self, nvml: Nvml, slot: GpuSlot) -> None:
        self._nvml = nvml
        self._slot = slot
        self._ended: set[int] = set()
        self.notes: list[str] = []
        # What a framework may take is set inside, and undone inside by who wants to; this is not.
        self._most_mib = slot.memory_mib + 2 * CONTEXT_MIB

    def exceeds(self, processes: Iterable[int]) -> bool:
        """Return whether processes take more of the GPU's memory than the slot's, as far as it is told."""
        try:
            usage = self._nvml.usage(self._slot.device)
        except NoDriver:
            return False
        return sum(usage.processes.get(pid) or 0 for pid in set(processes)) > self._most_mib

    def others(self) -> str:
        """Return who else computes on the GPU; empty where nobody does, or where it is not told."""
        try:
            others = others_on(self._nvml.usage(self._slot.device), own_processes() | self.ours)
        except NoDriver:
            return ""
        return f"{self._slot.device.label} is {others}" if others else ""

    def shortage(self, processes: Iterable[int]) -> str:
        """Return that less is free than these processes may still take; empty where there is enough.

        Another slot's worker may hold more than its share until it is ended for that.
        """
        try:
            usage = self._nvml.usage(self._slot.device)
        except NoDriver:
            return ""
        left = self._slot.memory_mib - sum(usage.processes.get(pid) or 0 for pid in set(processes))
        free = self._slot.device.memory_mib - usage.used_mib
        if free >= left:
            return ""
        return f"{free:,} MiB of {self._slot.device.label} are free, and {left:,} MiB of the share not taken"

    def note_end(self, processes: Iterable[int]) -> None:
        """Look at what ended processes have left on the GPU. What is still there after a while is noted.

        It is waited for: the driver cleans up after a process while that ends.
        """
        self._ended |= set(processes)
        if left := self._left():
            self.notes.append(left)

    def require_free(self) -> None:
        """Refuse to start a worker where its memory may be another one's.

        Raises:
            SandboxError: If ended workers have left something, or if others compute there now.
        """
        if reason := self._left() or self.others():
            raise SandboxError(reason)

    def _left(self) -> str:
        deadline = time.monotonic() + self.leaving_seconds
        while self._ended:
            try:
                usage = self._nvml.usage(self._slot.device)
            except NoDriver as error:
                return f"what a worker left on {self._slot.device.label} is not known: {error}"
            self._ended &= set(usage.processes)
            if self._ended and time.monotonic() > deadline:
                size = sum(usage.processes[pid] or 0 for pid in self._ended)
                numbers = ", ".join(map(str, sorted(self._ended)))
                return (
                    f"{self._slot.device.label} still holds {size:,} MiB of a worker that has ended "
                    f"(process {numbers})"
                )
            if self._ended:
                time.sleep(_LOOK_SECONDS)
        return ""
