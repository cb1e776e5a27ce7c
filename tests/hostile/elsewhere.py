"""Run a command as on another machine: inside a container without user namespaces, or as an ordinary user.

``python -m tests.hostile.elsewhere container|user COMMAND...``, as root. A container is played by a user namespace
of 65,536 ids, in which no further one can be made. An ordinary user's is played by a mount namespace in which the
interpreter can be reached, also where it lies in root's own home.
"""

from __future__ import annotations

import ctypes
import os
import stat
import sys
from pathlib import Path

ORDINARY = 61_111
_NEW_USER, _NEW_MOUNTS = 0x1000_0000, 0x0002_0000
_BIND, _REC, _PRIVATE = 0x1000, 0x4000, 0x4_0000
_IDS = "0 0 65536"
_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _mount(source: str, target: str, kind: str | None, flags: int, options: str | None = None) -> None:
    texts = [text.encode() if text is not None else None for text in (source, target, kind, options)]
    _checked(_libc.mount(texts[0], texts[1], texts[2], ctypes.c_ulong(flags), texts[3]))


def in_a_container(command: list[str]) -> int:
    """Run a command as root of a container; return its exit code."""
    said, hear = os.pipe()
    mapped, tell = os.pipe()
    child = os.fork()
    if child == 0:
        _checked(_libc.unshare(_NEW_USER | _NEW_MOUNTS))
        os.write(hear, b"x")
        os.read(mapped, 1)
        os.setgroups([])
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)
        Path("/proc/sys/user/max_user_namespaces").write_text("0")
        os.execvp(command[0], command)
    os.read(said, 1)
    for name in ("uid_map", "gid_map"):
        Path(f"/proc/{child}/{name}").write_text(_IDS)
    os.write(tell, b"x")
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def as_an_ordinary_user(command: list[str]) -> None:
    """Become an ordinary user who can reach the interpreter, and run a command."""
    _checked(_libc.unshare(_NEW_MOUNTS))
    _mount("none", "/", None, _REC | _PRIVATE)
    base = Path(sys.base_prefix).resolve()
    closed = [above for above in base.parents if not above.stat().st_mode & stat.S_IXOTH]
    if closed:
        held = "/mnt"
        _mount(str(base), held, None, _BIND | _REC)
        _mount("none", str(closed[-1]), "tmpfs", 0, "mode=755")
        base.mkdir(parents=True)
        _mount(held, str(base), None, _BIND | _REC)
    os.setgroups([])
    os.setresgid(ORDINARY, ORDINARY, ORDINARY)
    os.setresuid(ORDINARY, ORDINARY, ORDINARY)
    os.execvp(command[0], command)


if __name__ == "__main__":
    if sys.argv[1] == "user":
        as_an_ordinary_user(sys.argv[2:])
    sys.exit(in_a_container(sys.argv[2:]))
