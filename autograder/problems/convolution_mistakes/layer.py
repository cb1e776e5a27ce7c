"""Wrong ways to write a layer: N images, C channels, F filters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

import reference.convolution as ref
from autograder.problems.convolution_mistakes.integers import truncated, wrapped
from autograder.problems.problem import Misconception
from reference.shapes import Padding, same_padding

Array = npt.NDArray[Any]


def _layer(**changes: Callable[[Array], Array]) -> Callable[..., Array]:
    """Return the layer with some of its arguments changed first."""

    def variant(images: Array, filters: Array, biases: Array, **options: Any) -> Array:
        given = {"images": images, "filters": filters, "biases": biases}
        given |= {name: change(given[name]) for name, change in changes.items()}
        return ref.conv2d_layer(given["images"], given["filters"], given["biases"], **options)

    return variant


def _layer_ignoring(name: str) -> Callable[..., Array]:
    def variant(images: Array, filters: Array, biases: Array, **options: Any) -> Array:
        options.pop(name, None)
        return ref.conv2d_layer(images, filters, biases, **options)

    return variant


def _after_layer(change: Callable[[Array], Array]) -> Callable[..., Array]:
    def variant(images: Array, filters: Array, biases: Array, **options: Any) -> Array:
        return change(ref.conv2d_layer(images, filters, biases, **options))

    return variant


def _bias_per_channel(images: Array, filters: Array, biases: Array, **options: Any) -> Array:
    return ref.conv2d_layer(images, filters, biases * images.shape[-1], **options)


def _odd_row_before(
    images: Array, filters: Array, biases: Array, stride: int = 1, padding: Padding = "valid"
) -> Array:
    if padding == "valid":
        return ref.conv2d_layer(images, filters, biases, stride)
    rows, columns = (
        same_padding(size, kernel_size, stride=stride)[::-1]
        for size, kernel_size in zip(images.shape[1:3], filters.shape[:2], strict=True)
    )
    return ref.conv2d_layer(images, filters, biases, stride, (rows, columns))


def _half_a_kernel_each_side(
    images: Array, filters: Array, biases: Array, stride: int = 1, padding: Padding = "valid"
) -> Array:
    if padding == "valid":
        return ref.conv2d_layer(images, filters, biases, stride)
    rows, columns = ((size - 1) // 2 for size in filters.shape[:2])
    return ref.conv2d_layer(images, filters, biases, stride, ((rows, rows), (columns, columns)))


def _same_then_stride(
    images: Array, filters: Array, biases: Array, stride: int = 1, padding: Padding = "valid"
) -> Array:
    if padding == "valid":
        return ref.conv2d_layer(images, filters, biases, stride)
    return ref.conv2d_layer(images, filters, biases, 1, padding)[:, ::stride, ::stride]


def _first_channel(images: Array, filters: Array, biases: Array, **options: Any) -> Array:
    return ref.conv2d_layer(images[..., :1], filters[:, :, :1], biases, **options)


def _mean_of_channels(images: Array, filters: Array, biases: Array, **options: Any) -> Array:
    without_bias = ref.conv2d_layer(images, filters, np.zeros(len(biases)), **options)
    result: Array = without_bias / images.shape[-1] + biases
    return result


def _first_image(images: Array, filters: Array, biases: Array, **options: Any) -> Array:
    return ref.conv2d_layer(np.broadcast_to(images[:1], images.shape), filters, biases, **options)


def _first_bias(images: Array, filters: Array, biases: Array, **options: Any) -> Array:
    return ref.conv2d_layer(images, filters, np.full_like(biases, biases[0]), **options)


def _overflowing_layer(images: Array, filters: Array, biases: Array, **options: Any) -> Array:
    return wrapped(ref.conv2d_layer(images, filters, biases, **options), images)


def _off_by_one_layer(images: Array, filters: Array, biases: Array, **options: Any) -> Array:
    stride, padding = options.get("stride", 1), options.get("padding", "valid")
    result = ref.conv2d_layer(images, filters, biases, **options)
    if padding == "same":
        return result
    rows, columns = (
        len(range(0, size - k, stride)) for size, k in zip(images.shape[1:3], filters.shape[:2], strict=True)
    )
    return result[:, :rows, :columns]


CONV2D_LAYER = (
    Misconception(
        "flipped kernel",
        "Your filters are flipped: this is true convolution; a CNN layer cross-correlates.",
        _layer(filters=lambda filters: filters[::-1, ::-1]),
    ),
    Misconception(
        "kernel transposed",
        "You use each filter with rows and columns exchanged: filters have the shape (kh, kw, C, F).",
        _layer(filters=lambda filters: filters.swapaxes(0, 1)),
    ),
    Misconception(
        "result transposed",
        "Your result has rows and columns exchanged: it must have the shape (N, height, width, F).",
        _after_layer(lambda result: result.swapaxes(1, 2)),
    ),
    Misconception(
        "bias per channel",
        "You add a filter's bias once for each channel. It is added once to each output value, after the "
        "sum over the channels.",
        _bias_per_channel,
    ),
    Misconception(
        "bias forgotten",
        "You left the biases out: each filter's bias is added once to every value of its feature map.",
        _layer(biases=np.zeros_like),
    ),
    Misconception(
        "first bias for all",
        "You add the first bias to every feature map: biases[f] belongs to filter f.",
        _first_bias,
    ),
    Misconception(
        "stride ignored",
        "The stride makes no difference: windows must start at multiples of it.",
        _layer_ignoring("stride"),
    ),
    Misconception(
        "'same' ignored",
        "padding='same' makes no difference: the output must have ceil(size / stride) rows and columns.",
        _layer_ignoring("padding"),
    ),
    Misconception(
        "odd row above and left",
        "With 'same', your odd row of zeros is above and the odd column on the left. Keras puts them "
        "below and on the right.",
        _odd_row_before,
    ),
    Misconception(
        "half a kernel on each side",
        "With 'same', you pad (kernel size − 1) // 2 on each side. How much Keras pads depends on the "
        "stride and on the size too.",
        _half_a_kernel_each_side,
    ),
    Misconception(
        "'same' at stride 1, then every other",
        "With 'same' and a stride, you compute at stride 1 and take every stride-th value. Keras pads only "
        "as much as the stride needs, so that its windows start elsewhere.",
        _same_then_stride,
    ),
    Misconception(
        "only the first channel",
        "You use the first channel only: a filter is as deep as the image has channels, and the products "
        "of all of them are summed.",
        _first_channel,
    ),
    Misconception(
        "mean over the channels",
        "You average over the channels: their products are summed.",
        _mean_of_channels,
    ),
    Misconception(
        "channels reversed",
        "Your filter's channels run against the image's: filters[:, :, c] belongs to images[..., c].",
        _layer(filters=lambda filters: filters[:, :, ::-1]),
    ),
    Misconception(
        "first image for all",
        "Every image of the batch gets the first one's result.",
        _first_image,
    ),
    Misconception(
        "last window missing",
        "The last window of each axis is missing: there are (size − kernel size) // stride + 1 of them, "
        "and range() leaves out its end.",
        _off_by_one_layer,
    ),
    Misconception(
        "cut to integers",
        "You cut every value to an integer: the result must keep its fractions.",
        _after_layer(truncated),
    ),
    Misconception(
        "integer overflow",
        "Your result has the images' own integer type and wraps around: uint8 ends at 255. Convert to a "
        "wider type before you multiply.",
        _overflowing_layer,
    ),
    Misconception(
        "ReLU applied",
        "Your negative values are zero: no activation is asked for here.",
        _after_layer(lambda result: np.maximum(result, 0)),
    ),
)
