"""Results as integers: what several of the wrong ways come to."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def wrapped(result: Array, like: Array) -> Array:
    """Return the result as an array of the image's own integer type would hold it."""
    if not np.issubdtype(like.dtype, np.integer):
        return result
    return np.trunc(result).astype(np.int64).astype(like.dtype)


def truncated(result: Array) -> Array:
    """Return the result cut to integers, as `int()` cuts each value."""
    return np.trunc(result).astype(np.int64)
