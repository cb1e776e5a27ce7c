"""Batch normalisation: by the batch's own statistics in training, by running ones in inference.

The last axis holds the channels; mean and variance are over all others, the batch's among them, so that a
dense layer's (N, C) and a convolution's (N, H, W, C) go the same way. The variance is the biased one, divided
by the number of elements. Values are bool, int or float; none is changed. Results are of the batch's type,
and of float64 for integers and booleans.

A layer has four vectors of length C: gamma and beta are trained; the running mean and variance, which are
counted along, are not. Momentum and epsilon default to Keras's 0.99 and 0.001; the momentum is the weight of
the old statistics (PyTorch's is that of the new ones).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from reference.arrays import Array, float_type, numbers, shaped, summing_type

MOMENTUM = 0.99
EPSILON = 0.001


class Statistics(NamedTuple):
    """Mean and variance, of shape (C,) each."""

    mean: Array
    variance: Array


class Normalised(NamedTuple):
    """The output, of the batch's shape, and the running statistics after this batch."""

    output: Array
    running: Statistics


class Gradients(NamedTuple):
    """Gradients at the batch, in its shape, and at gamma and beta, of shape (C,) each."""

    batch: Array
    gamma: Array
    beta: Array


class Counts(NamedTuple):
    """The numbers of a layer's parameters."""

    trainable: int
    non_trainable: int


def batch_statistics(batch: ArrayLike) -> Statistics:
    """Return the mean and the biased variance of each channel.

    Args:
        batch: Shape (N, ..., C).

    Returns:
        Two arrays of shape (C,).

    Raises:
        ValueError: If there are fewer than two axes, or no element.

    Source: Ioffe and Szegedy, *Batch Normalization* (2015), algorithm 1.

    >>> batch_statistics([[1, 10], [3, 10]])
    Statistics(mean=array([ 2., 10.]), variance=array([1., 0.]))
    """
    batch = _batch(batch)
    statistics = _statistics(batch.astype(summing_type(batch), copy=False))
    return Statistics(*(part.astype(float_type(batch), copy=False) for part in statistics))


def initial_statistics(channels: int) -> Statistics:
    """Return what running statistics begin with: mean 0 and variance 1.

    Args:
        channels: The number of channels, C.

    Returns:
        Two arrays of shape (C,), float64.

    Source: Keras's ``moving_mean_initializer`` and ``moving_variance_initializer``.

    >>> initial_statistics(2)
    Statistics(mean=array([0., 0.]), variance=array([1., 1.]))
    """
    return Statistics(np.zeros(channels), np.ones(channels))


def normalise_in_training(
    batch: ArrayLike,
    gamma: ArrayLike,
    beta: ArrayLike,
    running: Statistics,
    *,
    momentum: float = MOMENTUM,
    epsilon: float = EPSILON,
) -> Normalised:
    """Return the batch normalised by its own statistics, and the running statistics moved on.

    Args:
        batch: Shape (N, ..., C).
        gamma, beta: Shape (C,): scale and shift.
        running: The running statistics so far.
        momentum: The old ones' weight, from 0 to 1.
        epsilon: What is added to the variance, at least 0.

    Returns:
        ``gamma * (x - mean) / sqrt(variance + epsilon) + beta``; and
        ``momentum * old + (1 - momentum) * new`` for each running statistic.

    Raises:
        ValueError: If the shapes do not fit together, or momentum or epsilon is out of its range.

    Source: Ioffe and Szegedy, *Batch Normalization* (2015), algorithm 1; the moving average is Keras's.

    >>> normalise_in_training([[1.0], [3.0]], [2.0], [5.0], initial_statistics(1), epsilon=0).output.ravel()
    array([3., 7.])
    """
    if not 0 <= momentum <= 1:
        raise ValueError(f"momentum must be from 0 to 1; received momentum={momentum}")
    batch = _batch(batch)
    now = _statistics(batch.astype(summing_type(batch), copy=False))
    moved = (
        momentum * _vector(name, old, batch) + (1 - momentum) * new
        for name, old, new in zip(("running.mean", "running.variance"), running, now, strict=True)
    )
    return Normalised(normalise_in_inference(batch, gamma, beta, now, epsilon=epsilon), Statistics(*moved))


