"""The worker's end of the wire: whole frames over two file descriptors, which may be one socket."""

from __future__ import annotations

import os
from collections.abc import Sequence

from autograder.wire.frames import FrameReader, encode_frame
from autograder.wire.messages import FromWorker

_READ_BYTES = 256 * 1024


class Channel:
    """Receives requests and sends replies, blocking."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._frames = FrameReader()

    def receive(self) -> tuple[bytes, bytes] | None:
        """Return the header and the buffers of the next frame; None once the grader is gone."""
        while (frame := self._frames.next()) is None:
            data = os.read(self._reading, _READ_BYTES)
            if not data:
                return None
            self._frames.feed(data)
        return frame

    def send(self, message: FromWorker, buffers: Sequence[bytes] = ()) -> None:
        """Send one message."""
        data = memoryview(encode_frame(message, buffers))
        while data:
            data = data[os.write(self._writing, data) :]
