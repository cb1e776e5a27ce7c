"""Known wrong ways to write the functions of the assignment `convolution`, most specific first.

Each variant makes one mistake and is right otherwise, so that the answers it gives are those of a
student who made that mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

import reference.convolution as ref
from autograder.problems.problem import Misconception
from reference.shapes import Padding, same_padding

Array = npt.NDArray[Any]


def _wrapped(result: Array, like: Array) -> Array:
    """Return the result as an array of the image's own integer type would hold it."""
    if not np.issubdtype(like.dtype, np.integer):
        return result
    return np.trunc(result).astype(np.int64).astype(like.dtype)


def _truncated(result: Array) -> Array:
    return np.trunc(result).astype(np.int64)


# 1-D


def _correlated(signal: Array, kernel: Array) -> Array:
    return ref.convolve1d(signal, np.flip(kernel))


def _overflowing1d(signal: Array, kernel: Array) -> Array:
    return _wrapped(ref.convolve1d(signal, kernel), signal)


def _off_by_one1d(signal: Array, kernel: Array) -> Array:
    return ref.convolve1d(signal, kernel)[:-1]


CONVOLVE1D = (
    Misconception(
        "kernel not flipped",
        "Your kernel is not flipped: this is cross-correlation. The convolution of signal processing "
        "flips it: y[m] = Σ kernel[j] · signal[m − j].",
        _correlated,
    ),
    Misconception(
        "only full overlaps",
        "You keep only the places where the kernel lies on the signal completely ('valid'). The full "
        "convolution has n + k − 1 values.",
        lambda signal, kernel: ref.convolve1d(signal, kernel, mode="valid"),
    ),
    Misconception(
        "output as long as the signal",
        "Your result is cut to the signal's length ('same'). The full convolution has n + k − 1 values.",
        lambda signal, kernel: ref.convolve1d(signal, kernel, mode="same")[: len(signal)],
    ),
    Misconception(
        "last value missing",
        "The last value is missing: the full convolution has n + k − 1 values.",
        _off_by_one1d,
    ),
    Misconception(
        "integer overflow",
        "Your result has the integer type of the signal and wraps around: uint8 ends at 255. Convert to a "
        "wider type before you multiply.",
        _overflowing1d,
    ),
)

# 2-D, one channel


def _flipped(image: Array, kernel: Array, bias: float = 0.0, **rest: Any) -> Array:
    return ref.conv2d(image, kernel[::-1, ::-1], bias, **rest)


def _kernel_transposed(image: Array, kernel: Array, bias: float = 0.0, **rest: Any) -> Array:
    return ref.conv2d(image, kernel.T, bias, **rest)


def _ignoring(name: str) -> Callable[..., Array]:
    def variant(image: Array, kernel: Array, **options: Any) -> Array:
        options.pop(name, None)
        return ref.conv2d(image, kernel, **options)

    return variant


def _one_sided(image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0) -> Array:
    return ref.conv2d(image, kernel, bias, stride, ((padding, 0), (padding, 0)))


def _one_sided_after(
    image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0
) -> Array:
    return ref.conv2d(image, kernel, bias, stride, ((0, padding), (0, padding)))


def _edge_padded(image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0) -> Array:
    return ref.conv2d(np.pad(image, padding, mode="edge"), kernel, bias, stride)


