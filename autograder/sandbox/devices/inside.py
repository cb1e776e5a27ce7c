"""The environment of a sandbox, as far as it says what the frameworks compute on."""

from __future__ import annotations

from autograder.sandbox.devices.choosing import GpuSlot
from autograder.wire.control import GpuShare

_NONE = {"CUDA_VISIBLE_DEVICES": "", "JAX_PLATFORMS": "cpu", "KERAS_TORCH_DEVICE": "cpu"}
_FRACTION_DIGITS = 4


def environment_for(backend: str, slot: GpuSlot | None) -> dict[str, str]:
    """Return the variables that choose Keras' backend, and the device it computes on.

    They are set before a framework is imported; none of them makes it touch the GPU then.

    Args:
        backend: Of Keras: tensorflow, jax or torch.
        slot: The slot on a GPU, if it is one.
    """
    if slot is None:
        return {"KERAS_BACKEND": backend, **_NONE}
    fraction = fraction_of(slot)
    return {
        "KERAS_BACKEND": backend,
        "CUDA_VISIBLE_DEVICES": slot.device.uuid,
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        "JAX_PLATFORMS": "cuda,cpu",
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
        "XLA_PYTHON_CLIENT_MEM_FRACTION": f"{fraction:.{_FRACTION_DIGITS}f}",
        "KERAS_TORCH_DEVICE": "cuda",
        # PyTorch then asks NVML whether there is a GPU, which a forked copy survives.
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",
    }


def fraction_of(slot: GpuSlot) -> float:
    """Return a slot's part of its GPU's memory, rounded down.

    >>> from autograder.sandbox.devices.choosing import Parts
    >>> from autograder.sandbox.devices.device import Device
    >>> fraction_of(GpuSlot(Device("GPU-1", "L4", 0, 0, 23034), 4096, 4096, Parts(())))
    0.1778
    """
    scale: int = 10**_FRACTION_DIGITS
    return slot.memory_mib * scale // slot.device.memory_mib / scale


def share_of(backend: str, slot: GpuSlot) -> GpuShare:
    """Return what a worker is told of its slot."""
    return GpuShare(backend, slot.memory_mib, fraction_of(slot))
