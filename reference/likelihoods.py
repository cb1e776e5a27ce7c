"""What losses are made of: probabilities that are checked, and sums of logarithms in which 0 · log 0 is 0."""

import numpy as np
from numpy.typing import ArrayLike

from reference.arrays import Array, float_type, numbers, shaped, summing_type


def chances(name: str, values: ArrayLike, rank: int | None = None) -> Array:
    """Return the values as an array of numbers from 0 to 1.

    Args:
        name: What the caller calls it, for the error.
        values: Anything that ``numpy.asarray`` takes.
        rank: The axes that it must have; none for one or more.

    Returns:
        The array, which may be a view of the values.

    Raises:
        ValueError: If a number is not from 0 to 1, or the axes are others.

    >>> chances("targets", [0, 1])
    array([0, 1])
    """
    array = batch(name, values, rank)
    least, most = array.min(), array.max()
    if not (least >= 0 and most <= 1):
        raise ValueError(f"{name}: expected numbers from 0 to 1, received numbers from {least} to {most}")
    return array


def batch(name: str, values: ArrayLike, rank: int | None = None) -> Array:
    """Return the values as an array of numbers with a batch axis.

    Args:
        name: What the caller calls it, for the error.
        values: Anything that ``numpy.asarray`` takes.
        rank: The axes that it must have; none for one or more.

    Returns:
        The array, which may be a view of the values.

    Raises:
        ValueError: If there is no axis, or the axes are others.

    >>> batch("targets", [[0, 2]]).shape
    (1, 2)
    """
    array = numbers(name, values, rank)
    if array.ndim == 0:
        raise ValueError(f"{name}: expected a batch with an axis of examples, received shape ()")
    return array


def alike(targets: Array, predictions: ArrayLike, name: str) -> tuple[Array, Array]:
    """Return targets and predictions in a type to sum in, once it is clear that they belong together.

    Args:
        targets: Shape (N, ...).
        predictions: The same shape.
        name: What the caller calls the predictions, for the error.

    Returns:
        Both in ``arrays.summing_type``.

    Raises:
        ValueError: If the shapes differ.

    >>> alike(np.ones(1, np.float16), [2], "logits")
    (array([1.], dtype=float32), array([2.], dtype=float32))
    """
    predictions = shaped(name, predictions, targets.shape, of="the targets")
    dtype = summing_type(targets, predictions)
    return targets.astype(dtype, copy=False), predictions.astype(dtype, copy=False)


def per_example(terms: Array, *sources: ArrayLike) -> Array:
    """Return the sum over all axes but the first.

    Args:
        terms: Shape (N, ...).
        sources: What the terms were made of, as it came in.

    Returns:
        Shape (N,), of the sources' ``arrays.float_type``.

    >>> per_example(np.ones((2, 3, 4)), np.ones(1, np.float32))
    array([12., 12.], dtype=float32)
    """
    return as_floats(terms.reshape(len(terms), -1).sum(axis=1), *sources)


def as_floats(result: Array, *sources: ArrayLike) -> Array:
    """Return a result in the ``arrays.float_type`` of what it was made of.

    >>> as_floats(np.ones(2), np.ones(1, np.float16))
    array([1., 1.], dtype=float16)
    """
    return result.astype(float_type(*map(np.asarray, sources)), copy=False)


def times_log(factors: Array, values: Array) -> Array:
    """Return factors · log(values): 0 where the factor is 0, infinite where only the value is.

    >>> times_log(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    array([0., 0.])
    """
    with np.errstate(divide="ignore"):
        logs = np.log(values)
    return np.multiply(factors, logs, out=np.zeros_like(logs), where=factors != 0)


def over(dividends: Array, divisors: Array) -> Array:
    """Return dividends / divisors: 0 where the dividend is 0, infinite where only the divisor is.

    >>> over(np.array([0.0, 1.0]), np.array([0.0, 2.0]))
    array([0. , 0.5])
    """
    with np.errstate(divide="ignore"):
        return np.divide(dividends, divisors, out=np.zeros_like(divisors), where=dividends != 0)
