"""Telling the grader how a training goes, while it goes on."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence

from autograder.wire.trained import MAX_PROGRESS, Progress, epoch_of
from autograder.wire.values import WireError
from autograder.worker.channel import Channel


class Teller:
    """Sends a frame for each epoch, as long as a request is being answered in which one may come."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._id: int | None = None
        self._left = 0
        self._fits = 0
        self._thread = threading.get_ident()

    @contextlib.contextmanager
    def about(self, id: int) -> Iterator[None]:  # noqa: A002
        """Let frames go out, of the request of this id."""
        self._id, self._left, self._fits = id, MAX_PROGRESS, 0
        try:
            yield
        finally:
            self._id = None

    def next_fit(self) -> int:
        """Return the number of the `fit` that begins."""
        self._fits += 1
        return self._fits

    def tell(
        self, fit: int, epoch: int, of: int, seconds: float, metrics: Sequence[tuple[str, float]]
    ) -> None:
        """Send that an epoch has ended; nothing where none is due, or from another thread."""
        if self._id is None or self._left == 0 or threading.get_ident() != self._thread:
            return
        self._left -= 1
        with contextlib.suppress(WireError):
            self._channel.send(Progress(self._id, fit, epoch, of, seconds, epoch_of(metrics)).cut())
