"""Dropout by its mask as Keras's layer does it, while training only, and by its mean."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reference.dropout import draw_kept, drop, dropout, dropout_gradient

tf = pytest.importorskip("tensorflow")


@pytest.mark.parametrize("rate", [0.0, 0.2, 0.5, 0.9])
@pytest.mark.parametrize("shape", [(1, 1), (3, 50), (2, 5, 3, 4)])
def test_what_is_kept_is_scaled_as_by_kerass_layer(rate, shape):
    values = np.random.default_rng(1).standard_normal(shape, dtype=np.float32) + 10
    tensor = tf.constant(values)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        expected = tf.keras.layers.Dropout(rate, seed=2)(tensor, training=True)
    kept = expected.numpy() != 0
    received = drop(values, kept, rate)
    assert received.dtype == np.float32
    assert_allclose(received, expected, rtol=1e-5)
    weights = np.random.default_rng(3).standard_normal(shape, dtype=np.float32)
    assert_allclose(
        dropout_gradient(weights, kept, rate), tape.gradient(expected, tensor, weights), rtol=1e-5
    )


def test_inference_leaves_values_and_draws_nothing():
    values, rng = np.array([[1.5, -2.0, np.inf]]), np.random.default_rng(0)
    received = dropout(values, 0.9, rng, training=False)
    assert_array_equal(received, values)
    assert not np.shares_memory(received, values)
    assert rng.random() == np.random.default_rng(0).random()


def test_training_drops_by_the_draw_and_keeps_the_mean():
    values = np.ones((200, 500))
    received = dropout(values, 0.2, np.random.default_rng(1), training=True)
    assert_array_equal(received, drop(values, draw_kept(values.shape, 0.2, np.random.default_rng(1)), 0.2))
    assert set(np.unique(received)) == {0, 1.25}
    assert received.mean() == pytest.approx(1, abs=0.01)  # eight standard deviations


def test_integers_give_floats_and_a_dropped_nan_is_zero():
    assert drop(np.array([1, 2], np.uint8), [1, 0], 0.5).dtype == np.float64
    assert_array_equal(drop([np.nan, 2.0], [False, True], 0.5), [0, 4])


@pytest.mark.parametrize("rate", [-0.1, 1, np.nan])
@pytest.mark.parametrize("training", [True, False])
def test_rates_out_of_range_are_refused(rate, training):
    with pytest.raises(ValueError, match=re.escape(f"rate must be from 0 to below 1; received rate={rate}")):
        dropout([1.0], rate, np.random.default_rng(0), training=training)


def test_other_shapes_are_refused():
    with pytest.raises(
        ValueError, match=re.escape("kept: expected shape (2,) for the values, received shape (1,)")
    ):
        drop([1.0, 2.0], [True], 0.5)
