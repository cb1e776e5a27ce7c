"""How much memory a worker and all that it started take, looked at from outside."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psutil


def exceeds(pid: int, baseline_bytes: int, limit_bytes: int) -> bool:
    """Return whether a process and its descendants take more than `limit_bytes` beyond the fork server.

    Proportional set sizes: pages shared with the fork server or with each other are divided among those
    who share them. They are slow to find, so that the resident sizes, never smaller, are asked first.

    Root of a container without CAP_SYS_PTRACE may not read the proportional sizes of another user id.
    The resident size beyond the server's then stands for it, and what is shared counts for each.

    Args:
        pid: The process.
        baseline_bytes: The resident size of the fork server, which is nobody's fault.
        limit_bytes: What may be taken beyond.
    """
    allowed = baseline_bytes + limit_bytes
    return _resident_bytes(pid) > allowed and _proportional_bytes(pid, baseline_bytes) > allowed


def _resident_bytes(pid: int) -> int:
    total = 0
    for process in family(pid):
        with contextlib.suppress(psutil.Error, OSError):
            total += process.memory_info().rss
    return total


def _proportional_bytes(pid: int, baseline_bytes: int) -> int:
    total = 0
    shared_with_server = 0
    for process in family(pid):
        with contextlib.suppress(psutil.NoSuchProcess, OSError):
            try:
                total += process.memory_full_info().pss
            except psutil.AccessDenied:
                total += max(0, process.memory_info().rss - baseline_bytes)
                shared_with_server = baseline_bytes
    return total + shared_with_server


def family(pid: int) -> Iterator[psutil.Process]:
    """Yield a process and its descendants, those that are still there."""
    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        yield process
        yield from process.children(recursive=True)
