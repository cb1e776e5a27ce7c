"""Cross-entropies over classes, one number an example, and their gradients by the predictions.

All is as in ``losses``. Targets are one-hot rows (or distributions), or with ``sparse_...`` integer labels;
predictions are probabilities behind a softmax, or with ``..._from_logits`` the scores before it: given
probabilities, those apply the softmax a second time.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.activations import softmax
from reference.arrays import Array, float_type, numbers
from reference.likelihoods import alike, as_floats, batch, chances, over, per_example, times_log


def categorical_cross_entropy(targets: ArrayLike, probabilities: ArrayLike) -> Array:
    """Return ``-sum of t * log(p)`` over the classes.

    Args:
        targets, probabilities: Shape (N, K) each, numbers from 0 to 1. Rows are taken as they are: Keras
            divides rows of probabilities by their sum first.

    Returns:
        Shape (N,).

    Raises:
        ValueError: If the shapes differ or have other axes, or a number is not from 0 to 1.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, section 6.2.2.3.

    >>> categorical_cross_entropy([[0, 1]], [[0.75, 0.25]]).round(4)
    array([1.3863])
    """
    t, p = alike(chances("targets", targets, 2), chances("probabilities", probabilities), "probabilities")
    return per_example(-times_log(t, p), targets, probabilities)


def categorical_cross_entropy_gradient(targets: ArrayLike, probabilities: ArrayLike) -> Array:
    """Return the gradient of :func:`categorical_cross_entropy` by the probabilities.

    Args, Raises: As there.

    Returns:
        Shape (N, K): ``-t / p``, and 0 where the target is 0.

    Source: the derivative.

    >>> categorical_cross_entropy_gradient([[0, 1]], [[0.75, 0.25]])
    array([[ 0., -4.]])
    """
    t, p = alike(chances("targets", targets, 2), chances("probabilities", probabilities), "probabilities")
    return as_floats(0 - over(t, p), targets, probabilities)


def categorical_cross_entropy_from_logits(targets: ArrayLike, logits: ArrayLike) -> Array:
    """Return :func:`categorical_cross_entropy` of ``softmax(logits)``.

    Args:
        targets: Shape (N, K), numbers from 0 to 1.
        logits: The same shape, any real numbers.

    Returns:
        Shape (N,).

    Raises:
        ValueError: If the shapes differ or have other axes, or a target is not from 0 to 1.

    Source: ``sum of t * (log(sum of exp(z)) - z)``, with the largest logit taken out of the logarithm.

    >>> categorical_cross_entropy_from_logits([[0, 1]], [[1000.0, 0.0]])
    array([1000.])
    """
    t, z = alike(chances("targets", targets, 2), logits, "logits")
    below = z - z.max(axis=1, keepdims=True)
    return per_example(t * (np.log(np.exp(below).sum(axis=1, keepdims=True)) - below), targets, logits)


def categorical_cross_entropy_from_logits_gradient(targets: ArrayLike, logits: ArrayLike) -> Array:
    """Return the gradient of :func:`categorical_cross_entropy_from_logits` by the logits.

    Args, Raises: As there.

    Returns:
        Shape (N, K): ``softmax(z) * (sum of t) - t``, which is ``softmax(z) - t`` for targets that sum to 1.

    Source: the derivative.

    >>> categorical_cross_entropy_from_logits_gradient([[0, 1]], [[0.0, 0.0]])
    array([[ 0.5, -0.5]])
    """
    t, z = alike(chances("targets", targets, 2), logits, "logits")
    return as_floats(softmax(z) * t.sum(axis=1, keepdims=True) - t, targets, logits)


def sparse_categorical_cross_entropy(labels: ArrayLike, probabilities: ArrayLike) -> Array:
    """Return ``-log(p)`` of each example's own class.

    Args:
        labels: Shape (N,), integers from 0 to K - 1.
        probabilities: Shape (N, K), numbers from 0 to 1.

    Returns:
        Shape (N,).

    Raises:
        ValueError: If the shapes do not fit together, a label is no class, or a number is not from 0 to 1.

    Source: :func:`categorical_cross_entropy` of :func:`one_hot` labels.

    >>> sparse_categorical_cross_entropy([1], [[0.75, 0.25]]).round(4)
    array([1.3863])
    """
    return categorical_cross_entropy(_targets(labels, probabilities), probabilities)


def sparse_categorical_cross_entropy_gradient(labels: ArrayLike, probabilities: ArrayLike) -> Array:
    """Return the gradient of :func:`sparse_categorical_cross_entropy` by the probabilities.

    Args, Raises: As there.

    Returns:
        Shape (N, K).

    Source: the derivative.

    >>> sparse_categorical_cross_entropy_gradient([1], [[0.75, 0.25]])
    array([[ 0., -4.]])
    """
    return categorical_cross_entropy_gradient(_targets(labels, probabilities), probabilities)


def sparse_categorical_cross_entropy_from_logits(labels: ArrayLike, logits: ArrayLike) -> Array:
    """Return :func:`sparse_categorical_cross_entropy` of ``softmax(logits)``.

    Args:
        labels: Shape (N,), integers from 0 to K - 1.
        logits: Shape (N, K), any real numbers.

    Returns:
        Shape (N,).

    Raises:
        ValueError: If the shapes do not fit together, or a label is no class.

    Source: :func:`categorical_cross_entropy_from_logits` of :func:`one_hot` labels.

    >>> sparse_categorical_cross_entropy_from_logits([1, 0], [[1000.0, 0.0], [1000.0, 0.0]])
    array([1000.,    0.])
    """
    return categorical_cross_entropy_from_logits(_targets(labels, logits), logits)


def sparse_categorical_cross_entropy_from_logits_gradient(labels: ArrayLike, logits: ArrayLike) -> Array:
    """Return the gradient of :func:`sparse_categorical_cross_entropy_from_logits` by the logits.

    Args, Raises: As there.

    Returns:
        Shape (N, K): ``softmax(z)``, less 1 at the example's own class.

    Source: the derivative.

    >>> sparse_categorical_cross_entropy_from_logits_gradient([1], [[0.0, 0.0]])
    array([[ 0.5, -0.5]])
    """
    return categorical_cross_entropy_from_logits_gradient(_targets(labels, logits), logits)


def one_hot(labels: ArrayLike, classes: int) -> Array:
    """Return a row for each label: 1 at its class and 0 elsewhere.

    Args:
        labels: Shape (N,), integers from 0 to classes - 1.
        classes: How many there are, K.

    Returns:
        Shape (N, K), int64.

    Raises:
        ValueError: If labels have another shape or type, or one is no class.

    >>> one_hot([2, 0], 3)
    array([[0, 0, 1],
           [1, 0, 0]])
    """
    labels = numbers("labels", labels, 1, kinds="iu")
    if not (labels.min() >= 0 and labels.max() < classes):
        span = f"from {labels.min()} to {labels.max()}"
        raise ValueError(f"labels: expected classes from 0 to {classes - 1}, received labels {span}")
    return np.asarray(labels[:, None] == np.arange(classes), np.int64)


def _targets(labels: ArrayLike, predictions: ArrayLike) -> Array:
    """Return one-hot targets, of a type that does not widen the result."""
    rows = batch("predictions", predictions, 2)
    targets = one_hot(labels, rows.shape[1])
    if len(targets) != len(rows):
        expected = f"{len(rows)} labels, one a row of the predictions"
        raise ValueError(f"labels: expected {expected}, received {len(targets)}")
    return targets.astype(float_type(rows))
