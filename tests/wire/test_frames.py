"""Frames: whole messages out of any pieces of bytes, and from a stranger's bytes nothing but a WireError."""

import contextlib
import random
import struct
import tracemalloc

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.wire import frames, messages
from autograder.wire.frames import FrameReader, decode_reply, decode_request, encode_frame
from autograder.wire.values import MAX_BUFFERS_BYTES, WireError, decode_value, encode_value

ERROR = messages.Error("ValueError", "no", [messages.Traceback("convolution.py", 3, "conv2d", "x = 1")])
REQUESTS = [
    messages.PutFile("folder/convolution.py", True),
    messages.Seal(),
    messages.Load(1, "convolution.py"),
    messages.Load(1, "convolution.py", [messages.Place("SIZE", "stride 2", "answers")]),
    messages.Call(2, "conv2d", [messages.Arguments([1, None], [("stride", 2)])]),
    messages.Call(2, "conv2d", [messages.Arguments([1], [], as_tensors=True)]),
    messages.Inspect(3, "convolution.py", ["conv2d"]),
    messages.Fetch(4, [messages.Place("SIZE"), messages.Place("ANSWERS", "rank")]),
]
REPLIES = [
    messages.Ready(),
    messages.WallFailed("landlock", "not in this kernel"),
    messages.Loaded(1, ["conv2d", "np"], ["conv2d"], ["numpy"], ERROR),
    messages.Loaded(1, [], [], [], None, "not text"),
    messages.Returned(2, 0, 3.5, ["0"], "float"),
    messages.Raised(2, 1, ERROR),
    messages.Inspected(3, [messages.Use("scipy.signal", "convolution.py", 1, ["conv2d"])], ["too large"]),
    messages.Inspected(3, []),
]


def returned_frame(value) -> bytes:
    buffers: list[bytes] = []
    return encode_frame(messages.Returned(2, 0, encode_value(value, buffers), [], "ndarray"), buffers)


def read_all(data: bytes, size: int) -> list[tuple[bytes, bytes]]:
    reader, found = FrameReader(), []
    for start in range(0, len(data), size):
        reader.feed(data[start : start + size])
        while (frame := reader.next()) is not None:
            found.append(frame)
    return found


def take_as_the_grader_does(data: bytes) -> None:
    """Read frames, messages and values of `data`; a WireError ends it, as it ends a worker."""
    with contextlib.suppress(WireError):
        for header, buffers in read_all(data, 1 << 16):
            reply = decode_reply(header)
            if isinstance(reply, messages.Returned):
                decode_value(reply.value, buffers)


class TestRoundTrips:
    @pytest.mark.parametrize("message", REQUESTS, ids=lambda message: type(message).__name__)
    def test_a_request_arrives(self, message):
        [(header, buffers)] = read_all(encode_frame(message, [b"ab", b"c"]), 7)
        assert decode_request(header) == message
        assert buffers == b"abc"

    @pytest.mark.parametrize("message", REPLIES, ids=lambda message: type(message).__name__)
    def test_a_reply_arrives(self, message):
        [(header, buffers)] = read_all(encode_frame(message), 7)
        assert decode_reply(header) == message
        assert buffers == b""

    @pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 9, 1000])
    def test_frames_come_whole_out_of_any_pieces(self, size):
        value = np.arange(12.0).reshape(3, 4)
        found = read_all(b"".join([returned_frame(value), encode_frame(messages.Ready())] * 3), size)
        assert len(found) == 6
        for header, buffers in found[::2]:
            np.testing.assert_array_equal(decode_value(decode_reply(header).value, buffers), value)

    def test_until_the_last_byte_there_is_no_frame(self):
        data = returned_frame(np.ones(5))
        reader = FrameReader()
        for byte in data[:-1]:
            reader.feed(bytes([byte]))
            assert reader.next() is None
            assert not reader.is_between_frames
        reader.feed(data[-1:])
        assert reader.next() is not None
        assert reader.is_between_frames


