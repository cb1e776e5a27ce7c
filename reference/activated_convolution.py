"""A convolutional layer with its activation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import numpy.typing as npt

from reference.activations import relu, sigmoid, tanh
from reference.arrays import Array
from reference.layers import Pair, PairedPadding, conv_forward
from reference.same_customs import Custom, tensorflow

Activation: TypeAlias = Literal["relu", "sigmoid", "tanh"]

ACTIVATIONS: Mapping[str, Callable[[npt.ArrayLike], Array]] = {
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
}
"""Each activation by its name. None changes by more than its argument does."""


def conv_activation(
    images: npt.ArrayLike,
    filters: npt.ArrayLike,
    biases: npt.ArrayLike | None,
    activation: Activation,
    strides: Pair = (1, 1),
    padding: PairedPadding = "valid",
    *,
    same: Custom = tensorflow,
) -> Array:
    """Return the feature maps of a batch of images after the activation, which comes after the bias.

    Args:
        images, filters, biases, strides, padding, same: As in ``layers.conv_forward``.
        activation: The activation's name.

    Returns:
        Shape (N, H', W', F), as ``layers.conv_forward``.

    Raises:
        ValueError: If there is no activation of that name, or as ``layers.conv_forward``.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, section 9.3, the detector stage.

    >>> conv_activation([[[[1.0], [2.0]]]], [[[[-1.0]]]], [0.0], "relu")[0, :, :, 0]
    array([[0., 0.]])
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation: expected one of {', '.join(ACTIVATIONS)}; received {activation!r}")
    return ACTIVATIONS[activation](conv_forward(images, filters, biases, strides, padding, same=same))
