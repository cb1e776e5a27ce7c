"""Pictures to try filters on, 96×128×3: with edges in every direction, soft slopes, texture and noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.datasets.arrays import Labelled
from autograder.datasets.drawing import Draws
from autograder.datasets.generated.canvas import Canvas, Floats, ground, painted, union
from autograder.datasets.generated.mixing import contrasting, shuffled
from autograder.datasets.warping import to_bytes

SIZE = (96, 128)


def _hills(canvas: Canvas, draws: Draws, picture: Floats) -> Floats:
    for number in range(3):
        peak = canvas.number(f"peak {number}", -0.9, 0.9)
        top = -0.4 + 0.35 * number + canvas.number(f"top {number}", -0.1, 0.1)
        hill = canvas.tapered(peak, top, 1.3, 0.02, canvas.number(f"wide {number}", 0.7, 1.8))
        _, colour = contrasting(draws.below(f"hill {number}"), canvas.count)
        picture = painted(picture, hill, colour)
    sun = canvas.disc(canvas.number("sun", -0.7, 0.7), -0.62, canvas.number("large", 0.1, 0.22))
    return painted(picture, sun, contrasting(draws.below("sun"), canvas.count)[1])


def _houses(canvas: Canvas, draws: Draws, picture: Floats) -> Floats:
    for number, x in enumerate((-0.65, 0.0, 0.65)):
        height = canvas.number(f"height {number}", 0.35, 0.75)
        _, colour = contrasting(draws.below(f"house {number}"), canvas.count)
        picture = painted(picture, canvas.box(x, 0.9 - height, 0.27, height), colour)
        windows = [
            canvas.box(x + across, 0.9 - 2.0 * height + down, 0.07, 0.09)
            for across in (-0.13, 0.13)
            for down in (0.2, 0.5)
        ]
        pane, _ = contrasting(draws.below(f"window {number}"), canvas.count)
        picture = painted(picture, union(*windows), pane)
    return picture


def _still_life(canvas: Canvas, draws: Draws, picture: Floats) -> Floats:
    for number in range(5):
        place = canvas.number(f"x {number}", -0.8, 0.8), canvas.number(f"y {number}", -0.6, 0.7)
        radius = canvas.number(f"radius {number}", 0.12, 0.38)
        _, colour = contrasting(draws.below(f"ball {number}"), canvas.count)
        slope = (canvas.x - place[0] + canvas.y - place[1]) / (2.0 * radius)
        shade = 1.0 - 0.5 * np.clip(slope + 0.3, 0.0, 1.0)
        ball = canvas.disc(*place, radius)[..., None]
        picture = picture * (1.0 - ball) + colour * shade[..., None] * ball
    return picture


def _wall(canvas: Canvas, draws: Draws, picture: Floats) -> Floats:
    high, wide = canvas.number("high", 0.14, 0.24), canvas.number("wide", 0.35, 0.6)
    row = np.floor(canvas.y / high)
    down = canvas.y - (row + 0.5) * high
    beside = canvas.x + row * wide / 2.0
    across = beside - (np.floor(beside / wide) + 0.5) * wide
    bricks = canvas.soft(np.maximum(np.abs(across) - wide * 0.45, np.abs(down) - high * 0.4))
    return painted(picture, bricks, contrasting(draws.below("brick"), canvas.count)[1])


_KINDS: dict[str, Callable[[Canvas, Draws, Floats], Floats]] = {
    "hills": _hills,
    "houses": _houses,
    "still life": _still_life,
    "wall": _wall,
}
CLASSES = tuple(_KINDS)


def draw(draws: Draws, count: int) -> Labelled:
    """Return so many pictures, about as many of each kind."""
    pictures = []
    for number, (name, paint) in enumerate(_KINDS.items()):
        own = draws.below(name)
        of_kind = len(range(number, count, len(_KINDS)))
        canvas = Canvas(own, of_kind, SIZE, half_tangent=0.05)
        sky, _ = contrasting(own, of_kind)
        slope = (canvas.y * canvas.number("slope", -40.0, 40.0))[..., None]
        picture = paint(canvas, own, sky + slope + ground(own, of_kind, SIZE, 3, coarse=3) * 12.0)
        picture = picture + ground(own.below("texture"), of_kind, SIZE, 3, coarse=40) * 8.0
        pictures.append(to_bytes(picture + own.noise("grain", (of_kind, *SIZE, 3)) * 3.0))
    labels = np.concatenate([np.full(len(each), number) for number, each in enumerate(pictures)])
    return shuffled(draws, np.concatenate(pictures), labels)
