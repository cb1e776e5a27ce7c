"""Which GPUs may be used now: those that the environment leaves to us and that nobody else is using."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from autograder.sandbox.devices.device import Device, Usage
from autograder.sandbox.devices.nvml import NoDriver, Nvml, open_nvml
from autograder.sandbox.devices.visible import mask

MOST_USED_MIB = 1024
"""How much of a GPU's memory may be in use, by nobody who can be seen, for it to count as free."""

State: TypeAlias = Literal["free", "hidden", "busy", "unknown"]


@dataclass(frozen=True)
class Found:
    """A device, and whether it may be used.

    Attributes:
        device: The device.
        state: ``free``, or why not: ``hidden`` from this process, ``busy``, or of ``unknown`` use.
        reason: The same in words; empty where it is free.
        usage: Who uses it, where the driver says so.
    """

    device: Device
    state: State
    reason: str = ""
    usage: Usage | None = None


@dataclass(frozen=True)
class Finding:
    """What there is.

    Attributes:
        devices: Every GPU.
        driver: Its version; empty where there is none.
        reason: Why there is no GPU at all; empty where there is one.
        notes: What is odd.
        nvml: The driver, where there is one.
    """

    devices: tuple[Found, ...] = ()
    driver: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    nvml: Nvml | None = None

    @property
    def free(self) -> list[Found]:
        """Those that may be used."""
        return [each for each in self.devices if each.state == "free"]

    def why_none(self) -> str:
        """Return why none may be used."""
        return self.reason or "; ".join(f"{each.device.label}: {each.reason}" for each in self.devices)


def find(nvml: Nvml | None = None, environment: Mapping[str, str] | None = None) -> Finding:
    """Return the GPUs of this machine.

    Args:
        nvml: The driver; that of this machine where nothing is given.
        environment: The environment; this process's where nothing is given.
    """
    environment = os.environ if environment is None else environment
    try:
        nvml = nvml or open_nvml()
    except NoDriver as error:
        return Finding(reason=str(error))
    devices = nvml.devices()
    if not devices:
        return Finding(driver=nvml.driver(), reason="the NVIDIA driver shows no GPU to this process")
    masked = mask(devices, environment)
    ours = own_processes()
    found = tuple(_look(each, nvml, masked.hidden.get(each.uuid), ours) for each in devices)
    return Finding(found, nvml.driver(), "", masked.notes, nvml)


def own_processes() -> set[int]:
    """Return the ids of this process and of all that it started."""
    from autograder.sandbox.memory import family  # noqa: PLC0415  # psutil, only where there is a GPU

    return {process.pid for process in family(os.getpid())}


def others_on(usage: Usage, ours: Collection[int]) -> str:
    """Return who else computes on a device; empty where nobody does."""
    others = sorted(set(usage.processes) - set(ours))
    if not others:
        return ""
    shown = ", ".join(map(str, others[:5])) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
    return f"in use by process {shown}" if len(others) == 1 else f"in use by the processes {shown}"


def _look(device: Device, nvml: Nvml, hidden: str | None, ours: Collection[int]) -> Found:
    try:
        usage = nvml.usage(device)
    except NoDriver as error:
        return Found(device, "hidden", hidden) if hidden else Found(device, "unknown", str(error))
    if hidden is not None:
        return Found(device, "hidden", hidden, usage)
    if device.mode == "prohibited":
        return Found(device, "busy", "its compute mode is PROHIBITED", usage)
    if others := others_on(usage, ours):
        return Found(device, "busy", others, usage)
    if usage.used_mib > MOST_USED_MIB and not usage.processes:
        reason = f"{usage.used_mib:,} MiB of its memory are in use, by whom is not shown here"
        return Found(device, "busy", reason, usage)
    return Found(device, "free", "", usage)
