"""The memory of a GPU that a submission may take, and how it shows that it was full.

Whoever raises such an exception on purpose gains nothing: it costs the case as any other does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from autograder.errors import SandboxError
from autograder.observation import Loading, Stopped
from autograder.results import Outcome
from autograder.sandbox.process import End, Process
from autograder.wire.messages import Error

_TYPES = ("ResourceExhaustedError", "OutOfMemoryError")
_SAID = re.compile(
    r"RESOURCE_EXHAUSTED|OOM when allocating|CUDA out of memory|CUDA error: out of memory"
    r"|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation|(?:CUBLAS|CUDNN)_STATUS_(?:INTERNAL_ERROR_HOST_)?ALLOC(?:ATION)?_FAILED"
)
_OF_THE_MACHINE = re.compile(r"device:CPU:|by allocator (?:mkl)?cpu|DefaultCPUAllocator", re.IGNORECASE)
_LAST_CHARACTERS = 4_000  # of what was printed: a process that ends for it says so last


@dataclass(frozen=True)
class GpuMemory:
    """What a submission may take of a GPU, in MiB; 0 without a GPU, of which nothing can then be full."""

    mib: int

    def stopped(self, what: str) -> Stopped:
        """Return the end of a worker that took too much."""
        said = f"{what} took more than {self.mib} MiB of the GPU's memory"
        return Stopped(Outcome.DEVICE_MEMORY_LIMIT, said)

    def noted(self, loading: Loading, process: Process | None) -> Loading:
        """Return how a file ran, saying so if something of it could not because the memory was full.

        Raises:
            SandboxError: As `is_full`.
        """
        errors = [loading.error, *(cell.error for cell in loading.cells)]
        if self.is_full([error for error in errors if error is not None], process):
            return replace(loading, gpu_exhausted=self.stopped("running the file").message)
        return loading

    def is_full(self, errors: Iterable[Error], process: Process | None) -> bool:
        """Return whether an exception says that the memory was full, by the submission's own doing.

        Raises:
            SandboxError: If the GPU could not give what the submission may take: then it is a fault of ours.
        """
        if not self.mib or not any(map(is_exhausted, errors)):
            return False
        if process is not None and (disturbance := process.disturbance_on_gpu()):
            raise SandboxError(f"the memory of a GPU was full, not by the submission alone: {disturbance}")
        return True

    def has_ended(self, end: End, printed: str) -> bool:
        """Return whether a worker was ended for taking too much, or ended itself and said so last."""
        return end.exceeded_gpu_memory or (self.mib > 0 and is_told_in(printed))


def is_exhausted(error: Error) -> bool:
    """Return whether an exception of a process on a GPU says that the GPU's memory was full.

    >>> is_exhausted(Error("ResourceExhaustedError", "OOM when allocating a tensor on device:GPU:0", []))
    True
    >>> is_exhausted(Error("ResourceExhaustedError", "OOM when allocating a tensor on device:CPU:0", []))
    False
    """
    is_told = error.type in _TYPES or _SAID.search(error.message) is not None
    return is_told and not _OF_THE_MACHINE.search(error.message)


def is_told_in(printed: str) -> bool:
    """Return whether a process that ended printed that the GPU's memory was full, not long before."""
    last = printed[-_LAST_CHARACTERS:]
    return _SAID.search(last) is not None and not _OF_THE_MACHINE.search(last)