def normalise_in_inference(
    batch: ArrayLike, gamma: ArrayLike, beta: ArrayLike, running: Statistics, *, epsilon: float = EPSILON
) -> Array:
    """Return the batch normalised by the running statistics, which stay as they are.

    Args:
        batch, gamma, beta, running, epsilon: As in :func:`normalise_in_training`.

    Returns:
        The batch's shape: each example's result depends on that example alone.

    Raises:
        ValueError: As in :func:`normalise_in_training`.

    Source: Ioffe and Szegedy, *Batch Normalization* (2015), algorithm 2, step 11.

    >>> normalise_in_inference([[1.0], [3.0]], [2.0], [5.0], Statistics([1.0], [4.0]), epsilon=0).ravel()
    array([5., 7.])
    """
    batch = _batch(batch)
    wide = batch.astype(summing_type(batch), copy=False)
    deviation = _deviation(_vector("running.variance", running.variance, batch), epsilon)
    centred = wide - _vector("running.mean", running.mean, batch)
    result = _vector("gamma", gamma, batch) * (centred / deviation) + _vector("beta", beta, batch)
    return np.asarray(result).astype(float_type(batch), copy=False)


def training_gradients(
    batch: ArrayLike, gamma: ArrayLike, output_gradient: ArrayLike, *, epsilon: float = EPSILON
) -> Gradients:
    """Return the gradients of :func:`normalise_in_training`'s output, through the batch's statistics too.

    Args:
        batch, gamma, epsilon: As they were on the way forward.
        output_gradient: The batch's shape.

    Returns:
        The gradients at the batch, at gamma and at beta. Beta's is the sum of the output's gradient over all
        axes but the last, gamma's that of its products with the normalised batch.

    Raises:
        ValueError: As in :func:`normalise_in_training`; if the gradient's shape is not the batch's.

    Source: Ioffe and Szegedy, *Batch Normalization* (2015), section 3, simplified: with g the gradient and n
        the normalised batch, ``gamma / deviation * (g - mean(g) - n * mean(g * n))``.

    >>> training_gradients([[1.0], [3.0]], [2.0], [[1.0], [0.0]], epsilon=0).gamma
    array([-1.])
    """
    batch = _batch(batch)
    gradient = shaped("output_gradient", output_gradient, batch.shape, of="the batch")
    dtype = float_type(batch, gradient)
    wide = batch.astype(summing_type(batch, gradient), copy=False)
    mean, variance = _statistics(wide)
    deviation = _deviation(variance, epsilon)
    normalised = (wide - mean) / deviation
    axes = tuple(range(batch.ndim - 1))
    products = gradient * normalised
    share = gradient - gradient.mean(axes, dtype=wide.dtype) - normalised * products.mean(axes)
    parts = (
        _vector("gamma", gamma, batch) / deviation * share,
        products.sum(axes),
        gradient.sum(axes, dtype=wide.dtype),
    )
    return Gradients(*(np.asarray(part).astype(dtype, copy=False) for part in parts))


def batch_normalisation_parameters(channels: int) -> Counts:
    """Return how many parameters a layer has: two trainable vectors and two that are not.

    Args:
        channels: The number of channels, at least 1.

    Returns:
        Gamma and beta; the running mean and variance.

    Raises:
        ValueError: If the number is less than 1.

    Source: the shape (C,) of each of the four.

    >>> batch_normalisation_parameters(32)
    Counts(trainable=64, non_trainable=64)
    """
    if channels < 1:
        raise ValueError(f"channels must be at least 1; received channels={channels}")
    return Counts(2 * channels, 2 * channels)


def _batch(batch: ArrayLike) -> Array:
    array = numbers("batch", batch)
    if array.ndim < 2:
        raise ValueError(f"batch: expected shape (N, ..., C), received shape {array.shape}")
    return array


def _vector(name: str, values: ArrayLike, batch: Array) -> Array:
    """Return a vector with one number a channel, in a type that does not widen the result."""
    vector = shaped(name, values, batch.shape[-1:], of="the batch's channels")
    return vector.astype(summing_type(batch), copy=False)


def _statistics(batch: Array) -> Statistics:
    axes = tuple(range(batch.ndim - 1))
    return Statistics(batch.mean(axes), batch.var(axes))


def _deviation(variance: Array, epsilon: float) -> Array:
    if not epsilon >= 0:
        raise ValueError(f"epsilon must be at least 0; received epsilon={epsilon}")
    return np.asarray(np.sqrt(variance + np.asarray(epsilon, variance.dtype)))