class TestBounds:
    @pytest.mark.parametrize(
        "claim",
        [
            (frames.MAX_HEADER_BYTES + 1, 0),
            (0, MAX_BUFFERS_BYTES + 1),
            (2**32 - 1, 2**32 - 1),
            (5, 2**31),
        ],
    )
    def test_a_claim_beyond_the_bounds_ends_it_at_once(self, claim):
        reader = FrameReader()
        reader.feed(struct.pack("<II", *claim))
        with pytest.raises(WireError, match="longer than one may be"):
            reader.next()

    def test_a_claim_within_the_bounds_allocates_nothing(self):
        reader = FrameReader()
        tracemalloc.start()
        reader.feed(struct.pack("<II", frames.MAX_HEADER_BYTES, MAX_BUFFERS_BYTES) + b"x" * 100)
        assert reader.next() is None
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 100_000

    def test_a_header_that_claims_endless_lists_allocates_nothing(self):
        tracemalloc.start()
        for claim in (b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff"):
            with pytest.raises(WireError):
                decode_reply(claim)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 100_000

    def test_what_is_too_large_is_refused_before_it_is_sent(self):
        with pytest.raises(WireError, match="64 MiB"):
            encode_frame(messages.Ready(), [bytes(MAX_BUFFERS_BYTES), b"x"])
        with pytest.raises(WireError, match="8 MiB"):
            encode_frame(messages.Returned(1, 0, "x" * (frames.MAX_HEADER_BYTES + 1), [], "str"))

    def test_text_that_is_not_unicode_is_refused_before_it_is_sent(self):
        with pytest.raises(WireError, match="not Unicode"):
            encode_frame(messages.Raised(1, 0, messages.Error("E", "\udc80", [])))

    @pytest.mark.parametrize("opening", [b"\x91", b"\x81\xa1t", b"\x92\xa1l\x91", b"\x92\xa1d\x91\x92\xa1k"])
    def test_deep_headers_are_a_wire_error_never_a_recursion_error(self, opening):
        deep = opening * 200_000 + b"\xc0"
        with pytest.raises(WireError):
            decode_reply(deep)
        value = msgspec.msgpack.encode(messages.Returned(1, 0, None, [], "")).replace(b"\xc0", deep)
        with pytest.raises(WireError):
            decode_reply(value)


class TestStrangersBytes:
    @pytest.mark.parametrize("message", REQUESTS, ids=lambda message: type(message).__name__)
    def test_a_worker_may_not_send_requests(self, message):
        with pytest.raises(WireError):
            decode_reply(msgspec.msgpack.encode(message))

    @pytest.mark.parametrize(
        "reply",
        [
            {},
            {"type": "returned"},
            {"type": "unknown"},
            {"type": "ready", "type2": 1, "score": 10}.values(),
            {"type": "returned", "id": "1", "case": 0, "value": 1, "changed": [], "type_name": ""},
            {"type": "returned", "id": 1, "case": 0, "value": b"raw", "changed": [], "type_name": ""},
            {"type": "returned", "id": 1, "case": 0, "value": ["x", 1], "changed": [], "type_name": ""},
            {"type": "returned", "id": 1, "case": 0, "value": [1, 2], "changed": [], "type_name": ""},
            {"type": "returned", "id": 1, "case": 0, "value": {}, "changed": [], "type_name": ""},
            {"type": "raised", "id": 1, "case": 0, "error": None},
            {"type": "inspected", "id": 1, "uses": [["scipy", "code.py", "1", []]]},
            {"type": "inspected", "id": 1, "uses": None},
            pytest.param(msgspec.msgpack.Ext(5, b"x"), id="an extension type"),
            None,
            3,
        ],
        ids=repr,
    )
    def test_a_reply_of_another_form_is_refused(self, reply):
        with pytest.raises(WireError):
            decode_reply(
                msgspec.msgpack.encode(list(reply) if isinstance(reply, type({}.values())) else reply)
            )

    @given(st.binary(max_size=300))
    @example(b"\xc1")
    @example(b"\xd6\xff\xff\xff\xff\xff")  # a timestamp
    @example(b"\x81\xa4type\xa4\xff\xfe\xfd\xfc")  # text that is not UTF-8
    def test_random_headers(self, data):
        with contextlib.suppress(WireError):
            decode_reply(data)
        with contextlib.suppress(WireError):
            decode_request(data)

    @given(st.binary(max_size=300))
    def test_random_streams(self, data):
        take_as_the_grader_does(data)

    @given(st.randoms(use_true_random=False), st.integers(1, 6))
    @settings(max_examples=600)
    def test_valid_frames_with_changed_bytes(self, rng: random.Random, changes):
        value = [np.arange(6, dtype=np.uint8).reshape(2, 3), (True, {"a": np.ones(2)}), "text", 1.5]
        data = bytearray(returned_frame(value) + encode_frame(REPLIES[2]))
        for _ in range(changes):
            place = rng.randrange(8, len(data))
            match rng.randrange(3):
                case 0:
                    data[place] = rng.randrange(256)
                case 1:
                    del data[place]
                case 2:
                    data.insert(place, rng.randrange(256))
        take_as_the_grader_does(bytes(data))
