"""How a worker ended, in words."""

from __future__ import annotations

from autograder.observation import Stopped
from autograder.results import Outcome
from autograder.sandbox.process import End

_SIGNALS = {4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV"}


def of_gone(end: End, memory_mib: int, what: str) -> Stopped:
    """Return how a worker ended that was gone when it was to answer."""
    if end.exceeded_memory:
        return memory(memory_mib, what)
    if end.exceeded_cpu:
        return Stopped(Outcome.TIMEOUT, f"{what} took more processor time than is allowed")
    if end.was_killed:  # its exit says nothing: it lived on without its wire
        return Stopped(Outcome.CRASHED, f"{what} closed the connection to the grader")
    how = _SIGNALS.get(end.signal, f"signal {end.signal}") if end.signal else f"exit code {end.exit_code}"
    return Stopped(Outcome.CRASHED, f"{what} ended the Python process ({how})")


def memory(memory_mib: int, what: str) -> Stopped:
    """Return the end of a worker that took too much memory."""
    return Stopped(Outcome.MEMORY_LIMIT, f"{what} took more than {memory_mib} MiB of memory")


def not_run(stopped: Stopped) -> Stopped:
    """Return the observation of what was not run, because of an earlier end."""
    return Stopped(
        stopped.outcome, f"not run: {stopped.message.removeprefix('not run: ')}", was_running=False
    )
