"""What stands of the way to each GPU, and what to install or allow for the rest: for `autograder doctor`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import GpuMissing
from autograder.sandbox.devices.choosing import Parts, parts_of
from autograder.sandbox.devices.device import Device
from autograder.sandbox.devices.finding import Finding, Found
from autograder.sandbox.devices.nodes import Node

IOCTL_SINCE = 5
"""The version of Landlock that can tell a GPU's ioctl from those of other devices."""


@dataclass(frozen=True)
class Obstacle:
    """Something that keeps sandboxes from a GPU, or a wall that is lower on it; and what to do about it."""

    found: str
    remedy: str


def obstacles(
    finding: Finding, landlock: int, has_cgroup: bool, parts: Callable[[Device], Parts] = parts_of
) -> list[Obstacle]:
    """Return what keeps sandboxes from the GPUs of a machine, and which walls are lower on them.

    Args:
        finding: The GPUs.
        landlock: The version of Landlock here.
        has_cgroup: Whether a cgroup bounds a worker's memory.
        parts: Returns what of a GPU is shown.
    """
    if not finding.devices:
        return []
    found = [each for device in finding.devices for each in _of_device(device, parts)]
    if landlock < IOCTL_SINCE:
        found.append(
            Obstacle("Landlock here does not know ioctl: any request reaches the nodes shown", "Linux 6.10")
        )
    if not has_cgroup:
        said = "CUDA shares memory with itself, which no limit but a cgroup counts"
        found.append(Obstacle(said, "delegate a cgroup to the grader"))
    return list(dict.fromkeys(found))


def _of_device(found: Found, parts: Callable[[Device], Parts]) -> Iterator[Obstacle]:
    try:
        nodes = parts(found.device).nodes
    except GpuMissing as error:
        yield Obstacle(str(error), "install the driver whole, and make its nodes")
        return
    for node in nodes:
        if not _is_open(node):
            yield Obstacle(
                f"{node.source} may not be read and written by every user: a sandbox's user cannot",
                "NVreg_DeviceFileMode=0666 for the module nvidia, or nvidia-modprobe",
            )


def _is_open(node: Node) -> bool:
    """Return whether the user of a sandbox can open a node: root's sandboxes have one that owns nothing."""
    if os.geteuid() != 0:
        return os.access(node.source, os.R_OK | os.W_OK) or _is_capability(node.source)
    mode = node.source.stat().st_mode
    return mode & 0o6 == 0o6 or (_is_capability(node.source) and mode & 0o4 == 0o4)


def _is_capability(path: Path) -> bool:
    return path.parent.name == "nvidia-caps"  # read only
