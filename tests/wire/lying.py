"""A worker that answers with anything, played in this process: honest replies, bent by a seeded generator.

What the grader makes of it is judged by two rules: it raises nothing but its own errors, and it never waits
past a deadline. Time is played too, so that nobody waits.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from autograder.sandbox.process import End, ProcessorTime
from autograder.wire import messages
from autograder.wire.cells import with_buffers
from autograder.wire.frames import MAX_HEADER_BYTES, FrameReader, decode_request, encode_frame
from autograder.wire.models import AskModel
from autograder.wire.surroundings import Noted, TellNotes
from autograder.wire.training import Budget, Contract, Predict, Rebuild, Recipe, Train
from autograder.wire.values import MAX_BUFFERS_BYTES, WireError, encode_value
from tests.wire import lying_models
from tests.wire.odd_values import FLOATS, NUMBERS, error, text, value

TRAIN = Train(1, AskModel(1), "mnist", "if_missing", Contract(), Recipe(1, 1, "adam"), Budget(1, 0, 1.0))
_PREFIX = struct.Struct("<II")


@dataclass
class Clock:
    """The time of a played worker, in seconds."""

    now: float = 1000.0

    def monotonic(self) -> float:
        """Return the time, as `time.monotonic`."""
        return self.now


Bend = Callable[[random.Random, list[bytes]], list[bytes]]


@dataclass
class LyingProcess:
    """A worker whose honest frames go through `bend`: see `autograder.sandbox.process.Process`.

    Attributes:
        rng: Decides everything.
        clock: Goes on while somebody waits.
        bend: What becomes of the frames that answer one request.
        share: How often they are bent: now and then, or in every second answer.
        frames: How many frames were sent in all.
    """

    rng: random.Random
    clock: Clock
    bend: Bend
    share: float = 0.5
    frames: int = 0
    longest_wait: float = 0.0
    _reader: FrameReader = field(default_factory=FrameReader)
    _out: bytearray = field(default_factory=bytearray)
    _is_over: bool = False

    def send(self, data: bytes) -> None:
        """Take what the grader says, and get the answer ready."""
        self._reader.feed(data)
        while (frame := self._reader.next()) is not None:
            request = decode_request(frame[0])
            honest = list(replies_to(self.rng, request))
            is_honest = isinstance(request, messages.Seal) or self.rng.random() >= self.share
            bent = honest if is_honest else self.bend(self.rng, honest)
            self.frames += len(bent)
            self._is_over |= bent != honest and self.rng.random() < 0.1
            self._out += b"".join(bent)

    def receive(self, deadline: float) -> bytes:
        """Return some bytes of the answer; none at its end; wait in vain otherwise."""
        self.longest_wait = max(self.longest_wait, deadline - self.clock.now)
        if not self._out:
            if self._is_over:
                return b""
            self.clock.now = max(self.clock.now, deadline)
            raise TimeoutError
        size = 1 if self.rng.random() < 0.02 else self.rng.choice((7, 4096, 262_144))
        if size == 1:  # one byte a second
            self.clock.now += 1.0
            if self.clock.now >= deadline:
                raise TimeoutError
        data = bytes(self._out[:size])
        del self._out[:size]
        return data

    def processor_time(self, *, with_children: bool = False) -> ProcessorTime:
        """Return zeros."""
        return ProcessorTime()

    def printed(self) -> str:
        """Return something."""
        return text(self.rng)

    def end(self) -> End:
        """Return any end."""
        return End(self.rng.choice((0, 1, 70)), self.rng.choice((0, 9, 11)), 0.1, self.rng.random() < 0.1)


def replies_to(rng: random.Random, request: Any) -> Iterator[bytes]:
    """Yield the frames of an answer that keeps the protocol, whatever it says."""
    if isinstance(request, Train | Predict | Rebuild):
        yield from lying_models.replies_to(rng, request)
        return
    match request:
        case messages.PutFile():
            return
        case messages.Seal():
            yield encode_frame(messages.Ready())
        case messages.Inspect(id):
            uses = [
                messages.Use(text(rng), text(rng), rng.choice(NUMBERS), [text(rng)])
                for _ in range(rng.randrange(4))
            ]
            yield encode_frame(messages.Inspected(id, uses, [text(rng)] * rng.randrange(2), uses[:1]))
        case messages.Load(id):
            names = ["double", "max_pool2d", "output_size", text(rng)]
            cells = [
                messages.CellRun(
                    number + rng.randrange(2), "whole", rng.choice(FLOATS), None, names, text(rng)
                )
                for number in range(rng.randrange(3))
            ]
            broken = error(rng) if rng.random() < 0.2 else None
            loaded = messages.Loaded(id, names, names, [text(rng)], broken, cells=cells, notes=[text(rng)])
            yield encode_frame(*with_buffers(loaded))
        case messages.Call(id, _, cases):
            for index in range(len(cases)):
                yield _answer(rng, id, index)
        case messages.Fetch(id, places):
            for index in range(len(places)):
                yield _answer(rng, id, index)
        case AskModel(id):
            yield lying_models.seen(rng, id)
        case TellNotes(id):
            yield encode_frame(Noted(id, [text(rng)] * rng.randrange(3)))


def _answer(rng: random.Random, identity: int, index: int) -> bytes:
    if rng.random() < 0.15:
        return encode_frame(messages.Raised(identity, index, error(rng)))
    buffers: list[bytes] = []
    try:
        encoded = encode_value(value(rng), buffers)
    except WireError:
        encoded = None
    return encode_frame(messages.Returned(identity, index, encoded, [text(rng)], text(rng)), buffers)


def bend(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    """Return frames as a liar would send them."""
    return rng.choice(_WAYS)(rng, list(frames))


def _noise(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    return [rng.randbytes(rng.choice((0, 1, 7, 8, 9, 200)))]


def _bytes_changed(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    return [bent_bytes(rng, frame) for frame in frames]


def bent_bytes(rng: random.Random, frame: bytes) -> bytes:
    """Return a frame with some of its bytes changed, lost or doubled."""
    data = bytearray(frame)
    for _ in range(rng.choice((1, 1, 2, 8))):
        at = rng.randrange(len(data)) if data else 0
        match rng.randrange(4):
            case 0 if data:
                data[at] = rng.randrange(256)
            case 1:
                data[at:at] = rng.randbytes(rng.randrange(1, 5))
            case 2 if data:
                del data[at : at + rng.randrange(1, 9)]
            case 3 if data:
                data[at:at] = data[at : at + rng.randrange(1, 40)]
    return bytes(data)


def _in_another_order(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    rng.shuffle(frames)
    return frames


def _again(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    return frames + frames[: rng.randrange(1, 3)]


def _fewer(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    return frames[: rng.randrange(len(frames) + 1)]


def _cut(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    whole = b"".join(frames)
    return [whole[: rng.randrange(len(whole) + 1)]]


def _other_messages(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    kinds = (
        messages.Load(1, "x"),
        messages.Call(1, "x", [messages.Arguments([], [])]),
        messages.Inspect(2, "x"),
    )
    more = [*kinds, AskModel(3), TellNotes(4), messages.Seal(), TRAIN]
    return [*replies_to(rng, rng.choice(more)), *frames]


def _huge_claims(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    sizes = (0, 1, MAX_HEADER_BYTES, MAX_HEADER_BYTES + 1, MAX_BUFFERS_BYTES, 2**31, 2**32 - 1)
    return [_PREFIX.pack(rng.choice(sizes), rng.choice(sizes)) + b"".join(frames)]


def _nested(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    header = rng.choice(
        (b"\x91", b"\x81\xa1a", b"\xdd\xff\xff\xff\xff", b"\xc9\xff\xff\xff\xff\x01")
    ) * rng.choice((3, 3_000))
    return [_PREFIX.pack(len(header), 0) + header]


def _arrays_that_lie(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    huge = (0, 1, -1, 2**31, 2**62, 2**63 - 1)
    shape = [rng.choice(huge) for _ in range(rng.choice((0, 1, 2, 40)))]
    found = [
        "a",
        rng.choice(("<f8", "|O", "|b1", "<M8", "x" * 50)),
        shape,
        rng.choice(huge),
        rng.choice(huge),
    ]
    header = msgspec.msgpack.encode(
        {"type": "returned", "id": 3, "case": 0, "value": found, "changed": [], "type_name": ""}
    )
    return [_PREFIX.pack(len(header), 64) + header + bytes(64)]


def _progress(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    return [*lying_models.progress_that_lies(rng, identity_of(frames)), *frames]


def _models_that_lie(rng: random.Random, frames: list[bytes]) -> list[bytes]:
    return [lying_models.trained_that_lies(rng, identity_of(frames))]


def identity_of(frames: list[bytes]) -> int:
    """Return the id that an honest answer has: what lies with another one is noticed at once."""
    if not frames:
        return 1
    size, _ = _PREFIX.unpack_from(frames[-1])
    header = msgspec.msgpack.decode(frames[-1][_PREFIX.size : _PREFIX.size + size])
    return int(header.get("id", 1))


_WAYS: tuple[Bend, ...] = (
    _noise,
    _bytes_changed,
    _bytes_changed,
    _in_another_order,
    _again,
    _fewer,
    _cut,
    _other_messages,
    _huge_claims,
    _nested,
    _arrays_that_lie,
    _progress,
    _models_that_lie,
)
