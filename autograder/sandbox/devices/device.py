"""A GPU, or an instance of one, as the driver shows it; and who uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

MIB = 1024 * 1024


@dataclass(frozen=True)
class Mig:
    """Which part of a GPU an instance is.

    Attributes:
        parent: The UUID of the GPU.
        gpu_instance, compute_instance: Its numbers.
    """

    parent: str
    gpu_instance: int
    compute_instance: int


@dataclass(frozen=True)
class Device:
    """A GPU, or a MIG instance of one.

    Attributes:
        uuid: ``"GPU-…"`` or ``"MIG-…"``.
        name: The model.
        index: The GPU's number in the order of the PCI bus, as nvidia-smi counts.
        minor: The number of its device node: ``/dev/nvidia<minor>``.
        memory_mib: All of its memory.
        mode: Whether several processes may compute on it, one, or none.
        mig: Which part of the GPU it is, if it is an instance.
    """

    uuid: str
    name: str
    index: int
    minor: int
    memory_mib: int
    mode: Literal["default", "exclusive", "prohibited"] = "default"
    mig: Mig | None = None

    @property
    def board(self) -> str:
        """The UUID of the GPU that it is, or is a part of."""
        return self.mig.parent if self.mig else self.uuid

    @property
    def label(self) -> str:
        """What people call it.

        >>> Device("GPU-8932f937-d72c-4106", "NVIDIA L4", 1, 1, 23034).label
        'GPU 1 (NVIDIA L4, GPU-8932f937)'
        """
        return f"GPU {self.index} ({self.name}, {self.uuid[:12]})"


@dataclass(frozen=True)
class Usage:
    """Who uses a device.

    Attributes:
        used_mib: Memory in use, without what the driver keeps for itself.
        processes: Those that compute on it, by process id: their memory in MiB, None where that is not told.
    """

    used_mib: int
    processes: Mapping[int, int | None] = field(default_factory=dict)
