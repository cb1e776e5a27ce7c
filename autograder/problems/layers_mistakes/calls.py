"""A call of a layer with its zeros worked out, and wrong layers made by changing it or its result."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

import reference.convolution as ref
from autograder.problems.draws import Array
from reference.layers import Pair, PairedPadding
from reference.shapes import Sides, explicit_padding

Layer = Callable[..., Array]
"""With the signature of ``reference.layers.conv_forward``."""


class Call(NamedTuple):
    """What a layer is given; `sides` are its zeros, ((above, below), (left, right))."""

    images: Array
    filters: Array
    biases: Array
    strides: Pair
    sides: Sides
    padding: PairedPadding

    @property
    def padded(self) -> Array:
        return np.pad(self.images, ((0, 0), *self.sides, (0, 0)))

    def answer(self) -> Array:
        return ref.conv2d_layer(self.images, self.filters, self.biases, self.strides, self.sides)


def before(change: Callable[[Call], Call]) -> Layer:
    """Return the layer that changes what it is given."""
    return by(lambda call: change(call).answer())


def after(change: Callable[[Array, Call], Array]) -> Layer:
    """Return the layer that changes the right result."""
    return by(lambda call: change(call.answer(), call))


def by(answer: Callable[[Call], Array]) -> Layer:
    """Return a layer by what it makes of a call."""

    def variant(
        images: Array,
        filters: Array,
        biases: Array,
        strides: Pair = (1, 1),
        padding: PairedPadding = "valid",
    ) -> Array:
        if isinstance(padding, str):
            sides = explicit_padding(padding, images.shape[1:3], filters.shape[:2], strides=strides)
        else:
            above, left = padding
            sides = ((above, above), (left, left))
        return answer(Call(images, filters, biases, strides, sides, padding))

    return variant