def _sizes_swapped(
    image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0
) -> Array:
    """Take rows for columns in every size, as ``width, height = image.shape`` does."""
    padded = np.pad(np.asarray(image, np.float64), padding)
    width, height = padded.shape
    kernel_width, kernel_height = kernel.shape
    out = np.zeros(((height - kernel_height) // stride + 1, (width - kernel_width) // stride + 1))
    for row, column in np.ndindex(out.shape):
        top, left = row * stride, column * stride
        window = padded[top : top + kernel_height, left : left + kernel_width]
        out[row, column] = np.sum(window * kernel) + bias
    return out


def _transposed(image: Array, kernel: Array, bias: float = 0.0, **rest: Any) -> Array:
    return ref.conv2d(image, kernel, bias, **rest).T


def _off_by_one(image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0) -> Array:
    """Leave out the last window of each axis, as ``range(0, size - kernel_size, stride)`` does."""
    tops, lefts = (
        len(range(0, size + 2 * padding - k, stride))
        for size, k in zip(image.shape, kernel.shape, strict=True)
    )
    return ref.conv2d(image, kernel, bias, stride, padding)[:tops, :lefts]


def _bias_in_the_sum(image: Array, kernel: Array, bias: float = 0.0, **rest: Any) -> Array:
    return ref.conv2d(image, kernel, bias * kernel.size, **rest)


def _overflowing(image: Array, kernel: Array, bias: float = 0.0, **rest: Any) -> Array:
    return _wrapped(ref.conv2d(image, kernel, bias, **rest), image)


def _not_padded_but_sized(
    image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0
) -> Array:
    """Compute without padding and put zeros around the result."""
    inner = ref.conv2d(image, kernel, bias, stride)
    shape = ref.conv2d(image, kernel, bias, stride, padding).shape
    out = np.zeros(shape)
    top, left = ((whole - part) // 2 for whole, part in zip(shape, inner.shape, strict=True))
    out[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return out


CONV2D = (
    Misconception(
        "flipped kernel",
        "Your kernel is flipped: this is true convolution; a CNN layer cross-correlates.",
        _flipped,
    ),
    Misconception(
        "kernel transposed",
        "You use the kernel with rows and columns exchanged: kernel[a, b] belongs to the window's row a "
        "and column b.",
        _kernel_transposed,
    ),
    Misconception(
        "rows and columns swapped",
        "Rows and columns are swapped: the shape is (height, width), so image.shape[0] counts rows. On a "
        "square image nobody notices.",
        _sizes_swapped,
    ),
    Misconception(
        "result transposed",
        "Your result has rows and columns exchanged. On a symmetric result nobody notices.",
        _transposed,
    ),
    Misconception(
        "stride ignored",
        "The stride makes no difference: windows must start at multiples of it.",
        _ignoring("stride"),
    ),
    Misconception(
        "padding on one side",
        "You pad above and on the left only. Padding adds zeros on all four sides.",
        _one_sided,
    ),
    Misconception(
        "padding on one side",
        "You pad below and on the right only. Padding adds zeros on all four sides.",
        _one_sided_after,
    ),
    Misconception(
        "result padded, not the image",
        "You put the zeros around the result. Padding goes around the image, before the windows slide.",
        _not_padded_but_sized,
    ),
    Misconception(
        "edge values as padding",
        "You repeat the image's edge. Padding here means zeros.",
        _edge_padded,
    ),
    Misconception(
        "padding ignored",
        "The padding makes no difference: add that many rows and columns of zeros on all four sides.",
        _ignoring("padding"),
    ),
    Misconception(
        "bias forgotten",
        "You left the bias out: it is added once to every value of the result.",
        _ignoring("bias"),
    ),
    Misconception(
        "bias added at every product",
        "You add the bias inside the sum, once for each element of the kernel. Add it once, after the sum.",
        _bias_in_the_sum,
    ),
    Misconception(
        "bias subtracted",
        "You subtract the bias.",
        lambda image, kernel, bias=0.0, **rest: ref.conv2d(image, kernel, -bias, **rest),
    ),
    Misconception(
        "last window missing",
        "The last window of each axis is missing: there are (size − kernel size) // stride + 1 of them, "
        "and range() leaves out its end.",
        _off_by_one,
    ),
    Misconception(
        "integer overflow",
        "Your result has the image's own integer type and wraps around: uint8 ends at 255. Convert to a "
        "wider type before you multiply.",
        _overflowing,
    ),
    Misconception(
        "cut to integers",
        "You cut every value to an integer: the result must keep its fractions.",
        lambda image, kernel, bias=0.0, **rest: _truncated(ref.conv2d(image, kernel, bias, **rest)),
    ),
    Misconception(
        "ReLU applied",
        "Your negative values are zero: no activation is asked for here.",
        lambda image, kernel, bias=0.0, **rest: np.maximum(ref.conv2d(image, kernel, bias, **rest), 0),
    ),
)

# The layer: N images, C channels, F filters


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
    return _wrapped(ref.conv2d_layer(images, filters, biases, **options), images)


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
        "integer overflow",
        "Your result has the images' own integer type and wraps around: uint8 ends at 255. Convert to a "
        "wider type before you multiply.",
        _overflowing_layer,
    ),
    Misconception(
        "cut to integers",
        "You cut every value to an integer: the result must keep its fractions.",
        _after_layer(_truncated),
    ),
    Misconception(
        "ReLU applied",
        "Your negative values are zero: no activation is asked for here.",
        _after_layer(lambda result: np.maximum(result, 0)),
    ),
)
