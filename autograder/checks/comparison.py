"""Judging a value against a reference: kind of number, shape, finiteness, closeness, in this order.

Closeness is what rounding can explain: 16 times machine epsilon times the largest sum of absolute
products of the case. Epsilon is that of the coarsest of input, output and float32, so that float32
inside a function, any order of summation and an FFT pass; half precision is only as coarse as the inputs
are, because a mistake could hide in it. Whole numbers that are exact in the reference are exact here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
_FACTOR = 16.0
_NUMBERS = frozenset({"bool", "int", "float", "array", "an empty list"})
_MIXED = "expected numbers in rows of one length; received {}"


class Kind(StrEnum):
    """In what a result differs. A student may read it of hidden cases too: it quotes nothing."""

    NONE_RETURNED = "None was returned"
    TYPE = "the type"
    DTYPE = "the dtype"
    SHAPE = "the shape"
    NOT_FINITE = "NaN or infinite values"
    VALUES = "the values"
    ARGUMENT_CHANGED = "an argument was changed"
    EXCEPTION = "an exception"
    MISSING = "the function is missing"
    TIMEOUT = "the time limit"
    MEMORY = "the memory limit"
    GPU_MEMORY = "the limit of GPU memory"
    OUTPUT = "the output limit"
    ENDED = "the process ended"
    NOT_RUN = "not run"


@dataclass(frozen=True)
class Difference:
    """What is wrong with a result.

    Attributes:
        kind: In what it differs.
        explanation: What was expected and what was received, for people.
        index: The first differing place, where there is one.
    """

    kind: Kind
    explanation: str
    index: tuple[int, ...] | None = None


def as_array(value: Any) -> Array | Difference:
    """Return a value as the array that it converts to, or say why it is none.

    Lists are looked through before NumPy sees them: what it makes of text or of uneven rows can take
    thousands of times the memory.
    """
    if isinstance(value, np.ndarray | np.generic):
        return np.asarray(value)
    if value is None:
        return Difference(Kind.NONE_RETURNED, "expected an array; received None. Is there a return?")
    if isinstance(value, str | dict):
        return Difference(Kind.TYPE, f"expected an array; received a {type(value).__name__}")
    kinds = _kinds_in(value)
    if kinds - _NUMBERS:
        names = ", ".join(sorted(kinds)[:4])
        return Difference(Kind.TYPE, _MIXED.format(f"values that are not all numbers ({names})"))
    if _shape(value) is None:
        return Difference(Kind.TYPE, _MIXED.format("rows of different lengths"))
    try:
        array = np.asarray(value)
    except (ValueError, OverflowError, MemoryError):
        return Difference(Kind.TYPE, _MIXED.format("what makes no array"))
    if array.dtype.kind not in "biufc":  # integers of more than 64 bits
        return Difference(Kind.TYPE, _MIXED.format("numbers that are too large"))
    return array


def has_more_than(value: Any, most: int) -> bool:
    """Return whether nested lists hold more items than that, without looking at all of them."""
    todo, count = [value], 0
    while todo:
        item = todo.pop()
        inside = item.values() if isinstance(item, dict) else item
        if isinstance(item, list | tuple | dict):
            count += len(item)
            if count > most:
                return True
            todo += [inner for inner in inside if isinstance(inner, list | tuple | dict)]
    return False


def _kinds_in(value: Any) -> set[str]:
    """Return the names of the types inside nested lists."""
    if isinstance(value, list | tuple):
        kinds: set[str] = set() if value else {"an empty list"}
        for item in value:
            kinds |= _kinds_in(item)
        return kinds
    if isinstance(value, np.ndarray | np.generic):
        return {"array"}
    return {"None" if value is None else type(value).__name__}


def _shape(value: Any) -> tuple[int, ...] | None:
    """Return the shape of nested lists and arrays; None where rows differ."""
    if isinstance(value, np.ndarray):
        return tuple(value.shape)
    if not isinstance(value, list | tuple):
        return ()
    inner = {_shape(item) for item in value}
    if len(inner) > 1 or None in inner:
        return None
    return (len(value), *(inner.pop() or () if inner else ()))


def limit(magnitude: Array, inputs: tuple[Array, ...], result: Array) -> float:
    """Return the largest distance that rounding explains.

    Args:
        magnitude: The sums of absolute products of the case.
        inputs: The arrays that went in.
        result: The array that came out.
    """
    coarsest = max([_epsilon(np.dtype(np.float32)), *(_epsilon(array.dtype) for array in inputs)])
    if result.dtype.itemsize >= 4:
        coarsest = max(coarsest, _epsilon(result.dtype))
    return _FACTOR * coarsest * float(np.max(magnitude, initial=0.0))


def compare(expected: Array, value: Any, distance: float, *, strict_type: bool = False) -> Difference | None:
    """Return in what a value differs from the expected array, or None.

    Args:
        expected: The reference's result.
        value: What was returned, as plain data.
        distance: The largest difference of an element that counts as rounding.
        strict_type: Whether the dtype must be the reference's.
    """
    received = as_array(value)
    if isinstance(received, Difference):
        return received
    if _number_kind(received) != _number_kind(expected):
        wanted, found = _number_kind(expected), _number_kind(received)
        advice = ". An inverse FFT gives complex ones: take .real" if found == "complex" else ""
        return Difference(Kind.TYPE, f"expected {wanted} numbers; received {found} ones{advice}")
    if strict_type and received.dtype != expected.dtype:
        return Difference(Kind.DTYPE, f"expected dtype {expected.dtype}; received {received.dtype}")
    if received.shape != expected.shape:
        alone = isinstance(value, tuple) and received.shape == (1, *expected.shape)
        advice = ". You return a tuple of one array: is there a comma behind it?" if alone else ""
        return Difference(Kind.SHAPE, f"shape {received.shape}, expected {expected.shape}{advice}")
    if not np.all(np.isfinite(received)) and np.all(np.isfinite(expected)):
        index = _first(~np.isfinite(received))
        return Difference(
            Kind.NOT_FINITE,
            f"expected finite numbers; received {received[index]} at {_place(index)}",
            index,
        )
    return _compare_values(expected, received, distance)


def _compare_values(expected: Array, received: Array, distance: float) -> Difference | None:
    wide = np.complex128 if expected.dtype.kind == "c" else np.float64
    if expected.dtype.kind in "biu" and received.dtype.kind in "biu":
        wrong = (expected.astype(np.int64) != received.astype(np.int64)) | (received > np.iinfo(np.int64).max)
    else:
        with np.errstate(over="ignore", invalid="ignore"):  # what overflows is far away
            wrong = ~(np.abs(expected.astype(wide) - received.astype(wide)) <= distance)
    if not np.any(wrong):
        return None
    index = _first(wrong)
    if not index:
        values = f"expected {_number(expected[index])}, received {_number(received[index])}"
        return Difference(Kind.VALUES, values, index)
    count, size = int(np.count_nonzero(wrong)), wrong.size
    said = f"{count} of {size} values differ; the first" if count > 1 else "its value differs,"
    if count == 1 < size:
        said = f"1 of {size} values differs,"
    said += f" at {_place(index)}: expected {_number(expected[index])}, received {_number(received[index])}"
    return Difference(Kind.VALUES, said, index)


def _epsilon(dtype: np.dtype[Any]) -> float:
    return float(np.finfo(dtype).eps) if dtype.kind in "fc" else 0.0


def _number_kind(array: Array) -> str:
    return {"b": "Boolean", "c": "complex"}.get(array.dtype.kind, "real")


def _first(wrong: Array) -> tuple[int, ...]:
    return tuple(int(axis) for axis in np.argwhere(wrong)[0])


def _place(index: tuple[int, ...]) -> str:
    return "[" + ", ".join(map(str, index)) + "]" if index else "its only value"


def _number(value: Any) -> str:
    return f"{value:.10g}" if np.isrealobj(value) else str(value)
