"""Frames that were never sent before, at the decoder and at the whole grader side: ``make fuzz``.

Guided by coverage: an input that runs a line of the wire, or gives an answer, that none before it did is kept
and changed further. What breaks a rule is written to ``tests/wire/corpus``, and a test runs it ever after.
"""

from __future__ import annotations

import argparse
import random
import struct
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from msgspec import structs

from autograder.runners.translation import loading_of, observation_of
from autograder.wire import messages
from autograder.wire.frames import FrameReader, decode_reply
from autograder.wire.models import AskModel, ModelSeen
from autograder.wire.surroundings import Noted, TellNotes
from autograder.wire.trained import Progress, Trained
from autograder.wire.training import Predict, Preparation
from autograder.wire.values import MIB, Array, WireError
from tests.wire import grading_liars, lying, lying_models

CORPUS = Path(__file__).resolve().parent / "corpus"
MOST_SECONDS = 2.0  # for one input; on a crowded machine too
_BYTES_PER_BYTE = 200  # what a byte of a frame may cost while it is decoded
_LOOKED_AT = (str(Path("autograder", "wire")), str(Path("runners", "translation.py")))
_REQUESTS: tuple[Any, ...] = (
    messages.Seal(),
    messages.Inspect(1, "work.py"),
    messages.Load(1, "work.py"),
    messages.Call(1, "f", [messages.Arguments([], [])] * 3),
    messages.Fetch(1, [messages.Place("x")]),
    AskModel(1),
    TellNotes(1),
    lying.TRAIN,
    lying.TRAIN,
    Predict(1, Array("|u1", (3, 64), 0, 192), Preparation([1.0], [0.0], [64], "float32", "")),
)


def take(data: bytes) -> str:
    """Take bytes as the grader takes them from a worker, and return what came of them.

    Raises: Nothing but what is a mistake of ours.
    """
    reader, answers = FrameReader(), []
    try:
        for start in range(0, len(data), 4096):
            reader.feed(data[start : start + 4096])
            while (frame := reader.next()) is not None:
                answers.append(_understood(*frame))
    except WireError as error:
        answers.append(str(error))
    except EOFError:
        answers.append("too much")
    return "; ".join(answers[:8])


def _understood(header: bytes, buffers: bytes) -> str:
    reply = decode_reply(header)
    match reply:
        case messages.Loaded():
            loading_of(reply, buffers)
        case messages.Returned() | messages.Raised():
            observation_of(reply, buffers, messages.Call(reply.id, "f", []), reply.case)
        case ModelSeen():
            observation_of(reply, buffers, AskModel(reply.id), 0)
        case messages.Inspected():
            loading_of(messages.Loaded(0, [], [], [], None), b"", reply)
        case Trained():
            observation_of(reply, buffers, structs.replace(lying.TRAIN, id=reply.id), 0)
        case Noted() | Progress():
            reply.cut()
    return type(reply).__name__


def check(data: bytes) -> str:
    """Take bytes, and return what came of them.

    Raises:
        AssertionError: If it took too long, or too much memory for so few bytes.
        Exception: Anything that `take` raises.
    """
    began = time.process_time()
    tracemalloc.start()
    try:
        found = take(data)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < _BYTES_PER_BYTE * len(data) + 2 * MIB, f"{most:,} bytes for {len(data):,}"
    assert time.process_time() - began < MOST_SECONDS, "it took too long"
    return found


def honest(rng: random.Random) -> bytes:
    """Return a frame, or some, that keep the protocol."""
    return b"".join(lying.replies_to(rng, rng.choice(_REQUESTS)))


def changed(rng: random.Random, kept: list[bytes]) -> bytes:
    """Return something that was not there before."""
    if rng.random() < 0.2:
        frames = list(lying.replies_to(rng, rng.choice(_REQUESTS)))
        return b"".join(
            lying.bend(rng, frames) if rng.random() < 0.8 else [lying_models.trained_that_lies(rng, 1)]
        )
    data = rng.choice(kept)
    if rng.random() < 0.7:
        return with_lengths(lying.bent_bytes(rng, data[8:]), rng)
    return lying.bent_bytes(rng, data)


def with_lengths(body: bytes, rng: random.Random) -> bytes:
    """Return a frame whose lengths are right, so that what is in it is looked at."""
    header = len(body) if rng.random() < 0.6 else rng.randrange(len(body) + 1)
    return struct.pack("<II", header, len(body) - header) + body


class Coverage:
    """Which lines of the wire have been run."""

    def __init__(self) -> None:
        self.lines: set[tuple[str, int]] = set()
        self.answers: set[str] = set()

    def is_new(self, run: Callable[[], str]) -> bool:
        """Run something, and return whether it ran a line, or gave an answer, that was not there before."""
        before = len(self.lines), len(self.answers)
        sys.settrace(self._enter)
        try:
            answer = run()
        finally:
            sys.settrace(None)
        self.answers.add(answer[:60])
        return (len(self.lines), len(self.answers)) != before

    def _enter(self, frame: FrameType, event: str, argument: object) -> Any:
        name = frame.f_code.co_filename
        return self._line if any(part in name for part in _LOOKED_AT) else None

    def _line(self, frame: FrameType, event: str, argument: object) -> Any:
        self.lines.add((frame.f_code.co_filename, frame.f_lineno))
        return self._line


def fuzz_frames(count: int, seed: int) -> tuple[int, int, list[bytes]]:
    """Take so many changed inputs; return the lines that ran, the inputs kept, and what broke a rule."""
    rng, coverage, broken = random.Random(seed), Coverage(), []
    kept = [honest(rng) for _ in range(200)] + [path.read_bytes() for path in sorted(CORPUS.glob("*.bin"))]
    kept = [data for data in kept if data]
    for number in range(count):
        data = changed(rng, kept)
        try:
            if number % 50 == 0:
                check(data)
            if number % 4 == 0:
                if coverage.is_new(lambda data=data: take(data)):  # type: ignore[misc]
                    kept.append(data)
            else:
                take(data)
        except Exception as error:
            broken.append(data)
            name = CORPUS / f"{type(error).__name__}-{abs(hash(data)) % 16**8:08x}.bin"
            name.write_bytes(data)
            print(f"{type(error).__name__}: {error}: {name}", flush=True)
    return len(coverage.lines), len(kept), broken


def main() -> int:
    """Fuzz for long, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--gradings", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    began = time.monotonic()
    lines, kept, broken = fuzz_frames(options.frames, options.seed)
    print(
        f"{options.frames:,} inputs to the decoder in {time.monotonic() - began:.0f} s: "
        f"{len(broken)} broke a rule; "
        f"{lines} lines run, {kept} inputs kept for what they showed",
        flush=True,
    )
    began, frames, wrong = time.monotonic(), 0, []
    for number in range(options.gradings):
        try:
            frames += grading_liars.grade(options.seed + number)
        except grading_liars.Broken as error:
            wrong.append(str(error))
            print(error, flush=True)
    print(
        f"{options.gradings:,} submissions of liars graded, {frames:,} frames, "
        f"in {time.monotonic() - began:.0f} s: "
        f"{len(wrong)} broke a rule ({datetime.now(UTC):%Y-%m-%d})"
    )
    return 1 if broken or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
