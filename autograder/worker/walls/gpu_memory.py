"""The limit of a framework's own on the memory of a GPU, set before a submission runs.

This is the first that a process does with the GPU: the fork server, whose copy it is, must not have touched
it. What a submission undoes of it is seen from outside (`autograder.sandbox.devices.watching`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from autograder.wire.control import GpuShare

_OF_CUDA = "nvidia-uvm"  # which CUDA opens when it starts; what merely asks the driver does not


def limit(gpu: GpuShare) -> None:
    """Set the limit, and start the framework on the GPU, so that nobody can set another afterwards.

    Raises:
        RuntimeError: If the framework does not see one GPU, or anything that it raises itself.
    """
    _LIMITS[gpu.backend](gpu)


def require_untouched() -> None:
    """Refuse to go on in a process that has started CUDA: no forked copy of it can use the GPU.

    Raises:
        RuntimeError: If it has.
    """
    mapped = Path("/proc/self/maps").read_text(errors="replace").splitlines()
    if any(line.endswith(f"/{_OF_CUDA}") for line in (*_opened(), *mapped)):
        raise RuntimeError("an import has started CUDA; it must be used for the first time after the fork")


def _opened() -> Iterator[str]:
    for path in list(Path("/proc/self/fd").iterdir()):
        with contextlib.suppress(OSError):  # the one by which they were listed
            yield str(path.readlink())


def _tensorflow(gpu: GpuShare) -> None:
    import tensorflow  # noqa: PLC0415

    devices = tensorflow.config.list_physical_devices("GPU")
    _require_one("TensorFlow", len(devices))
    bounded = tensorflow.config.LogicalDeviceConfiguration(memory_limit=gpu.memory_mib)
    tensorflow.config.set_logical_device_configuration(devices[0], [bounded])
    tensorflow.config.list_logical_devices("GPU")


def _jax(gpu: GpuShare) -> None:  # noqa: ARG001  # its part of the memory stands in the environment
    import jax  # noqa: PLC0415

    _require_one("JAX", len(jax.devices("gpu")))


def _torch(gpu: GpuShare) -> None:
    import torch  # noqa: PLC0415

    _require_one("PyTorch", torch.cuda.device_count())
    torch.cuda.set_per_process_memory_fraction(gpu.fraction, 0)


def _require_one(framework: str, count: int) -> None:
    if count != 1:
        raise RuntimeError(f"expected {framework} to see the one GPU of this slot; it sees {count}")


_LIMITS: Mapping[str, Callable[[GpuShare], None]] = {
    "tensorflow": _tensorflow,
    "jax": _jax,
    "torch": _torch,
}
