"""Wrong ways to pool the windows of images, channel by channel."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

import reference.layers as ref
from autograder.problems.draws import Array
from autograder.problems.pooling_mistakes.values import FROM_ZERO, SUM, cut
from autograder.problems.problem import Misconception
from reference.layers import Pair, Pooling

Pool = Callable[..., Array]
"""With the signature of ``reference.layers.pool_forward``."""

Starts = Callable[[int, int, int], Iterable[int]]  # of a size, a window's size and a stride


class Call(NamedTuple):
    """What pooling is given."""

    images: Array
    pool_size: Pair
    strides: Pair
    mode: Pooling = "max"

    def answer(self) -> Array:
        return ref.pool_forward(*self)


def _before(change: Callable[[Call], Call]) -> Pool:
    """Return pooling that changes what it is given."""
    return lambda *given, **options: change(Call(*given, **options)).answer()


def _averages(change: Callable[[Array, Pair], Array]) -> Pool:
    """Return pooling that changes averages, given the window's size."""

    def variant(images: Array, pool_size: Pair, strides: Pair, mode: Pooling = "max") -> Array:
        result = ref.pool_forward(images, pool_size, strides, mode)
        return change(result, pool_size) if mode == "average" else result

    return variant


def _by_starts(starts: Starts) -> Pool:
    """Pool windows that start elsewhere, as slices cut them: at the edge, only what there is."""

    def variant(images: Array, pool_size: Pair, strides: Pair, mode: Pooling = "max") -> Array:
        tops, lefts = map(starts, images.shape[1:3], pool_size, strides)
        return _windows(images, pool_size, list(tops), list(lefts), mode)

    return variant


def _sizes_swapped(images: Array, pool_size: Pair, strides: Pair, mode: Pooling = "max") -> Array:
    """Take the height for the width in the number of windows."""
    tops, lefts = map(_every, images.shape[2:0:-1], pool_size, strides)
    return _windows(images, pool_size, list(tops), list(lefts), mode)


def _windows(
    images: Array, pool_size: Pair, tops: Sequence[int], lefts: Sequence[int], mode: Pooling
) -> Array:
    wide = images.astype(np.float64)
    rows = [[wide[:, top : top + pool_size[0], left : left + pool_size[1]] for left in lefts] for top in tops]
    if any(window.size == 0 for row in rows for window in row):
        raise ValueError("a window without elements")
    reduce = np.max if mode == "max" else np.mean
    pooled = np.array([[reduce(window, axis=(1, 2)) for window in row] for row in rows])
    return np.moveaxis(pooled, 2, 0) if pooled.size else np.zeros((len(images), 0, 0, images.shape[3]))


def _every(size: int, pool_size: int, stride: int) -> range:
    return range(0, size - pool_size + 1, stride)


def _all_but_the_last(size: int, pool_size: int, stride: int) -> range:
    return _every(size, pool_size, stride)[:-1]


def _end_left_out(size: int, pool_size: int, stride: int) -> range:
    return range(0, size - pool_size, stride)


def _as_far_as_the_edge(size: int, _: int, stride: int) -> range:
    return range(0, size, stride)


def _rounded_up(size: int, pool_size: int, stride: int) -> Iterable[int]:
    count = math.ceil((size - pool_size) / stride) + 1
    return [number * stride for number in range(count) if number * stride < size]


def _unmultiplied(size: int, pool_size: int, stride: int) -> range:
    return range(len(_every(size, pool_size, stride)))


def _over(axis: int) -> Pool:
    """Return pooling that reduces the batch or the channels too, and has the result in each of them."""

    def variant(images: Array, pool_size: Pair, strides: Pair, mode: Pooling = "max") -> Array:
        result = ref.pool_forward(images, pool_size, strides, mode)
        reduced = (np.max if mode == "max" else np.mean)(result, axis=axis, keepdims=True)
        return np.broadcast_to(reduced, result.shape)

    return variant


def _transposed(images: Array, pool_size: Pair, strides: Pair, mode: Pooling = "max") -> Array:
    return ref.pool_forward(images, pool_size, strides, mode).swapaxes(1, 2)


_PARTIAL = (
    "partial windows kept",
    "You pool what is left over at the edge too. Only windows that lie on the image completely count.",
)
_LAST_WINDOW = (
    "last window missing",
    "The last window of an axis is missing: there are (size − window's size) // stride + 1 of them.",
)
_ONE_STRIDE = (
    "one stride for both axes",
    "You move by the same stride both ways: strides are (down, right), and can differ.",
)
_SQUARE = (
    "square windows assumed",
    "Your windows are square: their size is (height, width), and can differ.",
)

