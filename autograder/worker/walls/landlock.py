"""Landlock: the paths that may be read and executed, those that may be written, and nothing else.

Where the kernel knows it, the worker also loses TCP, device ioctls, and signals and abstract sockets to
anybody outside its own domain.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Sequence

from autograder.worker.walls.kernel import (
    LANDLOCK_ADD_RULE,
    LANDLOCK_CREATE_RULESET,
    LANDLOCK_RESTRICT_SELF,
    checked,
    libc,
)

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_FIRST_RIGHTS = (1 << 13) - 1
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_PATH_BENEATH = 1
_VERSION_FLAG = 1
_kept_open: list[int] = []


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def version() -> int:
    """Return the version of Landlock that this kernel offers; 0 where there is none."""
    return max(0, int(libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, _VERSION_FLAG)))


def restrict(readable: Sequence[str], writable: Sequence[str], nodes: Sequence[str] = ()) -> None:
    """Confine this process, and all that it will start, to these paths. Needs `no_new_privs`.

    Args:
        readable: Files and folders that may be read and executed. Those that do not exist are passed
            over, since there is nothing to allow.
        writable: Folders in which files may be made, changed and removed, but not executed, and devices
            that may be written.
        nodes: Device nodes of a GPU: they may be read, written, and steered by ioctl. With one, this
            process may also name its threads, without which CUDA does not start.
    """
    known = version()
    if known == 0:
        raise OSError("this kernel has no Landlock (Linux 5.13 or later, with landlock among its LSMs)")
    handled = _FIRST_RIGHTS
    for since, right in ((2, _REFER), (3, _TRUNCATE), (5, _IOCTL_DEV)):
        handled |= right if known >= since else 0
    ruleset = _Ruleset(
        handled_access_fs=handled,
        handled_access_net=0b11 if known >= 4 else 0,
        scoped=0b11 if known >= 6 else 0,
    )
    size = 8 if known < 4 else 16 if known < 6 else ctypes.sizeof(ruleset)
    descriptor = checked(
        libc.syscall(LANDLOCK_CREATE_RULESET, ctypes.byref(ruleset), size, 0), "landlock_create_ruleset"
    )
    try:
        reading = _EXECUTE | _READ_FILE | _READ_DIR
        writing = handled & ~(_EXECUTE | _MAKE_CHAR | _MAKE_BLOCK | _IOCTL_DEV)
        steering = _READ_FILE | _WRITE_FILE | _IOCTL_DEV
        threads = [_own_threads()] if nodes else []
        for paths, rights in (
            (readable, reading),
            (writable, writing),
            (nodes, steering),
            (threads, _WRITE_FILE | _TRUNCATE),
        ):
            for path in paths:
                _allow(descriptor, path, rights & handled)
        checked(libc.syscall(LANDLOCK_RESTRICT_SELF, descriptor, 0), "landlock_restrict_self")
    finally:
        os.close(descriptor)


def _own_threads() -> str:
    """Return the folder of this process's threads, and keep it open.

    Rules hold for the kernel's own entry for a folder, and of /proc it drops entries that nobody uses.
    """
    if not _kept_open:
        _kept_open.append(os.open("/proc/self/task", os.O_PATH | os.O_CLOEXEC))
    return f"/proc/self/fd/{_kept_open[0]}"


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _ON_FILES
        rule = _PathBeneath(allowed_access=rights, parent_fd=descriptor)
        checked(
            libc.syscall(LANDLOCK_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0),
            f"landlock_add_rule {path}",
        )
    finally:
        os.close(descriptor)
