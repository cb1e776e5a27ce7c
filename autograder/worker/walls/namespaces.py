"""Namespaces of the worker's own: user, mount, process ids, IPC, network, host name.

Forks that share a sandbox could otherwise read each other's memory and end each other. Inside, the
worker is process 1 and sees nobody else; what it starts dies with it; every path it can write is a
tmpfs of its own, with a size.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from autograder.worker.walls.kernel import checked, clone, libc

_CLONE_NEWNS = 0x0002_0000
_CLONE_NEWUTS = 0x0400_0000
_CLONE_NEWIPC = 0x0800_0000
_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWPID = 0x2000_0000
_CLONE_NEWNET = 0x4000_0000
_EVERY_NAMESPACE = (
    _CLONE_NEWUSER | _CLONE_NEWNS | _CLONE_NEWPID | _CLONE_NEWIPC | _CLONE_NEWNET | _CLONE_NEWUTS
)
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 2, 4, 8
_MS_REC, _MS_PRIVATE = 0x4000, 0x4_0000
_WORKER_ID = 1000  # whom the worker sees itself as


def fork() -> int:
    """Fork into fresh namespaces; return the child's process id, and 0 in the child."""
    return clone(_EVERY_NAMESPACE)


def settle(outer_uid: int, outer_gid: int, writable: Sequence[str], scratch_mib: int) -> None:
    """In the child: map its own ids, mount its own /proc and a tmpfs on every writable path.

    Args:
        outer_uid: The user id before the fork, in the parent's namespace.
        outer_gid: The group id before the fork.
        writable: The paths to cover.
        scratch_mib: The size of each tmpfs, in MiB.
    """
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{_WORKER_ID} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{_WORKER_ID} {outer_gid} 1")
    _mount("none", "/", None, _MS_REC | _MS_PRIVATE, "")
    _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, "")
    for path in writable:
        options = f"size={scratch_mib}m,nr_inodes=16384,mode=0700,uid={_WORKER_ID},gid={_WORKER_ID}"
        _mount("tmpfs", path, "tmpfs", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, options)
    os.chdir("/")


def _mount(source: str, target: str, kind: str | None, flags: int, options: str) -> None:
    checked(
        libc.mount(
            source.encode(),
            os.fsencode(target),
            kind.encode() if kind else None,
            flags,
            options.encode() or None,
        ),
        f"mount {target}",
    )
