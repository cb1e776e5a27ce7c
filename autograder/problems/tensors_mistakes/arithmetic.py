"""Wrong ways to multiply a tensor by a factor, and to add biases to images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

import reference.tensors as ref
from autograder.problems.convolution_mistakes.integers import wrapped
from autograder.problems.problem import Misconception

Array = npt.NDArray[Any]

_TENSOR_TYPE = (
    "result of the tensor's type",
    "Your result has the tensor's integer type, and loses its fractions. Make it floats.",
)


def _by(change: Callable[[Array, Array], Any]) -> Callable[..., Any]:
    """Return a variant by what it makes of the tensor and of the factor, as arrays."""
    return lambda tensor, factor: change(tensor, np.asarray(factor))


def _from_the_first_axis(tensor: Array, factor: Array) -> Array:
    factors = factor.reshape(factor.shape + (1,) * max(tensor.ndim - factor.ndim, 0))
    return ref.scale(tensor, factors if factor.ndim else factor)


def _overflowing(tensor: Array, factor: float | Array) -> Array:
    result = ref.scale(tensor, factor)
    return wrapped(result, tensor) if result.dtype.kind == "i" else result


SCALE = (
    Misconception(
        "last factor only",
        "You multiply everything by the last factor. Where the shapes differ, an axis of length 1 is "
        "repeated; every other axis keeps its factors.",
        _by(lambda tensor, factor: ref.scale(tensor, factor.ravel()[-1])),
    ),
    Misconception(
        "first factor only",
        "You multiply everything by the first factor.",
        _by(lambda tensor, factor: ref.scale(tensor, factor.ravel()[0])),
    ),
    Misconception(
        "axes counted from the first",
        "You line the shapes up at their first axes. Broadcasting lines them up at the last.",
        _by(_from_the_first_axis),
    ),
    Misconception(
        "factor's axes of length 1 lost",
        "You lose the factor's axes of length 1, as squeeze and ravel do. They say along which axes it is "
        "repeated.",
        _by(lambda tensor, factor: ref.scale(tensor, np.squeeze(factor))),
    ),
    Misconception(
        "matrix product",
        "You multiply as matrices, and add up. Here each element is multiplied by its factor.",
        _by(np.dot),
    ),
    Misconception(
        "factor added",
        "You add the factor. Multiply by it.",
        _by(lambda tensor, factor: tensor.astype(np.float64) + factor),
    ),
    Misconception(*_TENSOR_TYPE, lambda tensor, factor: wrapped(ref.scale(tensor, factor), tensor)),
    Misconception(
        "integer overflow",
        "You compute in the tensor's own integer type: uint8 wraps around at 256. Convert to floats first.",
        _overflowing,
    ),
)

_OTHER_AXIS = (
    "biases along another axis",
    "Your biases go along another axis than the last. The channels come last: (N, H, W, C).",
)


def _along(axis: int) -> Callable[..., Array]:
    def variant(images: Array, biases: Array) -> Array:
        lengths = [1, 1, 1, 1]
        lengths[axis] = len(biases)
        return images.astype(np.float64) + biases.reshape(lengths)

    return variant


def _first_image_only(images: Array, biases: Array) -> Array:
    result = np.array(images, dtype=np.float64)
    result[0] += biases
    return result


ADD_BIAS = (
    Misconception(*_OTHER_AXIS, _along(0)),
    Misconception(*_OTHER_AXIS, _along(1)),
    Misconception(*_OTHER_AXIS, _along(2)),
    Misconception(
        "all biases everywhere",
        "You add the sum of all biases. Each channel gets its own, and no other.",
        lambda images, biases: images + biases.astype(np.float64).sum(),
    ),
    Misconception(
        "first bias only",
        "You add the first bias to every channel. Each channel gets its own.",
        lambda images, biases: images.astype(np.float64) + biases[0],
    ),
    Misconception(
        "first image only",
        "You add the biases to the first image only. Every image of the batch gets them.",
        _first_image_only,
    ),
    Misconception(
        "biases subtracted",
        "You subtract the biases. Add them.",
        lambda images, biases: images.astype(np.float64) - biases,
    ),
    Misconception(
        "biases multiplied",
        "You multiply by the biases. Add them.",
        lambda images, biases: images.astype(np.float64) * biases,
    ),
    Misconception(
        "result of the images' type",
        "Your result has the images' integer type, and loses fractions and signs. Make it floats.",
        lambda images, biases: wrapped(ref.add_bias(images, biases), images),
    ),
)
