"""User ids that nobody has, for workers started by root: limits on processes do not bind root."""

from __future__ import annotations

import contextlib
import os
import pwd
import random
from collections.abc import Iterator
from pathlib import Path

_FIRST, _LAST = 61_200, 64_900  # free on Debian, Ubuntu, Fedora, and inside a container's 65,536 ids
_OF_OWNERS = ("uid", "cuid")


def is_root() -> bool:
    """Return whether this process may give workers another user id."""
    return os.geteuid() == 0


def unused_id() -> int:
    """Return a user id that has no account, no process, and nothing in the kernel that its last user left.

    Also used as the group id.
    """
    taken = {*_of_processes(), *_of_segments(), *_of_keys(), *(entry.pw_uid for entry in pwd.getpwall())}
    return random.choice([uid for uid in range(_FIRST, _LAST) if uid not in taken])  # noqa: S311


def _of_processes() -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it has just ended
                yield entry.stat().st_uid


def _of_segments() -> Iterator[int]:
    """Yield who owns shared memory, semaphores or queues of System V, which outlive every process."""
    for kind in ("shm", "sem", "msg"):
        with contextlib.suppress(OSError):
            names, *rows = Path(f"/proc/sysvipc/{kind}").read_text("ascii").splitlines()
            columns = [names.split().index(name) for name in _OF_OWNERS]
            for row in rows:
                yield from (int(row.split()[column]) for column in columns)


def _of_keys() -> Iterator[int]:
    """Yield who has keys in the kernel: they are kept for as long as a user id has a keyring."""
    with contextlib.suppress(OSError):
        for row in Path("/proc/key-users").read_text("ascii").splitlines():
            yield int(row.partition(":")[0])
