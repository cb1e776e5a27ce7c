"""The layer agrees with TensorFlow"s operation and with Keras"s layer."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from reference.convolution import conv2d, conv2d_layer

tf = pytest.importorskip("tensorflow")

small = st.integers(1, 9)
FLOAT32_TOLERANCE = {"rtol": 1e-5, "atol": 1e-4}


def assert_agreement(sizes, kernel_sizes, *, channels=3, features=2, strides=1, dilation=1, padding, seed=0):
    """Ask both for the feature maps of the same random images."""
    rng = np.random.default_rng(seed)
    images = rng.standard_normal((2, *sizes, channels), dtype=np.float32)
    filters = rng.standard_normal((*kernel_sizes, channels, features), dtype=np.float32)
    biases = rng.standard_normal(features, dtype=np.float32)
    expected = tf.nn.conv2d(images, filters, strides, padding.upper(), dilations=dilation) + biases
    received = conv2d_layer(images, filters, biases, strides, padding, dilation=dilation)
    assert received.dtype == np.float32
    assert received.shape == expected.shape
    assert_allclose(received, expected.numpy(), **FLOAT32_TOLERANCE)


class TestValues:
    @settings(max_examples=60, deadline=None)
    @given(
        sizes=st.tuples(small, small),
        kernel_sizes=st.tuples(*[st.integers(1, 5)] * 2),
        channels=small,
        features=st.integers(1, 4),
        strides=st.tuples(*[st.integers(1, 4)] * 2),
        dilation=st.integers(1, 3),
        padding=st.sampled_from(["valid", "same"]),
        seed=st.integers(0, 2**32 - 1),
    )
    def test_layer_is_tensorflows(self, *, sizes, kernel_sizes, dilation, padding, **others):
        spans = [dilation * (size - 1) + 1 for size in kernel_sizes]
        assume(padding == "same" or all(span <= size for span, size in zip(spans, sizes, strict=True)))
        assert_agreement(sizes, kernel_sizes, dilation=dilation, padding=padding, **others)

    @pytest.mark.parametrize("padding", ["valid", "same"])
    def test_kernel_as_large_as_the_image(self, padding):
        assert_agreement((7, 4), (7, 4), padding=padding)

    @pytest.mark.parametrize("padding", ["valid", "same"])
    def test_even_kernel_and_strides_that_do_not_divide(self, padding):
        assert_agreement((9, 8), (4, 2), strides=(2, 3), padding=padding)

    @pytest.mark.parametrize("padding", ["valid", "same"])
    def test_1x1_kernel(self, padding):
        assert_agreement((5, 6), (1, 1), channels=8, strides=2, padding=padding)

    @pytest.mark.parametrize("padding", ["valid", "same"])
    def test_stride_and_dilation_together(self, padding):
        assert_agreement((9, 11), (3, 2), strides=(2, 3), dilation=(2, 3), padding=padding)

    def test_explicit_padding_is_tensorflows(self):
        rng = np.random.default_rng(2)
        images = rng.standard_normal((2, 5, 6, 3), dtype=np.float32)
        filters = rng.standard_normal((3, 2, 3, 4), dtype=np.float32)
        sides = ((2, 1), (0, 3))
        expected = tf.nn.conv2d(images, filters, 2, [[0, 0], *sides, [0, 0]])
        assert_allclose(conv2d_layer(images, filters, None, 2, sides), expected.numpy(), **FLOAT32_TOLERANCE)

    @pytest.mark.parametrize("padding", ["valid", "same"])
    @pytest.mark.parametrize(("strides", "dilation"), [(1, 1), (2, 1), (1, 2)])
    def test_layer_is_kerass(self, padding, strides, dilation):
        images = np.random.default_rng(4).standard_normal((2, 9, 8, 3), dtype=np.float32)
        layer = tf.keras.layers.Conv2D(
            4, (4, 3), strides=strides, padding=padding, dilation_rate=dilation, bias_initializer="normal"
        )
        expected = np.asarray(layer(images))
        filters, biases = layer.get_weights()
        received = conv2d_layer(images, filters, biases, strides, padding, dilation=dilation)
        assert_allclose(received, expected, **FLOAT32_TOLERANCE)

    def test_conv2d_is_a_layer_of_one_filter(self):
        rng = np.random.default_rng(6)
        image = rng.standard_normal((7, 9), dtype=np.float32)
        kernel = rng.standard_normal((2, 3), dtype=np.float32)
        expected = (
            tf.nn.conv2d(image[None, :, :, None], kernel[:, :, None, None], 2, "SAME")[0, :, :, 0] + 0.5
        )
        assert_allclose(conv2d(image, kernel, 0.5, 2, "same"), expected.numpy(), **FLOAT32_TOLERANCE)
