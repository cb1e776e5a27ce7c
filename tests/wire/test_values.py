"""Values over the wire: what goes in comes out, and no header can claim what is not there."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.wire import values
from autograder.wire.values import Array, Dict, List, Tuple, WireError, decode_value, encode_value

DTYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128"
REFUSED_DTYPES = ["U3", "S3", "object", "datetime64[s]", "timedelta64[s]", "V4", [("x", "f8")], "longdouble"]

dtypes = st.sampled_from(DTYPES.split()).flatmap(
    lambda name: st.sampled_from([np.dtype(name), np.dtype(name).newbyteorder(">")])
)
arrays = dtypes.flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=20) | arrays
)
plain_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)


def round_trip(value):
    buffers: list[bytes] = []
    header = msgspec.msgpack.encode(encode_value(value, buffers))
    return decode_value(msgspec.msgpack.decode(header, type=values.Encoded), b"".join(buffers))


def assert_same(received, sent):
    assert type(received) is type(sent)
    if isinstance(sent, np.ndarray):
        assert received.dtype == sent.dtype.newbyteorder("=")
        assert received.shape == sent.shape
        np.testing.assert_array_equal(received, sent)
    elif isinstance(sent, list | tuple):
        assert len(received) == len(sent)
        for one, other in zip(received, sent, strict=True):
            assert_same(one, other)
    elif isinstance(sent, dict):
        assert list(received) == list(sent)
        for key, item in sent.items():
            assert_same(received[key], item)
    else:
        assert received == sent or (np.isnan(received) and np.isnan(sent))


class TestRoundTrips:
    @given(plain_values)
    def test_a_value_comes_out_as_it_went_in(self, value):
        assert_same(round_trip(value), value)

    @given(arrays)
    def test_the_order_in_memory_makes_no_difference(self, array):
        for same in (np.asfortranarray(array), array.T):
            assert_same(round_trip(same), same)

    def test_a_strided_view_travels_as_what_it_shows(self):
        array = np.arange(60).reshape(6, 10)[::-2, 1::3]
        assert_same(round_trip(array), array)

    @given(st.floats(width=64))
    def test_every_float_keeps_its_bits(self, number):
        assert np.float64(round_trip(number)).tobytes() == np.float64(number).tobytes()

    def test_many_arrays_do_not_run_into_each_other(self):
        sent = [np.full(size, size, np.uint8) for size in range(40)]
        assert_same(round_trip(sent), sent)

    def test_an_array_that_arrives_cannot_be_written(self):
        for array in (round_trip(np.ones(3)), round_trip(np.ones(3, bool))):
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0

    def test_a_bool_is_true_or_false_whatever_byte_it_was(self):
        received = decode_value(Array("|b1", (4,), 0, 4), bytes([0, 1, 2, 255]))
        assert received.tobytes() == bytes([0, 1, 1, 1])


class TestWhatDoesNotTravel:
    @pytest.mark.parametrize("dtype", REFUSED_DTYPES, ids=str)
    def test_an_array_of_another_dtype_is_refused(self, dtype):
        with pytest.raises(WireError, match="an array of dtype"):
            encode_value(np.zeros(2, dtype), [])

    @pytest.mark.parametrize("value", [2**64, -(2**63) - 1, 10**1000])
    def test_an_integer_of_more_than_64_bits_is_refused(self, value):
        with pytest.raises(WireError, match="64 bits"):
            encode_value(value, [])

    @pytest.mark.parametrize(
        "value", [b"bytes", {1, 2}, 1j, range(3), np.float64(1), np.ma.zeros(2), object(), print]
    )
    def test_a_value_of_another_type_is_refused_by_its_name(self, value):
        with pytest.raises(WireError, match=type(value).__name__):
            encode_value([1, {"deep": value}], [])

    def test_a_dictionary_needs_keys_of_text(self):
        with pytest.raises(WireError, match="keys"):
            encode_value({1: 2}, [])

    @pytest.mark.parametrize("value", ["\udc80", ["\ud800"], {"\udfff": 1}])
    def test_text_that_is_not_unicode_is_refused(self, value):
        with pytest.raises(WireError, match="not Unicode"):
            encode_value(value, [])

    def test_a_list_that_holds_itself_is_refused(self):
        endless: list = []
        endless.append(endless)
        with pytest.raises(WireError, match="nested"):
            encode_value(endless, [])


class TestBounds:
    """What is sent can be received: both ends keep the same bounds, so honest work breaks no protocol."""

    @staticmethod
    def nested(depth):
        value: object = 1
        for _ in range(depth):
            value = [value]
        return value

    def test_nesting(self):
        deepest = self.nested(values.MAX_NESTING)
        assert round_trip(deepest) == deepest
        with pytest.raises(WireError, match="nested more than 24 deep"):
            encode_value(self.nested(values.MAX_NESTING + 1), [])
        too_deep = 1
        for _ in range(values.MAX_NESTING + 1):
            too_deep = List([too_deep])
        with pytest.raises(WireError, match="nested"):
            decode_value(too_deep, b"")

    def test_nodes(self):
        most = [0] * (values.MAX_NODES - 1)
        assert round_trip(most) == most
        with pytest.raises(WireError, match="500,000 values"):
            encode_value([*most, 0], [])
        with pytest.raises(WireError, match="500,000 values"):
            decode_value(Tuple([*most, 0]), b"")

    def test_arrays(self):
        most = [np.ones(1)] * values.MAX_ARRAYS
        assert len(round_trip(most)) == values.MAX_ARRAYS
        with pytest.raises(WireError, match="4,096 arrays"):
            encode_value([*most, np.ones(1)], [])
        none = Array("|u1", (0,), 0, 0)
        with pytest.raises(WireError, match="4,096 arrays"):
            decode_value(Dict([(str(number), none) for number in range(values.MAX_ARRAYS + 1)]), b"x")

    def test_bytes(self):
        just = np.zeros(values.MAX_BUFFERS_BYTES, np.uint8)
        assert round_trip(just).nbytes == values.MAX_BUFFERS_BYTES
        with pytest.raises(WireError, match="larger than 64 MiB"):
            encode_value(np.zeros(values.MAX_BUFFERS_BYTES + 1, np.uint8), [])

    def test_axes(self):
        most = np.ones((1,) * values.MAX_DIMENSIONS)
        assert round_trip(most).shape == most.shape
        with pytest.raises(WireError, match="shape"):
            encode_value(np.lib.stride_tricks.as_strided(np.ones(1), (1,) * 33, (8,) * 33), [])

    @pytest.mark.parametrize("shape", [(10**9, 0), (0, 10**12), (2**20, 0, 2**20)])
    def test_a_length_of_zero_excuses_no_endless_axis(self, shape):
        with pytest.raises(WireError, match="shape"):
            encode_value(np.empty(shape, np.uint8), [])
        with pytest.raises(WireError, match="shape"):
            decode_value(Array("|u1", shape, 0, 0), b"")

    @given(plain_values)
    @settings(max_examples=50)
    def test_whatever_is_encoded_is_decoded(self, value):
        round_trip(value)


GOOD = bytes(range(64))
MALFORMED = {
    "a negative axis": Array("<f8", (-1,), 0, 8),
    "two negative axes": Array("<f8", (-2, -4), 0, 64),
    "more bytes than its shape takes": Array("<f8", (2,), 0, 24),
    "fewer bytes than its shape takes": Array("<f8", (4,), 0, 8),
    "a negative size": Array("<f8", (0,), 0, -8),
    "a negative start": Array("<f8", (1,), -8, 8),
    "a start beyond the bytes": Array("<f8", (1,), 64, 8),
    "a start far beyond the bytes": Array("<f8", (0,), 2**62, 0),
    "an end beyond the bytes": Array("<f8", (8,), 8, 64),
    "a product that overflows to 0": Array("|u1", (2**32, 2**32), 0, 0),
    "a product that overflows to 8": Array("|u1", (2**61 + 1, 8), 0, 8),
    "an endless axis": Array("|u1", (2**63,), 0, 2**63),
    "endless axes beside one of 0": Array("<f8", (2**26, 2**26, 2**26, 0), 0, 0),
    "33 axes": Array("|u1", (1,) * 33, 0, 1),
    "100,000 axes": Array("|u1", (1,) * 100_000, 0, 1),
    "an unknown dtype": Array("<f16", (1,), 0, 16),
    "objects": Array("|O", (1,), 0, 8),
    "a dtype with fields": Array("<f8,<f8", (1,), 0, 16),
    "a text dtype": Array("<U2", (1,), 0, 8),
    "a big-endian dtype": Array(">f8", (1,), 0, 8),
    "a dtype with a shape": Array("(2,)<f8", (1,), 0, 16),
    "no dtype": Array("", (1,), 0, 8),
}


class TestMalformedHeaders:
    @pytest.mark.parametrize("header", MALFORMED.values(), ids=MALFORMED.keys())
    def test_an_array_with(self, header):
        with pytest.raises(WireError):
            decode_value(header, GOOD)
        with pytest.raises(WireError):
            decode_value(List([Tuple([1, header])]), GOOD)

    def test_arrays_that_overlap(self):
        with pytest.raises(WireError, match="overlap"):
            decode_value(List([Array("|u1", (4,), 0, 4), Array("|u1", (4,), 2, 4)]), GOOD)

    def test_an_array_may_start_anywhere(self):
        assert decode_value(Array("<f8", (1,), 3, 8), GOOD).shape == (1,)

    @given(
        st.sampled_from(["<f8", "|u1", "|b1", "<c16", "<f16", "x"]),
        st.lists(st.integers(-(2**63), 2**64 - 1) | st.integers(-2, 9), max_size=34),
        st.integers(-(2**63), 2**64 - 1) | st.integers(-2, 70),
        st.integers(-(2**63), 2**64 - 1) | st.integers(-2, 70),
    )
    def test_no_header_does_more_than_raise_a_wire_error(self, dtype, shape, start, size):
        try:
            array = decode_value(Array(dtype, tuple(shape), start, size), GOOD)
        except WireError:
            return
        assert array.shape == tuple(shape)
        assert array.nbytes == size <= len(GOOD)
