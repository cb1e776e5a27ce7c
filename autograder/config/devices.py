"""What an assignment's file may say of GPUs, and of the framework that Keras computes with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec

from autograder.errors import ConfigError

Backend: TypeAlias = Literal["tensorflow", "jax", "torch"]
GpuWish: TypeAlias = Literal["no", "preferred", "needed"]
_MOST_MIB = 1_048_576


class OnDevice(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a check says of the device that submissions are to compute on.

    Attributes:
        gpu: Whether submissions run on a GPU: `"no"`; `"preferred"`, where there is one; or `"needed"`:
            without one they get no grade, and that is said. All of a class run on the same kind of device.
        gpu_mib: The memory of a GPU, in MiB, that a submission may take; 0 for a whole GPU. With a share,
            several submissions run on one GPU at a time. Of several checks, the most counts.
    """

    gpu: GpuWish = "no"
    gpu_mib: Annotated[int, msgspec.Meta(ge=0, le=_MOST_MIB)] = 0


@dataclass(frozen=True)
class GpuUse:
    """What the checks of an assignment together want of a GPU.

    Attributes:
        wish: The strongest of their wishes.
        share_mib: The memory that each submission may take; 0 for a whole GPU.
        needing: The checks that need one.
    """

    wish: GpuWish = "no"
    share_mib: int = 0
    needing: tuple[str, ...] = ()


def gpu_use(checks: Iterable[object]) -> GpuUse:
    """Return what checks together want of a GPU."""
    wishing = [check for check in checks if isinstance(check, OnDevice) and check.gpu != "no"]
    if not wishing:
        return GpuUse()
    shares = [check.gpu_mib for check in wishing]
    needing = tuple(str(getattr(check, "name", "")) for check in wishing if check.gpu == "needed")
    return GpuUse("needed" if needing else "preferred", 0 if 0 in shares else max(shares), needing)


def validate_devices(path: Path, checks: Iterable[object]) -> None:
    """Refuse a share of a GPU for a check that uses none.

    Raises:
        ConfigError: If there is one.
    """
    for index, check in enumerate(checks):
        if isinstance(check, OnDevice) and check.gpu == "no" and check.gpu_mib:
            expected = 'expected gpu = "preferred" or "needed" beside it'
            raise ConfigError(f"{path}: checks[{index}].gpu_mib: {expected}; received {check.gpu_mib} alone")
