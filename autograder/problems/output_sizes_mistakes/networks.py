"""Wrong ways to lead a shape through a network.

Most mistakes are in one kind of layer: `Ways` says for each kind what becomes of a shape, and a variant
changes one of these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.problems.output_sizes_mistakes.counts import PLUS_ONE_FORGOTTEN, ROUNDED_UP
from autograder.problems.problem import Misconception

Layer = Mapping[str, Any]
Shape = tuple[int, ...]
Slide = Callable[[int, int, int], int]  # of a size, a kernel size and a stride


def _floor(size: int, kernel_size: int, stride: int) -> int:
    return (size - kernel_size) // stride + 1


def _ceil(size: int, _kernel_size: int, stride: int) -> int:
    return math.ceil(size / stride)


def _stride_of_pool(layer: Layer) -> int:
    stride: int = layer.get("strides", layer.get("pool_size", 2))
    return stride


@dataclass(frozen=True)
class Ways:
    """What becomes of a size and of a shape in each kind of layer; by default, what is right."""

    valid: Slide = _floor
    same: Slide = _ceil
    pool: Slide = _floor
    stride_of_conv: Callable[[Layer], int] = lambda layer: layer.get("strides", 1)
    stride_of_pool: Callable[[Layer], int] = _stride_of_pool
    channels: Callable[[int, int], int] = lambda _, filters: filters
    flatten: Callable[[Shape], Any] = lambda shape: (math.prod(shape),)
    dense: Callable[[int], Any] = lambda units: (units,)

    def shapes(self, input_shape: Sequence[int], layers: Sequence[Layer]) -> list[Any]:
        """Return the shape after each layer."""
        shape: Any = tuple(input_shape)
        found = []
        for layer in layers:
            shape = self._after(shape, layer)
            found.append(shape)
        return found

    def _after(self, shape: Any, layer: Layer) -> Any:
        match layer["type"]:
            case "conv":
                slide = self.same if layer.get("padding") == "same" else self.valid
                kernel_size, stride = layer["kernel_size"], self.stride_of_conv(layer)
                sizes = [slide(size, kernel_size, stride) for size in shape[:2]]
                return (*sizes, self.channels(shape[2], layer["filters"]))
            case "max_pool":
                pool_size, stride = layer.get("pool_size", 2), self.stride_of_pool(layer)
                return (*(self.pool(size, pool_size, stride) for size in shape[:2]), shape[2])
            case "flatten":
                return self.flatten(shape)
        return self.dense(layer["units"])


_RIGHT = Ways()


def _with(**changes: Any) -> Callable[..., list[Any]]:
    return replace(_RIGHT, **changes).shapes


def _plus_one_forgotten(size: int, kernel_size: int, stride: int) -> int:
    return (size - kernel_size) // stride


def _rounded_up(size: int, kernel_size: int, stride: int) -> int:
    return math.ceil((size - kernel_size) / stride) + 1


def _exchanged(input_shape: Sequence[int], layers: Sequence[Layer]) -> list[Any]:
    shapes = _RIGHT.shapes(input_shape, layers)
    return [(shape[1], shape[0], shape[2]) if len(shape) == 3 else shape for shape in shapes]


def _as_if_square(input_shape: Sequence[int], layers: Sequence[Layer]) -> list[Any]:
    square = (input_shape[0], input_shape[0], input_shape[2]) if len(input_shape) == 3 else input_shape
    return _RIGHT.shapes(square, layers)


_HALVES = (
    "pooling always halves",
    "Your pooling always halves the sizes: the pool size and the strides count too.",
)

NETWORK_SHAPES = (
    Misconception(*PLUS_ONE_FORGOTTEN, _with(valid=_plus_one_forgotten, pool=_plus_one_forgotten)),
    Misconception(*ROUNDED_UP, _with(valid=_rounded_up, pool=_rounded_up)),
    Misconception(
        "batch axis in front",
        "Your shapes begin with the axis of the batch. Asked for are those of one image, without it.",
        lambda input_shape, layers: [(None, *shape) for shape in _RIGHT.shapes(input_shape, layers)],
    ),
    Misconception(
        "strides of convolutions ignored",
        "The strides of a convolution make no difference to your result.",
        _with(stride_of_conv=lambda _: 1),
    ),
    Misconception(
        "padding 'same' ignored",
        'A convolution with padding "same" shrinks the image in your result, as without padding.',
        _with(same=_floor),
    ),
    Misconception(
        "padding 'same' whatever the strides",
        'Your convolutions with padding "same" keep the sizes, whatever the strides. Each size is divided by '
        "the strides, and rounded up.",
        _with(same=lambda size, *_: size),
    ),
    Misconception(
        "padding 'same' rounded down",
        'With padding "same" and strides you round down. The size is divided by the strides and rounded up.',
        _with(same=lambda size, _, stride: size // stride),
    ),
    Misconception(
        "channels kept by a convolution",
        "Your convolutions keep the channels of their input. There are as many afterwards as filters.",
        _with(channels=lambda in_channels, _: in_channels),
    ),
    Misconception(
        "channels times filters",
        "You multiply the channels by the filters. A filter gives one feature map, whatever the channels.",
        _with(channels=lambda in_channels, filters: in_channels * filters),
    ),
    Misconception(
        "default stride of pooling 1",
        "Without strides your pooling moves by one, as a convolution does. It moves by the pool size then.",
        _with(stride_of_pool=lambda layer: layer.get("strides", 1)),
    ),
    Misconception(
        "strides of pooling ignored",
        "The strides of a pooling layer make no difference: you always move by the pool size.",
        _with(stride_of_pool=lambda layer: layer.get("pool_size", 2)),
    ),
    Misconception(*_HALVES, _with(pool=lambda size, *_: size // 2)),
    Misconception(
        "partial windows kept in pooling",
        "Your pooling keeps what is left over at the edge. Only windows that lie on the image completely "
        "count.",
        _with(pool=_ceil),
    ),
    Misconception(
        "flatten without channels",
        "Your flatten counts height × width. All channels are laid out in the vector too.",
        _with(flatten=lambda shape: (math.prod(shape[:2]),)),
    ),
    Misconception(
        "numbers for shapes of one axis",
        "A shape of one axis is a tuple too: (10,) with a comma. (10) is the number 10.",
        _with(flatten=math.prod, dense=lambda units: units),
    ),
    Misconception(
        "height and width exchanged",
        "Height and width are exchanged in your shapes: they are (height, width, channels). On a square "
        "image nobody notices.",
        _exchanged,
    ),
    Misconception(
        "image taken to be square",
        "You take the width to be the height. On a square image nobody notices.",
        _as_if_square,
    ),
    Misconception(
        "input shape in the list",
        "Your list begins with the input's own shape. There is one shape for each layer, no more.",
        lambda input_shape, layers: [tuple(input_shape), *_RIGHT.shapes(input_shape, layers)],
    ),
    Misconception(
        "last shape only",
        "You return the last shape only. Asked for is a list with the shape after each layer.",
        lambda input_shape, layers: _RIGHT.shapes(input_shape, layers)[-1],
    ),
)
