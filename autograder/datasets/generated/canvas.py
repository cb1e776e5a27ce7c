"""Painting many pictures at once: soft shapes on a grid that is turned, scaled and shifted for each."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from autograder.datasets.drawing import Draws
from autograder.datasets.warping import rotation

Floats: TypeAlias = NDArray[np.float64]
Number: TypeAlias = "float | Floats"


class Canvas:
    """A grid of points for each picture; a picture is 2 wide and 2 high, with its middle at 0.

    A shape is an array of how much of it covers each point, from 0 to 1, of shape (count, height, width).
    Its measures are numbers, or arrays of shape (count, 1, 1) with one for each picture.

    Args:
        draws: Say how each picture is turned, scaled and shifted.
        count: How many pictures.
        size: Height and width, in pixels.
        half_tangent: Of half the largest angle that one is turned by.
        scales: The smallest and the largest scale.
        shift: The largest shift, along each axis.
    """

    def __init__(
        self,
        draws: Draws,
        count: int,
        size: tuple[int, int],
        *,
        half_tangent: float = 0.0,
        scales: tuple[float, float] = (1.0, 1.0),
        shift: float = 0.0,
    ) -> None:
        height, width = size
        self.draws, self.count, self.size = draws, count, size
        down = (np.arange(height, dtype=np.float64) + 0.5) * (2.0 / height) - 1.0
        right = (np.arange(width, dtype=np.float64) + 0.5) * (2.0 / width) - 1.0
        y = down[None, :, None] - self.number("down", -shift, shift)
        x = right[None, None, :] - self.number("right", -shift, shift)
        cosine, sine = rotation(self.number("turn", -half_tangent, half_tangent))
        self._scale = self.number("scale", *scales)
        self.y = (y * cosine - x * sine) / self._scale
        self.x = (y * sine + x * cosine) / self._scale
        self._pixels = height / 2.0 * self._scale  # of a length of 1

    def number(self, name: str, low: float, high: float) -> Floats:
        """Return a number for each picture, between two bounds."""
        return self.draws.uniform(name, (self.count, 1, 1), low, high)

    def chance(self, name: str, share: float) -> Floats:
        """Return 1 for about this share of the pictures, and 0 for the others."""
        return (self.number(name, 0.0, 1.0) < share).astype(np.float64)

    def soft(self, distance: Floats) -> Floats:
        """Return the shape of all points whose distance is below 0, with an edge as wide as a pixel."""
        covered: Floats = np.clip(0.5 - distance * self._pixels, 0.0, 1.0)
        return covered

    def ellipse(self, x: Number, y: Number, half_width: Number, half_height: Number) -> Floats:
        """Return an ellipse about a point."""
        across, down = (self.x - x) / half_width, (self.y - y) / half_height
        radius = np.sqrt(across * across + down * down)
        return self.soft((radius - 1.0) * np.minimum(half_width, half_height))

    def disc(self, x: Number, y: Number, radius: Number) -> Floats:
        """Return a disc about a point."""
        return self.ellipse(x, y, radius, radius)

    def ring(self, x: Number, y: Number, radius: Number, width: Number) -> Floats:
        """Return a ring about a point, whose line is so wide."""
        across, down = self.x - x, self.y - y
        return self.soft(np.abs(np.sqrt(across * across + down * down) - radius) - width / 2.0)

    def box(self, x: Number, y: Number, half_width: Number, half_height: Number) -> Floats:
        """Return a rectangle about a point."""
        return self.soft(np.maximum(np.abs(self.x - x) - half_width, np.abs(self.y - y) - half_height))

    def tapered(self, x: Number, top: Number, bottom: Number, above: Number, below: Number) -> Floats:
        """Return a trapezium: its half width is `above` at its top, and `below` at its bottom."""
        along = np.clip((self.y - top) / (bottom - top), 0.0, 1.0)
        half = above + along * (below - above)
        return self.soft(
            np.maximum(
                np.abs(self.x - x) - half, np.abs(self.y - (top + bottom) / 2.0) - (bottom - top) / 2.0
            )
        )

    def line(self, start: tuple[Number, Number], end: tuple[Number, Number], width: Number) -> Floats:
        """Return a line with round ends, between two points given as (x, y)."""
        across, down = end[0] - start[0], end[1] - start[1]
        x, y = self.x - start[0], self.y - start[1]
        along = np.clip((x * across + y * down) / (across * across + down * down + 1e-9), 0.0, 1.0)
        x, y = x - along * across, y - along * down
        return self.soft(np.sqrt(x * x + y * y) - width / 2.0)


def union(*shapes: Floats) -> Floats:
    """Return what any of some shapes covers."""
    covered = shapes[0]
    for shape in shapes[1:]:
        covered = np.maximum(covered, shape)
    return covered


def without(shape: Floats, *others: Floats) -> Floats:
    """Return what a shape covers and no other one does."""
    return np.minimum(shape, 1.0 - union(*others))


def painted(picture: Floats, shape: Floats, colour: Floats) -> Floats:
    """Return pictures with a shape painted over them.

    Args:
        picture: Of shape (count, height, width, channels).
        shape: How much of each point is covered, of shape (count, height, width).
        colour: Of shape (count, 1, 1, channels).
    """
    change = colour - picture
    change *= shape[..., None]
    change += picture
    return change


def ground(draws: Draws, count: int, size: tuple[int, int], channels: int, coarse: int = 4) -> Floats:
    """Return a soft pattern for each picture, with numbers about as a normal distribution gives them.

    It is drawn on a coarse grid, and read between its points.
    """
    height, width = size
    points = draws.noise("ground", (count, coarse + 1, coarse + 1, channels))
    rows = (np.arange(height) + 0.5) * coarse / height
    columns = (np.arange(width) + 0.5) * coarse / width
    top, left = np.floor(rows).astype(np.int64), np.floor(columns).astype(np.int64)
    low, near = (rows - top)[:, None, None], (columns - left)[:, None]
    across = points[:, top] * (1.0 - low) + points[:, top + 1] * low
    result: Floats = across[:, :, left] * (1.0 - near) + across[:, :, left + 1] * near
    return result
