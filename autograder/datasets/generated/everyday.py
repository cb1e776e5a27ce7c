"""Eight kinds of everyday things, drawn with a few strokes in all colours: 80×80×3."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.datasets.arrays import Labelled
from autograder.datasets.drawing import Draws
from autograder.datasets.generated.canvas import Canvas, Floats, ground, painted, union
from autograder.datasets.generated.mixing import contrasting, shuffled
from autograder.datasets.warping import to_bytes

SIZE = (80, 80)
Drawing = tuple[Floats, Floats]
"""What is painted in the colour of the thing, and what upon it in a colour of its own."""


def _airplane(canvas: Canvas) -> Drawing:
    length, span = canvas.number("length", 0.6, 0.8), canvas.number("span", 0.5, 0.75)
    fuselage = canvas.ellipse(0.0, 0.0, length, 0.11)
    wings = [canvas.line((0.1, 0.0), (-0.15, side * span), 0.15) for side in (-1.0, 1.0)]
    tail = canvas.line((-length, 0.0), (-length - 0.05, -0.28), 0.1)
    windows = [canvas.disc(x, -0.02, 0.035) for x in (0.15, 0.3, 0.45)]
    return union(fuselage, tail, *wings), union(*windows)


def _car(canvas: Canvas) -> Drawing:
    height = canvas.number("height", 0.15, 0.22)
    body = canvas.box(0.0, 0.15, 0.75, height)
    cabin = canvas.tapered(canvas.number("cabin", -0.12, 0.12), -0.3, 0.05, 0.28, 0.48)
    wheels = [canvas.disc(x, 0.36, canvas.number("wheel", 0.14, 0.18)) for x in (-0.42, 0.42)]
    return union(body, cabin), union(*wheels)


def _head(canvas: Canvas) -> Floats:
    return canvas.ellipse(0.0, 0.1, canvas.number("head", 0.45, 0.55), canvas.number("face", 0.42, 0.52))


def _eyes(canvas: Canvas) -> list[Floats]:
    return [canvas.disc(side * 0.19, 0.02, 0.07) for side in (-1.0, 1.0)]


def _cat(canvas: Canvas) -> Drawing:
    tip = canvas.number("ear", 0.6, 0.75)
    ears = [canvas.tapered(side * 0.33, -tip, 0.0, 0.02, 0.2) for side in (-1.0, 1.0)]
    ends = [(side, y) for side in (-1.0, 1.0) for y in (0.16, 0.36)]
    whiskers = [canvas.line((side * 0.12, 0.26), (side * 0.62, y), 0.035) for side, y in ends]
    return union(_head(canvas), *ears), union(*_eyes(canvas), *whiskers, canvas.disc(0.0, 0.22, 0.05))


def _dog(canvas: Canvas) -> Drawing:
    droop = canvas.number("ear", 0.25, 0.5)
    ears = [canvas.line((side * 0.42, -0.22), (side * 0.6, droop), 0.22) for side in (-1.0, 1.0)]
    snout = canvas.ellipse(0.0, 0.34, 0.24, canvas.number("snout", 0.16, 0.24))
    return union(_head(canvas), *ears), union(snout, *_eyes(canvas))


def _flower(canvas: Canvas) -> Drawing:
    reach, size = canvas.number("reach", 0.3, 0.38), canvas.number("petal", 0.15, 0.2)
    turns = [(0.0, -1.0), (0.951, -0.309), (0.588, 0.809), (-0.588, 0.809), (-0.951, -0.309)]
    petals = [canvas.disc(x * reach, -0.25 + y * reach, size) for x, y in turns]
    stem = canvas.line((0.0, 0.1), (canvas.number("stem", -0.15, 0.15), 0.85), 0.07)
    return union(stem, *petals), canvas.disc(0.0, -0.25, 0.15)


def _fruit(canvas: Canvas) -> Drawing:
    fruit = canvas.ellipse(0.0, 0.12, canvas.number("width", 0.42, 0.62), canvas.number("height", 0.42, 0.62))
    stalk = canvas.line((0.0, -0.35), (canvas.number("stalk", -0.15, 0.15), -0.72), 0.07)
    leaf = canvas.ellipse(0.22, -0.62, 0.2, 0.08)
    return union(fruit, stalk), leaf


def _motorbike(canvas: Canvas) -> Drawing:
    radius = canvas.number("wheel", 0.24, 0.3)
    wheels = [canvas.ring(x, 0.32, radius, 0.09) for x in (-0.5, 0.5)]
    frame = [
        canvas.line((-0.5, 0.32), (-0.1, -0.02), 0.09),
        canvas.line((-0.1, -0.02), (0.3, -0.02), 0.17),
        canvas.line((0.5, 0.32), (0.32, -0.3), 0.08),
        canvas.line((0.32, -0.3), (0.12, -0.36), 0.07),
    ]
    return union(*wheels, *frame), canvas.ellipse(0.05, 0.18, 0.18, 0.12)


def _person(canvas: Canvas) -> Drawing:
    stride, arm = canvas.number("stride", 0.12, 0.32), canvas.number("arm", -0.25, 0.35)
    body = canvas.tapered(0.0, -0.38, 0.25, 0.2, 0.15)
    legs = [canvas.line((side * 0.08, 0.2), (side * stride, 0.88), 0.14) for side in (-1.0, 1.0)]
    arms = [canvas.line((side * 0.18, -0.3), (side * 0.48, arm), 0.11) for side in (-1.0, 1.0)]
    return union(body, *legs, *arms), canvas.disc(0.0, -0.62, canvas.number("head", 0.15, 0.2))


_KINDS: dict[str, Callable[[Canvas], Drawing]] = {
    "airplane": _airplane,
    "car": _car,
    "cat": _cat,
    "dog": _dog,
    "flower": _flower,
    "fruit": _fruit,
    "motorbike": _motorbike,
    "person": _person,
}
CLASSES = tuple(_KINDS)


def draw(draws: Draws, count: int) -> Labelled:
    """Return so many pictures, about as many of each kind."""
    pictures = []
    for number, (name, drawing) in enumerate(_KINDS.items()):
        own = draws.below(name)
        of_kind = len(range(number, count, len(_KINDS)))
        canvas = Canvas(own, of_kind, SIZE, half_tangent=0.13, scales=(0.75, 1.05), shift=0.15)
        behind, colour = contrasting(own, of_kind)
        _, mark = contrasting(own.below("mark"), of_kind)
        thing, marks = drawing(canvas)
        picture = behind + ground(own, of_kind, SIZE, 3, coarse=6) * 18.0
        picture = painted(_clutter(own, of_kind, picture), thing, colour)
        picture = painted(picture, marks, mark)
        pictures.append(to_bytes(picture + own.noise("grain", (of_kind, *SIZE, 3)) * 12.0))
    labels = np.concatenate([np.full(len(each), number) for number, each in enumerate(pictures)])
    return shuffled(draws, np.concatenate(pictures), labels)


def _clutter(draws: Draws, count: int, picture: Floats) -> Floats:
    """Return pictures with a few spots behind the thing, which say nothing of what it is."""
    canvas = Canvas(draws.below("clutter"), count, SIZE)
    for number in range(2):
        place = [canvas.number(f"{axis} {number}", -0.9, 0.9) for axis in "xy"]
        sides = [canvas.number(f"{side} {number}", 0.06, 0.25) for side in ("wide", "high")]
        spot = canvas.ellipse(place[0], place[1], sides[0], sides[1])
        _, colour = contrasting(draws.below(f"spot {number}"), count)
        picture = painted(picture, spot, colour)
    return picture
