"""The wire under fire: whatever comes, the grader raises only its own errors, in time and in little memory.

`python -m tests.wire.fuzz` does the same for long; what it finds is kept in ``corpus``.
"""

from __future__ import annotations

import random
import struct
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.runners import replies
from autograder.wire import messages
from autograder.wire.frames import MAX_HEADER_BYTES, encode_frame
from autograder.wire.values import MAX_BUFFERS_BYTES
from tests.wire import fuzz, grading_liars, lying, lying_models

CORPUS = sorted(fuzz.CORPUS.glob("*.bin"))


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_what_was_found_once_is_held(path: Path) -> None:
    fuzz.check(path.read_bytes())


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=2_000))
def test_any_bytes_are_understood_or_refused(data: bytes) -> None:
    fuzz.check(data)


_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=20)
)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)
_TAGS = st.sampled_from(
    [
        "ready",
        "wall_failed",
        "inspected",
        "loaded",
        "returned",
        "raised",
        "model_seen",
        "noted",
        "trained",
        "progress",
        "put",
        "x",
    ]
)
_FIELDS = st.sampled_from(
    "id case value changed type_name error callables functions imports cells notes uses layers place kind "
    "is_built input_shapes fits compiled model by paths fit preparation outputs public_accuracy epoch "
    "metrics".split()
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_TAGS, st.dictionaries(_FIELDS, _TREES, max_size=10), st.binary(max_size=64))
def test_any_header_is_understood_or_refused(tag: str, fields: dict[str, object], buffers: bytes) -> None:
    header = msgspec.msgpack.encode({"type": tag, "id": 1, "case": 0, **fields})
    fuzz.check(struct.pack("<II", len(header), len(buffers)) + header + buffers)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1), st.binary(max_size=64))
def test_no_claimed_length_is_believed(header: int, buffers: int, data: bytes) -> None:
    found = fuzz.check(struct.pack("<II", header, buffers) + data)
    if header > MAX_HEADER_BYTES or buffers > MAX_BUFFERS_BYTES:
        assert found == "a message longer than one may be"
    elif header + buffers > len(data):
        assert found == ""


def test_changed_frames_guided_by_coverage() -> None:
    lines, kept, broken = fuzz.fuzz_frames(12_000, seed=random.SystemRandom().randrange(2**32))
    assert broken == []
    assert lines > 100
    assert kept > 200


@pytest.mark.parametrize("first", [1_000, 2_000, 3_000])
def test_a_liar_gets_a_grade_or_a_fault_of_ours_in_time(first: int) -> None:
    frames = sum(grading_liars.grade(first + number) for number in range(40))
    assert frames > 300


class Endless:
    """A process that always has one more byte of a frame, or one more word on its training, to say."""

    def __init__(self, clock: lying.Clock, said: bytes) -> None:
        self._clock, self._said = clock, said
        self._rest = b""

    def receive(self, deadline: float) -> bytes:  # as of a socket that is never empty: without a look at it
        self._clock.now += 0.001
        self._rest = self._rest or self._said
        byte, self._rest = self._rest[:1], self._rest[1:]
        return byte


@pytest.mark.parametrize(
    "said",
    [
        struct.pack("<II", MAX_HEADER_BYTES, 0) * 1_000_000,
        b"".join(lying_models.progress_without_end(1, 900)),
    ],
    ids=["bytes", "progress"],
)
def test_who_always_has_one_more_byte_to_send_gains_no_time(
    monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    clock = lying.Clock()
    monkeypatch.setattr(replies, "time", clock)
    found = replies.Replies(Endless(clock, said), replies.Patience(), 10**9)  # type: ignore[arg-type]
    found.expect(lying.TRAIN)
    began = clock.now
    with pytest.raises(TimeoutError):
        found.by(began + 2.0)
    assert clock.now - began < 3.0


def test_what_lay_there_when_we_came_late_ourselves_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = lying.Clock()
    monkeypatch.setattr(replies, "time", clock)
    process = Endless(clock, encode_frame(messages.Returned(1, 0, "in time", [], "str")))
    found = replies.Replies(process, replies.Patience(), 10**9)  # type: ignore[arg-type]
    receive, waits = process.receive, iter([100.0])

    def stalled(deadline: float) -> bytes:
        clock.now += next(waits, 0.0)
        return receive(deadline)

    monkeypatch.setattr(process, "receive", stalled)
    reply, _ = found.by(clock.now + 2.0)
    assert isinstance(reply, messages.Returned)
    assert reply.value == "in time"


def test_what_breaks_a_rule_is_noticed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The fuzzer finds mistakes, and keeps what shows them: here one that is made on purpose."""
    monkeypatch.setattr(fuzz, "CORPUS", tmp_path)
    monkeypatch.setattr(fuzz, "decode_reply", lambda header: header.decode())
    _, _, broken = fuzz.fuzz_frames(200, seed=1)
    assert broken
    assert list(tmp_path.glob("*.bin"))
