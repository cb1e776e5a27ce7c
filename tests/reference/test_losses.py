"""Losses agree with Keras's, their gradients with TensorFlow's tape and with finite differences."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reference import categorical_losses, losses

tf = pytest.importorskip("tensorflow")
keras_losses = pytest.importorskip("keras").losses

# Of each: the module, what its targets are, what its predictions are, and Keras's loss of an example.
RECONSTRUCTION = {
    "bernoulli_cross_entropy": (
        "probabilities",
        "probabilities",
        lambda t, p: keras_losses.binary_crossentropy(t, p) * t.shape[1],
    ),
    "bernoulli_cross_entropy_from_logits": (
        "probabilities",
        "logits",
        lambda t, z: keras_losses.binary_crossentropy(t, z, from_logits=True) * t.shape[1],
    ),
    "half_squared_distance": (
        "logits",
        "logits",
        lambda t, y: keras_losses.mean_squared_error(t, y) * t.shape[1] / 2,
    ),
    "mean_squared_error": ("logits", "logits", keras_losses.mean_squared_error),
}
CLASSES = {
    "categorical_cross_entropy": ("distributions", "distributions", keras_losses.categorical_crossentropy),
    "categorical_cross_entropy_from_logits": (
        "distributions",
        "logits",
        lambda t, z: keras_losses.categorical_crossentropy(t, z, from_logits=True),
    ),
    "sparse_categorical_cross_entropy": (
        "labels",
        "distributions",
        keras_losses.sparse_categorical_crossentropy,
    ),
    "sparse_categorical_cross_entropy_from_logits": (
        "labels",
        "logits",
        lambda t, z: keras_losses.sparse_categorical_crossentropy(t, z, from_logits=True),
    ),
}
EVERY = RECONSTRUCTION | CLASSES
SHAPES = [(1, 2), (5, 3), (2, 7)]


def of(name):
    module = losses if name in RECONSTRUCTION else categorical_losses
    return getattr(module, name), getattr(module, f"{name}_gradient")


def drawn(kind, shape, seed, dtype=np.float32):
    rng = np.random.default_rng(seed)
    if kind == "labels":
        return rng.integers(0, shape[1], shape[0])
    if kind == "logits":
        return (3 * rng.standard_normal(shape)).astype(dtype)
    values = rng.uniform(0.05, 0.95, shape)
    return (values if kind == "probabilities" else values / values.sum(axis=1, keepdims=True)).astype(dtype)


@pytest.mark.parametrize("name", EVERY)
class TestEach:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_values_are_kerass(self, name, shape):
        of_targets, of_predictions, theirs = EVERY[name]
        targets, predictions = drawn(of_targets, shape, 1), drawn(of_predictions, shape, 2)
        received = of(name)[0](targets, predictions)
        assert received.dtype == np.float32
        assert received.shape == shape[:1]
        assert_allclose(received, theirs(targets, predictions), rtol=1e-4, atol=1e-5)

    @pytest.mark.parametrize("shape", SHAPES)
    def test_gradients_are_the_tapes(self, name, shape):
        of_targets, of_predictions, theirs = EVERY[name]
        targets, predictions = drawn(of_targets, shape, 3), drawn(of_predictions, shape, 4)
        tensor = tf.constant(predictions)
        with tf.GradientTape() as tape:
            tape.watch(tensor)
            total = tf.reduce_sum(theirs(targets, tensor))
        expected = tape.gradient(total, tensor).numpy()
        if of_predictions == "distributions":  # Keras divides a row by its sum: a gradient of its own, of 1
            expected = expected - 1
        assert_allclose(of(name)[1](targets, predictions), expected, rtol=1e-3, atol=1e-4)

    def test_gradient_is_the_slope(self, name):
        of_targets, of_predictions, _ = EVERY[name]
        function, gradient = of(name)
        targets, predictions = (
            drawn(kind, (3, 4), seed, np.float64) for kind, seed in ((of_targets, 5), (of_predictions, 6))
        )
        for index in np.ndindex(predictions.shape):
            nudge = np.zeros(predictions.shape)
            nudge[index] = 1e-6
            rise = function(targets, predictions + nudge) - function(targets, predictions - nudge)
            received = gradient(targets, predictions)[index]
            assert received == pytest.approx(rise.sum() / 2e-6, rel=1e-6, abs=1e-8)

    def test_examples_are_independent(self, name):
        of_targets, of_predictions, _ = EVERY[name]
        targets, predictions = drawn(of_targets, (5, 3), 7), drawn(of_predictions, (5, 3), 8)
        for function in of(name):
            whole = function(targets, predictions)
            parts = [function(targets[at : at + 1], predictions[at : at + 1])[0] for at in range(5)]
            assert_allclose(whole, parts, rtol=1e-5)

    def test_half_precision_is_summed_in_single(self, name):
        of_targets, of_predictions, _ = EVERY[name]
        targets = drawn(of_targets, (2, 900), 9, np.float16)
        predictions = drawn(of_predictions, (2, 900), 10, np.float16)
        received = of(name)[0](targets, predictions)
        assert received.dtype == np.float16
        wide = targets if of_targets == "labels" else targets.astype(np.float64)
        assert_allclose(received, of(name)[0](wide, predictions.astype(np.float64)), rtol=1e-3)

    def test_shapes_that_do_not_fit_are_refused(self, name):
        of_targets, of_predictions, _ = EVERY[name]
        targets, predictions = drawn(of_targets, (4, 3), 9), drawn(of_predictions, (5, 3), 10)
        for function in of(name):
            with pytest.raises(ValueError, match=r"expected (shape|5 labels)"):
                function(targets, predictions)


@pytest.mark.parametrize("name", RECONSTRUCTION)
def test_images_count_as_their_pixels(name):
    of_targets, of_predictions, _ = RECONSTRUCTION[name]
    targets, predictions = drawn(of_targets, (2, 12), 11), drawn(of_predictions, (2, 12), 12)
    shape = (2, 2, 3, 2)
    function, gradient = of(name)
    assert_allclose(
        function(targets.reshape(shape), predictions.reshape(shape)), function(targets, predictions)
    )
    assert_array_equal(
        gradient(targets.reshape(shape), predictions.reshape(shape)),
        gradient(targets, predictions).reshape(shape),
    )


class TestExtremes:
    def test_certainty_that_is_right_costs_nothing_and_that_is_wrong_costs_infinity(self):
        assert_array_equal(
            losses.bernoulli_cross_entropy([[0, 1], [1, 1]], [[0.0, 1.0], [0.0, 1.0]]), [0, np.inf]
        )
        assert_array_equal(
            categorical_losses.sparse_categorical_cross_entropy([0, 1], [[1.0, 0.0], [1.0, 0.0]]), [0, np.inf]
        )

    def test_gradients_there(self):
        gradient = losses.bernoulli_cross_entropy_gradient([[0, 1, 1, 0]], [[0.0, 1.0, 0.0, 1.0]])
        assert_array_equal(gradient, [[1, -1, -np.inf, np.inf]])
        gradient = categorical_losses.categorical_cross_entropy_gradient([[0, 1]], [[0.0, 1.0]])
        assert_array_equal(gradient, [[0, -1]])

    def test_large_logits_are_exact(self):
        logits = np.array([[1e4, -1e4, 0.0]], np.float32)
        assert_allclose(losses.bernoulli_cross_entropy_from_logits([[0, 1, 0]], logits), [2e4], rtol=1e-4)
        assert_allclose(
            categorical_losses.sparse_categorical_cross_entropy_from_logits([1], logits), [2e4], rtol=1e-6
        )

    def test_one_class_alone_is_certain(self):
        assert_array_equal(categorical_losses.sparse_categorical_cross_entropy_from_logits([0], [[5.0]]), [0])

    def test_softmax_twice_is_another_loss(self):
        probabilities = np.array([[0.9, 0.05, 0.05]])
        once = categorical_losses.sparse_categorical_cross_entropy([0], probabilities)
        twice = categorical_losses.sparse_categorical_cross_entropy_from_logits([0], probabilities)
        assert twice > 4 * once


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: losses.bernoulli_cross_entropy([[2]], [[0.5]]),
            "targets: expected numbers from 0 to 1, received numbers from 2 to 2",
        ),
        (
            lambda: losses.bernoulli_cross_entropy([[1.0]], [[np.nan]]),
            "probabilities: expected numbers from 0 to 1, received numbers from nan to nan",
        ),
        (lambda: losses.mean_squared_error(1.0, 1.0), "targets: expected a batch with an axis of examples"),
        (
            lambda: categorical_losses.categorical_cross_entropy([0, 1], [0.5, 0.5]),
            "targets: expected a non-empty array of real numbers with 2 axes",
        ),
        (
            lambda: categorical_losses.one_hot([0, 3], 3),
            "labels: expected classes from 0 to 2, received labels",
        ),
        (
            lambda: categorical_losses.one_hot([-1], 3),
            "labels: expected classes from 0 to 2, received labels",
        ),
        (lambda: categorical_losses.one_hot([0.0], 3), "labels: expected a non-empty array"),
        (
            lambda: categorical_losses.sparse_categorical_cross_entropy([[0]], [[1.0]]),
            "labels: expected a non-empty array of real numbers with 1 axes",
        ),
    ],
)
def test_says_what_was_expected(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()
