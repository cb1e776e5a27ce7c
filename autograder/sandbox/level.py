"""The levels of walls. Each command states the least it needs; nothing is lowered in silence."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How much stands between a submission and the machine.

    ``full``: bubblewrap, a user id of its own, fresh namespaces for each submission, Landlock, seccomp,
    limits. ``container``: inside a container without user namespaces; the same less bubblewrap and
    namespaces. ``process``: a plain process on any operating system, which is no boundary at all.
    """

    FULL = "full"
    CONTAINER = "container"
    PROCESS = "process"
