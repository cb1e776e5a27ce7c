"""System calls that Python has no name for, through ctypes."""

from __future__ import annotations

import ctypes
import os
import platform

libc = ctypes.CDLL(None, use_errno=True)
libc.mount.argtypes = [
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_char_p,
    ctypes.c_ulong,
    ctypes.c_char_p,
]
libc.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
libc.syscall.restype = ctypes.c_long

_CLONE_NUMBERS = {"x86_64": 56, "aarch64": 220}
CAPSET_NUMBERS = {"x86_64": 126, "aarch64": 91}
# The same on every architecture since Linux 5.13.
LANDLOCK_CREATE_RULESET = 444
LANDLOCK_ADD_RULE = 445
LANDLOCK_RESTRICT_SELF = 446

_SIGCHLD = 17


def number(numbers: dict[str, int]) -> int:
    """Return a system call's number on this machine.

    Raises:
        OSError: If the machine's architecture is not one of those known here.
    """
    machine = platform.machine()
    if machine not in numbers:
        raise OSError(f"expected one of {', '.join(numbers)}; received the architecture {machine}")
    return numbers[machine]


def checked(result: int, call: str) -> int:
    """Return the result of a call, or raise what its errno says."""
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{call}: {os.strerror(code)}")
    return result


def prctl(option: int, first: int = 0, second: int = 0, third: int = 0, fourth: int = 0) -> int:
    """Call prctl(2)."""
    return checked(libc.prctl(option, first, second, third, fourth), f"prctl({option})")


def clone(flags: int) -> int:
    """Fork with namespace flags; return the child's process id, and 0 in the child.

    One system call, where `unshare` and two forks would copy the page tables twice. Python's own
    bookkeeping around a fork is called as `os.fork` does.
    """
    python = ctypes.pythonapi
    python.PyOS_BeforeFork()
    # A stack pointer of 0 keeps the parent's, copied: the call returns twice, as fork does.
    pid: int = libc.syscall(number(_CLONE_NUMBERS), flags | _SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        python.PyOS_AfterFork_Child()
    else:
        python.PyOS_AfterFork_Parent()
    return checked(pid, "clone")
