"""Boltzmann machines against all their states, and against scikit-learn's."""

import itertools
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose

from reference.boltzmann import (
    RBM,
    contrastive_divergence,
    free_energy,
    hidden_probabilities,
    initial,
    pretrain,
    visible_probabilities,
)

neural_network = pytest.importorskip("sklearn.neural_network")


def drawn(visible, hidden, seed=0):
    rng = np.random.default_rng(seed)
    return RBM(rng.normal(size=(visible, hidden)), rng.normal(size=visible), rng.normal(size=hidden))


def states(units):
    return np.array(list(itertools.product([0.0, 1.0], repeat=units)))


def energies(rbm, visible, hidden):
    """Of each pair of states, by the definition."""
    return (
        -(visible @ rbm.visible_biases)[:, None]
        - hidden @ rbm.hidden_biases
        - visible @ rbm.weights @ hidden.T
    )


def test_conditionals_and_free_energy_follow_from_the_energy():
    rbm, visible, hidden = drawn(3, 4), states(3), states(4)
    weights = np.exp(-energies(rbm, visible, hidden))
    assert_allclose(free_energy(rbm, visible), -np.log(weights.sum(axis=1)))
    assert_allclose(hidden_probabilities(rbm, visible), weights @ hidden / weights.sum(axis=1)[:, None])
    expected = weights.T @ visible / weights.sum(axis=0)[:, None]
    assert_allclose(visible_probabilities(rbm, hidden), expected)


def test_hidden_probabilities_are_scikit_learns():
    examples = (np.random.default_rng(1).random((30, 6)) > 0.5).astype(float)
    theirs = neural_network.BernoulliRBM(4, n_iter=3, random_state=0).fit(examples)
    rbm = RBM(theirs.components_.T, theirs.intercept_visible_, theirs.intercept_hidden_)
    assert_allclose(hidden_probabilities(rbm, examples), theirs.transform(examples))


def test_many_steps_on_average_follow_the_likelihood():
    """The chain's end is then drawn from the model itself: the step is the gradient, up to the draw."""
    rbm, visible, hidden = drawn(3, 2), states(3), states(2)
    data = np.tile([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0]], (20_000, 1))
    moved = contrastive_divergence(rbm, data, np.random.default_rng(2), learning_rate=1, steps=60)
    chances = np.exp(-energies(rbm, visible, hidden))
    chances /= chances.sum()
    expected = data.T @ hidden_probabilities(rbm, data) / len(data) - visible.T @ chances @ hidden
    assert_allclose(moved.weights - rbm.weights, expected, atol=0.02)
    assert_allclose(
        moved.hidden_biases - rbm.hidden_biases,
        hidden_probabilities(rbm, data).mean(axis=0) - chances.sum(axis=0) @ hidden,
        atol=0.02,
    )


def test_training_makes_examples_more_probable_than_noise():
    rng = np.random.default_rng(3)
    examples = np.repeat(rng.random((200, 4)) > 0.5, 4, axis=1).astype(float)  # each pixel four times
    noise = (rng.random((200, 16)) > 0.5).astype(float)
    (rbm,) = pretrain(examples, [8], np.random.default_rng(4), epochs=100)
    untrained = initial(16, 8, np.random.default_rng(4))
    gap = free_energy(rbm, noise).mean() - free_energy(rbm, examples).mean()
    assert gap > 3
    assert abs(free_energy(untrained, noise).mean() - free_energy(untrained, examples).mean()) < 0.1


def test_a_stack_is_trained_from_below_and_the_same_from_the_same_seed():
    examples = np.random.default_rng(5).random((20, 6))
    first, second = (pretrain(examples, [5, 3], np.random.default_rng(6), epochs=2) for _ in range(2))
    assert [rbm.weights.shape for rbm in first] == [(6, 5), (5, 3)]
    for one, other in zip(first, second, strict=True):
        assert_allclose(one.weights, other.weights)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda rbm: hidden_probabilities(rbm, [[1.0]]),
            "visible: expected shape (N, 2), received shape (1, 1)",
        ),
        (
            lambda rbm: visible_probabilities(rbm, [[1.0]]),
            "hidden: expected shape (N, 3), received shape (1, 1)",
        ),
        (lambda rbm: free_energy(rbm, [[2.0, 0.0]]), "visible: expected numbers from 0 to 1"),
        (
            lambda rbm: contrastive_divergence(rbm, [[0, 1]], np.random.default_rng(0), steps=0),
            "steps must be at least 1; received steps=0",
        ),
    ],
)
def test_says_what_was_expected(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call(drawn(2, 3))
