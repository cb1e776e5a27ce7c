"""Wrong ways to pool the windows of an image.

Most mistakes in moving the window are the same for the maximum, the average and the L2 norm: `_moving`
has them once, for all three.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

import reference.pooling as ref
from autograder.problems.convolution_mistakes.integers import wrapped
from autograder.problems.pooling_mistakes.values import (
    AVERAGE_FOR_MAX,
    FROM_ZERO,
    IMAGE_TYPE,
    MAX_FOR_AVERAGE,
    OVERFLOW,
    SUM,
    Array,
    Pool,
    after,
    cut,
    held,
)
from autograder.problems.problem import Misconception

Reduce = Callable[[Array], float]
Starts = Callable[[int, int, int], Iterable[int]]  # of a size, a pool size and a stride


def _over(reduce: Reduce, image: Array, tops: Iterable[int], lefts: Iterable[int], size: int) -> Array:
    """Return one value for each window, as slices cut it: at the edge, only what there is."""
    wide, columns = image.astype(np.float64), list(lefts)
    windows = [[wide[top : top + size, left : left + size] for left in columns] for top in tops]
    if any(window.size == 0 for row in windows for window in row):
        raise ValueError("a window without elements")
    return np.array([[reduce(window) for window in row] for row in windows])


def _by_starts(reduce: Reduce, starts: Starts) -> Pool:
    def variant(image: Array, pool_size: int = 2, stride: int | None = None) -> Array:
        tops, lefts = (starts(size, pool_size, stride or pool_size) for size in image.shape)
        return _over(reduce, image, tops, lefts, pool_size)

    return variant


def _sizes_swapped(reduce: Reduce) -> Pool:
    """Take rows for columns in every size, as ``width, height = image.shape`` does."""

    def variant(image: Array, pool_size: int = 2, stride: int | None = None) -> Array:
        width, height = image.shape
        tops, lefts = (_every(size, pool_size, stride or pool_size) for size in (height, width))
        return _over(reduce, image, tops, lefts, pool_size)

    return variant


def _every(size: int, pool_size: int, stride: int) -> range:
    return range(0, size - pool_size + 1, stride)


def _every_but_the_last(size: int, pool_size: int, stride: int) -> range:
    return range(0, size - pool_size, stride)


def _as_far_as_the_edge(size: int, _pool_size: int, stride: int) -> range:
    return range(0, size, stride)


def _rounded_up(size: int, pool_size: int, stride: int) -> Iterable[int]:
    count = math.ceil((size - pool_size) / stride) + 1
    return [number * stride for number in range(count) if number * stride < size]


def _always_stride(pool: Pool, stride: int | None) -> Pool:
    return lambda image, pool_size=2, **_: pool(image, pool_size, stride)


def _default_stride(pool: Pool, default: int) -> Pool:
    return lambda image, pool_size=2, stride=None: pool(image, pool_size, stride or default)


def _pool_size_ignored(pool: Pool) -> Pool:
    return lambda image, stride=None, **_: pool(image, 2, stride)


def _moving(pool: Pool, reduce: Reduce) -> tuple[Misconception, ...]:
    """Return the mistakes in moving the window, for one way of pooling."""
    partial = (
        "partial windows kept",
        "You pool what is left over at the edge too. Only windows that lie on the image completely count.",
    )
    return (
        Misconception(
            "rows and columns swapped",
            "Rows and columns are swapped: the shape is (height, width), so image.shape[0] counts rows. On a "
            "square image nobody notices.",
            _sizes_swapped(reduce),
        ),
        Misconception(
            "result transposed",
            "Your result has rows and columns exchanged. On a symmetric result nobody notices.",
            after(pool, np.transpose),
        ),
        Misconception(
            "stride ignored",
            "The stride makes no difference: you always move by the pool size. That is only the default.",
            _always_stride(pool, None),
        ),
        Misconception(
            "always stride 1",
            "You always move by one: windows must start at multiples of the stride, which is the pool size "
            "where none is given.",
            _always_stride(pool, 1),
        ),
        Misconception(
            "default stride of 1",
            "Without a stride you move by one, as a convolution does. Pooling moves by the pool size then.",
            _default_stride(pool, 1),
        ),
        Misconception(
            "default stride of 2",
            "Without a stride you move by 2, whatever the pool size. It must be the pool size then.",
            _default_stride(pool, 2),
        ),
        Misconception(
            "pool size ignored",
            "The pool size makes no difference: your windows are always 2×2.",
            _pool_size_ignored(pool),
        ),
        Misconception(*partial, _by_starts(reduce, _as_far_as_the_edge)),
        Misconception(*partial, _by_starts(reduce, _rounded_up)),
        Misconception(
            "last window missing",
            "The last window of an axis can be missing: there are (size − pool_size) // stride + 1 of them, "
            "and range() leaves out its end.",
            _by_starts(reduce, _every_but_the_last),
        ),
    )


def _in_the_image_s_type(pool: Pool) -> Misconception:
    return Misconception(*IMAGE_TYPE, lambda image, **options: wrapped(pool(image, **options), image))


def _times_elements(image: Array, pool_size: int = 2, stride: int | None = None) -> Array:
    result: Array = ref.average_pool2d(image, pool_size, stride) * pool_size**2
    return result


def _by_the_side(image: Array, pool_size: int = 2, stride: int | None = None) -> Array:
    result: Array = ref.average_pool2d(image, pool_size, stride) * pool_size
    return result


def _l1(image: Array, pool_size: int = 2, stride: int | None = None) -> Array:
    return _times_elements(np.abs(image.astype(np.float64)), pool_size, stride)


def _root_of_the_mean(image: Array, pool_size: int = 2, stride: int | None = None) -> Array:
    result: Array = ref.l2_pool2d(image, pool_size, stride) / pool_size
    return result


def _squares_wrapped(image: Array, pool_size: int = 2, stride: int | None = None) -> Array:
    squares = wrapped(np.square(image.astype(np.float64)), image)
    result: Array = np.sqrt(_times_elements(squares, pool_size, stride))
    return result


def _squares_and_sums_wrapped(image: Array, pool_size: int = 2, stride: int | None = None) -> Array:
    sums = _times_elements(np.square(image.astype(np.float64)), pool_size, stride)
    result: Array = np.sqrt(held(sums, image))
    return result


def _average_wrapped(image: Array, pool_size: int = 2, stride: int | None = None) -> Array:
    sums = _times_elements(image, pool_size, stride)
    result: Array = held(sums, image) / pool_size**2
    return result


MAX_POOL2D = (
    Misconception(*AVERAGE_FOR_MAX, ref.average_pool2d),
    Misconception(
        *FROM_ZERO,
        lambda image, *rest, **options: ref.max_pool2d(np.maximum(image, 0), *rest, **options),
    ),
    *_moving(ref.max_pool2d, lambda window: float(window.max())),
    *cut(ref.max_pool2d),
)

AVERAGE_POOL2D = (
    Misconception(*MAX_FOR_AVERAGE, ref.max_pool2d),
    Misconception(*SUM, _times_elements),
    Misconception(
        "divided by the pool size only",
        "You divide the sum by pool_size. A window has pool_size × pool_size elements.",
        _by_the_side,
    ),
    *_moving(ref.average_pool2d, lambda window: float(window.mean())),
    *cut(ref.average_pool2d),
    _in_the_image_s_type(ref.average_pool2d),
    Misconception(*OVERFLOW, _average_wrapped),
)

L2_POOL2D = (
    Misconception(
        "square root forgotten",
        "You return the sum of the squares: its square root is missing.",
        after(ref.l2_pool2d, lambda result: np.square(result.astype(np.float64))),
    ),
    Misconception(
        "root of the mean",
        "You take the root of the mean of the squares. L2 pooling takes the root of their sum.",
        _root_of_the_mean,
    ),
    Misconception(
        "absolute values instead of squares",
        "You add up absolute values, which is the L1 norm. L2 is the root of the sum of the squares.",
        _l1,
    ),
    Misconception(
        "maximum instead of L2 norm", "You take the largest element of each window.", ref.max_pool2d
    ),
    Misconception("average instead of L2 norm", "You take the mean of each window.", ref.average_pool2d),
    *_moving(ref.l2_pool2d, lambda window: float(np.sqrt(np.square(window).sum()))),
    *cut(ref.l2_pool2d)[:1],
    _in_the_image_s_type(ref.l2_pool2d),
    Misconception(*OVERFLOW, _squares_wrapped),
    Misconception(*OVERFLOW, _squares_and_sums_wrapped),
)
