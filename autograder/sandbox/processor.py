"""How much processor time a worker had, and how long it stood in line for it, looked at from outside."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import psutil

from autograder.sandbox.memory import family
from autograder.sandbox.process import ProcessorTime

_TICKS = os.sysconf("SC_CLK_TCK")


def processor_time(pid: int, with_children: bool) -> ProcessorTime:
    """Return the processor time of a process, all its threads; zeros once it is gone.

    Args:
        pid: The process.
        with_children: Whether to add what it has started and what is still there. That takes longer.
    """
    try:
        # The name, in brackets, may hold anything; what follows it are numbers.
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
        _, waited, _ = Path(f"/proc/{pid}/schedstat").read_text().split()
    except (OSError, ValueError):  # gone, or a kernel that does not keep count
        return ProcessorTime()
    used = sum(map(int, fields[11:15])) / _TICKS  # user and system, its own and its ended children's
    return ProcessorTime(used + (_time_of_children(pid) if with_children else 0.0), int(waited) / 1e9)


def _time_of_children(pid: int) -> float:
    used = 0.0
    for process in family(pid):
        with contextlib.suppress(psutil.Error, OSError):
            if process.pid != pid:
                times = process.cpu_times()
                used += times.user + times.system
    return used
