"""Layers with pairs of sizes, strides and paddings agree with TensorFlow's operations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from reference.layers import (
    conv_forward,
    convolve_channels,
    convolve_images,
    corr2d_multi,
    corr2d_multi_in,
    pool_forward,
    pool_image,
    zero_pad,
)

tf = pytest.importorskip("tensorflow")

FLOAT32_TOLERANCE = {"rtol": 1e-5, "atol": 1e-4}

seeds = st.integers(0, 2**32 - 1)
pairs = st.tuples(st.integers(1, 4), st.integers(1, 4))


def random(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


@settings(max_examples=25, deadline=None)
@given(
    seed=seeds,
    sizes=st.tuples(st.integers(4, 9), st.integers(4, 9)),
    kernel=pairs,
    strides=pairs,
    padding=st.sampled_from(["valid", "same", (1, 2), (0, 3)]),
)
def test_conv_forward_and_its_kin_are_tensorflows(seed, sizes, kernel, strides, padding):
    images, filters, biases = random(seed, 2, *sizes, 3), random(seed, *kernel, 3, 4), random(seed, 4)
    sides = [(0, 0), *((each, each) for each in padding), (0, 0)] if isinstance(padding, tuple) else None

    def theirs(images, filters):
        # In float32, oneDNN answers wrongly where an output is one wide and the strides differ.
        images, filters = images.astype("float64"), filters.astype("float64")
        return tf.nn.conv2d(images, filters, (1, *strides, 1), sides or padding.upper()).numpy()

    expected = theirs(images, filters)
    received = conv_forward(images, filters, biases, strides, padding)
    assert_allclose(received, expected + biases, **FLOAT32_TOLERANCE)
    received = convolve_channels(images, filters[..., 1], strides, padding)
    assert_allclose(received, expected[..., 1], **FLOAT32_TOLERANCE)
    received = convolve_images(images[..., 2], filters[:, :, 2, 0], strides, padding)
    expected = theirs(images[..., 2:], filters[:, :, 2:, :1])[..., 0]
    assert_allclose(received, expected, **FLOAT32_TOLERANCE)


@settings(max_examples=10, deadline=None)
@given(seed=seeds, kernel=pairs)
def test_corr2d_is_tensorflows(seed, kernel):
    image, filters = random(seed, 5, 6, 3), random(seed, *kernel, 3, 4)
    expected = tf.nn.conv2d(image[None], filters, 1, "VALID").numpy()[0]
    assert_allclose(corr2d_multi(image, filters), expected, **FLOAT32_TOLERANCE)
    assert_allclose(corr2d_multi_in(image, filters[..., 2]), expected[..., 2], **FLOAT32_TOLERANCE)


@settings(max_examples=15, deadline=None)
@given(seed=seeds, pool_size=pairs, strides=pairs)
def test_pooling_is_tensorflows(seed, pool_size, strides):
    images = random(seed, 2, 5, 6, 3)
    for mode, pool in (("max", tf.nn.max_pool2d), ("average", tf.nn.avg_pool2d)):
        expected = pool(images, pool_size, strides, "VALID").numpy()
        received = pool_forward(images, pool_size, strides, mode)
        assert_allclose(received, expected, **FLOAT32_TOLERANCE)
        expected = pool(images, pool_size, 1, "VALID").numpy()
        received = pool_image(images[1, :, :, 2], pool_size, mode)
        assert_allclose(received, expected[1, :, :, 2], **FLOAT32_TOLERANCE)


def test_zero_pad_is_kerass():
    images = random(0, 2, 3, 4, 2)
    expected = tf.keras.layers.ZeroPadding2D(2)(images)
    assert_array_equal(zero_pad(images, 2), expected)
