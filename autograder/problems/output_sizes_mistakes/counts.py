"""Wrong ways to count: the size of an output, the zeros around an input, the parameters of a layer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import reference.parameters as ref
from autograder.problems.problem import Misconception

PerAxis = int | tuple[int, int]

PLUS_ONE_FORGOTTEN = (
    "plus one forgotten",
    "The last place is missing: after the division comes + 1, for the place where the kernel starts.",
)
ROUNDED_UP = (
    "rounded up",
    "You round the division up. A step that leads out of the input does not count: round down.",
)
_BIASES_FORGOTTEN = (
    "biases forgotten",
    "You count the weights only. Unless use_bias=False, there are biases besides.",
)
_ALWAYS_BIASES = (
    "biases always counted",
    "You count the biases with use_bias=False too: then there are none.",
)
_INVERTED = ("use_bias inverted", "You count the biases where there are none, and leave them out elsewhere.")
_ONE_BIAS = (
    "one bias for the whole layer",
    "You add a single bias. Each filter of a convolution, and each unit of a dense layer, has its own.",
)


def _moving(places: Callable[[int, int], float]) -> Callable[..., Any]:
    """Return a variant by what it makes of the room that is left, and of the stride."""

    def variant(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> Any:
        return places(size - kernel_size + 2 * padding, stride)

    return variant


def _padding_once(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:
    return (size - kernel_size + padding) // stride + 1


def _as_with_same(size: int, kernel_size: int, stride: int = 1, padding: int = 0) -> int:  # noqa: ARG001
    return math.ceil(size / stride)


OUTPUT_SIZE = (
    Misconception(*PLUS_ONE_FORGOTTEN, _moving(lambda room, stride: room // stride)),
    Misconception(
        "plus one before the division",
        "You add the 1 before you divide by the stride. It comes after the division.",
        _moving(lambda room, stride: (room + 1) // stride),
    ),
    Misconception(
        "padding counted once",
        "You count the padding once. There are zeros on both sides: 2 · padding.",
        _padding_once,
    ),
    Misconception(
        "padding ignored",
        "The padding makes no difference to your result.",
        lambda size, kernel_size, stride=1, **_: (size - kernel_size) // stride + 1,
    ),
    Misconception(
        "stride ignored",
        "The stride makes no difference to your result.",
        _moving(lambda room, _: room + 1),
    ),
    Misconception(*ROUNDED_UP, _moving(lambda room, stride: math.ceil(room / stride) + 1)),
    Misconception(
        "rounded to the nearest",
        "You round the division to the nearest integer. A step that leads out of the input does not count: "
        "round down.",
        _moving(lambda room, stride: round(room / stride) + 1),
    ),
    Misconception(
        "not rounded",
        "Your size has a fraction: / divides, // divides and rounds down.",
        _moving(lambda room, stride: room / stride + 1),
    ),
    Misconception(
        "padding taken to be 'same'",
        "You divide the size by the stride, as if there were always padding that keeps the size. The padding "
        "is an argument, and without it there is none.",
        _as_with_same,
    ),
)

SAME_PADDING = (
    Misconception(
        "both sides together",
        "You return the zeros of both sides together. Asked for are those of one side, half as many.",
        lambda kernel_size: kernel_size - 1,
    ),
    Misconception(
        "half the kernel, with a fraction",
        "You return half the kernel's size. The element in the kernel's middle needs no padding: subtract "
        "it before you halve.",
        lambda kernel_size: kernel_size / 2,
    ),
    Misconception(
        "half the kernel, rounded up",
        "You return one zero too many. The element in the kernel's middle needs no padding: subtract it "
        "before you halve.",
        lambda kernel_size: (kernel_size + 1) // 2,
    ),
    Misconception(
        "always 1",
        "You always return 1, which is right for a kernel of 3 only.",
        lambda **_: 1,
    ),
    Misconception(
        "two numbers",
        "You return the zeros of both sides as two numbers. Asked for is one, which holds for each side.",
        lambda kernel_size: ((kernel_size - 1) // 2, (kernel_size - 1) // 2),
    ),
)


def _conv(
    area: Callable[[int, int], int] = lambda height, width: height * width,
    *,
    weights: Callable[[int, int, int], int] = lambda area, in_channels, filters: area * in_channels * filters,
    biases: Callable[[int, int], int] = lambda _, filters: filters,
) -> Callable[..., int]:
    """Return a variant by how it counts the elements of a kernel, the weights and the biases."""

    def variant(kernel_size: PerAxis, in_channels: int, filters: int, use_bias: bool = True) -> int:
        height, width = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
        extra = biases(in_channels, filters) if use_bias else 0
        return weights(area(height, width), in_channels, filters) + extra

    return variant


CONV_PARAMETERS = (
    Misconception(*_BIASES_FORGOTTEN, _conv(biases=lambda *_: 0)),
    Misconception(
        *_ALWAYS_BIASES,
        lambda kernel_size, in_channels, filters, **_: ref.conv_parameters(kernel_size, in_channels, filters),
    ),
    Misconception(
        *_INVERTED,
        lambda kernel_size, in_channels, filters, use_bias=True: ref.conv_parameters(
            kernel_size, in_channels, filters, not use_bias
        ),
    ),
    Misconception(*_ONE_BIAS, _conv(biases=lambda *_: 1)),
    Misconception(
        "a bias for each channel of each filter",
        "You count a bias for each input channel of each filter. A filter has one bias, added to the sum "
        "over all channels.",
        _conv(biases=lambda in_channels, filters: in_channels * filters),
    ),
    Misconception(
        "a bias for each input channel",
        "You count a bias for each input channel. It is the filters that have one each.",
        _conv(biases=lambda in_channels, _: in_channels),
    ),
    Misconception(
        "input channels left out",
        "The input's channels do not count in your result. A filter is as deep as the input has channels.",
        _conv(weights=lambda area, _, filters: area * filters),
    ),
    Misconception(
        "filters left out",
        "You count the weights of one filter only.",
        _conv(weights=lambda area, in_channels, _: area * in_channels),
    ),
    Misconception(
        "height of the kernel only",
        "You count the kernel's height, but not its width: it has height × width elements.",
        _conv(lambda height, _: height),
    ),
    Misconception(
        "height and width added",
        "You add the kernel's height and width: it has height × width elements.",
        _conv(lambda height, width: height + width),
    ),
    Misconception(
        "kernel taken to be square",
        "You square one side of the kernel. A kernel of (height, width) has height × width elements.",
        _conv(lambda height, _: height**2),
    ),
    Misconception(
        "kernel taken to be square",
        "You square one side of the kernel. A kernel of (height, width) has height × width elements.",
        _conv(lambda _, width: width**2),
    ),
)


def _dense(count: Callable[[int, int], int]) -> Callable[..., int]:
    """Return a variant by how many biases it counts."""

    def variant(inputs: int, units: int, use_bias: bool = True) -> int:
        return inputs * units + (count(inputs, units) if use_bias else 0)

    return variant


DENSE_PARAMETERS = (
    Misconception(*_BIASES_FORGOTTEN, _dense(lambda *_: 0)),
    Misconception(*_ALWAYS_BIASES, lambda inputs, units, **_: ref.dense_parameters(inputs, units)),
    Misconception(
        *_INVERTED,
        lambda inputs, units, use_bias=True: ref.dense_parameters(inputs, units, not use_bias),
    ),
    Misconception(*_ONE_BIAS, _dense(lambda *_: 1)),
    Misconception(
        "a bias for each input",
        "You count a bias for each input. It is the units that have one each.",
        _dense(lambda inputs, _: inputs),
    ),
    Misconception(
        "a bias for each input and each unit",
        "You count biases for the inputs too. Only the units have one each.",
        _dense(lambda inputs, units: inputs + units),
    ),
    Misconception(
        "inputs and units added",
        "You add inputs and units. Each unit has a weight for each input: multiply.",
        lambda inputs, units, use_bias=True: inputs + units + (units if use_bias else 0),
    ),
)
