"""Wrong ways to pool whole feature maps, (N, H, W, C) to (N, C)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
    cut,
    held,
)
from autograder.problems.problem import Misconception


def _wrong_axes(reduce: Callable[..., Array]) -> tuple[Misconception, ...]:
    """Return the mistakes in the choice of axes, for one way of pooling: `reduce` takes an axis."""
    one = (
        "one axis only",
        "You pool along one axis of the map only: rows and columns both go, axes 1 and 2.",
    )
    batch = (
        "whole batch pooled",
        "You pool over the images of the batch too. Each image has a row of its own: (N, C).",
    )
    return (
        Misconception(
            "pooled axes kept",
            "Your result keeps axes of length 1, as keepdims=True does: it must have the shape (N, C).",
            lambda images: reduce(images, axis=(1, 2), keepdims=True),
        ),
        Misconception(*one, lambda images: reduce(images, axis=1)),
        Misconception(*one, lambda images: reduce(images, axis=2)),
        Misconception(*batch, lambda images: reduce(images, axis=(0, 1, 2))),
        Misconception(
            *batch,
            lambda images: np.broadcast_to(
                reduce(images, axis=(0, 1, 2)), (images.shape[0], images.shape[-1])
            ),
        ),
        Misconception(
            "pooled over the channels",
            "You pool over the channels. Pooling keeps them: it is rows and columns that go.",
            lambda images: reduce(images, axis=3),
        ),
        Misconception(
            "pooled over the channels",
            "You pool over the channels too, and have one value for each image. Pooling keeps the channels.",
            lambda images: reduce(images, axis=(1, 2, 3)),
        ),
        Misconception(
            "channels taken to be first",
            "You pool over the last two axes, as if the shape were (N, C, H, W). It is (N, H, W, C).",
            lambda images: reduce(images, axis=(2, 3)),
        ),
        Misconception(
            "result transposed",
            "Your result has the shape (C, N): a row for each image is asked for, (N, C).",
            lambda images: reduce(images, axis=(1, 2)).T,
        ),
        Misconception(
            "first image for all",
            "Every image of the batch gets the first one's result.",
            lambda images: reduce(np.broadcast_to(images[:1], images.shape), axis=(1, 2)),
        ),
    )


def _mean(images: Array, **options: Any) -> Array:
    return np.asarray(np.mean(images.astype(np.float64), **options))


def _sum(images: Array) -> Array:
    return np.asarray(np.sum(images.astype(np.float64), axis=(1, 2)))


def _largest(images: Array, **options: Any) -> Array:
    return np.asarray(np.max(images.astype(np.float64), **options))


def _mean_wrapped(images: Array) -> Array:
    result: Array = held(_sum(images), images) / (images.shape[1] * images.shape[2])
    return result


GLOBAL_AVERAGE_POOL = (
    *_wrong_axes(_mean),
    Misconception(*MAX_FOR_AVERAGE, ref.global_max_pool),
    Misconception(*SUM, _sum),
    *cut(ref.global_average_pool),
    Misconception(*IMAGE_TYPE, lambda images: wrapped(_mean(images, axis=(1, 2)), images)),
    Misconception(*OVERFLOW, _mean_wrapped),
)

GLOBAL_MAX_POOL = (
    *_wrong_axes(_largest),
    Misconception(*AVERAGE_FOR_MAX, ref.global_average_pool),
    Misconception(*FROM_ZERO, lambda images: ref.global_max_pool(np.maximum(images, 0))),
    *cut(ref.global_max_pool),
)
