"""Wrong ways to slide filters over images, in groups by what a function must have for them.

Each is a layer, with the signature of ``reference.layers.conv_forward``.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from autograder.problems.convolution_mistakes.integers import truncated
from autograder.problems.draws import Array
from autograder.problems.layers_mistakes.calls import Call, Layer, after, before, by
from autograder.problems.layers_mistakes.padding import PADDING
from autograder.problems.problem import Misconception

Count = Callable[[int, int, int], int]  # of the padded size, the kernel size and the stride


def _counts(count: Count, call: Call) -> tuple[int, int]:
    rows, columns = (
        count(size, kernel_size, stride)
        for size, kernel_size, stride in zip(
            call.padded.shape[1:3], call.filters.shape[:2], call.strides, strict=True
        )
    )
    return rows, columns


def _cut_to(count: Count) -> Layer:
    """Return the layer that has fewer outputs."""

    def cut(result: Array, call: Call) -> Array:
        rows, columns = _counts(count, call)
        return result[:, :rows, :columns]

    return after(cut)


def _one_too_few(size: int, kernel_size: int, stride: int) -> int:
    return (size - kernel_size) // stride


def _end_left_out(size: int, kernel_size: int, stride: int) -> int:
    return len(range(0, size - kernel_size, stride))


def _sized_up(result: Array, call: Call) -> Array:
    """Leave a row or a column of zeros where the last window does not fit."""
    rows, columns = _counts(lambda size, kernel_size, stride: -(-(size - kernel_size) // stride) + 1, call)
    out = np.zeros((len(result), rows, columns, result.shape[3]), result.dtype)
    out[:, : result.shape[1], : result.shape[2]] = result
    return out


def _starts_unmultiplied(call: Call) -> Array:
    """Let output i look at the window that starts at i, whatever the stride."""
    rows, columns = call.answer().shape[1:3]
    return call._replace(strides=(1, 1)).answer()[:, :rows, :columns]


def _first_image(call: Call) -> Call:
    return call._replace(images=np.broadcast_to(call.images[:1], call.images.shape))


def _first_channel(call: Call) -> Call:
    return call._replace(images=call.images[..., :1], filters=call.filters[:, :, :1])


def _first_layer_of_a_filter(call: Call) -> Call:
    return call._replace(filters=np.broadcast_to(call.filters[:, :, :1], call.filters.shape))


def _first_filter(call: Call) -> Call:
    return call._replace(filters=np.broadcast_to(call.filters[..., :1], call.filters.shape))


def _biases(change: Callable[[Call], Array]) -> Layer:
    return before(lambda call: call._replace(biases=change(call)))


_ONE_STRIDE = (
    "one stride for both axes",
    "You move by the same stride both ways: strides are (down, right), and can differ.",
)
_LAST_WINDOW = (
    "last window missing",
    "The last window of an axis is missing: there are (padded size − kernel size) // stride + 1 of them.",
)
_ONE_AXIS = (
    "kernel flipped along one axis",
    "Your kernels are flipped along one axis: they lie on a window as they are.",
)
_ONE_BIAS = (
    "one bias for all",
    "You add the same bias to every feature map: biases[f] belongs to filter f.",
)

KERNEL = (
    Misconception(
        "flipped kernel",
        "Your kernels are flipped: this is true convolution; a CNN layer cross-correlates.",
        before(lambda call: call._replace(filters=call.filters[::-1, ::-1])),
    ),
    Misconception(*_ONE_AXIS, before(lambda call: call._replace(filters=call.filters[:, ::-1]))),
    Misconception(*_ONE_AXIS, before(lambda call: call._replace(filters=call.filters[::-1]))),
    Misconception(
        "kernel transposed",
        "You use the kernel with rows and columns exchanged: its first axis is its height.",
        before(lambda call: call._replace(filters=call.filters.swapaxes(0, 1))),
    ),
    Misconception(
        "result transposed",
        "Your result has rows and columns exchanged: its height comes first. On a square result nobody "
        "notices the shape.",
        after(lambda result, _: result.swapaxes(1, 2)),
    ),
)
SIZE = (
    Misconception(*_LAST_WINDOW, _cut_to(_one_too_few)),
    Misconception(*_LAST_WINDOW, _cut_to(_end_left_out)),
)
STRIDES = (
    Misconception(
        "strides swapped",
        "You move down by the stride for the columns, and right by the one for the rows: strides are "
        "(down, right).",
        before(lambda call: call._replace(strides=call.strides[::-1])),
    ),
    Misconception(*_ONE_STRIDE, before(lambda call: call._replace(strides=(call.strides[0],) * 2))),
    Misconception(*_ONE_STRIDE, before(lambda call: call._replace(strides=(call.strides[1],) * 2))),
    Misconception(
        "window starts not multiplied by the stride",
        "Your result has the right size, but its windows are next to each other: output i looks at the "
        "window that starts at i * stride.",
        by(_starts_unmultiplied),
    ),
    Misconception(
        "stride ignored",
        "The stride makes no difference: windows must start at multiples of it.",
        before(lambda call: call._replace(strides=(1, 1))),
    ),
    Misconception(
        "output size rounded up",
        "Your result has a row or a column too much where the stride does not divide: the division in its "
        "size is rounded down.",
        after(_sized_up),
    ),
)
BATCH = (
    Misconception(
        "first image for all",
        "Every image of the batch gets the first one's result.",
        before(_first_image),
    ),
)
CHANNELS = (
    Misconception(
        "only the first channel",
        "You use the first channel only: a filter is as deep as the image has channels, and the products "
        "of all of them are summed.",
        before(_first_channel),
    ),
    Misconception(
        "a filter's first channel for all",
        "You use a filter's first channel for every channel of the image: each has one of its own.",
        before(_first_layer_of_a_filter),
    ),
)
FILTERS = (
    Misconception(
        "first filter for all",
        "Every feature map is made by the first filter: map f belongs to filters[..., f].",
        before(_first_filter),
    ),
)
BIASES = (
    Misconception(
        "bias forgotten",
        "You left the biases out: each filter's bias is added once to every value of its feature map.",
        _biases(lambda call: np.zeros_like(call.biases)),
    ),
    Misconception(*_ONE_BIAS, _biases(lambda call: np.full_like(call.biases, call.biases[0]))),
    Misconception(*_ONE_BIAS, _biases(lambda call: np.full_like(call.biases, call.biases[-1]))),
    Misconception(
        "bias per channel",
        "You add a filter's bias once for each channel. It is added once to each output value, after the "
        "sum over the channels.",
        _biases(lambda call: call.biases * call.images.shape[3]),
    ),
    Misconception(
        "bias added at every product",
        "You add the bias inside the sum, once for each product. Add it once, after the sum.",
        _biases(lambda call: call.biases * math.prod(call.filters.shape[:3])),
    ),
)
INTEGERS = (
    Misconception(
        "cut to integers",
        "You cut every value to an integer: the result must keep its fractions.",
        after(lambda result, _: truncated(result)),
    ),
)

CONV_FORWARD = (*KERNEL, *BIASES, *FILTERS, *CHANNELS, *BATCH, *STRIDES, *PADDING, *SIZE, *INTEGERS)
