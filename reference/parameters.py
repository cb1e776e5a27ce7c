"""Output shapes and parameter counts of layers and of a stack of them: integers, without a framework.

A network is a list of dictionaries, each with a "type" and the keys of that type, which are called what
Keras calls them; shapes leave the batch axis out:

    ==================================  ===============================================================
    type                                keys (with their defaults)
    ==================================  ===============================================================
    conv                                filters, kernel_size, strides (1), padding ("valid"),
                                        use_bias (True), activation
    max_pool, average_pool              pool_size (2), strides (the pool size), padding ("valid")
    dense                               units, use_bias (True), activation
    activation                          activation
    dropout                             rate
    flatten, global_average_pool,       none
    global_max_pool
    ==================================  ===============================================================

Sizes and strides are an integer or two, for the rows and the columns. Of an activation and of a dropout's
rate nothing here depends, so that any value passes.
"""

import math
import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from reference.shapes import PerAxis, conv_output_size, pair

Shape: TypeAlias = tuple[int, ...]
Layer: TypeAlias = Mapping[str, Any]

REQUIRED: Mapping[str, frozenset[str]] = {
    "conv": frozenset({"filters", "kernel_size"}),
    "max_pool": frozenset(),
    "average_pool": frozenset(),
    "global_max_pool": frozenset(),
    "global_average_pool": frozenset(),
    "flatten": frozenset(),
    "dense": frozenset({"units"}),
    "activation": frozenset(),
    "dropout": frozenset(),
}
"""The types of layers, and the keys that each must have."""

OPTIONAL: Mapping[str, frozenset[str]] = {
    "conv": frozenset({"strides", "padding", "use_bias", "activation"}),
    "max_pool": frozenset({"pool_size", "strides", "padding"}),
    "average_pool": frozenset({"pool_size", "strides", "padding"}),
    "dense": frozenset({"use_bias", "activation"}),
    "activation": frozenset({"activation"}),
    "dropout": frozenset({"rate"}),
}
"""The keys that a type may have besides."""


def conv_parameters(kernel_size: PerAxis, in_channels: int, filters: int, use_bias: bool = True) -> int:
    """Return the number of weights and biases of a convolution layer; the image's size does not count.

    Args:
        kernel_size: The kernel, an integer or (height, width).
        in_channels: The channels of the layer's input.
        filters: The channels of its output.
        use_bias: Whether each filter has a bias.

    Returns:
        kh * kw * in_channels * filters, and filters more with the biases.

    Raises:
        ValueError: If a number is less than 1 or no integer.

    Source: the shape (kh, kw, C, F) of a filter tensor and (F,) of its biases.

    >>> conv_parameters(3, 1, 32, use_bias=False), conv_parameters(3, 1, 32)
    (288, 320)
    """
    weights = math.prod(pair("kernel_size", kernel_size)) * _positive("in_channels", in_channels)
    return (weights + bool(use_bias)) * _positive("filters", filters)


def dense_parameters(inputs: int, units: int, use_bias: bool = True) -> int:
    """Return the number of weights and biases of a dense layer.

    Args:
        inputs: The length of its input.
        units: The length of its output.
        use_bias: Whether each unit has a bias.

    Returns:
        inputs * units, and units more with the biases.

    Raises:
        ValueError: If a number is less than 1 or no integer.

    Source: the shape (inputs, units) of a weight matrix and (units,) of its biases.

    >>> dense_parameters(10 * 10, 32, use_bias=False), dense_parameters(784, 32)
    (3200, 25120)
    """
    return (_positive("inputs", inputs) + bool(use_bias)) * _positive("units", units)


def network_shapes(input_shape: Sequence[int], layers: Sequence[Layer]) -> list[Shape]:
    """Return the output shape of each layer of a network, without the batch axis.

    Args:
        input_shape: The shape of one input, e.g. (height, width, channels).
        layers: One dictionary a layer, as the module describes them.

    Returns:
        One shape a layer, in order.

    Raises:
        ValueError: If a type or a key is unknown, a key is missing, a number is out of its range, a layer
            cannot take the shape that reaches it, or its output would be empty.

    Source: ``shapes.conv_output_size``, or ceil(size / stride) for "same"; a dense layer changes the last
    axis only, whatever comes before it, as in Keras.

    >>> network_shapes((28, 28, 1), [{"type": "conv", "filters": 8, "kernel_size": 3}, {"type": "flatten"}])
    [(26, 26, 8), (5408,)]
    """
    return [shape for shape, _ in _outputs(input_shape, layers)]


