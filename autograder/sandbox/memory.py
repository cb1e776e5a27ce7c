"""How much memory a worker and all that it started take, looked at from outside."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import psutil


def exceeds(pid: int, allowed_bytes: int) -> bool:
    """Return whether a process and its descendants take more than `allowed_bytes`.

    Proportional set sizes: pages shared with the fork server or with each other are divided among those
    who share them. They are slow to find, so that the resident sizes, never smaller, are asked first.
    """
    return _resident_bytes(pid) > allowed_bytes and _proportional_bytes(pid) > allowed_bytes


def _resident_bytes(pid: int) -> int:
    return sum(process.memory_info().rss for process in _family(pid))


def _proportional_bytes(pid: int) -> int:
    total = 0
    for process in _family(pid):
        with contextlib.suppress(psutil.Error, OSError):
            total += process.memory_full_info().pss
    return total


def _family(pid: int) -> Iterator[psutil.Process]:
    with contextlib.suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        yield process
        yield from process.children(recursive=True)
