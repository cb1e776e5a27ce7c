"""What is asked of the NVIDIA driver, through its management library (NVML) and nothing else."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any, Literal, Protocol

from autograder.errors import AutograderError
from autograder.sandbox.devices.device import MIB, Device, Mig, Usage

INSTALL = "pip install 'cnn-autograder[gpu]'"


class NoDriver(AutograderError):
    """No GPU can be asked for here; the message says why."""


class Nvml(Protocol):
    """The part of NVML that is used."""

    def driver(self) -> str:
        """Return the version of the driver, and of the CUDA that it supports."""
        ...

    def devices(self) -> tuple[Device, ...]:
        """Return every GPU that this process may ask for; in the place of one in MIG mode, its instances."""
        ...

    def usage(self, device: Device) -> Usage:
        """Return who uses a device.

        Raises:
            NoDriver: If the driver does not tell.
        """
        ...


def open_nvml(module: Any = None) -> Nvml:
    """Return the driver of this machine.

    Args:
        module: The module `pynvml`, as the package nvidia-ml-py has it; imported where nothing is given.

    Raises:
        NoDriver: If there is none, or its Python package is not installed.
    """
    module = module or _pynvml()
    try:
        module.nvmlInit()
    except module.NVMLError as error:
        raise NoDriver(f"no NVIDIA driver answers: {error}") from None
    return _Driver(module)


def _pynvml() -> Any:
    try:
        import pynvml  # noqa: PLC0415  # only where GPUs are asked for
    except ImportError:
        raise NoDriver(f"nvidia-ml-py, which asks the driver, is not installed: {INSTALL}") from None
    return pynvml


class _Driver:
    """NVML through the module `pynvml`."""

    def __init__(self, module: Any) -> None:
        self._nvml = module
        self._handles: dict[str, Any] = {}

    def driver(self) -> str:
        version = str(self._nvml.nvmlSystemGetDriverVersion())
        with contextlib.suppress(self._nvml.NVMLError):
            cuda = int(self._nvml.nvmlSystemGetCudaDriverVersion())
            return f"{version}, CUDA {cuda // 1000}.{cuda % 1000 // 10}"
        return version

    def devices(self) -> tuple[Device, ...]:
        found: list[Device] = []
        for index in range(self._nvml.nvmlDeviceGetCount()):
            with contextlib.suppress(self._nvml.NVMLError):  # one that fell off the bus hides no other
                found += self._of_board(index)
        return tuple(found)

    def usage(self, device: Device) -> Usage:
        try:
            if device.uuid not in self._handles:
                self._handles[device.uuid] = self._nvml.nvmlDeviceGetHandleByUUID(device.uuid)
            handle = self._handles[device.uuid]
            running = self._nvml.nvmlDeviceGetComputeRunningProcesses(handle)
            processes = {each.pid: _mib(each.usedGpuMemory) for each in running}
            return Usage(_mib(self._memory(handle).used) or 0, processes)
        except self._nvml.NVMLError as error:
            raise NoDriver(f"{device.label}: the driver does not say who uses it: {error}") from None

    def _of_board(self, index: int) -> Iterator[Device]:
        handle = self._nvml.nvmlDeviceGetHandleByIndex(index)
        minor = int(self._nvml.nvmlDeviceGetMinorNumber(handle))
        uuid = str(self._nvml.nvmlDeviceGetUUID(handle))
        if not self._is_divided(handle):
            yield self._device(handle, index, minor, None)
            return
        for number in range(self._nvml.nvmlDeviceGetMaxMigDeviceCount(handle)):
            with contextlib.suppress(self._nvml.NVMLError):  # there are gaps
                part = self._nvml.nvmlDeviceGetMigDeviceHandleByIndex(handle, number)
                instance = int(self._nvml.nvmlDeviceGetGpuInstanceId(part))
                compute = int(self._nvml.nvmlDeviceGetComputeInstanceId(part))
                yield self._device(part, index, minor, Mig(uuid, instance, compute))

    def _device(self, handle: Any, index: int, minor: int, mig: Mig | None) -> Device:
        uuid = str(self._nvml.nvmlDeviceGetUUID(handle))
        self._handles[uuid] = handle
        return Device(
            uuid,
            str(self._nvml.nvmlDeviceGetName(handle)),
            index,
            minor,
            _mib(self._memory(handle).total) or 0,
            "default" if mig else self._mode(handle),
            mig,
        )

    def _is_divided(self, handle: Any) -> bool:
        try:
            return bool(self._nvml.nvmlDeviceGetMigMode(handle)[0] == self._nvml.NVML_DEVICE_MIG_ENABLE)
        except self._nvml.NVMLError:
            return False  # a model that cannot be divided

    def _mode(self, handle: Any) -> Literal["default", "exclusive", "prohibited"]:
        with contextlib.suppress(self._nvml.NVMLError):
            mode = self._nvml.nvmlDeviceGetComputeMode(handle)
            if mode == self._nvml.NVML_COMPUTEMODE_PROHIBITED:
                return "prohibited"
            if mode == self._nvml.NVML_COMPUTEMODE_EXCLUSIVE_PROCESS:
                return "exclusive"
        return "default"

    def _memory(self, handle: Any) -> Any:
        """Return what is used and what there is, in bytes: where it is told, without the driver's own."""
        try:
            return self._nvml.nvmlDeviceGetMemoryInfo(handle, version=self._nvml.nvmlMemory_v2)
        except self._nvml.NVMLError:  # an older driver
            return self._nvml.nvmlDeviceGetMemoryInfo(handle)


def _mib(size: int | None) -> int | None:
    return None if size is None else size // MIB
