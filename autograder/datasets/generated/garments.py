"""What stands in Fashion-MNIST's place: silhouettes of its ten kinds of garments, 28×28, light on black."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from autograder.datasets.arrays import Labelled
from autograder.datasets.drawing import Draws
from autograder.datasets.generated.canvas import Canvas, Floats, ground, union, without
from autograder.datasets.generated.mixing import shuffled
from autograder.datasets.warping import to_bytes

SIZE = (28, 28)


def _body(canvas: Canvas, bottom: float) -> Floats:
    width = canvas.number("width", 0.34, 0.46)
    return canvas.tapered(0.0, -0.72, bottom, width, width * canvas.number("waist", 0.85, 1.1))


def _sleeves(canvas: Canvas, low: float, high: float) -> Floats:
    """Return two sleeves, whose length is between these two."""
    length = canvas.number("sleeve", low, high)
    out = 0.36 + 0.42 * canvas.number("spread", 0.55, 1.0) * np.minimum(length / 0.6, 1.0)
    ends = [((side * 0.34, -0.58), (side * out, -0.58 + length)) for side in (-1.0, 1.0)]
    return union(*(canvas.line(start, end, canvas.number("cuff", 0.2, 0.3)) for start, end in ends))


def _neck(canvas: Canvas, depth: float) -> Floats:
    return canvas.ellipse(0.0, -0.75, canvas.number("neck", 0.14, 0.22), depth)


def _t_shirt(canvas: Canvas) -> Floats:
    shirt = union(_body(canvas, 0.7), _sleeves(canvas, 0.2, 0.36))
    return without(shirt, _neck(canvas, 0.16))


def _trousers(canvas: Canvas) -> Floats:
    width = canvas.number("width", 0.13, 0.2)
    legs = [
        canvas.tapered(side * canvas.number("apart", 0.19, 0.25), -0.55, 0.88, width * 1.1, width)
        for side in (-1.0, 1.0)
    ]
    return union(canvas.box(0.0, -0.72, 0.36, 0.18), *legs)


def _pullover(canvas: Canvas) -> Floats:
    pullover = union(_body(canvas, 0.66), _sleeves(canvas, 0.95, 1.2))
    return without(pullover, _neck(canvas, 0.1))


def _dress(canvas: Canvas) -> Floats:
    top, hem = canvas.number("top", 0.2, 0.3), canvas.number("hem", 0.4, 0.62)
    waist = canvas.number("waist height", -0.3, 0.0)
    skirt = canvas.tapered(0.0, waist, 0.92, top * 0.8, hem)
    return union(canvas.tapered(0.0, -0.85, waist, top, top * 0.8), skirt)


def _coat(canvas: Canvas) -> Floats:
    coat = union(_body(canvas, 0.92), _sleeves(canvas, 1.05, 1.3))
    return without(coat, _neck(canvas, 0.18), canvas.box(0.0, 0.1, 0.045, 0.9))


def _sandal(canvas: Canvas) -> Floats:
    heel = canvas.number("heel", 0.05, 0.3)
    sole = canvas.line((-0.8, 0.45), (0.8, 0.45 - heel), 0.13)
    straps = [
        canvas.line((start, 0.4 - heel * (start + 0.8) / 1.6), (start + 0.3, -0.25 - heel), 0.09)
        for start in (-0.6, -0.1, 0.35)
    ]
    return union(sole, *straps)


def _shirt(canvas: Canvas) -> Floats:
    shirt = union(_body(canvas, 0.78), _sleeves(canvas, 0.75, 1.1))
    collar = [canvas.line((0.0, -0.5), (side * 0.22, -0.82), 0.1) for side in (-1.0, 1.0)]
    buttons = [canvas.disc(0.0, y, 0.075) for y in (-0.25, 0.05, 0.35, 0.65)]
    return without(union(shirt, *collar), canvas.tapered(0.0, -0.9, -0.52, 0.14, 0.01), *buttons)


def _shoe(canvas: Canvas, height: Floats | float) -> Floats:
    sole = canvas.box(0.0, 0.42, 0.82, 0.1)
    toe = canvas.ellipse(-0.35, 0.36, 0.48, canvas.number("toe", 0.24, 0.36))
    upper = canvas.box(0.42, 0.36 - height, 0.38, height)
    return union(sole, upper, without(toe, canvas.box(0.0, 0.9, 1.0, 0.4)))


def _sneaker(canvas: Canvas) -> Floats:
    laces = [canvas.line((x, 0.2), (x + 0.12, 0.02), 0.06) for x in (-0.2, 0.0)]
    return without(_shoe(canvas, canvas.number("height", 0.18, 0.27)), *laces)


def _bag(canvas: Canvas) -> Floats:
    width, height = canvas.number("width", 0.5, 0.8), canvas.number("height", 0.35, 0.55)
    bag = canvas.tapered(0.0, 0.7 - 2.0 * height, 0.7, width * canvas.number("top", 0.8, 1.0), width)
    handle = canvas.ring(0.0, 0.7 - 2.0 * height, canvas.number("handle", 0.25, 0.42), 0.1)
    return union(bag, without(handle, canvas.box(0.0, 1.0, 1.0, 0.3)))


def _boot(canvas: Canvas) -> Floats:
    return _shoe(canvas, canvas.number("height", 0.5, 0.62))


_KINDS: dict[str, Callable[[Canvas], Floats]] = {
    "T-shirt/top": _t_shirt,
    "trouser": _trousers,
    "pullover": _pullover,
    "dress": _dress,
    "coat": _coat,
    "sandal": _sandal,
    "shirt": _shirt,
    "sneaker": _sneaker,
    "bag": _bag,
    "ankle boot": _boot,
}
CLASSES = tuple(_KINDS)


def draw(draws: Draws, count: int) -> Labelled:
    """Return so many silhouettes, about as many of each kind."""
    pictures = []
    for number, (name, shape) in enumerate(_KINDS.items()):
        own = draws.below(name)
        of_kind = len(range(number, count, len(_KINDS)))
        canvas = Canvas(own, of_kind, SIZE, half_tangent=0.17, scales=(0.55, 1.0), shift=0.25)
        light = canvas.number("light", 90.0, 240.0)
        folds = ground(own, of_kind, SIZE, 1, coarse=5)[..., 0]
        grain = own.noise("grain", (of_kind, *SIZE))
        picture = shape(canvas) * (light + folds * 28.0 + grain * 14.0)
        pictures.append(to_bytes(picture))
    labels = np.concatenate([np.full(len(each), number) for number, each in enumerate(pictures)])
    return shuffled(draws, np.concatenate(pictures), labels)