_VALUES = (
    Misconception(
        "the maximum for the mean",
        "You take the largest element where the mean is asked for.",
        _before(lambda call: call._replace(mode="max")),
    ),
    Misconception(
        "the mean for the maximum",
        "You take the mean where the largest element is asked for.",
        _before(lambda call: call._replace(mode="average")),
    ),
    Misconception(
        "modes exchanged",
        "You take the mean where the largest element is asked for, and the other way round.",
        _before(lambda call: call._replace(mode="max" if call.mode == "average" else "average")),
    ),
    Misconception(
        *FROM_ZERO,
        _before(
            lambda call: call._replace(images=np.maximum(call.images, 0)) if call.mode == "max" else call
        ),
    ),
    Misconception(*SUM, _averages(lambda result, size: result * math.prod(size))),
    Misconception(
        "divided by a fixed number",
        "You divide every sum by 4, which is right for windows of 2×2 only.",
        _averages(lambda result, size: result * math.prod(size) / 4),
    ),
    Misconception(
        "divided by the height only",
        "You divide the sum by the window's height. A window has height × width elements.",
        _averages(lambda result, size: result * size[1]),
    ),
    Misconception(
        "divided by the height squared",
        "You divide the sum by the window's height squared. A window has height × width elements.",
        _averages(lambda result, size: result * size[1] / size[0]),
    ),
)
_SHAPES = (
    Misconception(
        "window's height and width swapped",
        "Your windows are as wide as they should be high: their size is (height, width).",
        _before(lambda call: call._replace(pool_size=call.pool_size[::-1])),
    ),
    Misconception(*_SQUARE, _before(lambda call: call._replace(pool_size=(call.pool_size[0],) * 2))),
    Misconception(*_SQUARE, _before(lambda call: call._replace(pool_size=(call.pool_size[1],) * 2))),
    Misconception(
        "rows and columns swapped",
        "You count the windows down by the image's width, and those to the right by its height. On a square "
        "image nobody notices.",
        _sizes_swapped,
    ),
    Misconception(
        "result transposed",
        "Your result has rows and columns exchanged: its height comes first.",
        _transposed,
    ),
)
_STRIDES = (
    Misconception(
        "strides swapped",
        "You move down by the stride for the columns, and right by the one for the rows: strides are "
        "(down, right).",
        _before(lambda call: call._replace(strides=call.strides[::-1])),
    ),
    Misconception(*_ONE_STRIDE, _before(lambda call: call._replace(strides=(call.strides[0],) * 2))),
    Misconception(*_ONE_STRIDE, _before(lambda call: call._replace(strides=(call.strides[1],) * 2))),
    Misconception(
        "window starts not multiplied by the stride",
        "Your result has the right size, but its windows are next to each other: output i looks at the "
        "window that starts at i * stride.",
        _by_starts(_unmultiplied),
    ),
    Misconception(
        "stride ignored",
        "The stride makes no difference: windows must start at multiples of it.",
        _before(lambda call: call._replace(strides=(1, 1))),
    ),
)
_BY_THE_WINDOW = Misconception(
    "moved by the window's size",
    "You always move by the window's own size. How far it moves does not depend on that here.",
    _before(lambda call: call._replace(strides=call.pool_size)),
)
_PARTIAL_WINDOWS = (
    Misconception(*_PARTIAL, _by_starts(_as_far_as_the_edge)),
    Misconception(*_PARTIAL, _by_starts(_rounded_up)),
)
_BATCH = (
    Misconception(
        "first image for all",
        "Every image of the batch gets the first one's result.",
        _before(lambda call: call._replace(images=np.broadcast_to(call.images[:1], call.images.shape))),
    ),
    Misconception(
        "first channel for all",
        "Every channel gets the first one's result: each is pooled by itself.",
        _before(lambda call: call._replace(images=np.broadcast_to(call.images[..., :1], call.images.shape))),
    ),
    Misconception(
        "pooled over the channels",
        "You pool over the channels too: each is pooled by itself.",
        _over(3),
    ),
    Misconception(
        "whole batch pooled",
        "You pool over the images of the batch too: each is pooled by itself.",
        _over(0),
    ),
)
_LAST = (
    Misconception(*_LAST_WINDOW, _by_starts(_all_but_the_last)),
    Misconception(*_LAST_WINDOW, _by_starts(_end_left_out)),
)

POOL_FORWARD = (
    *_VALUES,
    *_SHAPES,
    *_STRIDES,
    _BY_THE_WINDOW,
    *_BATCH,
    *_PARTIAL_WINDOWS,
    *_LAST,
    *cut(ref.pool_forward),
)


def _on_one_image(pool: Pool) -> Pool:
    def variant(image: Array, pool_size: Pair, mode: Pooling = "max") -> Array:
        return pool(image[None, :, :, None], pool_size, (1, 1), mode)[0, :, :, 0]

    return variant


POOL_IMAGE = (
    *(
        replace(mistake, function=_on_one_image(mistake.function))
        for mistake in (*_VALUES, *_SHAPES, _BY_THE_WINDOW, _PARTIAL_WINDOWS[0], _LAST[0])
    ),
    *cut(ref.pool_image),
)
