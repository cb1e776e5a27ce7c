"""Images turned, scaled and shifted a little, each in its own way."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def rotation(half_tangents: Floats) -> tuple[Floats, Floats]:
    """Return cosine and sine of angles, given the tangents of their halves.

    Exact to the last digit everywhere, which a library's sine is not.

    >>> rotation(np.array([0.0, 1.0]))
    (array([1., 0.]), array([0., 1.]))
    """
    squares = half_tangents * half_tangents
    return (1.0 - squares) / (1.0 + squares), 2.0 * half_tangents / (1.0 + squares)


def warped(images: NDArray[np.uint8], shifts: Floats, half_tangents: Floats, scales: Floats) -> Floats:
    """Return images moved about their middle, read between pixels bilinearly; an edge goes on outwards.

    Args:
        images: Of shape (count, height, width), or with channels last.
        shifts: Down and to the right, in pixels, of shape (count, 2).
        half_tangents: Of half the angle that each is turned by, of shape (count,).
        scales: How much larger each becomes, of shape (count,).

    Returns:
        Numbers from 0 to 255, of the images' shape.
    """
    count, height, width = images.shape[:3]
    cosine, sine = (part[:, None, None] for part in rotation(half_tangents))
    down, right = shifts[:, 0, None, None], shifts[:, 1, None, None]
    y = (np.arange(height, dtype=np.float64) - (height - 1) / 2)[None, :, None] - down
    x = (np.arange(width, dtype=np.float64) - (width - 1) / 2)[None, None, :] - right
    factor = scales[:, None, None]
    rows = (y * cosine - x * sine) / factor + (height - 1) / 2
    columns = (y * sine + x * cosine) / factor + (width - 1) / 2
    return _between(images, np.clip(rows, 0.0, height - 1.0), np.clip(columns, 0.0, width - 1.0), count)


def _between(images: NDArray[np.uint8], rows: Floats, columns: Floats, count: int) -> Floats:
    """Return the images at places between their pixels, one grid of them for each image."""
    top, left = np.floor(rows).astype(np.int64), np.floor(columns).astype(np.int64)
    bottom = np.minimum(top + 1, images.shape[1] - 1)
    beside = np.minimum(left + 1, images.shape[2] - 1)
    low, near = rows - top, columns - left
    if images.ndim == 4:
        low, near = low[..., None], near[..., None]
    each = np.arange(count)[:, None, None]
    above = images[each, top, left] * (1.0 - near) + images[each, top, beside] * near
    below = images[each, bottom, left] * (1.0 - near) + images[each, bottom, beside] * near
    result: Floats = above * (1.0 - low) + below * low
    return result


def to_bytes(values: Floats) -> NDArray[np.uint8]:
    """Return numbers as the nearest integers from 0 to 255.

    >>> to_bytes(np.array([-3.0, 7.4, 300.0])).tolist()
    [0, 7, 255]
    """
    return np.floor(np.clip(values, 0.0, 255.0) + 0.5).astype(np.uint8)
