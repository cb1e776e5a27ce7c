"""Gradients of convolution by hand, by its definition as a linear map, and by finite differences."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from reference.convolution import conv2d, conv2d_layer
from reference.convolution_gradients import conv2d_gradients, conv2d_layer_gradients

NUMBERS = "expected a non-empty array of real numbers"


def differences(function, array, weights, *, step=0.5):
    """The central differences of the weighted output; exact up to rounding, as the output is linear."""
    result = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        nudge = np.zeros(array.shape)
        nudge[index] = step
        result[index] = np.sum(weights * (function(array + nudge) - function(array - nudge))) / (2 * step)
    return result


class TestByHand:
    def test_one_window(self):
        image, kernel, bias = conv2d_gradients([[1, 2], [3, 4]], [[5, 6], [7, 8]], [[10]])
        assert_array_equal(image, [[50, 60], [70, 80]])
        assert_array_equal(kernel, [[10, 20], [30, 40]])
        assert_array_equal(bias, 10)

    def test_overlapping_windows_add_up(self):
        gradients = conv2d_gradients([[1, 2, 3]], [[10, 20]], [[1, 1]])
        assert_array_equal(gradients.images, [[10, 30, 20]])
        assert_array_equal(gradients.filters, [[3, 5]])
        assert_array_equal(gradients.biases, 2)

    def test_gradients_at_the_padding_are_dropped(self):
        image, kernel, bias = conv2d_gradients([[7]], [[1, 2, 3]], [[1, 10, 100]], padding=((0, 0), (2, 2)))
        assert_array_equal(image, [[3 * 1 + 2 * 10 + 1 * 100]])
        assert_array_equal(kernel, [[700, 70, 7]])
        assert_array_equal(bias, 111)

    def test_what_no_window_reaches_gets_zero(self):
        image, _, _ = conv2d_gradients(np.ones((1, 6)), [[2]], [[1, 1]], stride=(1, 4))
        assert_array_equal(image, [[2, 0, 0, 0, 2, 0]])

    def test_bias_is_the_sum_over_images_rows_and_columns(self):
        gradient = np.arange(2 * 3 * 3 * 4.0).reshape(2, 3, 3, 4)
        received = conv2d_layer_gradients(np.ones((2, 3, 3, 1)), np.ones((1, 1, 1, 4)), gradient).biases
        assert_array_equal(received, gradient.sum(axis=(0, 1, 2)))


class TestShapes:
    @pytest.mark.parametrize("padding", ["valid", "same", 2, ((1, 0), (0, 3))])
    @pytest.mark.parametrize(("stride", "dilation"), [(1, 1), ((2, 3), 1), (1, (2, 1)), (4, 2)])
    def test_those_of_what_went_in(self, padding, stride, dilation):
        images, filters = np.ones((2, 7, 6, 3)), np.ones((3, 2, 3, 4))
        output = conv2d_layer(images, filters, None, stride, padding, dilation=dilation)
        received = conv2d_layer_gradients(images, filters, output, stride, padding, dilation=dilation)
        assert [gradient.shape for gradient in received] == [images.shape, filters.shape, (4,)]
        image, kernel = images[0, :, :, 0], filters[:, :, 0, 0]
        output = conv2d(image, kernel, 0, stride, padding, dilation=dilation)
        received = conv2d_gradients(image, kernel, output, stride, padding, dilation=dilation)
        assert [gradient.shape for gradient in received] == [image.shape, kernel.shape, ()]


class TestValues:
    @settings(max_examples=25, deadline=None)
    @given(data=st.data(), seed=st.integers(0, 2**32 - 1))
    def test_differences_of_the_layer(self, data, seed):
        rng = np.random.default_rng(seed)
        height, width = (data.draw(st.integers(1, 5)) for _ in range(2))
        kernel_sizes = tuple(data.draw(st.integers(1, 3)) for _ in range(2))
        channels, features = (data.draw(st.integers(1, 2)) for _ in range(2))
        stride, dilation = (data.draw(st.tuples(*[st.integers(1, most)] * 2)) for most in (3, 2))
        padding = data.draw(st.sampled_from(["same", ((4, 0), (1, 4)), 2]))
        images = rng.standard_normal((2, height, width, channels))
        filters = rng.standard_normal((*kernel_sizes, channels, features))
        biases = rng.standard_normal(features)

        def layer(images, filters, biases):
            return conv2d_layer(images, filters, biases, stride, padding, dilation=dilation)

        weights = rng.standard_normal(layer(images, filters, biases).shape)
        received = conv2d_layer_gradients(images, filters, weights, stride, padding, dilation=dilation)
        expected = (
            differences(lambda array: layer(array, filters, biases), images, weights),
            differences(lambda array: layer(images, array, biases), filters, weights),
            differences(lambda array: layer(images, filters, array), biases, weights),
        )
        for gradient, differenced in zip(received, expected, strict=True):
            assert_allclose(gradient, differenced, atol=1e-11)

    def test_conv2d_is_a_layer_of_one_image_channel_and_filter(self):
        rng = np.random.default_rng(1)
        image, kernel, weights = (rng.standard_normal(shape) for shape in ((7, 6), (3, 2), (4, 2)))
        received = conv2d_gradients(image, kernel, weights, (2, 3), "same")
        layer = conv2d_layer_gradients(
            image[None, :, :, None],
            kernel[:, :, None, None],
            weights[None, :, :, None],
            (2, 3),
            "same",
        )
        assert_array_equal(received.images, layer.images[0, :, :, 0])
        assert_array_equal(received.filters, layer.filters[:, :, 0, 0])
        assert_array_equal(received.biases, layer.biases[0])

    def test_image_gradient_at_stride_1_is_the_fully_padded_convolution(self):
        rng = np.random.default_rng(2)
        image, kernel, weights = (rng.standard_normal(shape) for shape in ((7, 6), (3, 2), (5, 5)))
        expected = conv2d(weights, kernel[::-1, ::-1], padding=((2, 2), (1, 1)))
        assert_allclose(conv2d_gradients(image, kernel, weights).images, expected, atol=1e-14)

    def test_inputs_that_are_not_contiguous(self):
        rng = np.random.default_rng(3)
        arguments = [rng.standard_normal(shape)[::-1, ::2] for shape in ((6, 10), (3, 4), (4, 8))]
        expected = conv2d_gradients(*(argument.copy() for argument in arguments))
        for received, copied in zip(conv2d_gradients(*arguments), expected, strict=True):
            assert_allclose(received, copied, rtol=1e-14)

    def test_inputs_are_not_changed(self):
        rng = np.random.default_rng(4)
        arguments = [rng.standard_normal(shape) for shape in ((2, 5, 6, 3), (1, 1, 3, 4), (2, 5, 6, 4))]
        before = [argument.copy() for argument in arguments]
        received = conv2d_layer_gradients(*arguments)
        for argument, copy in zip(arguments, before, strict=True):
            assert_array_equal(argument, copy)
            assert not any(np.shares_memory(gradient, argument) for gradient in received)


class TestTypes:
    @pytest.mark.parametrize("dtype", [bool, np.uint8, np.uint64, np.int64])
    def test_integers_and_booleans_are_computed_in_int64(self, dtype):
        ones = np.ones((1, 1), dtype)
        assert {gradient.dtype for gradient in conv2d_gradients(ones, ones, ones)} == {np.dtype(np.int64)}

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_floats_keep_their_type_and_integers_follow_it(self, dtype):
        ones, integer = np.ones((1, 1), dtype), np.ones((1, 1), int)
        for arguments in ((ones, ones, ones), (integer, ones, integer), (integer, integer, ones)):
            assert {gradient.dtype for gradient in conv2d_gradients(*arguments)} == {np.dtype(dtype)}

    def test_widest_float_wins(self):
        single, double = np.ones((1, 1), np.float32), np.ones((1, 1))
        assert conv2d_gradients(single, single, double).images.dtype == np.float64

    def test_uint8_photograph_does_not_wrap(self):
        photograph = np.full((3, 3), 255, np.uint8)
        received = conv2d_gradients(photograph, photograph, [[2]])
        assert_array_equal(received.filters, np.full((3, 3), 510))
        assert_array_equal(received.images, np.full((3, 3), 510))

    def test_float16_is_summed_in_float32(self):
        ones = np.ones((60, 60), np.float16)  # in float16, 2048 + 1 is 2048
        assert_array_equal(conv2d_gradients(ones, [[1]], ones).filters, [[3600]])
        assert_array_equal(conv2d_gradients(ones, [[1]], ones).biases, 3600)


class TestErrors:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"image": np.ones(3)}, f"image: {NUMBERS} with 2 axes, received shape (3,) of float64"),
            ({"kernel": [[1j]]}, f"kernel: {NUMBERS} with 2 axes, received shape (1, 1) of complex128"),
            (
                {"output_gradient": [["a"] * 3] * 2},
                f"output_gradient: {NUMBERS}, received shape (2, 3) of <U1",
            ),
            (
                {"output_gradient": np.ones((3, 2))},
                (
                    "output_gradient: expected shape (2, 3) for image of shape (3, 5) and kernel of shape "
                    "(2, 3), received shape (3, 2)"
                ),
            ),
            (
                {"padding": 1},
                (
                    "output_gradient: expected shape (4, 5) for image of shape (3, 5) and kernel of shape "
                    "(2, 3), received shape (2, 3)"
                ),
            ),
            ({"stride": 0}, "stride must be at least 1; received stride=0"),
            (
                {"dilation": 3},
                (
                    "kernel_size=2 does not fit into size=3 with padding=(0, 0) and dilation=3: "
                    "expected at least 4 elements, received 3"
                ),
            ),
        ],
    )
    def test_2d(self, arguments, message):
        usual = {"image": np.ones((3, 5)), "kernel": np.ones((2, 3)), "output_gradient": np.ones((2, 3))}
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            conv2d_gradients(**usual | arguments)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"images": np.ones((3, 5))}, f"images: {NUMBERS} with 4 axes, received shape (3, 5) of float64"),
            (
                {"filters": np.ones((2, 3, 1, 4))},
                (
                    "filters: expected shape (kh, kw, 2, F) for images of shape (1, 3, 5, 2), "
                    "received shape (2, 3, 1, 4)"
                ),
            ),
            (
                {"output_gradient": np.ones((1, 2, 3, 2))},
                (
                    "output_gradient: expected shape (1, 2, 3, 4) for images of shape (1, 3, 5, 2) and "
                    "filters of shape (2, 3, 2, 4), received shape (1, 2, 3, 2)"
                ),
            ),
        ],
    )
    def test_layer(self, arguments, message):
        usual = {
            "images": np.ones((1, 3, 5, 2)),
            "filters": np.ones((2, 3, 2, 4)),
            "output_gradient": np.ones((1, 2, 3, 4)),
        }
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            conv2d_layer_gradients(**usual | arguments)
