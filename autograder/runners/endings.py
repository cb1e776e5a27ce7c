"""How a worker ended, in words."""

from __future__ import annotations

from autograder.observation import Stopped
from autograder.results import Outcome
from autograder.runners.replies import TooMuchError
from autograder.sandbox.process import End
from autograder.wire.values import WireError

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


def of_error(error: WireError | EOFError, end: End, memory_mib: int, what: str) -> Stopped:
    """Return how a worker ended that is gone, or that broke the protocol."""
    if isinstance(error, TooMuchError):
        return Stopped(Outcome.OUTPUT_LIMIT, f"what came of {what} and those before it is too much")
    if isinstance(error, WireError):
        return Stopped(Outcome.PROTOCOL_VIOLATION, f"during {what}, the worker sent {error}")
    return of_gone(end, memory_mib, what)


def definitions_note(main: str, stopped: Stopped) -> str:
    """Return why only the definitions of a file were run."""
    return f"only the definitions of {main} were run: when all of it is run, {stopped.message}"


def memory(memory_mib: int, what: str) -> Stopped:
    """Return the end of a worker that took too much memory."""
    return Stopped(Outcome.MEMORY_LIMIT, f"{what} took more than {memory_mib} MiB of memory")


def not_run(stopped: Stopped) -> Stopped:
    """Return the observation of what was not run, because of an earlier end."""
    return Stopped(
        stopped.outcome, f"not run: {stopped.message.removeprefix('not run: ')}", was_running=False
    )
