"""What is still to be run: a queue for the processors' slots, and one for those on GPUs."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

_Job = TypeVar("_Job")


class Queues(Generic[_Job]):
    """Jobs by the kind of slot that they go to. A slot of one kind never waits for a job of the other.

    Args:
        jobs: What is to be run.
        on_gpu: Returns whether a job goes to a slot on a GPU.

    >>> queues = Queues(["train", "count", "draw"], lambda job: job == "train")
    >>> queues.take(on_gpu=False), queues.take(on_gpu=False), queues.take(on_gpu=False)
    ('count', 'draw', None)
    >>> queues.count(on_gpu=True)
    1
    """

    def __init__(self, jobs: Iterable[_Job], on_gpu: Callable[[_Job], bool]) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[bool, deque[_Job]] = {True: deque(), False: deque()}
        for job in jobs:
            self._waiting[on_gpu(job)].append(job)

    def take(self, *, on_gpu: bool) -> _Job | None:
        """Return the next job for a kind of slot, or None if there is none left."""
        with self._lock:
            waiting = self._waiting[on_gpu]
            return waiting.popleft() if waiting else None

    def count(self, *, on_gpu: bool) -> int:
        """Return how many jobs wait for a kind of slot."""
        return len(self._waiting[on_gpu])
