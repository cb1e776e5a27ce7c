"""The problems of the assignment `pooling`: the functions, the lecture's examples, the draws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

import reference.pooling as ref
from autograder.problems import pooling_mistakes as mistakes
from autograder.problems.draws import numbers
from autograder.problems.problem import Case, Problem

Array = npt.NDArray[Any]
# group, image, what is in it, options
Plan = tuple[str, tuple[int, ...], str, dict[str, int]]

_IMAGE_4X4 = np.array([[1, 4, 2, 11], [6, 13, 8, 3], [10, 0, 17, 7], [9, 2, 3, 5]])
_IMAGE_5X7 = np.array(
    [
        [2, 9, -4, 7, 1, 0, 5],
        [8, 3, 6, -2, 4, 11, 3],
        [-1, 5, 10, 0, 12, 2, 9],
        [7, 0, 1, 15, 3, 6, 8],
        [4, 13, 2, 5, 9, 1, 14],
    ]
)
_IMAGE_7X7 = np.array(
    [
        [3, 8, 1, 6, 2, 9, 4],
        [5, 0, 7, 12, 3, 1, 8],
        [2, 10, 4, 0, 11, 5, 6],
        [9, 1, 13, 2, 7, 0, 3],
        [6, 4, 0, 15, 1, 8, 10],
        [11, 2, 5, 3, 14, 6, 0],
        [0, 7, 9, 1, 4, 2, 16],
    ]
)
_TWO_MAPS = np.stack([_IMAGE_4X4, _IMAGE_4X4 - 12], axis=-1)[np.newaxis]


def _max_magnitude(image: Array, pool_size: int = 2, stride: int | None = None) -> Array:
    return ref.max_pool2d(_absolute(image), pool_size, stride)


def _average_magnitude(image: Array, pool_size: int = 2, stride: int | None = None) -> Array:
    result: Array = ref.average_pool2d(_absolute(image), pool_size, stride) * pool_size**2
    return result


def _l2_magnitude(image: Array, pool_size: int = 2, stride: int | None = None) -> Array:
    return ref.l2_pool2d(_absolute(image), pool_size, stride)


def _global_average_magnitude(images: Array) -> Array:
    return np.asarray(_absolute(images).sum(axis=(1, 2)))


def _global_max_magnitude(images: Array) -> Array:
    return np.asarray(_absolute(images).max(axis=(1, 2)))


def _absolute(values: npt.ArrayLike) -> Array:
    return np.abs(np.asarray(values, dtype=np.float64))


def _values(rng: np.random.Generator, shape: tuple[int, ...], kind: str) -> Array:
    """Return an array of a dtype, as in `numbers`; of a "negative" one every element is below zero."""
    drawn = numbers(rng, shape, kind.removeprefix("negative "))
    return -np.abs(drawn) if kind.startswith("negative ") else drawn


def _draw_max(rng: np.random.Generator) -> list[Case]:
    plans: list[Plan] = [
        ("basic", (4, 6), "float64", {}),
        ("basic", (5, 7), "int64", {}),
        ("basic", (6, 8), "uint8", {}),
        ("basic", (7, 4), "float32", {}),
        ("basic", (6, 5), "negative float64", {}),
        ("basic", (4, 8), "negative int64", {}),
        ("pool_size", (6, 9), "float64", {"pool_size": 3}),
        ("pool_size", (7, 11), "int64", {"pool_size": 3}),
        ("pool_size", (9, 5), "uint8", {"pool_size": 4}),
        ("pool_size", (8, 11), "float32", {"pool_size": 5}),
        ("pool_size", (9, 7), "negative float64", {"pool_size": 3}),
        ("pool_size", (15, 20), "int64", {"pool_size": 6}),
        ("pool_size", (14, 22), "negative float64", {"pool_size": 7}),
        ("pool_size", (7, 3), "float64", {"pool_size": 3}),
        ("pool_size", (4, 6), "int64", {"pool_size": 4}),
        ("pool_size", (3, 5), "int64", {"pool_size": 1}),
        ("stride", (7, 9), "float64", {"pool_size": 3, "stride": 2}),
        ("stride", (9, 6), "int64", {"pool_size": 2, "stride": 3}),
        ("stride", (10, 7), "uint8", {"pool_size": 3, "stride": 2}),
        ("stride", (8, 11), "float32", {"pool_size": 4, "stride": 3}),
        ("stride", (6, 5), "negative float64", {"pool_size": 2, "stride": 1}),
        ("stride", (7, 12), "negative int64", {"pool_size": 2, "stride": 4}),
        ("stride", (14, 19), "float64", {"pool_size": 3, "stride": 5}),
        ("stride", (19, 13), "int64", {"pool_size": 7, "stride": 6}),
        ("stride", (7, 5), "float64", {"pool_size": 1, "stride": 2}),
    ]
    return _cases(rng, plans)


def _draw_average_or_l2(rng: np.random.Generator) -> list[Case]:
    # Photographs in both groups: it is sums and squares that wrap.
    plans: list[Plan] = [
        ("basic", (4, 6), "float64", {}),
        ("basic", (5, 7), "int64", {}),
        ("basic", (6, 8), "uint8", {}),
        ("basic", (9, 7), "uint8", {"pool_size": 3}),
        ("basic", (8, 13), "float32", {"pool_size": 4}),
        ("basic", (6, 11), "negative float64", {"pool_size": 3}),
        ("basic", (10, 5), "int64", {"pool_size": 5}),
        ("basic", (15, 20), "uint8", {"pool_size": 6}),
        ("basic", (14, 22), "float64", {"pool_size": 7}),
        ("basic", (3, 7), "float64", {"pool_size": 3}),
        ("basic", (3, 5), "float64", {"pool_size": 1}),
        ("basic", (1, 1), "int64", {"pool_size": 1}),
        ("stride", (7, 9), "float64", {"pool_size": 3, "stride": 2}),
        ("stride", (9, 6), "int64", {"pool_size": 2, "stride": 3}),
        ("stride", (10, 7), "uint8", {"pool_size": 3, "stride": 2}),
        ("stride", (6, 9), "uint8", {"stride": 1}),
        ("stride", (8, 11), "float32", {"pool_size": 4, "stride": 3}),
        ("stride", (7, 12), "negative float64", {"pool_size": 2, "stride": 4}),
        ("stride", (14, 19), "float64", {"pool_size": 3, "stride": 5}),
        ("stride", (19, 13), "int64", {"pool_size": 7, "stride": 6}),
        ("stride", (7, 5), "int64", {"pool_size": 1, "stride": 2}),
    ]
    return _cases(rng, plans)


def _cases(rng: np.random.Generator, plans: list[Plan]) -> list[Case]:
    return [
        Case(
            group,
            {"image": _values(rng, shape, kind), **options},
            is_degenerate=options.get("pool_size") == 1 or _is_one_window(shape, **options),
        )
        for group, shape, kind, options in plans
    ]


def _is_one_window(shape: tuple[int, ...], pool_size: int = 2, stride: int | None = None) -> bool:
    return all(length - pool_size < (stride or pool_size) for length in shape)


def _draw_global(rng: np.random.Generator) -> list[Case]:
    plans = [
        ((2, 4, 5, 3), "float64"),
        ((3, 5, 4, 2), "int64"),
        ((2, 6, 4, 3), "uint8"),
        ((4, 3, 7, 2), "uint8"),
        ((1, 5, 6, 4), "uint8"),
        ((2, 7, 3, 5), "float32"),
        ((3, 4, 6, 2), "negative float64"),
        ((2, 3, 5, 4), "negative int64"),
        ((3, 2, 4, 2), "negative float32"),
        ((2, 1, 1, 3), "float64"),
        ((1, 1, 1, 1), "int64"),
    ]
    return [
        Case("batch", {"images": _values(rng, shape, kind)}, is_degenerate=shape[1:3] == (1, 1))
        for shape, kind in plans
    ]


def _example(group: str, title: str, **inputs: Any) -> Case:
    return Case(group, inputs, title)


_BASIC = _example("basic", "4×4 image", image=_IMAGE_4X4)
_POOL_3 = _example("basic", "5×7 image, pool size 3", image=_IMAGE_5X7, pool_size=3)
_STRIDE = _example("stride", "7×7 image, pool size 3, stride 2", image=_IMAGE_7X7, pool_size=3, stride=2)
_GLOBAL = _example("batch", "4×4 image and the same less 12, as two channels", images=_TWO_MAPS)

PROBLEMS = (
    Problem(
        name="max_pool2d",
        signature="max_pool2d(image, pool_size=2, stride=None)",
        positional=1,
        reference=ref.max_pool2d,
        magnitude=_max_magnitude,
        groups=("basic", "pool_size", "stride"),
        examples=(
            _BASIC,
            _example("basic", "5×7 image", image=_IMAGE_5X7),
            replace(_POOL_3, group="pool_size"),
            _STRIDE,
        ),
        draw=_draw_max,
        misconceptions=mistakes.MAX_POOL2D,
    ),
    Problem(
        name="average_pool2d",
        signature="average_pool2d(image, pool_size=2, stride=None)",
        positional=1,
        reference=ref.average_pool2d,
        magnitude=_average_magnitude,
        groups=("basic", "stride"),
        examples=(_BASIC, _POOL_3, _STRIDE),
        draw=_draw_average_or_l2,
        misconceptions=mistakes.AVERAGE_POOL2D,
    ),
    Problem(
        name="l2_pool2d",
        signature="l2_pool2d(image, pool_size=2, stride=None)",
        positional=1,
        reference=ref.l2_pool2d,
        magnitude=_l2_magnitude,
        groups=("basic", "stride"),
        examples=(_BASIC, _POOL_3, _STRIDE),
        draw=_draw_average_or_l2,
        misconceptions=mistakes.L2_POOL2D,
    ),
    Problem(
        name="global_average_pool",
        signature="global_average_pool(images)",
        positional=1,
        reference=ref.global_average_pool,
        magnitude=_global_average_magnitude,
        groups=("batch",),
        examples=(_GLOBAL,),
        draw=_draw_global,
        misconceptions=mistakes.GLOBAL_AVERAGE_POOL,
    ),
    Problem(
        name="global_max_pool",
        signature="global_max_pool(images)",
        positional=1,
        reference=ref.global_max_pool,
        magnitude=_global_max_magnitude,
        groups=("batch",),
        examples=(_GLOBAL,),
        draw=_draw_global,
        misconceptions=mistakes.GLOBAL_MAX_POOL,
    ),
)
