"""Activations agree with Keras's, their gradients with TensorFlow's tape and with finite differences."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reference import activations

tf = pytest.importorskip("tensorflow")

NAMES = ["relu", "sigmoid", "tanh", "softmax"]
SHAPES = [(1,), (7,), (1, 1), (3, 5), (4, 1), (2, 3, 1, 4)]


def of(name):
    return getattr(activations, name), getattr(activations, f"{name}_gradient")


def random(seed, shape, dtype=np.float32, scale=3):
    return (np.random.default_rng(seed).standard_normal(shape) * scale).astype(dtype)


@pytest.mark.parametrize("name", NAMES)
class TestEach:
    @pytest.mark.filterwarnings("ignore:You are using a softmax over axis -1:UserWarning")
    @pytest.mark.parametrize("shape", SHAPES)
    def test_values_and_gradients_are_kerass(self, name, shape):
        function, gradient = of(name)
        values, weights = random(1, shape), random(2, shape)
        rows = values if values.ndim > 1 else values[None]  # Keras's softmax wants two axes
        tensor = tf.constant(rows)
        with tf.GradientTape() as tape:
            tape.watch(tensor)
            output = getattr(tf.keras.activations, name)(tensor)
        expected = tape.gradient(output, tensor, weights.reshape(rows.shape))
        assert_allclose(function(values), output.numpy().reshape(shape), rtol=1e-5, atol=1e-6)
        assert_allclose(gradient(values, weights), expected.numpy().reshape(shape), rtol=1e-4, atol=1e-6)

    def test_gradient_is_the_slope(self, name):
        function, gradient = of(name)
        values, weights = random(3, (3, 4), np.float64), random(4, (3, 4), np.float64)
        for index in np.ndindex(values.shape):
            nudge = np.zeros(values.shape)
            nudge[index] = 1e-6
            rise = np.sum(weights * (function(values + nudge) - function(values - nudge)))
            assert gradient(values, weights)[index] == pytest.approx(rise / 2e-6, rel=1e-6, abs=1e-8)

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_types_of_floats_stay_and_nothing_is_changed(self, name, dtype):
        function, gradient = of(name)
        values, weights = random(5, (2, 3), dtype), random(6, (2, 3), dtype)
        before = values.copy(), weights.copy()
        assert function(values).dtype == gradient(values, weights).dtype == dtype
        assert_array_equal(values, before[0])
        assert_array_equal(weights, before[1])

    def test_integers_give_floats_but_for_relu(self, name):
        function, _ = of(name)
        values = np.array([[0, 3], [200, 255]], np.uint8)
        assert function(values).dtype == (np.int64 if name == "relu" else np.float64)
        assert_allclose(function(values), function(values.astype(np.float64)))

    @pytest.mark.parametrize("extreme", [1e4, 1e30, 3e38])
    def test_no_size_overflows(self, name, extreme):
        function, gradient = of(name)
        values = np.array([[extreme, -extreme, 0.0]], np.float32)
        assert np.isfinite(function(values)).all()
        assert np.isfinite(gradient(values, np.ones_like(values))).all()

    def test_says_what_was_expected(self, name):
        function, gradient = of(name)
        with pytest.raises(ValueError, match="values: expected a non-empty array of real numbers"):
            function([])
        with pytest.raises(ValueError, match=re.escape("output_gradient: expected shape (1, 2)")):
            gradient([[1, 2]], [1, 2])


class TestSoftmax:
    @pytest.mark.parametrize("shape", SHAPES)
    def test_rows_sum_to_one(self, shape):
        assert_allclose(activations.softmax(random(7, shape, np.float64, 50)).sum(axis=-1), 1)

    def test_a_constant_in_a_row_changes_nothing(self):
        values = random(8, (3, 4), np.float64)
        assert_allclose(
            activations.softmax(values + np.array([[1e3], [-1e3], [5]])), activations.softmax(values)
        )

    def test_what_is_impossible_gets_zero(self):
        assert_array_equal(activations.softmax([[0.0, -np.inf, 0.0]]), [[0.5, 0, 0.5]])

    def test_needs_a_row(self):
        with pytest.raises(ValueError, match=re.escape("values: expected at least one axis")):
            activations.softmax(3.0)


def test_small_values_of_sigmoid_keep_their_digits():
    assert_allclose(activations.sigmoid(np.array([-40.0, -700.0])), np.exp([-40.0, -700.0]), rtol=1e-12)


def test_relu_passes_nothing_on_at_its_corner():
    assert_array_equal(activations.relu_gradient([-1.0, 0.0, 1e-30], [2.0, 2.0, 2.0]), [0, 0, 2])
