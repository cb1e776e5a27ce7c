"""cgroup v2, where it is delegated: the one limit that counts everything, and that nothing outlives.

Delegated means that this process may make groups below its own with the memory and pids controllers, as
in ``systemd-run --user --scope -p Delegate=yes autograder grade ...``. Where it is not, the limits of
the processes themselves stand alone, and are said to be best effort.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from autograder.wire.control import WorkerLimits

_MIB = 1024 * 1024
_NEEDED = frozenset({"memory", "pids"})
_REMOVE_SECONDS = 2.0


def own_group(root: Path = Path("/sys/fs/cgroup"), listing: Path = Path("/proc/self/cgroup")) -> Path | None:
    """Return this process's group in the unified hierarchy, or None where there is none."""
    with contextlib.suppress(OSError):
        for line in listing.read_text().splitlines():
            number, _, path = line.split(":", 2)
            if number == "0" and (root / "cgroup.controllers").exists():
                return root / path.lstrip("/")
    return None


def missing(group: Path | None) -> str:
    """Return why workers cannot have groups of their own below `group`; empty where they can."""
    if group is None:
        return "no cgroup v2 hierarchy is mounted here"
    with contextlib.suppress(OSError):
        offered = set((group / "cgroup.controllers").read_text().split())
        if not offered >= _NEEDED:
            return f"expected the controllers memory and pids; {group} offers {sorted(offered) or 'none'}"
        if os.access(group, os.W_OK) and os.access(group / "cgroup.subtree_control", os.W_OK):
            return ""
    return f"{group} is not delegated to this user"


class Groups:
    """A group for each worker, below the launcher's own."""

    def __init__(self, group: Path) -> None:
        """Move this process into a leaf, so that its group may hand the controllers down.

        Raises:
            OSError: If the kernel refuses.
        """
        self._group = group
        self._made = 0
        leaf = group / "autograder"
        leaf.mkdir(exist_ok=True)
        (leaf / "cgroup.procs").write_text(str(os.getpid()))
        (group / "cgroup.subtree_control").write_text("+memory +pids")

    def make(self, limits: WorkerLimits, baseline_bytes: int) -> WorkerGroup:
        """Make a group with these limits."""
        self._made += 1
        path = self._group / f"worker-{os.getpid()}-{self._made}"
        path.mkdir()
        (path / "memory.max").write_text(str(baseline_bytes + limits.memory_mib * _MIB))
        (path / "pids.max").write_text(str(limits.processes))
        (path / "memory.oom.group").write_text("1")
        return WorkerGroup(path)


class WorkerGroup:
    """The group of one worker."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, pid: int) -> None:
        """Put a process, and all that it will start, into the group."""
        (self.path / "cgroup.procs").write_text(str(pid))

    def exceeded_memory(self) -> bool:
        """Return whether the kernel ended the group because its memory was full."""
        for line in (self.path / "memory.events").read_text().splitlines():
            name, _, count = line.partition(" ")
            if name == "oom_kill":
                return int(count) > 0
        return False

    def remove(self) -> None:
        """End whatever is left in the group, and take it away."""
        with contextlib.suppress(FileNotFoundError):  # before Linux 5.14
            (self.path / "cgroup.kill").write_text("1")
        patience = time.monotonic() + _REMOVE_SECONDS
        while True:
            try:
                self.path.rmdir()
                return
            except OSError:
                if time.monotonic() > patience:
                    raise
                time.sleep(0.01)
