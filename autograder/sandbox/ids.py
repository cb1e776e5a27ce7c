"""User ids that nobody has, for workers started by root: limits on processes do not bind root."""

from __future__ import annotations

import os
import pwd
import random
from pathlib import Path

_FIRST, _LAST = 61_200, 64_900  # free on Debian, Ubuntu, Fedora, and inside a container's 65,536 ids


def is_root() -> bool:
    """Return whether this process may give workers another user id."""
    return os.geteuid() == 0


def unused_id() -> int:
    """Return a user id that has no account and no process. Also used as the group id."""
    taken = _ids_of_processes() | {entry.pw_uid for entry in pwd.getpwall()}
    return random.choice([uid for uid in range(_FIRST, _LAST) if uid not in taken])  # noqa: S311


def _ids_of_processes() -> set[int]:
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found.add(entry.stat().st_uid)
            except OSError:
                continue  # it has just ended
    return found
