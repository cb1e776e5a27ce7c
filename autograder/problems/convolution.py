"""The problems of the assignment `convolution`: the functions, the lecture's examples, the draws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

import reference.convolution as ref
from autograder.problems import convolution_mistakes as mistakes
from autograder.problems.draws import kernel, numbers
from autograder.problems.problem import Case, Inputs, Problem

Array = npt.NDArray[Any]
Shape = tuple[int, ...]

_IMAGE_6X6 = np.array(
    [
        [1, 4, 12, 11, 0, 2],
        [9, 15, 3, 0, 4, 17],
        [1, 4, 8, 6, 6, 10],
        [16, 10, 0, 11, 13, 6],
        [0, 2, 9, 3, 0, 8],
        [2, 14, 12, 5, 14, 1],
    ]
)
_KERNEL_3X3 = np.array([[3, 0, 8], [1, 5, 10], [0, 2, 9]])
_IMAGE_4X5 = np.array(
    [[23, 255, 40, 12, 4], [21, 34, 200, 43, 200], [160, 180, 17, 190, 80], [210, 190, 40, 3, 240]]
)
_FOUR_KERNELS = np.array(
    [[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0.9, 1.1], [-2.8, 0.8]], [[0.9, 1.1], [0, 0.8]]]
)
_FOUR_BIASES = np.array([0, -1, 0.15, -1.6])


def _convolve1d_magnitude(signal: Array, kernel: Array) -> Array:
    return ref.convolve1d(_absolute(signal), _absolute(kernel))


def _conv2d_magnitude(image: Array, kernel: Array, bias: float = 0.0, **rest: Any) -> Array:
    return ref.conv2d(_absolute(image), _absolute(kernel), abs(bias), **rest)


def _layer_magnitude(images: Array, filters: Array, biases: Array, **rest: Any) -> Array:
    return ref.conv2d_layer(_absolute(images), _absolute(filters), _absolute(biases), **rest)


def _absolute(values: npt.ArrayLike) -> Array:
    return np.abs(np.asarray(values, dtype=np.float64))


def _draw_convolve1d(rng: np.random.Generator) -> list[Case]:
    # (signal length, kernel length, dtype)
    plans = [
        (7, 3, "float64"),
        (5, 5, "int64"),
        (6, 2, "uint8"),
        (3, 6, "float64"),
        (9, 4, "float32"),
        (1, 4, "int64"),
        (8, 1, "float64"),
        (12, 5, "uint8"),
        (10, 3, "both uint8"),
        (13, 9, "float64"),
        (1, 1, "float64"),
    ]
    return [
        Case(
            "full",
            {"signal": numbers(rng, (n,), dtype), "kernel": kernel(rng, (k,), dtype, spatial=1)},
            is_degenerate=min(n, k) == 1,
        )
        for n, k, dtype in plans
    ]


def _draw_conv2d(rng: np.random.Generator) -> list[Case]:
    # group, image, kernel, dtype, options. Each group varies what its name says, far beyond what the
    # examples have; two cases of `stride` have padding too, since sizes are often computed wrongly only
    # where both come together.
    plans: list[tuple[str, Shape, Shape, str, dict[str, Any]]] = [
        ("basic", (5, 7), (3, 2), "float64", {}),
        ("basic", (6, 4), (1, 1), "int64", {}),
        ("basic", (7, 5), (2, 3), "uint8", {}),
        ("basic", (5, 5), (3, 3), "int64", {}),
        ("basic", (4, 9), (2, 4), "float32", {}),
        ("basic", (3, 4), (3, 4), "float64", {}),
        ("basic", (5, 6), (2, 3), "both uint8", {}),
        ("basic", (9, 11), (7, 6), "int64", {}),
        ("stride", (7, 9), (3, 3), "float64", {"stride": 2}),
        ("stride", (8, 6), (2, 3), "int64", {"stride": 2}),
        ("stride", (10, 7), (3, 2), "float64", {"stride": 3}),
        ("stride", (9, 9), (3, 3), "uint8", {"stride": 2}),
        ("stride", (11, 14), (3, 2), "int64", {"stride": 4}),
        ("stride", (13, 17), (2, 3), "float64", {"stride": 5}),
        ("stride", (6, 8), (3, 3), "float32", {"stride": 2, "padding": 1}),
        ("stride", (5, 8), (2, 2), "int64", {"stride": 3, "padding": 2}),
        ("padding", (5, 7), (3, 3), "float64", {"padding": 1}),
        ("padding", (6, 4), (3, 2), "int64", {"padding": 2}),
        ("padding", (4, 6), (5, 3), "float64", {"padding": 2}),
        ("padding", (5, 5), (3, 3), "uint8", {"padding": 1}),
        ("padding", (3, 5), (2, 2), "float32", {"padding": 3}),
        ("padding", (2, 3), (4, 2), "int64", {"padding": 1}),
        ("padding", (4, 5), (3, 2), "float64", {"padding": 4}),
        ("padding", (3, 4), (6, 7), "int64", {"padding": 5}),
        ("bias", (6, 5), (3, 2), "float64", {"bias": 2.75}),
        ("bias", (4, 7), (2, 2), "int64", {"bias": -6}),
        ("bias", (5, 6), (3, 3), "float64", {"bias": -3.5}),
        ("bias", (6, 6), (2, 3), "uint8", {"bias": 100}),
        ("bias", (3, 7), (1, 3), "float32", {"bias": 4.25}),
        ("bias", (5, 4), (2, 3), "int64", {"bias": -70_000}),
    ]
    return [
        Case(
            group,
            {"image": numbers(rng, image, dtype), "kernel": kernel(rng, size, dtype), **_in_order(options)},
            is_degenerate=math.prod(size) == 1,
        )
        for group, image, size, dtype, options in plans
    ]


def _in_order(options: dict[str, Any]) -> dict[str, Any]:
    return {name: options[name] for name in ("bias", "stride", "padding") if name in options}


def _draw_conv2d_layer(rng: np.random.Generator) -> list[Case]:
    # group, images, filters, dtype, options
    plans: list[tuple[str, Shape, Shape, str, dict[str, Any]]] = [
        ("channels", (1, 5, 6, 3), (2, 3, 3, 1), "float64", {}),
        ("channels", (2, 4, 6, 2), (3, 2, 2, 2), "int64", {}),
        ("channels", (1, 6, 4, 3), (3, 3, 3, 2), "uint8", {}),
        ("channels", (2, 5, 4, 4), (1, 1, 4, 2), "float32", {}),
        ("channels", (3, 5, 5, 2), (2, 2, 2, 1), "float64", {}),
        ("channels", (2, 4, 5, 2), (2, 2, 2, 2), "both uint8", {}),
        ("channels", (1, 8, 9, 6), (6, 7, 6, 1), "int64", {}),
        ("filters_and_bias", (2, 6, 5, 1), (3, 2, 1, 4), "float64", {}),
        ("filters_and_bias", (1, 5, 7, 2), (2, 2, 2, 3), "int64", {}),
        ("filters_and_bias", (2, 4, 5, 3), (2, 3, 3, 2), "uint8", {}),
        ("filters_and_bias", (3, 5, 5, 2), (3, 3, 2, 3), "float32", {}),
        ("filters_and_bias", (1, 4, 4, 1), (1, 1, 1, 5), "float64", {}),
        ("stride", (1, 7, 9, 2), (3, 3, 2, 2), "float64", {"stride": 2}),
        ("stride", (2, 8, 6, 1), (2, 3, 1, 3), "int64", {"stride": 2}),
        ("stride", (1, 10, 7, 2), (3, 2, 2, 2), "float64", {"stride": 3}),
        ("stride", (2, 9, 9, 1), (3, 3, 1, 2), "uint8", {"stride": 2}),
        ("stride", (1, 7, 8, 3), (2, 2, 3, 2), "float32", {"stride": 3}),
        ("stride", (1, 11, 14, 2), (3, 2, 2, 2), "int64", {"stride": 4}),
        ("stride", (2, 13, 12, 1), (2, 3, 1, 2), "float64", {"stride": 5}),
        ("same", (1, 5, 7, 2), (3, 3, 2, 2), "float64", {"padding": "same"}),
        ("same", (2, 6, 5, 1), (2, 4, 1, 2), "int64", {"padding": "same"}),
        ("same", (1, 4, 6, 3), (2, 2, 3, 2), "float64", {"padding": "same"}),
        ("same", (1, 6, 8, 2), (3, 3, 2, 2), "uint8", {"stride": 2, "padding": "same"}),
        ("same", (2, 7, 4, 1), (5, 3, 1, 2), "float32", {"stride": 2, "padding": "same"}),
        ("same", (1, 8, 7, 2), (3, 2, 2, 1), "float64", {"stride": 3, "padding": "same"}),
        ("same", (1, 5, 5, 2), (1, 1, 2, 2), "int64", {"stride": 2, "padding": "same"}),
        ("same", (1, 2, 7, 1), (3, 2, 1, 2), "float64", {"stride": 3, "padding": "same"}),
        ("same", (2, 5, 4, 1), (1, 1, 1, 1), "float32", {"padding": "same"}),
        ("same", (1, 6, 1, 1), (2, 4, 1, 2), "float64", {"padding": "same"}),
        ("same", (1, 4, 6, 2), (2, 2, 2, 1), "int64", {"stride": 3, "padding": "same"}),
        ("same", (1, 11, 9, 2), (3, 6, 2, 2), "int64", {"stride": 4, "padding": "same"}),
        ("same", (2, 8, 12, 1), (7, 5, 1, 1), "float64", {"stride": 5, "padding": "same"}),
        ("same", (1, 10, 9, 1), (2, 2, 1, 2), "int64", {"stride": 5, "padding": "same"}),
    ]
    return [
        Case(
            group,
            {
                "images": numbers(rng, images, dtype),
                "filters": kernel(rng, filters, dtype),
                "biases": 5 * numbers(rng, filters[-1:], "int64" if dtype.endswith("uint8") else dtype),
                **options,
            },
            is_degenerate=math.prod(filters[:2]) == 1,
        )
        for group, images, filters, dtype, options in plans
    ]


def _example(group: str, title: str, **inputs: Any) -> Case:
    return Case(group, inputs, title)


def _one_image(image: Array, filters: Array, biases: Array | None = None, **options: Any) -> Inputs:
    return {
        "images": image[np.newaxis, :, :, np.newaxis],
        "filters": filters,
        "biases": np.zeros(filters.shape[-1]) if biases is None else biases,
        **options,
    }


_ONE_FILTER = _KERNEL_3X3[:, :, np.newaxis, np.newaxis]
_TWO_CHANNELS = np.stack([_KERNEL_3X3, _KERNEL_3X3[::-1, ::-1]], axis=-1)[:, :, :, np.newaxis]

PROBLEMS = (
    Problem(
        name="convolve1d",
        signature="convolve1d(signal, kernel)",
        positional=2,
        reference=ref.convolve1d,
        magnitude=_convolve1d_magnitude,
        groups=("full",),
        examples=(
            _example(
                "full",
                "1-D discrete convolution",
                signal=np.array([0, 1, 2, 3, 4]),
                kernel=np.array([1, -1, 2]),
            ),
        ),
        draw=_draw_convolve1d,
        misconceptions=mistakes.CONVOLVE1D,
    ),
    Problem(
        name="conv2d",
        signature="conv2d(image, kernel, bias=0.0, stride=1, padding=0)",
        positional=2,
        reference=ref.conv2d,
        magnitude=_conv2d_magnitude,
        groups=("basic", "stride", "padding", "bias"),
        examples=(
            _example("basic", "6×6 image, 3×3 kernel", image=_IMAGE_6X6, kernel=_KERNEL_3X3),
            _example(
                "stride", "6×6 image, 3×3 kernel, stride 2", image=_IMAGE_6X6, kernel=_KERNEL_3X3, stride=2
            ),
            _example(
                "padding", "6×6 image, 3×3 kernel, padding 1", image=_IMAGE_6X6, kernel=_KERNEL_3X3, padding=1
            ),
            _example(
                "bias",
                "4×5 image, third kernel, bias 0.15",
                image=_IMAGE_4X5,
                kernel=_FOUR_KERNELS[2],
                bias=0.15,
            ),
        ),
        draw=_draw_conv2d,
        misconceptions=mistakes.CONV2D,
    ),
    Problem(
        name="conv2d_layer",
        signature='conv2d_layer(images, filters, biases, stride=1, padding="valid")',
        positional=3,
        reference=ref.conv2d_layer,
        magnitude=_layer_magnitude,
        groups=("channels", "filters_and_bias", "stride", "same"),
        examples=(
            Case(
                "channels",
                {
                    **_one_image(_IMAGE_6X6, _TWO_CHANNELS),
                    "images": np.stack([_IMAGE_6X6] * 2, -1)[np.newaxis],
                },
                "6×6 image in two channels",
            ),
            Case(
                "filters_and_bias",
                _one_image(_IMAGE_4X5, _FOUR_KERNELS.transpose(1, 2, 0)[:, :, np.newaxis], _FOUR_BIASES),
                "four 2×2 kernels on a 4×5 image",
            ),
            Case("stride", _one_image(_IMAGE_6X6, _ONE_FILTER, stride=2), "6×6 image, stride 2"),
            Case("same", _one_image(_IMAGE_6X6, _ONE_FILTER, padding="same"), "6×6 image, padding same"),
        ),
        draw=_draw_conv2d_layer,
        misconceptions=mistakes.CONV2D_LAYER,
    ),
)
