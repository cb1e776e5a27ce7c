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


def encode_value(value: Any, buffers: list[bytes]) -> Encoded:
    """Return the header of a value, with the bytes of its arrays appended to `buffers`.

    Whatever is encoded here can be decoded: both keep the same bounds.

    Raises:
        WireError: If the value does not travel; the message names its type, or the bound that it breaks.
    """
    return _Encoding(buffers).encode(value, MAX_NESTING)


class _Left:
    """What one value may still hold."""

    def __init__(self) -> None:
        self.nodes, self.arrays = MAX_NODES, MAX_ARRAYS

    def count_node(self, nesting: int) -> None:
        self.nodes -= 1
        if nesting < 0:
            raise WireError(f"lists nested more than {MAX_NESTING} deep")
        if self.nodes < 0:
            raise WireError(f"lists of more than {MAX_NODES:,} values; an array may have more")

    def count_array(self) -> None:
        self.arrays -= 1
        if self.arrays < 0:
            raise WireError(f"more than {MAX_ARRAYS:,} arrays")


# Not closures that call themselves: those are cycles, which would keep the bytes until a collection.


class _Encoding(_Left):
    def __init__(self, buffers: list[bytes]) -> None:
        super().__init__()
        self._buffers = buffers

    def encode(self, item: Any, nesting: int) -> Encoded:
        self.count_node(nesting)
        if item is None or type(item) in (bool, float):
            return item  # type: ignore[no-any-return]
        if type(item) is str:
            return _encode_text(item)
        if type(item) is int:
            if not -(2**63) <= item < 2**64:
                raise WireError("an integer of more than 64 bits")
            return item
        if type(item) is np.ndarray:
            self.count_array()
            return _encode_array(item, self._buffers)
        if type(item) is list:
            return List([self.encode(part, nesting - 1) for part in item])
        if type(item) is tuple:
            return Tuple([self.encode(part, nesting - 1) for part in item])
        if type(item) is dict:
            if not all(type(key) is str for key in item):
                raise WireError("a dictionary with keys that are not strings")
            return Dict([(_encode_text(key), self.encode(part, nesting - 1)) for key, part in item.items()])
        raise WireError(f"a value of type {type(item).__name__}")


class _Decoding(_Left):
    def __init__(self, buffers: bytes) -> None:
        super().__init__()
        self._buffers = buffers
        self._taken = 0  # bytes; arrays lie behind each other, so that no byte is counted twice

    def decode(self, item: Encoded, nesting: int) -> Any:
        self.count_node(nesting)
        match item:
            case Array():
                self.count_array()
                if item.start < self._taken:
                    raise WireError("arrays that overlap")
                array = _decode_array(item, self._buffers)
                self._taken = item.start + item.size
                return array
            case List():
                return [self.decode(part, nesting - 1) for part in item.items]
            case Tuple():
                return tuple(self.decode(part, nesting - 1) for part in item.items)
            case Dict():
                return {key: self.decode(part, nesting - 1) for key, part in item.items}
        return item


def _encode_text(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise WireError("text that is not Unicode") from None
    return text


def _encode_array(array: npt.NDArray[Any], buffers: list[bytes]) -> Array:
    dtype = array.dtype.newbyteorder("<")
    if dtype.str not in _DTYPES:
        raise WireError(f"an array of dtype {array.dtype}")
    if array.nbytes > MAX_BUFFERS_BYTES:
        raise WireError(f"an array larger than {MAX_BUFFERS_BYTES // MIB} MiB")
    if not _is_possible(array.shape):
        raise WireError(f"an array of shape {array.shape}")
    data = np.ascontiguousarray(array, dtype=dtype).tobytes()
    start = sum(len(piece) for piece in buffers)
    buffers.append(data)
    buffers.append(bytes(-len(data) % _ALIGNMENT))
    return Array(dtype.str, array.shape, start, len(data))


def _is_possible(shape: tuple[int, ...]) -> bool:
    """Return whether an array may have this shape: one axis of length 0 excuses no endless others."""
    if len(shape) > MAX_DIMENSIONS or any(axis < 0 for axis in shape):
        return False
    return math.prod(max(axis, 1) for axis in shape) <= MAX_BUFFERS_BYTES


def decode_value(encoded: Encoded, buffers: bytes) -> Any:
    """Return the value of a header; its arrays are read-only views into `buffers`.

    Raises:
        WireError: If an array claims bytes that are not there, or a bound is broken.
    """
    return _Decoding(buffers).decode(encoded, MAX_NESTING)


def _decode_array(array: Array, buffers: bytes) -> npt.NDArray[Any]:
    if array.dtype not in _DTYPES:
        raise WireError("an array of an unknown dtype")
    dtype = np.dtype(array.dtype)
    if not _is_possible(array.shape):
        raise WireError("an array of an impossible shape")
    count = math.prod(array.shape)
    if array.size != count * dtype.itemsize:
        raise WireError("an array whose size contradicts its shape")
    if array.start < 0 or array.start + array.size > len(buffers):
        raise WireError("an array beyond the frame's bytes")
    if dtype.kind == "b":  # a byte is true or false here, whatever number it holds
        flat: npt.NDArray[Any] = np.frombuffer(buffers, np.uint8, count, array.start) != 0
        flat.flags.writeable = False
    else:
        flat = np.frombuffer(buffers, dtype, count, array.start)
    return flat.reshape(array.shape)