def network_parameters(input_shape: Sequence[int], layers: Sequence[Layer]) -> list[int]:
    """Return the number of parameters of each layer of a network.

    Args, Raises: As in :func:`network_shapes`.

    Returns:
        One number a layer, in order; 0 where nothing is learned.

    Source: :func:`conv_parameters` and :func:`dense_parameters`.

    >>> network_parameters((784,), [{"type": "dense", "units": 32}, {"type": "dense", "units": 784}])
    [25120, 25872]
    """
    return [parameters for _, parameters in _outputs(input_shape, layers)]


def _outputs(input_shape: Sequence[int], layers: Sequence[Layer]) -> Iterator[tuple[Shape, int]]:
    """Lead a shape through the layers: after each, the shape and the layer's number of parameters."""
    if isinstance(input_shape, str) or not isinstance(input_shape, Sequence) or not input_shape:
        raise ValueError(f"input_shape: expected one integer or more, received input_shape={input_shape!r}")
    shape = tuple(_positive("input_shape", length) for length in input_shape)
    for index, layer in enumerate(layers):
        _check_keys(f"layers[{index}]", layer)
        try:
            shape, parameters = _output(shape, layer)
        except ValueError as error:
            raise ValueError(f"layers[{index}] ({layer['type']}): {error}") from None
        yield shape, parameters


def _check_keys(name: str, layer: Layer) -> None:
    """Raise an error that names what is unknown or missing in a layer."""
    if not isinstance(layer, Mapping) or "type" not in layer:
        raise ValueError(f'{name}: expected a dictionary with a "type", received {layer!r}')
    kind = layer["type"]
    if not isinstance(kind, str) or kind not in REQUIRED:
        raise ValueError(f"{name}: expected a type among {', '.join(REQUIRED)}; received type={kind!r}")
    keys = layer.keys() - {"type"}
    required, allowed = REQUIRED[kind], REQUIRED[kind] | OPTIONAL.get(kind, frozenset())
    if required - keys:
        expected = f"expected the keys {_listed(required)}"
        raise ValueError(f"{name} ({kind}): {expected}; received {_listed(keys)}")
    if keys - allowed:
        expected = f"expected keys among {_listed(allowed)}" if allowed else "expected no keys"
        raise ValueError(f"{name} ({kind}): {expected}; received {_listed(keys - allowed)}")


def _output(shape: Shape, layer: Layer) -> tuple[Shape, int]:
    """Return a layer's output shape and its number of parameters."""
    match layer["type"]:
        case "conv":
            height, width = _slid(shape, layer, "kernel_size", layer["kernel_size"], layer.get("strides", 1))
            filters = _positive("filters", layer["filters"])
            use_bias = layer.get("use_bias", True)
            parameters = conv_parameters(layer["kernel_size"], shape[2], filters, use_bias)
            return (height, width, filters), parameters
        case "max_pool" | "average_pool":
            size = layer.get("pool_size", 2)
            strides = layer.get("strides")
            height, width = _slid(shape, layer, "pool_size", size, size if strides is None else strides)
            return (height, width, shape[2]), 0
        case "global_max_pool" | "global_average_pool":
            return _maps(shape)[2:], 0
        case "flatten":
            return (math.prod(shape),), 0
        case "dense":
            units = _positive("units", layer["units"])
            return (*shape[:-1], units), dense_parameters(shape[-1], units, layer.get("use_bias", True))
        case _:
            return shape, 0


def _slid(shape: Shape, layer: Layer, name: str, size: PerAxis, strides: PerAxis) -> tuple[int, int]:
    """Return the height and the width that a window's places make."""
    sizes, steps = pair(name, size), pair("strides", strides)
    padding = layer.get("padding", "valid")
    height, width, _ = _maps(shape)
    match padding:
        case "same":
            return -(-height // steps[0]), -(-width // steps[1])
        case "valid":
            if sizes[0] > height or sizes[1] > width:
                raise ValueError(f"{name}={size} does not fit into the shape {shape}")
            return (
                conv_output_size(height, sizes[0], stride=steps[0]),
                conv_output_size(width, sizes[1], stride=steps[1]),
            )
        case _:
            raise ValueError(f'padding: expected "valid" or "same"; received padding={padding!r}')


def _maps(shape: Shape) -> tuple[int, int, int]:
    """Return the height, the width and the channels, or raise an error where there are none."""
    if len(shape) != 3:
        raise ValueError(f"expected an input of shape (height, width, channels), received shape {shape}")
    return shape[0], shape[1], shape[2]


def _positive(name: str, value: int) -> int:
    """Return an integer of at least 1, or raise an error that names it and what it was."""
    try:
        integer = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be an integer; received {name}={value!r}") from None
    if integer < 1:
        raise ValueError(f"{name} must be at least 1; received {name}={integer}")
    return integer


def _listed(keys: Iterable[str]) -> str:
    """Return keys in a row, as an error shows them."""
    return ", ".join(sorted(map(str, keys))) or "none"
