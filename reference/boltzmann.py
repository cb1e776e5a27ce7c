"""Restricted Boltzmann machines of binary units, trained by contrastive divergence; and stacks of them.

Visible values are floats from 0 to 1, taken as probabilities; none is changed. All is computed in float64.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from reference.activations import sigmoid
from reference.arrays import Array
from reference.likelihoods import chances


class RBM(NamedTuple):
    """Weights, shape (visible, hidden), and the biases of either side, of shapes (visible,) and (hidden,)."""

    weights: Array
    visible_biases: Array
    hidden_biases: Array


def initial(visible: int, hidden: int, rng: np.random.Generator) -> RBM:
    """Return a machine with small random weights and biases of 0.

    Args:
        visible, hidden: The numbers of units.
        rng: Where the weights come from.

    Source: Hinton, *A Practical Guide to Training Restricted Boltzmann Machines* (2010), section 8.

    >>> initial(784, 500, np.random.default_rng(0)).weights.shape
    (784, 500)
    """
    return RBM(rng.normal(0, 0.01, (visible, hidden)), np.zeros(visible), np.zeros(hidden))


def hidden_probabilities(rbm: RBM, visible: ArrayLike) -> Array:
    """Return the probability of 1 of each hidden unit, given the visible ones.

    Args:
        visible: Shape (N, visible), numbers from 0 to 1.

    Returns:
        Shape (N, hidden): ``sigmoid(v @ weights + hidden_biases)``.

    Raises:
        ValueError: If the values have another shape or are not from 0 to 1.

    Source: Hinton (2010), equation 7.

    >>> hidden_probabilities(RBM(np.array([[2.0]]), np.zeros(1), np.array([-1.0])), [[0.5]])
    array([[0.5]])
    """
    return sigmoid(_units("visible", visible, len(rbm.weights)) @ rbm.weights + rbm.hidden_biases)


def visible_probabilities(rbm: RBM, hidden: ArrayLike) -> Array:
    """Return the probability of 1 of each visible unit, given the hidden ones.

    Args:
        hidden: Shape (N, hidden), numbers from 0 to 1.

    Returns:
        Shape (N, visible): ``sigmoid(h @ weights.T + visible_biases)``.

    Raises:
        ValueError: If the values have another shape or are not from 0 to 1.

    Source: Hinton (2010), equation 8.

    >>> visible_probabilities(RBM(np.array([[2.0]]), np.array([-1.0]), np.zeros(1)), [[0.5]])
    array([[0.5]])
    """
    return sigmoid(_units("hidden", hidden, rbm.weights.shape[1]) @ rbm.weights.T + rbm.visible_biases)


def free_energy(rbm: RBM, visible: ArrayLike) -> Array:
    """Return the free energy of each visible vector: lower is more probable.

    Args:
        visible: Shape (N, visible), numbers from 0 to 1.

    Returns:
        Shape (N,): ``-v @ visible_biases - sum of log(1 + exp(v @ weights + hidden_biases))``.

    Raises:
        ValueError: If the values have another shape or are not from 0 to 1.

    Source: Hinton (2010), equation 25.

    >>> free_energy(RBM(np.zeros((2, 3)), np.array([1.0, 2.0]), np.zeros(3)), [[1, 1]]).round(4)
    array([-5.0794])
    """
    visible = _units("visible", visible, len(rbm.weights))
    inputs = visible @ rbm.weights + rbm.hidden_biases
    return np.asarray(-visible @ rbm.visible_biases - np.logaddexp(0, inputs).sum(axis=1))


def contrastive_divergence(
    rbm: RBM, visible: ArrayLike, rng: np.random.Generator, *, learning_rate: float = 0.1, steps: int = 1
) -> RBM:
    """Return the machine after one step of learning from a batch, CD-k.

    Along the chain the units of both sides are drawn, 0 or 1; what is learned from are, on the hidden side,
    their probabilities.

    Args:
        visible: Shape (N, visible), numbers from 0 to 1.
        rng: Where the draws come from.
        learning_rate: How far it goes along the mean over the batch.
        steps: How many times the chain goes down and up, k.

    Raises:
        ValueError: If the values have another shape or are not from 0 to 1, or there is no step.

    Source: Hinton (2010), sections 2 and 3, equation 9.

    >>> contrastive_divergence(initial(2, 3, np.random.default_rng(0)), [[0, 1]], np.random.default_rng(1))[
    ...     0
    ... ].shape
    (2, 3)
    """
    if steps < 1:
        raise ValueError(f"steps must be at least 1; received steps={steps}")
    data = _units("visible", visible, len(rbm.weights))
    from_data = hidden_probabilities(rbm, data)
    hidden = from_data
    for _ in range(steps):
        fantasy = _drawn(visible_probabilities(rbm, _drawn(hidden, rng)), rng)
        hidden = hidden_probabilities(rbm, fantasy)
    return RBM(
        rbm.weights + learning_rate * (data.T @ from_data - fantasy.T @ hidden) / len(data),
        rbm.visible_biases + learning_rate * (data - fantasy).mean(axis=0),
        rbm.hidden_biases + learning_rate * (from_data - hidden).mean(axis=0),
    )


def pretrain(
    examples: ArrayLike,
    widths: Sequence[int],
    rng: np.random.Generator,
    *,
    epochs: int = 10,
    batch_size: int = 32,
    learning_rate: float = 0.1,
) -> list[RBM]:
    """Return a stack of machines, each trained on the hidden probabilities of the one below.

    Args:
        examples: Shape (N, visible), numbers from 0 to 1.
        widths: The hidden units of each machine, from the bottom.
        rng: Where weights, order and draws come from.
        epochs, batch_size, learning_rate: Of each machine's training.

    Returns:
        One machine a width: the layers of a deep belief net, before it is fine-tuned.

    Raises:
        ValueError: If the examples have another shape or are not from 0 to 1.

    Source: Hinton, Osindero and Teh, *A Fast Learning Algorithm for Deep Belief Nets* (2006).

    >>> [rbm.weights.shape for rbm in pretrain(np.eye(4), [3, 2], np.random.default_rng(0), epochs=1)]
    [(4, 3), (3, 2)]
    """
    below: Array = chances("examples", examples, 2)
    stack = []
    for width in widths:
        rbm = initial(below.shape[1], width, rng)
        for _ in range(epochs):
            order = rng.permutation(len(below))
            for start in range(0, len(below), batch_size):
                batch = below[order[start : start + batch_size]]
                rbm = contrastive_divergence(rbm, batch, rng, learning_rate=learning_rate)
        below = hidden_probabilities(rbm, below)
        stack.append(rbm)
    return stack


def _drawn(probabilities: Array, rng: np.random.Generator) -> Array:
    return np.asarray(rng.random(probabilities.shape) < probabilities, np.float64)


def _units(name: str, values: ArrayLike, units: int) -> Array:
    array = chances(name, values, 2)
    if array.shape[1] != units:
        raise ValueError(f"{name}: expected shape (N, {units}), received shape {array.shape}")
    return array.astype(np.float64, copy=False)
