"""Limits on what a worker uses, and the end of its privileges."""

from __future__ import annotations

import ctypes
import resource
from pathlib import Path

from autograder.wire.control import WorkerLimits
from autograder.worker.walls.kernel import CAPSET_NUMBERS, checked, libc, number, prctl

_MIB = 1024 * 1024
_PR_CAPBSET_DROP = 24
_PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION_3 = 0x2008_0522
_EINVAL = 22
_FIRST_TO_GO = 1000  # the most that Linux takes, see proc_pid_oom_score_adj(5)


def set_limits(limits: WorkerLimits, baseline_bytes: int, *, has_gpu: bool = False) -> None:
    """Set every limit, hard and soft.

    Args:
        limits: What the worker may use.
        baseline_bytes: The address space that the fork server takes already: imported packages are
            nobody's fault.
        has_gpu: Whether the worker computes on a GPU: CUDA reserves more addresses than any limit on them
            would leave, so that there is none.
    """
    memory = baseline_bytes + limits.memory_mib * _MIB
    for what, value in (
        (resource.RLIMIT_AS, resource.RLIM_INFINITY if has_gpu else memory),
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_FSIZE, limits.file_mib * _MIB),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(what, (value, value))


def go_first_where_memory_ends() -> None:
    """Let the kernel end a worker, not the grader or anybody else, where the machine's memory ends."""
    Path("/proc/self/oom_score_adj").write_text(str(_FIRST_TO_GO))


def forbid_new_privileges() -> None:
    """Let no program that is started gain privileges. Landlock and seccomp need it."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up every capability, for good: those of the worker's own user namespace too."""
    for capability in range(64):
        try:
            prctl(_PR_CAPBSET_DROP, capability)
        except PermissionError:
            break  # there was none to begin with
        except OSError as error:
            if error.errno == _EINVAL:
                break  # past the last capability of this kernel
            raise
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    checked(libc.syscall(number(CAPSET_NUMBERS), header, nothing), "capset")
