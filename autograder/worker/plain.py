"""What travels of a value that a student's function returned.

NumPy scalars, array subclasses, tensors and other things that convert to arrays travel as arrays; lists
and tuples stay what they are, and the grader converts them. Nothing here judges: whoever patches it
changes only what the grader receives.
"""

from __future__ import annotations

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
        return _plain_array(np.asarray(value))
    return value


def _plain_array(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if array.dtype.kind in _WIDEST and array.dtype.itemsize > np.dtype(_WIDEST[array.dtype.kind]).itemsize:
        return array.astype(_WIDEST[array.dtype.kind])
    if array.dtype.kind == "V" and array.dtype.names is None:  # bfloat16 and its like
        return array.astype(np.float32)
    return np.array(array, copy=True, subok=False)
