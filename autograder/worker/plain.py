"""What travels of a value that a student's function returned.

NumPy scalars, array subclasses, tensors and other things that convert to arrays travel as arrays; lists
and tuples stay what they are, and the grader converts them. Nothing here judges: whoever patches it
changes only what the grader receives.
"""

from __future__ import annotations

import array
from collections import deque
from collections.abc import Iterator, ValuesView
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

_WIDEST = {"f": np.float64, "c": np.complex128}


def plain(value: Any) -> Any:
    """Return a value of the types that the wire carries, where there is one; else the value itself."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, np.ndarray | np.generic):
        return _plain_array(np.asarray(value))
    if isinstance(value, bool | int | float | str):
        return next(base(value) for base in (bool, int, float, str) if isinstance(value, base))
    if isinstance(value, complex):
        return np.asarray(value)
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if hasattr(type(value), "__array__"):
        return _plain_array(np.asarray(_on_the_machine(value)))
    if hasattr(type(value), "as_list"):  # TensorFlow's shapes
        return tuple(plain(item) for item in value.as_list())
    if isinstance(value, Fraction | Decimal):
        return float(value)
    if isinstance(value, array.array | deque | memoryview | range | Iterator | ValuesView):
        return [plain(item) for item in value]
    return value


def _on_the_machine(value: Any) -> Any:
    """Return a tensor that converts to an array: PyTorch's do so on the machine and without gradient."""
    if hasattr(type(value), "detach") and hasattr(type(value), "cpu"):
        return value.detach().cpu()
    return value


def _plain_array(values: np.ndarray[Any, Any]) -> Any:
    kind = values.dtype.kind
    if kind in _WIDEST and values.dtype.itemsize > np.dtype(_WIDEST[kind]).itemsize:
        return values.astype(_WIDEST[kind])
    if kind == "V" and values.dtype.names is None:  # bfloat16 and its like
        return values.astype(np.float32)
    if kind == "O":  # Python's own numbers
        return plain(values.tolist())
    return np.array(values, copy=True, subok=False)
