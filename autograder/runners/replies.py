"""A worker's replies, bounded in time and size."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TypeAlias

from autograder.errors import SandboxError
from autograder.sandbox.process import Process, ProcessorTime
from autograder.wire import messages
from autograder.wire.frames import FrameReader, decode_reply
from autograder.wire.trained import MAX_PROGRESS, Progress
from autograder.wire.training import Train
from autograder.wire.values import WireError

Tell: TypeAlias = Callable[[Progress], None]

_BYTES_OF_HEADER = 40  # what a byte of nested lists may cost, once they are objects that are looked through
_MOST_FORGIVEN_SECONDS = 60.0  # of one submission
_MOST_EXTENSION = 30  # times a limit, on a crowded machine
_WORTH_A_LOOK_SECONDS = 0.05
_LEAST_EXTENSION_SECONDS = 0.01
_LATE_SECONDS = 0.5  # for taking what lay there already when we came late ourselves


class TooMuchError(EOFError):
    """A submission has returned more bytes than the grader keeps of one."""


class Patience:
    """The seconds in line for a processor that one submission has been forgiven, in all its workers."""

    def __init__(self) -> None:
        self.spent_seconds = 0.0


class Replies:
    """The messages of one worker.

    Args:
        process: The worker.
        patience: Of its submission.
        bytes_left: How much it may still send; whoever asks may set it anew.
        tell: Gets to know how a training goes.
    """

    def __init__(
        self, process: Process, patience: Patience, bytes_left: int, tell: Tell | None = None
    ) -> None:
        self._process = process
        self._patience = patience
        self._frames = FrameReader()
        self._time_before = ProcessorTime()
        self._tell = tell
        self._progress_of = 0
        self._progress_left = 0
        self._progress_at = (0, 0)
        self.bytes_left = bytes_left
        self.forgiven_seconds = 0.0  # of the last reply

    def await_ready(self, seconds: float) -> None:
        """Wait until the walls stand. Nothing of the submission has run: what fails here is ours.

        Raises:
            SandboxError: If they do not.
        """
        try:
            reply, _ = self.by(time.monotonic() + seconds)
        except (WireError, EOFError, TimeoutError) as error:
            raise SandboxError(f"a worker did not start: {type(error).__name__} {error}") from error
        if isinstance(reply, messages.WallFailed):
            raise SandboxError(f"the wall {reply.wall} could not be raised: {reply.reason}")
        if not isinstance(reply, messages.Ready):
            raise SandboxError(f"a worker said {type(reply).__name__} before it was ready")

    def expect(self, request: messages.ToWorker) -> None:
        """Take note of a request: while one is answered that may train a model, it may say how that goes."""
        is_long = isinstance(request, messages.Load | Train)
        self._progress_of = request.id if isinstance(request, messages.Load | Train) else 0
        self._progress_left = MAX_PROGRESS if is_long else 0
        self._progress_at = (0, 0)

    def within(self, seconds: float) -> tuple[messages.FromWorker, bytes]:
        """Return the next message and its buffers, allowing the worker so many seconds in which it could run.

        On a crowded machine it may stand in line for a processor: that is not the submission's fault and
        does not count, up to a bound. What keeps the processors busy itself gets nothing more.

        Raises: As `by`.
        """
        began = time.monotonic()
        deadline = began + seconds
        self.forgiven_seconds = 0.0
        while True:
            try:
                found = self.by(deadline)
            except TimeoutError:
                before, now = self._time_before, self._process.processor_time(with_children=True)
                left = _MOST_FORGIVEN_SECONDS - self._patience.spent_seconds + self.forgiven_seconds
                forgiven = min(now.waited - before.waited, _MOST_EXTENSION * seconds, left)
                later = began + seconds + forgiven
                if now.used - before.used >= seconds or later < deadline + _LEAST_EXTENSION_SECONDS:
                    raise
                self._patience.spent_seconds += forgiven - self.forgiven_seconds
                self.forgiven_seconds = forgiven
                deadline = later
            else:
                if time.monotonic() > began + _WORTH_A_LOOK_SECONDS:
                    self._time_before = self._process.processor_time()
                return found

    def by(self, deadline: float) -> tuple[messages.FromWorker, bytes]:
        """Return the next message and its buffers.

        Raises:
            TimeoutError: If it is not there by the deadline.
            EOFError: If the worker is gone.
            WireError: If it is no message.
            TooMuchError: If the submission has returned more than it may in all.
        """
        latest = math.inf
        while True:
            while (frame := self._frames.next()) is None:
                if (now := time.monotonic()) > deadline:
                    latest = min(latest, now + _LATE_SECONDS)
                if now > latest:  # there always is one more byte
                    raise TimeoutError
                data = self._process.receive(deadline)
                if not data:
                    raise EOFError
                self._frames.feed(data)
                self._take(len(data))
            header, buffers = frame
            self._take(len(header) * _BYTES_OF_HEADER)
            reply = decode_reply(header)
            if not isinstance(reply, Progress):
                return reply, buffers
            self._take_progress(reply)

    def _take_progress(self, progress: Progress) -> None:
        """Tell how a training goes, if a word on that may come now, and comes in order."""
        at = (progress.fit, progress.epoch)
        if self._progress_left == 0 or progress.id != self._progress_of or at <= self._progress_at:
            raise WireError("progress of a training that was not due")
        self._progress_left -= 1
        self._progress_at = at
        if self._tell is not None:
            self._tell(progress.cut())

    def _take(self, size: int) -> None:
        self.bytes_left -= size
        if self.bytes_left < 0:
            raise TooMuchError
