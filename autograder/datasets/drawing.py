"""Numbers drawn under a key: the same on every machine and with every version of NumPy.

They come from SHAKE-256, by name, so that a draw more moves no other one. What is computed from them keeps to
operations that IEEE 754 rounds in one way: ``+ - * /`` and square roots, element by element.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

_BYTES = 4
_STEPS = 2**32
_NOISE_MEAN = 4 * 127.5
_NOISE_SPREAD = math.sqrt(4 * (256**2 - 1) / 12)


class Draws:
    """A key's draws, each by a name of its own.

    Args:
        key: Who knows it can make the same draws, and nobody else.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def below(self, name: str) -> Draws:
        """Return draws under a key that is made of this one and a name."""
        return Draws(self._bytes(f"below {name}", 32))

    def uniform(
        self, name: str, shape: int | tuple[int, ...], low: float = 0.0, high: float = 1.0
    ) -> NDArray[np.float64]:
        """Return numbers between two bounds, all equally likely."""
        return low + (self._whole(name, shape) + 0.5) / _STEPS * (high - low)

    def integers(self, name: str, shape: int | tuple[int, ...], bound: int) -> NDArray[np.int64]:
        """Return integers from 0 up to a bound, which is at most 2¹⁶ and not reached."""
        return self._whole(name, shape).astype(np.int64) * bound >> 32

    def noise(self, name: str, shape: int | tuple[int, ...]) -> NDArray[np.float64]:
        """Return numbers about as a normal distribution of mean 0 and variance 1 gives them, within ±3.5."""
        shape = (shape,) if isinstance(shape, int) else shape
        drawn = np.frombuffer(self._bytes(name, 4 * math.prod(shape)), np.uint8).reshape(4, *shape)
        total = drawn[0].astype(np.uint16)
        for each in drawn[1:]:
            total += each
        result: NDArray[np.float64] = (total.astype(np.float64) - _NOISE_MEAN) / _NOISE_SPREAD
        return result

    def order(self, name: str, count: int) -> NDArray[np.int64]:
        """Return the numbers from 0 to `count`, each once, in any order.

        >>> sorted(Draws(b"any").order("cards", 4).tolist())
        [0, 1, 2, 3]
        """
        return np.argsort(self._whole(name, count), kind="stable").astype(np.int64)

    def _whole(self, name: str, shape: int | tuple[int, ...]) -> NDArray[np.float64]:
        count = shape if isinstance(shape, int) else math.prod(shape)
        drawn = np.frombuffer(self._bytes(name, _BYTES * count), "<u4")
        return drawn.astype(np.float64).reshape(shape)

    def _bytes(self, name: str, count: int) -> bytes:
        label = name.encode()
        start = len(self._key).to_bytes(8, "little") + self._key + len(label).to_bytes(8, "little") + label
        return hashlib.shake_256(start).digest(count)
