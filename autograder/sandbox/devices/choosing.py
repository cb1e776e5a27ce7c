"""Slots on GPUs: which devices they are on, and how much memory each may take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import GpuMissing
from autograder.sandbox.devices.device import Device
from autograder.sandbox.devices.finding import Finding, Found
from autograder.sandbox.devices.nodes import Node, driver_libraries, nodes_of
from autograder.sandbox.devices.visible import meant
from autograder.sandbox.layout import system_folders

CONTEXT_MIB = 1024
"""What CUDA itself takes of a GPU for each process, beyond what the process asks for. Not measured yet."""


@dataclass(frozen=True)
class Parts:
    """What of a GPU is shown in a sandbox: its nodes, and libraries that are not shown anyway."""

    nodes: tuple[Node, ...]
    libraries: tuple[Path, ...] = ()


@dataclass(frozen=True)
class GpuSlot:
    """A place for one worker at a time on a GPU.

    Attributes:
        device: The GPU.
        memory_mib: What the worker may ask for of its memory.
        share_mib: What the configuration asks for; 0 for a whole GPU, of which what is free now is given.
        parts: What of it the sandbox is shown.
    """

    device: Device
    memory_mib: int
    share_mib: int
    parts: Parts

    @property
    def share(self) -> str:
        """What reports call it: the same on the same GPU, however much of it is free."""
        whole = self.device.memory_mib
        return f"{self.device.name}, {self.share_mib or whole} MiB of {whole} MiB"


def parts_of(device: Device) -> Parts:
    """Return what of a GPU of this machine a sandbox is to be shown.

    Raises:
        GpuMissing: If something of it is not there.
    """
    return Parts(nodes_of(device), driver_libraries(system_folders()))


def gpu_slots(
    finding: Finding,
    asked: Sequence[str] | None,
    share_mib: int,
    parts: Callable[[Device], Parts] = parts_of,
) -> tuple[tuple[GpuSlot, ...], tuple[str, ...]]:
    """Return slots on GPUs, those of one GPU not side by side; and what to say of GPUs that are left alone.

    Args:
        finding: What there is.
        asked: Indices and UUIDs; every GPU that is free, where nothing is given.
        share_mib: What each worker may ask for of a GPU's memory; 0 for a whole GPU each.
        parts: Returns what of a GPU is shown.

    Raises:
        GpuMissing: If a GPU that was asked for is not there, is not ours, is in use, or is too small.
    """
    wanted = finding.devices if asked is None else _asked(finding, asked)
    by_device: list[list[GpuSlot]] = []
    notes = list(finding.notes)
    for found in wanted:
        try:
            by_device.append(_slots_on(found, share_mib, parts))
        except GpuMissing as error:
            if asked is not None:
                raise
            notes.append(f"left alone: {error}")
    # By turns, so that few submissions are spread over all GPUs.
    deepest = max(map(len, by_device), default=0)
    slots = [slots[turn] for turn in range(deepest) for slots in by_device if turn < len(slots)]
    return tuple(slots), tuple(notes)


def _asked(finding: Finding, asked: Sequence[str]) -> list[Found]:
    devices = [each.device for each in finding.devices]
    chosen: dict[str, Found] = {}
    for entry in asked:
        named = meant(devices, entry)
        if not named:
            there = ", ".join(each.label for each in devices) or f"none: {finding.reason}"
            raise GpuMissing(f"--gpus {entry}: expected a GPU of this machine; there are {there}")
        chosen |= {each.device.uuid: each for each in finding.devices if each.device in named}
    return list(chosen.values())


def _slots_on(found: Found, share_mib: int, parts: Callable[[Device], Parts]) -> list[GpuSlot]:
    """Return as many slots as fit on a device."""
    if found.state != "free" or found.usage is None:
        raise GpuMissing(f"{found.device.label}: {found.reason}")
    free = found.device.memory_mib - found.usage.used_mib
    memory = share_mib or free - CONTEXT_MIB
    count = 1 if not share_mib or found.device.mode == "exclusive" else free // (share_mib + CONTEXT_MIB)
    if memory <= 0 or count < 1 or memory + CONTEXT_MIB > free:
        asked = f"{share_mib:,} MiB, and {CONTEXT_MIB:,} MiB for CUDA itself" if share_mib else "memory"
        raise GpuMissing(f"{found.device.label}: a worker needs {asked}; {max(0, free):,} MiB are free")
    shown = parts(found.device)
    return [GpuSlot(found.device, memory, share_mib, shown) for _ in range(count)]
