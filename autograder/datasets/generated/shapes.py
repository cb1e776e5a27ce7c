"""What stands in CIFAR-10's place: shapes of ten kinds, in all colours, on uneven ground, 32×32."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.datasets.arrays import Labelled
from autograder.datasets.drawing import Draws
from autograder.datasets.generated.canvas import Canvas, Floats, ground, painted, union, without
from autograder.datasets.generated.mixing import contrasting, shuffled
from autograder.datasets.warping import to_bytes

SIZE = (32, 32)


def _crescent(canvas: Canvas) -> Floats:
    return without(canvas.disc(0.0, 0.0, 0.7), canvas.disc(0.35, 0.0, 0.62))


def _triangle(canvas: Canvas) -> Floats:
    return canvas.tapered(0.0, -0.7, 0.6, 0.02, 0.75)


def _plus(canvas: Canvas) -> Floats:
    return union(canvas.box(0.0, 0.0, 0.2, 0.7), canvas.box(0.0, 0.0, 0.7, 0.2))


def _stripes(canvas: Canvas) -> Floats:
    return union(*(canvas.box(0.0, y, 0.65, 0.12) for y in (-0.5, 0.0, 0.5)))


def _corner(canvas: Canvas) -> Floats:
    return union(canvas.box(-0.4, 0.0, 0.2, 0.65), canvas.box(0.05, 0.45, 0.6, 0.2))


_KINDS: dict[str, Callable[[Canvas], Floats]] = {
    "disc": lambda canvas: canvas.disc(0.0, 0.0, 0.62),
    "ring": lambda canvas: canvas.ring(0.0, 0.0, 0.55, 0.25),
    "square": lambda canvas: canvas.box(0.0, 0.0, 0.55, 0.55),
    "triangle": _triangle,
    "plus": _plus,
    "stripes": _stripes,
    "crescent": _crescent,
    "two discs": lambda canvas: union(canvas.disc(-0.42, 0.0, 0.34), canvas.disc(0.42, 0.0, 0.34)),
    "bar": lambda canvas: canvas.box(0.0, 0.0, 0.72, 0.2),
    "corner": _corner,
}
CLASSES = tuple(_KINDS)


def draw(draws: Draws, count: int) -> Labelled:
    """Return so many pictures, about as many of each kind."""
    pictures = []
    for number, (name, shape) in enumerate(_KINDS.items()):
        own = draws.below(name)
        of_kind = len(range(number, count, len(_KINDS)))
        canvas = Canvas(own, of_kind, SIZE, half_tangent=0.18, scales=(0.7, 1.15), shift=0.2)
        below, above = contrasting(own, of_kind)
        picture = below + ground(own, of_kind, SIZE, 3) * 14.0
        picture = painted(picture, shape(canvas), above)
        pictures.append(to_bytes(picture + own.noise("grain", (of_kind, *SIZE, 3)) * 7.0))
    labels = np.concatenate([np.full(len(each), number) for number, each in enumerate(pictures)])
    return shuffled(draws, np.concatenate(pictures), labels)
