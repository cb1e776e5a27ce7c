"""Drawing arrays: dense, so that no mistake hides behind zeros, and of the types that students meet."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


def numbers(rng: np.random.Generator, shape: tuple[int, ...], dtype: str) -> Array:
    """Return an array without zeros.

    Args:
        rng: The generator.
        shape: The shape.
        dtype: ``"uint8"`` or ``"both uint8"``: a photograph's values, up to 255; other integers: from −9
            to 9; floats: from −4 to 4, in hundredths.
    """
    if dtype.endswith("uint8"):
        return rng.integers(1, 256, shape).astype(np.uint8)
    signs = rng.choice([-1, 1], shape)
    if np.issubdtype(np.dtype(dtype), np.integer):
        return (signs * rng.integers(1, 10, shape)).astype(dtype)
    return (signs * rng.integers(1, 401, shape) / 100).astype(dtype)


def kernel(rng: np.random.Generator, shape: tuple[int, ...], dtype: str, spatial: int = 2) -> Array:
    """Return a kernel of signed numbers that is not its own mirror image, where its shape allows that.

    Args:
        rng: The generator.
        shape: The shape; its first `spatial` axes are those that a convolution flips.
        dtype: As in `numbers`; with ``"uint8"`` images go int64 kernels, with ``"both uint8"`` such ones.
        spatial: The number of spatial axes.
    """
    dtype = "int64" if dtype == "uint8" else dtype
    drawn = numbers(rng, shape, dtype)
    axes = tuple(range(spatial))
    while np.prod(shape[:spatial]) > 1 and np.array_equal(drawn, np.flip(drawn, axes)):
        drawn = numbers(rng, shape, dtype)
    return drawn
