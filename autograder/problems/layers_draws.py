"""The hidden cases of the problems in `layers`: small arrays, which loops in plain Python go over quickly.

The groups `rectangle`, `stride_pair`, `padding_pair` and those of 'same' have sizes that differ along rows
and columns; in every other one kernels and windows are square, and one number says how far they move and
how many zeros there are: what a course's function can be asked for that takes single numbers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.problems.draws import Array, kernel, numbers
from autograder.problems.problem import Case

Shape = tuple[int, ...]
# group, (N, H, W), (kh, kw), C, F, dtype, options
Plan = tuple[str, Shape, Shape, int, int, str, dict[str, Any]]

_VALID: tuple[Plan, ...] = (
    ("basic", (2, 5, 7), (3, 3), 2, 3, "float64", {}),
    ("basic", (1, 6, 4), (2, 2), 3, 2, "int64", {}),
    ("basic", (3, 4, 5), (2, 2), 2, 4, "float32", {}),
    ("basic", (2, 3, 3), (3, 3), 1, 2, "float64", {}),
    ("basic", (2, 4, 3), (1, 1), 3, 2, "float64", {}),
    ("rectangle", (2, 6, 5), (2, 3), 2, 3, "float64", {}),
    ("rectangle", (1, 5, 6), (4, 1), 3, 2, "int64", {}),
    ("rectangle", (3, 4, 6), (1, 3), 2, 2, "float64", {}),
    ("rectangle", (2, 3, 5), (3, 5), 2, 3, "float64", {}),
    ("stride", (2, 7, 9), (3, 3), 2, 2, "float64", {"strides": (2, 2)}),
    ("stride", (1, 8, 6), (3, 3), 3, 2, "int64", {"strides": (2, 2)}),
    ("stride", (3, 8, 7), (2, 2), 1, 3, "float64", {"strides": (3, 3)}),
    ("stride", (1, 9, 6), (1, 1), 2, 2, "float64", {"strides": (4, 4)}),
    ("stride_pair", (2, 7, 8), (3, 3), 2, 2, "float64", {"strides": (1, 2)}),
    ("stride_pair", (1, 9, 7), (2, 3), 2, 3, "float64", {"strides": (3, 2)}),
    ("stride_pair", (2, 8, 9), (3, 2), 1, 2, "int64", {"strides": (2, 4)}),
    ("padding", (2, 4, 6), (3, 3), 2, 3, "float64", {"padding": (1, 1)}),
    ("padding", (1, 5, 3), (2, 2), 3, 2, "int64", {"padding": (2, 2)}),
    ("padding", (2, 6, 7), (3, 3), 2, 2, "float64", {"strides": (2, 2), "padding": (1, 1)}),
    ("padding", (3, 2, 3), (5, 5), 1, 2, "float64", {"padding": (3, 3)}),
    ("padding_pair", (2, 4, 5), (3, 3), 2, 2, "float64", {"padding": (2, 1)}),
    ("padding_pair", (1, 6, 4), (3, 2), 2, 3, "float64", {"padding": (0, 2)}),
    ("padding_pair", (2, 5, 6), (2, 3), 1, 2, "int64", {"strides": (2, 3), "padding": (1, 3)}),
)
_SAME: tuple[Plan, ...] = (
    ("same", (2, 5, 6), (3, 3), 2, 2, "float64", {"padding": "same"}),
    ("same", (1, 6, 4), (3, 5), 2, 3, "int64", {"padding": "same"}),
    ("same", (3, 4, 7), (5, 1), 1, 2, "float64", {"padding": "same"}),
    ("same_even", (2, 5, 6), (2, 2), 2, 2, "float64", {"padding": "same"}),
    ("same_even", (1, 6, 4), (4, 2), 2, 3, "float64", {"padding": "same"}),
    ("same_even", (2, 4, 5), (2, 3), 1, 2, "int64", {"padding": "same"}),
    ("same_stride", (2, 6, 7), (3, 3), 2, 2, "float64", {"strides": (2, 2), "padding": "same"}),
    ("same_stride", (1, 5, 6), (2, 3), 2, 3, "int64", {"strides": (2, 3), "padding": "same"}),
    ("same_stride", (2, 6, 4), (4, 2), 1, 2, "float64", {"strides": (2, 2), "padding": "same"}),
    ("same_stride", (3, 4, 6), (3, 4), 2, 1, "float64", {"strides": (3, 2), "padding": "same"}),
    ("same_stride", (1, 7, 4), (2, 3), 1, 2, "float64", {"strides": (1, 2), "padding": "same"}),
)


def draw_conv_forward(rng: np.random.Generator) -> list[Case]:
    return [
        _case(
            plan,
            images=numbers(rng, (*plan[1], plan[3]), plan[5]),
            filters=kernel(rng, (*plan[2], plan[3], plan[4]), plan[5]),
            biases=5 * numbers(rng, (plan[4],), plan[5]),
        )
        for plan in _VALID + _SAME
    ]


def draw_convolve_images(rng: np.random.Generator) -> list[Case]:
    return [
        _case(plan, images=numbers(rng, plan[1], plan[5]), kernel=kernel(rng, plan[2], plan[5]))
        for plan in _VALID + _SAME
    ]


def draw_convolve_channels(rng: np.random.Generator) -> list[Case]:
    return [
        _case(
            plan,
            images=numbers(rng, (*plan[1], plan[3]), plan[5]),
            kernel=kernel(rng, (*plan[2], plan[3]), plan[5]),
        )
        for plan in _VALID + _SAME
    ]


def _case(plan: Plan, **arrays: Array) -> Case:
    group, _, size, _, _, _, options = plan
    return Case(group, {**arrays, **options}, is_degenerate=math.prod(size) == 1)


def draw_corr2d_multi_in(rng: np.random.Generator) -> list[Case]:
    return [
        Case(
            "channels",
            {"image": numbers(rng, (*size, 2 + number % 2), dtype), "kernel": weights},
            is_degenerate=math.prod(weights.shape[:2]) == 1,
        )
        for number, (size, dtype, weights) in enumerate(_windows(rng))
    ]


def draw_corr2d_multi(rng: np.random.Generator) -> list[Case]:
    return [
        Case(
            "filters",
            {
                "image": numbers(rng, (*size, weights.shape[2]), dtype),
                "filters": kernel(rng, (*weights.shape, 1 + number % 4), dtype),
            },
            is_degenerate=math.prod(weights.shape[:2]) == 1,
        )
        for number, (size, dtype, weights) in enumerate(_windows(rng))
    ]


def _windows(rng: np.random.Generator) -> list[tuple[Shape, str, Array]]:
    """Return the sizes of images, their types, and kernels that are 2 and 3 channels deep by turns."""
    plans = [
        ((5, 7), (3, 3), "float64"),
        ((6, 4), (2, 3), "int64"),
        ((4, 6), (3, 2), "float64"),
        ((7, 5), (2, 2), "float32"),
        ((5, 6), (4, 1), "float64"),
        ((3, 5), (3, 5), "float64"),
        ((4, 3), (1, 1), "float64"),
        ((8, 6), (3, 4), "int64"),
    ]
    return [
        (size, dtype, kernel(rng, (*window, 2 + number % 2), dtype))
        for number, (size, window, dtype) in enumerate(plans)
    ]


def draw_conv_single_step(rng: np.random.Generator) -> list[Case]:
    plans: list[tuple[str, Shape, str]] = [
        ("sum", (3, 3, 2), "float64"),
        ("sum", (2, 2, 3), "int64"),
        ("sum", (4, 4, 1), "float64"),
        ("sum", (3, 2, 3), "float32"),
        ("sum", (1, 1, 1), "float64"),
        ("bias", (3, 3, 2), "float64"),
        ("bias", (2, 2, 3), "float64"),
        ("bias", (2, 3, 1), "int64"),
        ("bias", (5, 5, 2), "float64"),
    ]
    return [
        Case(
            group,
            {
                "window": numbers(rng, shape, dtype),
                "weights": kernel(rng, shape, dtype),
                "bias": float(numbers(rng, (1,), "float64")[0]) if group == "bias" else 0.0,
            },
            is_degenerate=math.prod(shape) == 1,
        )
        for group, shape, dtype in plans
    ]


def draw_zero_pad(rng: np.random.Generator) -> list[Case]:
    plans: list[tuple[Shape, int, str]] = [
        ((2, 3, 4, 2), 1, "float64"),
        ((1, 5, 2, 3), 2, "float64"),
        ((3, 2, 3, 1), 3, "int64"),
        ((2, 4, 4, 3), 2, "float32"),
        ((3, 1, 5, 2), 4, "float64"),
        ((1, 1, 1, 1), 1, "int64"),
        ((2, 3, 2, 2), 0, "float64"),
    ]
    return [
        Case("border", {"images": numbers(rng, shape, dtype), "padding": padding}, is_degenerate=not padding)
        for shape, padding, dtype in plans
    ]


def draw_pool_forward(rng: np.random.Generator) -> list[Case]:
    # group, images, window, strides, mode, what is in it
    plans: list[tuple[str, Shape, Shape, Shape, str, str]] = [
        ("max", (2, 6, 4, 3), (2, 2), (2, 2), "max", "float64"),
        ("max", (1, 5, 7, 2), (3, 3), (1, 1), "max", "int64"),
        ("max", (3, 4, 6, 2), (2, 2), (2, 2), "max", "negative float64"),
        ("max", (2, 6, 9, 1), (3, 3), (3, 3), "max", "negative float64"),
        ("average", (2, 4, 6, 2), (2, 2), (2, 2), "average", "float64"),
        ("average", (1, 7, 5, 3), (3, 3), (1, 1), "average", "int64"),
        ("average", (3, 6, 4, 2), (2, 2), (2, 2), "average", "negative float64"),
        ("average", (2, 9, 6, 1), (3, 3), (3, 3), "average", "uint8"),
        ("stride", (2, 7, 8, 2), (3, 3), (2, 2), "max", "float64"),
        ("stride", (1, 9, 6, 3), (2, 2), (3, 3), "average", "float64"),
        ("stride", (3, 8, 5, 1), (2, 2), (3, 3), "max", "negative int64"),
        ("stride", (2, 5, 9, 2), (4, 4), (2, 2), "average", "float32"),
        ("stride", (1, 6, 9, 2), (1, 1), (4, 4), "max", "float64"),
        ("rectangle", (2, 6, 7, 2), (2, 3), (2, 2), "max", "float64"),
        ("rectangle", (1, 8, 2, 2), (3, 2), (2, 2), "max", "float64"),
        ("rectangle", (2, 5, 7, 1), (1, 4), (3, 3), "max", "int64"),
        ("rectangle", (1, 7, 6, 3), (3, 1), (1, 2), "average", "float64"),
        ("rectangle", (2, 9, 7, 1), (2, 4), (3, 2), "max", "negative float64"),
        ("rectangle", (3, 6, 8, 2), (3, 2), (2, 4), "average", "int64"),
        ("rectangle", (2, 5, 8, 2), (2, 2), (1, 3), "max", "int64"),
        ("rectangle", (2, 3, 5, 2), (3, 5), (1, 2), "average", "float64"),
        ("whole", (2, 4, 4, 3), (4, 4), (1, 1), "max", "float64"),
        ("whole", (3, 3, 3, 2), (3, 3), (3, 3), "average", "float64"),
        ("whole", (1, 5, 5, 2), (5, 5), (2, 2), "max", "negative float64"),
        ("whole", (2, 1, 1, 2), (1, 1), (1, 1), "average", "float64"),
    ]
    return [
        Case(
            group,
            {"images": _values(rng, shape, kind), "pool_size": window, "strides": strides, "mode": mode},
            is_degenerate=math.prod(window) == 1,
        )
        for group, shape, window, strides, mode, kind in plans
    ]


def draw_pool_image(rng: np.random.Generator) -> list[Case]:
    plans: list[tuple[str, Shape, Shape, str, str]] = [
        ("max", (5, 7), (2, 2), "max", "float64"),
        ("max", (6, 4), (3, 3), "max", "int64"),
        ("max", (4, 5), (2, 2), "max", "negative float64"),
        ("max", (4, 4), (4, 4), "max", "negative float64"),
        ("max", (3, 4), (1, 1), "max", "float64"),
        ("average", (7, 5), (2, 2), "average", "float64"),
        ("average", (4, 6), (3, 3), "average", "int64"),
        ("average", (5, 4), (2, 2), "average", "negative float64"),
        ("average", (6, 9), (4, 4), "average", "uint8"),
        ("rectangle", (6, 5), (2, 3), "max", "float64"),
        ("rectangle", (5, 3), (4, 1), "average", "float64"),
        ("rectangle", (7, 5), (3, 2), "max", "negative int64"),
        ("rectangle", (6, 4), (2, 3), "average", "int64"),
        ("rectangle", (3, 6), (1, 3), "average", "float64"),
        ("rectangle", (3, 5), (3, 5), "max", "negative float64"),
    ]
    return [
        Case(
            group,
            {"image": _values(rng, shape, kind), "pool_size": window, "mode": mode},
            is_degenerate=math.prod(window) == 1,
        )
        for group, shape, window, mode, kind in plans
    ]


def _values(rng: np.random.Generator, shape: Shape, kind: str) -> Array:
    """Return an array of a dtype, as in `numbers`; of a "negative" one every element is below zero."""
    drawn = numbers(rng, shape, kind.removeprefix("negative "))
    return -np.abs(drawn) if kind.startswith("negative ") else drawn
