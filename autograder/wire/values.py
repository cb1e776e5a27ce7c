"""The values that travel: None, bool, int, float, str, list, tuple, dict with str keys, and arrays.

A value is a msgpack header and, for its arrays, raw bytes in the buffers of the same frame. Nothing else
travels, and nothing is unpickled.
"""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

MIB = 1024 * 1024
MAX_BUFFERS_BYTES = 64 * MIB
MAX_NESTING = 24
MAX_NODES = 500_000
MAX_ARRAYS = 4_096
MAX_DIMENSIONS = 32

_ALIGNMENT = 16
_DTYPES = frozenset({"|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8"}) | {
    f"<{kind}" for kind in ("f2", "f4", "f8", "c8", "c16")
}


class WireError(ValueError):
    """A value cannot travel, or a frame is not one. The grader turns it into a protocol violation."""


class Array(msgspec.Struct, frozen=True, array_like=True, tag="a"):
    """An array whose bytes lie in the frame's buffers, in C order."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    size: int


class List(msgspec.Struct, frozen=True, array_like=True, tag="l"):
    """A list of values."""

    items: list[Encoded]


class Tuple(msgspec.Struct, frozen=True, array_like=True, tag="t"):
    """A tuple of values."""

    items: list[Encoded]


class Dict(msgspec.Struct, frozen=True, array_like=True, tag="d"):
    """A dictionary with str keys, as pairs in order."""

    items: list[tuple[str, Encoded]]


Encoded: TypeAlias = bool | int | float | str | Array | List | Tuple | Dict | None


def encode_value(value: Any, buffers: list[bytes], *, nesting: int = MAX_NESTING) -> Encoded:
    """Return the header of a value, with the bytes of its arrays appended to `buffers`.

    Raises:
        WireError: If the value is of a type that does not travel; the message names the type.
    """
    if value is None or type(value) in (bool, float, str):
        return value  # type: ignore[no-any-return]
    if type(value) is int:
        if not -(2**63) <= value < 2**64:
            raise WireError("an integer of more than 64 bits")
        return value
    if nesting == 0:
        raise WireError(f"lists nested more than {MAX_NESTING} deep")
    if type(value) is np.ndarray:
        return _encode_array(value, buffers)
    if type(value) is list:
        return List([encode_value(item, buffers, nesting=nesting - 1) for item in value])
    if type(value) is tuple:
        return Tuple([encode_value(item, buffers, nesting=nesting - 1) for item in value])
    if type(value) is dict:
        if not all(type(key) is str for key in value):
            raise WireError("a dictionary with keys that are not strings")
        return Dict([(key, encode_value(item, buffers, nesting=nesting - 1)) for key, item in value.items()])
    raise WireError(f"a value of type {type(value).__name__}")


def _encode_array(array: npt.NDArray[Any], buffers: list[bytes]) -> Array:
    dtype = array.dtype.newbyteorder("<")
    if dtype.str not in _DTYPES:
        raise WireError(f"an array of dtype {array.dtype}")
    data = np.ascontiguousarray(array, dtype=dtype).tobytes()
    start = sum(len(piece) for piece in buffers)
    buffers.append(data)
    buffers.append(bytes(-len(data) % _ALIGNMENT))
    return Array(dtype.str, array.shape, start, len(data))


def decode_value(encoded: Encoded, buffers: bytes) -> Any:
    """Return the value of a header; its arrays are read-only views into `buffers`.

    Raises:
        WireError: If an array claims bytes that are not there, or a bound is broken.
    """
    left = {"nodes": MAX_NODES, "arrays": MAX_ARRAYS}

    def decode(item: Encoded, nesting: int) -> Any:
        left["nodes"] -= 1
        if left["nodes"] < 0 or nesting < 0:
            raise WireError("too many or too deeply nested values")
        match item:
            case Array():
                left["arrays"] -= 1
                if left["arrays"] < 0:
                    raise WireError("too many arrays")
                return _decode_array(item, buffers)
            case List():
                return [decode(part, nesting - 1) for part in item.items]
            case Tuple():
                return tuple(decode(part, nesting - 1) for part in item.items)
            case Dict():
                return {key: decode(part, nesting - 1) for key, part in item.items}
        return item

    return decode(encoded, MAX_NESTING)


def _decode_array(array: Array, buffers: bytes) -> npt.NDArray[Any]:
    if array.dtype not in _DTYPES:
        raise WireError("an array of an unknown dtype")
    dtype = np.dtype(array.dtype)
    if len(array.shape) > MAX_DIMENSIONS or any(axis < 0 for axis in array.shape):
        raise WireError("an array of an impossible shape")
    if array.size != math.prod(array.shape) * dtype.itemsize:
        raise WireError("an array whose size contradicts its shape")
    if array.start < 0 or array.start + array.size > len(buffers):
        raise WireError("an array beyond the frame's bytes")
    if max(array.shape, default=0) > MAX_BUFFERS_BYTES:
        raise WireError("an array of an impossible shape")
    flat: npt.NDArray[Any] = np.frombuffer(buffers, dtype, math.prod(array.shape), array.start)
    return flat.reshape(array.shape)
