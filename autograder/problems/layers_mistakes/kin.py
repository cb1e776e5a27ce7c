"""Wrong ways to write what is simpler than a layer: the layer's mistakes with fewer axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

import reference.layers as ref
from autograder.problems.draws import Array
from autograder.problems.layers_mistakes.calls import Layer
from autograder.problems.layers_mistakes.convolving import (
    BATCH,
    CHANNELS,
    FILTERS,
    INTEGERS,
    KERNEL,
    SIZE,
    STRIDES,
)
from autograder.problems.layers_mistakes.padding import PADDING
from autograder.problems.problem import Misconception

Function = Callable[..., Array]


def _unbiased(layer: Layer, images: Array, filters: Array, **options: Any) -> Array:
    return layer(images, filters, np.zeros(filters.shape[3:], filters.dtype), **options)


def _on_grey_images(layer: Layer) -> Function:
    return lambda images, kernel, **options: _unbiased(
        layer, images[..., None], kernel[..., None, None], **options
    )[..., 0]


def _with_one_kernel(layer: Layer) -> Function:
    return lambda images, kernel, **options: _unbiased(layer, images, kernel[..., None], **options)[..., 0]


def _on_one_image(layer: Layer) -> Function:
    return lambda image, filters: _unbiased(layer, image[None], filters)[0]


def _of_one_image_with_one_kernel(layer: Layer) -> Function:
    return lambda image, kernel: _unbiased(layer, image[None], kernel[..., None])[0, ..., 0]


def _each_channel(images: Array, kernel: Array, **options: Any) -> Array:
    """Return the results of the channels, each by itself, along a last axis."""
    maps = [
        ref.convolve_images(images[..., channel], kernel[..., channel], **options)
        for channel in range(images.shape[-1])
    ]
    return np.stack(maps, axis=-1)


def _mean_of_channels(images: Array, kernel: Array, **options: Any) -> Array:
    return np.asarray(_each_channel(images, kernel, **options).mean(axis=-1))


def _adapted(mistakes: Sequence[Misconception], adapt: Callable[[Layer], Function]) -> list[Misconception]:
    return [replace(mistake, function=adapt(mistake.function)) for mistake in mistakes]


_UNSUMMED = (
    "channels not summed",
    "Your result has one map for each channel. The products of all channels are summed to one map.",
)
_MEAN = (
    "mean over the channels",
    "You take the mean over the channels. Their products are summed.",
)

CONVOLVE_IMAGES = tuple(_adapted((*KERNEL, *BATCH, *STRIDES, *PADDING, *SIZE, *INTEGERS), _on_grey_images))
CONVOLVE_CHANNELS = (
    Misconception(*_UNSUMMED, _each_channel),
    Misconception(*_MEAN, _mean_of_channels),
    *_adapted((*KERNEL, *CHANNELS, *BATCH, *STRIDES, *PADDING, *SIZE, *INTEGERS), _with_one_kernel),
)
CORR2D_MULTI_IN = (
    Misconception(*_UNSUMMED, lambda image, kernel: _each_channel(image[None], kernel)[0]),
    Misconception(*_MEAN, lambda image, kernel: _mean_of_channels(image[None], kernel)[0]),
    *_adapted((*KERNEL, *CHANNELS, *SIZE[:1], *INTEGERS), _of_one_image_with_one_kernel),
)
CORR2D_MULTI = (
    Misconception(
        "filters first",
        "Your result has the shape (F, height, width): the axis of the filters comes last.",
        lambda image, filters: np.moveaxis(ref.corr2d_multi(image, filters), -1, 0),
    ),
    Misconception(
        "filters summed",
        "You sum over the filters. Each has a feature map of its own.",
        lambda image, filters: ref.corr2d_multi(image, filters).sum(axis=-1),
    ),
    *_adapted((*KERNEL, *FILTERS, *CHANNELS, *SIZE[:1], *INTEGERS), _on_one_image),
)
