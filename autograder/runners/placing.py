"""Where a class runs: on the processors, or on GPUs, and on which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.config import AssignmentConfig, GpuUse, gpu_use
from autograder.errors import GpuMissing
from autograder.sandbox.devices.choosing import GpuSlot, Parts, gpu_slots, parts_of
from autograder.sandbox.devices.device import Device
from autograder.sandbox.devices.finding import Finding, find
from autograder.sandbox.devices.nvml import Nvml

CPU = "cpu"


@dataclass(frozen=True)
class Placement:
    """Where the submissions of a class run.

    All of them run on the same kind of device: what is trained on one may come out otherwise on another.

    Attributes:
        slots: Those on GPUs; without any, submissions run on the processors.
        notes: What is to be said of it.
        nvml: The driver, where there are slots on GPUs.
    """

    slots: tuple[GpuSlot, ...] = ()
    notes: tuple[str, ...] = ()
    nvml: Nvml | None = None

    @property
    def device(self) -> str:
        """What reports call the device: ``"cpu"``, or ``"gpu: NVIDIA L4, 8192 MiB of 23034 MiB"``."""
        shares = sorted({slot.share for slot in self.slots})
        return f"gpu: {'; '.join(shares)}" if shares else CPU


ON_CPU = Placement()
"""No GPU is used."""


def place(
    config: AssignmentConfig,
    asked: str = "auto",
    finding: Finding | None = None,
    parts: Callable[[Device], Parts] = parts_of,
) -> Placement:
    """Return where the submissions of an assignment are to run.

    Args:
        config: What its checks want.
        asked: Which GPUs may be used: ``auto`` for all that are free, ``none``, or indices and UUIDs.
        finding: The GPUs that there are; those of this machine where nothing is given.
        parts: Returns what of a GPU a sandbox is shown.

    Raises:
        GpuMissing: If a check needs a GPU and there is none, or if one that was asked for cannot be had.
    """
    use = gpu_use(config.checks)
    named = None if asked in ("auto", "none") else [entry.strip() for entry in asked.split(",")]
    if asked == "none" or (use.wish == "no" and named is None):
        _refuse_if_needed(use, "--gpus none was asked for")
        return ON_CPU
    found = finding or find()
    slots, notes = gpu_slots(found, named, use.share_mib, parts)
    if use.wish == "no":
        said = "no check of this assignment uses a GPU: --gpus is without effect"
        return Placement(notes=(*notes, said))
    if not slots:
        why = found.reason or "; ".join(notes) or "none is free"
        _refuse_if_needed(use, why)
        return Placement(notes=(f"no GPU is used, although one is preferred: {why}",))
    return Placement(slots, (*notes, _summary(slots)), found.nvml)


def _refuse_if_needed(use: GpuUse, why: str) -> None:
    if use.wish == "needed":
        raise GpuMissing(no_gpu(use, why))


def no_gpu(use: GpuUse, why: str) -> str:
    """Return the sentence that refuses what needs a GPU."""
    verb = "needs" if len(use.needing) == 1 else "need"
    return f"{', '.join(use.needing)} {verb} a GPU, and there is none to be used: {why}"


def _summary(slots: Sequence[GpuSlot]) -> str:
    counts: dict[str, int] = {}
    for slot in slots:
        name = f"{slot.device.label}, {slot.memory_mib:,} MiB each"
        counts[name] = counts.get(name, 0) + 1
    return "on GPUs: " + "; ".join(f"{count} at a time on {name}" for name, count in counts.items())
