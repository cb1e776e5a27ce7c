"""Losses of a batch, one number an example, and their gradients by the predictions.

The first axis is the batch. Each function returns one loss an example; each gradient, in the shape of the
predictions, is that of the examples' losses added up: for the mean over a batch divide it by the batch's
size. ``..._from_logits`` take scores that no sigmoid has seen yet, and stay exact where a probability would
round to 0 or 1. Those over classes are in ``categorical_losses``.

Values are bool, int or float; none is changed. Results are of the widest float among targets and predictions,
and of float64 where there is none. Nothing is clipped: a probability of 0 for what happened costs infinity
(Keras clips at 1e-7: 16.1), and 0 · log 0 is 0.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.activations import sigmoid
from reference.arrays import Array
from reference.likelihoods import alike, as_floats, batch, chances, over, per_example, times_log


def bernoulli_cross_entropy(targets: ArrayLike, probabilities: ArrayLike) -> Array:
    """Return ``-sum of t * log(p) + (1 - t) * log(1 - p)``, summed over all elements of an example.

    Args:
        targets, probabilities: Shape (N, ...) each, numbers from 0 to 1.

    Returns:
        Shape (N,). Keras's ``binary_crossentropy`` has the mean over the last axis instead of the sum.

    Raises:
        ValueError: If the shapes differ, or a number is not from 0 to 1.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, section 6.2.2.2: minus the log-likelihood of
        independent Bernoulli variables.

    >>> bernoulli_cross_entropy([[1, 0]], [[0.5, 0.25]]).round(4)
    array([0.9808])
    """
    t, p = alike(chances("targets", targets), chances("probabilities", probabilities), "probabilities")
    return per_example(-(times_log(t, p) + times_log(1 - t, 1 - p)), targets, probabilities)


def bernoulli_cross_entropy_gradient(targets: ArrayLike, probabilities: ArrayLike) -> Array:
    """Return the gradient of :func:`bernoulli_cross_entropy` by the probabilities.

    Args, Raises: As there.

    Returns:
        Shape (N, ...): ``(1 - t) / (1 - p) - t / p``; infinite where 0 or 1 is the wrong probability.

    Source: the derivative.

    >>> bernoulli_cross_entropy_gradient([[1, 0, 0]], [[0.5, 0.5, 0.0]])
    array([[-2.,  2.,  1.]])
    """
    t, p = alike(chances("targets", targets), chances("probabilities", probabilities), "probabilities")
    return as_floats(over(1 - t, 1 - p) - over(t, p), targets, probabilities)


def bernoulli_cross_entropy_from_logits(targets: ArrayLike, logits: ArrayLike) -> Array:
    """Return :func:`bernoulli_cross_entropy` of ``sigmoid(logits)``.

    Args:
        targets: Shape (N, ...), numbers from 0 to 1.
        logits: The same shape, any real numbers.

    Returns:
        Shape (N,).

    Raises:
        ValueError: If the shapes differ, or a target is not from 0 to 1.

    Source: ``log(1 + exp(z)) - t * z``, with the larger of z and 0 taken out of the logarithm.

    >>> bernoulli_cross_entropy_from_logits([[1, 0]], [[-1000, 0]]).round(4)
    array([1000.6931])
    """
    t, z = alike(chances("targets", targets), logits, "logits")
    return per_example(np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z))), targets, logits)


def bernoulli_cross_entropy_from_logits_gradient(targets: ArrayLike, logits: ArrayLike) -> Array:
    """Return the gradient of :func:`bernoulli_cross_entropy_from_logits` by the logits: ``sigmoid(z) - t``.

    Args, Raises: As there.

    Returns:
        Shape (N, ...).

    Source: the derivative.

    >>> bernoulli_cross_entropy_from_logits_gradient([[1, 0]], [[0.0, 0.0]])
    array([[-0.5,  0.5]])
    """
    t, z = alike(chances("targets", targets), logits, "logits")
    return as_floats(sigmoid(z) - t, targets, logits)


def half_squared_distance(targets: ArrayLike, predictions: ArrayLike) -> Array:
    """Return half the squared Euclidean distance, ``1/2 * sum of (y - t)²``, of each example.

    Args:
        targets, predictions: Shape (N, ...) each.

    Returns:
        Shape (N,).

    Raises:
        ValueError: If the shapes differ, or there is no example.

    Source: Bishop, *Pattern Recognition and Machine Learning*, equation 5.11.

    >>> half_squared_distance([[1, 2]], [[4, 6]])
    array([12.5])
    """
    t, y = alike(batch("targets", targets), predictions, "predictions")
    return per_example(np.square(y - t) / 2, targets, predictions)


def half_squared_distance_gradient(targets: ArrayLike, predictions: ArrayLike) -> Array:
    """Return the gradient of :func:`half_squared_distance` by the predictions: ``y - t``.

    Args, Raises: As there.

    Returns:
        Shape (N, ...).

    Source: the derivative.

    >>> half_squared_distance_gradient([[1, 2]], [[4, 6]])
    array([[3., 4.]])
    """
    t, y = alike(batch("targets", targets), predictions, "predictions")
    return as_floats(y - t, targets, predictions)


def mean_squared_error(targets: ArrayLike, predictions: ArrayLike) -> Array:
    """Return the mean of ``(y - t)²`` over all elements of an example.

    Args:
        targets, predictions: Shape (N, ...) each.

    Returns:
        Shape (N,).

    Raises:
        ValueError: If the shapes differ, or there is no example.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, equation 5.4.

    >>> mean_squared_error([[1, 2]], [[4, 6]])
    array([12.5])
    """
    t, y = alike(batch("targets", targets), predictions, "predictions")
    return per_example(np.square(y - t) / (t.size // len(t)), targets, predictions)


def mean_squared_error_gradient(targets: ArrayLike, predictions: ArrayLike) -> Array:
    """Return the gradient of :func:`mean_squared_error` by the predictions: ``2 * (y - t) / K``.

    Args, Raises: As there; K is the number of an example's elements.

    Returns:
        Shape (N, ...).

    Source: the derivative.

    >>> mean_squared_error_gradient([[1, 2]], [[4, 6]])
    array([[3., 4.]])
    """
    t, y = alike(batch("targets", targets), predictions, "predictions")
    return as_floats(2 * (y - t) / (t.size // len(t)), targets, predictions)
