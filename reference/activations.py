"""Activation functions and their gradients, element by element; softmax along the last axis.

Values may have any shape, bool, int or float; none is changed. Results are of float64 for integers and
booleans and of the values' type otherwise; :func:`relu` alone leaves integers integers (int64). Each gradient
takes what its function took and the gradient of the loss by the function's output, of the same shape; it
returns the gradient by the input, of the wider type of the two.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.arrays import Array, computing_type, float_type, numbers, shaped, summing_type


def relu(values: ArrayLike) -> Array:
    """Return the positive part of each element, ``max(x, 0)``.

    Args, Returns: See the module.

    Raises:
        ValueError: If there is no element, or one is no real number.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, section 6.3.1.

    >>> relu([-2, 0, 3])
    array([0, 0, 3])
    """
    values = numbers("values", values)
    return np.maximum(values, 0, dtype=computing_type(values))


def relu_gradient(values: ArrayLike, output_gradient: ArrayLike) -> Array:
    """Return the gradient at the input of :func:`relu`: passed on where the input is above 0.

    At 0, where there is a corner, nothing is passed on, as in Keras.

    Args, Returns: See the module.

    Raises:
        ValueError: As in :func:`relu`; if the shapes differ.

    Source: the chain rule.

    >>> relu_gradient([-2, 0, 3], [5, 5, 5])
    array([0, 0, 5])
    """
    values, gradient = _pair(values, output_gradient)
    return np.where(values > 0, gradient, 0).astype(computing_type(values, gradient), copy=False)


def sigmoid(values: ArrayLike) -> Array:
    """Return ``1 / (1 + exp(-x))`` for each element; no exponential overflows.

    Args, Returns: See the module.

    Raises:
        ValueError: If there is no element, or one is no real number.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, equation 3.30; below 0 expanded by exp(x).

    >>> sigmoid([-1000, 0, 1000])
    array([0. , 0.5, 1. ])
    """
    values = numbers("values", values)
    dtype = float_type(values)
    wide = values.astype(summing_type(values), copy=False)
    small = np.exp(-np.abs(wide))  # at most 1, whatever the sign
    return np.asarray(np.where(wide >= 0, 1, small) / (1 + small)).astype(dtype, copy=False)


def sigmoid_gradient(values: ArrayLike, output_gradient: ArrayLike) -> Array:
    """Return the gradient at the input of :func:`sigmoid`.

    Args, Returns: See the module.

    Raises:
        ValueError: As in :func:`sigmoid`; if the shapes differ.

    Source: the chain rule; the derivative of s = sigmoid(x) is s * (1 - s), and 1 - s is sigmoid(-x).

    >>> sigmoid_gradient([0.0], [8.0])
    array([2.])
    """
    values, gradient = _pair(values, output_gradient)
    wide = values.astype(summing_type(values, gradient), copy=False)
    return _narrowed(gradient * sigmoid(wide) * sigmoid(-wide), values, gradient)


def tanh(values: ArrayLike) -> Array:
    """Return the hyperbolic tangent of each element, ``2 * sigmoid(2 * x) - 1``.

    Args, Returns: See the module.

    Raises:
        ValueError: If there is no element, or one is no real number.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, section 6.3.2.

    >>> tanh([-1000, 0, 1000])
    array([-1.,  0.,  1.])
    """
    values = numbers("values", values)
    return np.tanh(values, dtype=float_type(values))


def tanh_gradient(values: ArrayLike, output_gradient: ArrayLike) -> Array:
    """Return the gradient at the input of :func:`tanh`.

    Args, Returns: See the module.

    Raises:
        ValueError: As in :func:`tanh`; if the shapes differ.

    Source: the chain rule; the derivative of t = tanh(x) is 1 - t².

    >>> tanh_gradient([0.0], [8.0])
    array([8.])
    """
    values, gradient = _pair(values, output_gradient)
    wide = values.astype(summing_type(values, gradient), copy=False)
    return _narrowed(gradient * (1 - np.square(np.tanh(wide))), values, gradient)


def softmax(values: ArrayLike) -> Array:
    """Return ``exp(x)`` over the sum of them along the last axis: from logits to probabilities.

    Args:
        values: Shape (..., K), bool, int or float. The largest of a row is taken off first, so that no
            exponential overflows; a logit of minus infinity gets 0.

    Returns:
        Shape (..., K), rows that sum to 1. For the type see the module.

    Raises:
        ValueError: If there is no element or no axis, or an element is no real number.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, equations 6.29 and 6.33.

    >>> softmax([1000, 1000])
    array([0.5, 0.5])
    """
    values = _with_rows("values", values)
    wide = values.astype(summing_type(values), copy=False)
    with np.errstate(over="ignore"):  # a distance beyond the type's largest number is minus infinity: 0
        powers = np.exp(wide - wide.max(axis=-1, keepdims=True))
    return _narrowed(powers / powers.sum(axis=-1, keepdims=True), values)


def softmax_gradient(values: ArrayLike, output_gradient: ArrayLike) -> Array:
    """Return the gradient at the input of :func:`softmax`.

    Args, Returns: See the module; shape (..., K).

    Raises:
        ValueError: As in :func:`softmax`; if the shapes differ.

    Source: the chain rule; the derivative of p_i by x_j is p_i * ([i = j] - p_j).

    >>> softmax_gradient([0.0, 0.0], [1.0, 0.0])
    array([ 0.25, -0.25])
    """
    values, gradient = _pair(values, output_gradient)
    probabilities = softmax(_with_rows("values", values).astype(summing_type(values, gradient), copy=False))
    mean = np.sum(gradient * probabilities, axis=-1, keepdims=True)
    return _narrowed(probabilities * (gradient - mean), values, gradient)


def _pair(values: ArrayLike, output_gradient: ArrayLike) -> tuple[Array, Array]:
    """Return the values and the gradient, once it is clear that they belong together."""
    values = numbers("values", values)
    return values, shaped("output_gradient", output_gradient, values.shape, of="the values")


def _with_rows(name: str, values: ArrayLike) -> Array:
    array = numbers(name, values)
    if array.ndim == 0:
        raise ValueError(f"{name}: expected at least one axis, received shape ()")
    return array


def _narrowed(result: Array, *sources: Array) -> Array:
    """Return what was computed in a wider type in the type that the module promises."""
    return np.asarray(result).astype(float_type(*sources), copy=False)
