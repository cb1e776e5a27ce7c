"""A time limit for a call in this process, where the operating system has signals."""

from __future__ import annotations

import contextlib
import signal
import threading
import time
from collections.abc import Iterator

_AGAIN_SECONDS = 0.1


class TookTooLongError(BaseException):
    """A call is still running at its limit. No ``except Exception`` of a student's catches it."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """End what runs inside after some seconds; again and again, should it be caught.

    Nothing is ended where there is no alarm, as on Windows, or outside of the main thread; nor what runs in
    one piece outside of Python, before it comes back.

    Raises:
        TookTooLongError: At the limit.
    """
    if not _has_alarm() or seconds <= 0:
        yield
        return
    ends = time.monotonic() + seconds

    def ring(*_: object) -> None:
        if time.monotonic() >= ends:
            raise TookTooLongError

    before = signal.signal(signal.SIGALRM, ring)
    pending, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN_SECONDS)
    began = time.monotonic()
    try:
        yield
    finally:
        _give_back(before, pending, interval, began)


def _give_back(before: signal._HANDLER, pending: float, interval: float, began: float) -> None:
    """Put another's alarm back as it was, less the time that has passed."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    if pending:
        left = max(0.001, pending - (time.monotonic() - began))
        signal.setitimer(signal.ITIMER_REAL, left, interval)


def _has_alarm() -> bool:
    is_main = threading.current_thread() is threading.main_thread()
    return is_main and hasattr(signal, "setitimer") and signal.getsignal(signal.SIGALRM) is not None
