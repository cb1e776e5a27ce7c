"""Batch normalisation agrees with Keras's layer, in training and inference, and its gradients with slopes."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reference.batch_normalisation import (
    Statistics,
    batch_normalisation_parameters,
    batch_statistics,
    initial_statistics,
    normalise_in_inference,
    normalise_in_training,
    training_gradients,
)

tf = pytest.importorskip("tensorflow")

TOLERANCE = {"rtol": 1e-4, "atol": 1e-4}
SHAPES = [(1, 1), (1, 3), (8, 5), (2, 3, 4, 5), (1, 5, 1, 2), (3, 4, 2)]


def drawn(shape, seed=0, dtype=np.float32):
    rng = np.random.default_rng(seed)
    batch = 3 * rng.standard_normal(shape) + 2
    return [part.astype(dtype) for part in (batch, *rng.uniform(0.5, 2, (2, shape[-1])))]


def kerass(shape, gamma, beta, **options):
    layer = tf.keras.layers.BatchNormalization(**options)
    layer.build((None, *shape[1:]))
    layer.set_weights([gamma, beta, np.zeros_like(gamma), np.ones_like(gamma)])
    return layer


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("options", [{}, {"momentum": 0.9, "epsilon": 1e-5}])
def test_three_batches_and_inference_are_kerass(shape, options):
    _, gamma, beta = drawn(shape)
    theirs = kerass(shape, gamma, beta, **options)
    running = initial_statistics(shape[-1])
    for seed in range(3):
        batch, _, _ = drawn(shape, seed)
        expected = theirs(batch, training=True)
        received = normalise_in_training(batch, gamma, beta, running, **options)
        running = received.running
        assert received.output.dtype == np.float32
        assert_allclose(received.output, expected, **TOLERANCE)
    assert_allclose(running.mean, theirs.moving_mean, **TOLERANCE)
    assert_allclose(running.variance, theirs.moving_variance, **TOLERANCE)
    epsilon = {name: value for name, value in options.items() if name == "epsilon"}
    received = normalise_in_inference(batch, gamma, beta, running, **epsilon)
    assert_allclose(received, theirs(batch, training=False), **TOLERANCE)


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_are_the_tapes(shape):
    batch, gamma, beta = drawn(shape)
    weights = np.random.default_rng(9).standard_normal(shape, dtype=np.float32)
    theirs = kerass(shape, gamma, beta)
    tensor = tf.constant(batch)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        output = theirs(tensor, training=True)
    expected = tape.gradient(output, [tensor, theirs.gamma.value, theirs.beta.value], weights)
    for received, gradient in zip(training_gradients(batch, gamma, weights), expected, strict=True):
        assert received.dtype == np.float32
        assert_allclose(received, gradient, **TOLERANCE)


@pytest.mark.parametrize("shape", [(2, 1), (4, 3), (2, 3, 2, 2)])
def test_gradients_are_slopes(shape):
    arguments = drawn(shape, 1, np.float64)
    weights = np.random.default_rng(2).standard_normal(shape)
    received = training_gradients(arguments[0], arguments[1], weights)
    for position, gradient in enumerate(received):
        for index in np.ndindex(gradient.shape):
            rise = 0
            for sign in (1, -1):
                moved = [part.copy() for part in arguments]
                moved[position][index] += sign * 1e-5
                output = normalise_in_training(*moved, initial_statistics(shape[-1])).output
                rise += sign * np.sum(weights * output)
            assert gradient[index] == pytest.approx(rise / 2e-5, rel=1e-5, abs=1e-7)


def test_output_has_mean_beta_and_deviation_gamma():
    batch, gamma, beta = drawn((50, 4, 3, 6), 1, np.float64)
    output = normalise_in_training(batch, gamma, beta, initial_statistics(6), epsilon=0).output
    mean, variance = batch_statistics(output)
    assert_allclose(mean, beta)
    assert_allclose(np.sqrt(variance), gamma)


def test_a_constant_channel_becomes_beta():
    output = normalise_in_training(
        np.full((3, 2), 7.0), [2.0, 3.0], [5.0, -1.0], initial_statistics(2)
    ).output
    assert_array_equal(output, [[5, -1]] * 3)


def test_inference_of_an_example_does_not_depend_on_the_others():
    batch, gamma, beta = drawn((4, 3))
    running = Statistics(np.array([1.0, 2.0, 3.0]), np.array([4.0, 5.0, 6.0]))
    whole = normalise_in_inference(batch, gamma, beta, running)
    assert_array_equal(whole[2:3], normalise_in_inference(batch[2:3], gamma, beta, running))


def test_nothing_is_changed_and_half_precision_stays():
    batch, gamma, beta = drawn((4, 3), 0, np.float16)
    running = initial_statistics(3)
    before = [part.copy() for part in (batch, gamma, beta, *running)]
    assert normalise_in_training(batch, gamma, beta, running).output.dtype == np.float16
    large = normalise_in_training(
        1000 * batch, gamma, beta, running
    ).output  # a variance beyond half precision
    expected = normalise_in_training((1000 * batch).astype(np.float64), gamma, beta, running).output
    assert_allclose(large, expected, rtol=1e-2, atol=1e-2)
    for part, copy in zip((batch, gamma, beta, *running), before, strict=True):
        assert_array_equal(part, copy)


@pytest.mark.parametrize("channels", [1, 32, 512])
def test_counts_are_kerass(channels):
    theirs = tf.keras.layers.BatchNormalization()
    theirs.build((None, channels))
    received = batch_normalisation_parameters(channels)
    assert received.trainable == sum(np.prod(weight.shape) for weight in theirs.trainable_weights)
    assert received.non_trainable == sum(np.prod(weight.shape) for weight in theirs.non_trainable_weights)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: batch_statistics([1.0, 2.0]), "batch: expected shape (N, ..., C), received shape (2,)"),
        (
            lambda: normalise_in_inference([[1.0]], [1.0, 2.0], [0.0], initial_statistics(1)),
            "gamma: expected shape (1,) for the batch's channels, received shape (2,)",
        ),
        (
            lambda: normalise_in_training([[1.0]], [1.0], [0.0], initial_statistics(2)),
            "running.mean: expected shape (1,)",
        ),
        (
            lambda: normalise_in_training([[1.0]], [1.0], [0.0], initial_statistics(1), momentum=1.5),
            "momentum must be from 0 to 1; received momentum=1.5",
        ),
        (
            lambda: training_gradients([[1.0]], [1.0], [[0.0]], epsilon=-1),
            "epsilon must be at least 0; received epsilon=-1",
        ),
        (lambda: training_gradients([[1.0]], [1.0], [0.0]), "output_gradient: expected shape (1, 1)"),
        (lambda: batch_normalisation_parameters(0), "channels must be at least 1; received channels=0"),
    ],
)
def test_says_what_was_expected(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
