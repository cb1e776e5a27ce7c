"""Layers and their parts as courses have them written from scratch: the functions, examples, draws.

Sizes, strides and paddings are pairs, and arrays channels-last, whatever a course's own function takes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

import reference.layers as ref
from autograder.problems import layers_draws as draws
from autograder.problems import layers_mistakes as mistakes
from autograder.problems.draws import Array
from autograder.problems.layers_conventions import conventions_of
from autograder.problems.problem import Case, Problem


def _absolute(values: npt.ArrayLike) -> Array:
    return np.abs(np.asarray(values, dtype=np.float64))


def _conv_forward_magnitude(
    images: Array, filters: Array, biases: Array, *rest: Any, **options: Any
) -> Array:
    return ref.conv_forward(_absolute(images), _absolute(filters), _absolute(biases), *rest, **options)


def _convolve_images_magnitude(images: Array, kernel: Array, *rest: Any, **options: Any) -> Array:
    return ref.convolve_images(_absolute(images), _absolute(kernel), *rest, **options)


def _convolve_channels_magnitude(images: Array, kernel: Array, *rest: Any, **options: Any) -> Array:
    return ref.convolve_channels(_absolute(images), _absolute(kernel), *rest, **options)


def _corr2d_multi_magnitude(image: Array, filters: Array) -> Array:
    return ref.corr2d_multi(_absolute(image), _absolute(filters))


def _corr2d_multi_in_magnitude(image: Array, kernel: Array) -> Array:
    return ref.corr2d_multi_in(_absolute(image), _absolute(kernel))


def _conv_single_step_magnitude(window: Array, weights: Array, bias: float) -> Array:
    return np.asarray(ref.conv_single_step(_absolute(window), _absolute(weights), abs(bias)))


def _zero_pad_magnitude(images: Array, padding: int) -> Array:
    return ref.zero_pad(_absolute(images), padding)


def _pool_forward_magnitude(
    images: Array, pool_size: ref.Pair, strides: ref.Pair, mode: ref.Pooling = "max"
) -> Array:
    elements = pool_size[0] * pool_size[1] if mode == "average" else 1
    return np.asarray(ref.pool_forward(_absolute(images), pool_size, strides, mode) * elements)


def _pool_image_magnitude(image: Array, pool_size: ref.Pair, mode: ref.Pooling = "max") -> Array:
    return _pool_forward_magnitude(image[None, :, :, None], pool_size, (1, 1), mode)[0, :, :, 0]


def _example(group: str, title: str, **inputs: Any) -> Case:
    return Case(group, inputs, title)


def _counted(*shape: int, modulus: int = 11) -> Array:
    """Return small whole numbers that differ from place to place and have both signs."""
    values: Array = np.arange(1, np.prod(shape) + 1) * 7 % modulus - modulus // 2
    return values.reshape(shape)


_GREY = _counted(2, 4, 5)
_COLOUR = _counted(2, 4, 5, 2)
_BIASES = np.array([1, -2, 3])

_CONVOLUTIONS: tuple[tuple[str, str, tuple[int, int], dict[str, Any]], ...] = (
    ("basic", "kernel 2×2", (2, 2), {}),
    ("rectangle", "kernel 3×2", (3, 2), {}),
    ("stride", "kernel 2×2, stride 2", (2, 2), {"strides": (2, 2)}),
    ("stride_pair", "kernel 2×2, stride 1 down and 3 right", (2, 2), {"strides": (1, 3)}),
    ("padding", "kernel 3×3, padding 1", (3, 3), {"padding": (1, 1)}),
    ("padding_pair", "kernel 3×3, padding 0 above and 2 left", (3, 3), {"padding": (0, 2)}),
    ("same", "kernel 3×3, 'same'", (3, 3), {"padding": "same"}),
    ("same_even", "kernel 2×2, 'same'", (2, 2), {"padding": "same"}),
    ("same_stride", "kernel 3×2, stride 2, 'same'", (3, 2), {"strides": (2, 2), "padding": "same"}),
)
_GROUPS = tuple(group for group, *_ in _CONVOLUTIONS)

CONV_FORWARD = Problem(
    name="conv_forward",
    signature='conv_forward(images, filters, biases, strides=(1, 1), padding="valid")',
    positional=3,
    reference=ref.conv_forward,
    magnitude=_conv_forward_magnitude,
    groups=_GROUPS,
    examples=[
        _example(
            group,
            f"two 4×5 images of 2 channels, 3 filters, {title}",
            images=_COLOUR,
            filters=_counted(*size, 2, 3, modulus=7),
            biases=_BIASES,
            **options,
        )
        for group, title, size, options in _CONVOLUTIONS
    ],
    draw=draws.draw_conv_forward,
    misconceptions=mistakes.CONV_FORWARD,
    conventions=conventions_of(ref.conv_forward, _conv_forward_magnitude),
)

PROBLEMS = (
    CONV_FORWARD,
    Problem(
        name="convolve_images",
        signature='convolve_images(images, kernel, strides=(1, 1), padding="valid")',
        positional=2,
        reference=ref.convolve_images,
        magnitude=_convolve_images_magnitude,
        groups=_GROUPS,
        examples=[
            _example(
                group,
                f"two grey 4×5 images, {title}",
                images=_GREY,
                kernel=_counted(*size, modulus=7),
                **options,
            )
            for group, title, size, options in _CONVOLUTIONS
        ],
        draw=draws.draw_convolve_images,
        misconceptions=mistakes.CONVOLVE_IMAGES,
        conventions=conventions_of(ref.convolve_images, _convolve_images_magnitude),
    ),
    Problem(
        name="convolve_channels",
        signature='convolve_channels(images, kernel, strides=(1, 1), padding="valid")',
        positional=2,
        reference=ref.convolve_channels,
        magnitude=_convolve_channels_magnitude,
        groups=_GROUPS,
        examples=[
            _example(
                group,
                f"two 4×5 images of 2 channels, {title}",
                images=_COLOUR,
                kernel=_counted(*size, 2, modulus=7),
                **options,
            )
            for group, title, size, options in _CONVOLUTIONS
        ],
        draw=draws.draw_convolve_channels,
        misconceptions=mistakes.CONVOLVE_CHANNELS,
        conventions=conventions_of(ref.convolve_channels, _convolve_channels_magnitude),
    ),
    Problem(
        name="corr2d_multi_in",
        signature="corr2d_multi_in(image, kernel)",
        positional=2,
        reference=ref.corr2d_multi_in,
        magnitude=_corr2d_multi_in_magnitude,
        groups=("channels",),
        examples=(
            _example(
                "channels",
                "4×5 image of 2 channels, kernel 3×2",
                image=_COLOUR[0],
                kernel=_counted(3, 2, 2, modulus=7),
            ),
        ),
        draw=draws.draw_corr2d_multi_in,
        misconceptions=mistakes.CORR2D_MULTI_IN,
    ),
    Problem(
        name="corr2d_multi",
        signature="corr2d_multi(image, filters)",
        positional=2,
        reference=ref.corr2d_multi,
        magnitude=_corr2d_multi_magnitude,
        groups=("filters",),
        examples=(
            _example(
                "filters",
                "4×5 image of 2 channels, 3 filters, kernel 3×2",
                image=_COLOUR[0],
                filters=_counted(3, 2, 2, 3, modulus=7),
            ),
        ),
        draw=draws.draw_corr2d_multi,
        misconceptions=mistakes.CORR2D_MULTI,
    ),
    Problem(
        name="conv_single_step",
        signature="conv_single_step(window, weights, bias)",
        positional=3,
        reference=ref.conv_single_step,
        magnitude=_conv_single_step_magnitude,
        groups=("sum", "bias"),
        examples=(
            _example(
                "sum",
                "3×3 window of 2 channels",
                window=_counted(3, 3, 2),
                weights=_counted(3, 3, 2, modulus=7),
                bias=0.0,
            ),
            _example(
                "bias",
                "2×2 window of 3 channels, bias −1.5",
                window=_counted(2, 2, 3),
                weights=_counted(2, 2, 3, modulus=7),
                bias=-1.5,
            ),
        ),
        draw=draws.draw_conv_single_step,
        misconceptions=mistakes.CONV_SINGLE_STEP,
    ),
    Problem(
        name="zero_pad",
        signature="zero_pad(images, padding)",
        positional=2,
        reference=ref.zero_pad,
        magnitude=_zero_pad_magnitude,
        groups=("border",),
        examples=(
            _example("border", "two 3×2 images of 2 channels", images=_counted(2, 3, 2, 2), padding=1),
        ),
        draw=draws.draw_zero_pad,
        misconceptions=mistakes.ZERO_PAD,
    ),
    Problem(
        name="pool_forward",
        signature='pool_forward(images, pool_size, strides, mode="max")',
        positional=3,
        reference=ref.pool_forward,
        magnitude=_pool_forward_magnitude,
        groups=("max", "average", "stride", "rectangle", "whole"),
        examples=[
            _example(group, title, images=images, pool_size=size, strides=strides, mode=mode)
            for group, title, images, size, strides, mode in (
                ("max", "windows of 2×2", _COLOUR, (2, 2), (2, 2), "max"),
                ("average", "windows of 2×2", _COLOUR, (2, 2), (2, 2), "average"),
                ("stride", "windows of 2×2, stride 3", _COLOUR, (2, 2), (3, 3), "max"),
                ("rectangle", "windows of 2×3, stride 1 and 2", _COLOUR, (2, 3), (1, 2), "max"),
                ("rectangle", "windows of 3×2, stride 2", _COLOUR, (3, 2), (2, 2), "max"),
                ("whole", "windows as large as the image", _COLOUR[:, :, :4], (4, 4), (1, 1), "average"),
                ("whole", "the maximum of the whole image", _COLOUR[:, :, :4], (4, 4), (1, 1), "max"),
            )
        ],
        draw=draws.draw_pool_forward,
        misconceptions=mistakes.POOL_FORWARD,
    ),
    Problem(
        name="pool_image",
        signature='pool_image(image, pool_size, mode="max")',
        positional=2,
        reference=ref.pool_image,
        magnitude=_pool_image_magnitude,
        groups=("max", "average", "rectangle"),
        examples=[
            _example(group, title, image=_GREY[0], pool_size=size, mode=mode)
            for group, title, size, mode in (
                ("max", "windows of 2×2", (2, 2), "max"),
                ("average", "windows of 2×2", (2, 2), "average"),
                ("rectangle", "windows of 3×2", (3, 2), "max"),
            )
        ],
        draw=draws.draw_pool_image,
        misconceptions=mistakes.POOL_IMAGE,
    ),
)
