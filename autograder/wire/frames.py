"""Frames: two little-endian 32-bit lengths, a msgpack header (one message), the raw bytes of its arrays.

A reader believes no length before the bytes are there, and bounds everything: a worker runs a
stranger's code and may send what it likes. What breaks a bound raises `WireError`, which the grader
turns into the end of that worker.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from autograder.wire.messages import FromWorker, ToWorker
from autograder.wire.values import MAX_BUFFERS_BYTES, MIB, WireError

MAX_HEADER_BYTES = 8 * MIB

_PREFIX = struct.Struct("<II")
_Message = TypeVar("_Message")


def encode_frame(message: ToWorker | FromWorker, buffers: Sequence[bytes] = ()) -> bytes:
    """Return the bytes of one frame.

    Raises:
        WireError: If the frame is larger than a frame may be, or has text that is not Unicode.
    """
    try:
        header = msgspec.msgpack.encode(message)
    except UnicodeEncodeError:
        raise WireError("text that is not Unicode") from None
    size = sum(map(len, buffers))
    if len(header) > MAX_HEADER_BYTES:
        raise WireError(f"lists larger than {MAX_HEADER_BYTES // MIB} MiB; an array may be larger")
    if size > MAX_BUFFERS_BYTES:
        raise WireError(f"a value larger than {MAX_BUFFERS_BYTES // MIB} MiB")
    return b"".join((_PREFIX.pack(len(header), size), header, *buffers))


class FrameReader:
    """Takes bytes as they come and gives whole frames. It holds no more than was really received."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> None:
        """Add bytes that were received."""
        self._pending += data

    @property
    def is_between_frames(self) -> bool:
        """Whether no frame has begun."""
        return not self._pending

    def next(self) -> tuple[bytes, bytes] | None:
        """Return the header and the buffers of the next whole frame, or None until it is there.

        Raises:
            WireError: If a frame claims to be larger than a frame may be.
        """
        if len(self._pending) < _PREFIX.size:
            return None
        header_size, buffers_size = _PREFIX.unpack_from(self._pending)
        if header_size > MAX_HEADER_BYTES or buffers_size > MAX_BUFFERS_BYTES:
            raise WireError("a message longer than one may be")
        end = _PREFIX.size + header_size + buffers_size
        if len(self._pending) < end:
            return None
        header = bytes(self._pending[_PREFIX.size : _PREFIX.size + header_size])
        buffers = bytes(self._pending[_PREFIX.size + header_size : end])
        del self._pending[:end]
        return header, buffers


_TO_WORKER: msgspec.msgpack.Decoder[ToWorker] = msgspec.msgpack.Decoder(ToWorker)
_FROM_WORKER: msgspec.msgpack.Decoder[FromWorker] = msgspec.msgpack.Decoder(FromWorker)


def decode_request(header: bytes) -> ToWorker:
    """Return the message of a header that came from the grader."""
    return _decode(_TO_WORKER, header)


def decode_reply(header: bytes) -> FromWorker:
    """Return the message of a header that came from a worker.

    Raises:
        WireError: If it is no message that a worker may send.
    """
    return _decode(_FROM_WORKER, header)


def _decode(decoder: msgspec.msgpack.Decoder[_Message], header: bytes) -> _Message:
    try:
        return decoder.decode(header)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, OverflowError) as error:
        raise WireError(f"a header that is no message: {type(error).__name__}") from None
