"""Gradients of pooling by hand, by finite differences, and where elements tie."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from reference import pooling
from reference.pooling_gradients import (
    average_pool2d_gradient,
    average_pool2d_layer_gradient,
    global_average_pool_gradient,
    global_max_pool_gradient,
    l2_pool2d_gradient,
    l2_pool2d_layer_gradient,
    max_pool2d_gradient,
    max_pool2d_layer_gradient,
)

ON_IMAGES = [max_pool2d_gradient, average_pool2d_gradient, l2_pool2d_gradient]
ON_BATCHES = [max_pool2d_layer_gradient, average_pool2d_layer_gradient, l2_pool2d_layer_gradient]
GLOBALLY = [global_max_pool_gradient, global_average_pool_gradient]
NUMBERS = "expected a non-empty array of real numbers"


def forward(gradient_function):
    return getattr(pooling, gradient_function.__name__.removesuffix("_gradient"))


def assert_finite_differences(function, images, *arguments, seed=0):
    """Compare with the central differences of the output, weighted by an arbitrary gradient."""
    pool = forward(function)
    weights = np.random.default_rng(seed).standard_normal(pool(images, *arguments).shape)
    expected, step = np.zeros(images.shape), 1e-5
    for index in np.ndindex(images.shape):
        nudge = np.zeros(images.shape)
        nudge[index] = step
        difference = pool(images + nudge, *arguments) - pool(images - nudge, *arguments)
        expected[index] = np.sum(weights * difference) / (2 * step)
    assert_allclose(function(images, weights, *arguments), expected, atol=1e-8)


class TestByHand:
    def test_max_gives_everything_to_the_largest(self):
        image = [[1, 4, 2, 11], [6, 13, 8, 3], [10, 0, 17, 7], [9, 2, 3, 5]]
        expected = [[0, 0, 0, 2], [0, 1, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]
        assert_array_equal(max_pool2d_gradient(image, [[1, 2], [3, 4]]), expected)

    def test_average_gives_equal_shares(self):
        expected = [[1, 1, 2, 2], [1, 1, 2, 2]]
        assert_array_equal(average_pool2d_gradient(np.ones((2, 4)), [[4, 8]]), expected)

    def test_l2_gives_in_proportion(self):
        assert_array_equal(l2_pool2d_gradient([[3, 0], [0, -4]], [[10]]), [[6, 0], [0, -8]])

    def test_overlapping_windows_add_up(self):
        assert_array_equal(max_pool2d_gradient([[1, 9, 1]], [[2, 3]], (1, 2), 1), [[0, 5, 0]])
        assert_array_equal(average_pool2d_gradient([[1, 9, 1]], [[2, 4]], (1, 2), 1), [[1, 3, 2]])
        assert_array_equal(l2_pool2d_gradient([[3, 4, 3]], [[5, 10]], (1, 2), 1), [[3, 12, 6]])

    @pytest.mark.parametrize("function", ON_IMAGES)
    def test_what_no_window_reaches_gets_zero(self, function):
        received = function(np.ones((4, 6)), np.ones((1, 2)), (3, 1), (3, 4))
        assert_array_equal(received[3], 0)
        assert_array_equal(received[:, [1, 2, 3, 5]], 0)
        assert np.all(received[0, [0, 4]] > 0)

    @pytest.mark.parametrize("function", ON_IMAGES)
    def test_1x1_windows_pass_the_gradient_on(self, function):
        gradient = np.arange(6.0).reshape(2, 3)
        assert_array_equal(function(np.full((2, 3), 2.0), gradient, 1), gradient)


class TestTies:
    def test_first_in_row_order_gets_everything(self):
        assert_array_equal(max_pool2d_gradient([[1, 7], [7, 7]], [[5]]), [[0, 5], [0, 0]])
        assert_array_equal(max_pool2d_gradient(np.zeros((2, 2)), [[5]]), [[5, 0], [0, 0]])

    def test_each_window_has_its_own_first(self):
        received = max_pool2d_gradient(np.zeros((3, 3)), [[1, 2], [3, 4]], 2, 1)
        assert_array_equal(received, [[1, 2, 0], [3, 4, 0], [0, 0, 0]])

    def test_globally_too(self):
        assert_array_equal(global_max_pool_gradient(np.zeros((1, 1, 3, 1)), [[5]]).ravel(), [5, 0, 0])

    def test_nan_is_the_largest(self):
        image = [[1.0, np.nan], [np.nan, 2.0]]
        assert_array_equal(max_pool2d_gradient(image, [[5]]), [[0, 5], [0, 0]])

    def test_norm_of_zeros_passes_nothing_on(self):
        assert_array_equal(l2_pool2d_gradient([[0, 0, 3], [0, 0, 4]], [[7, 5]], 2, 1)[:, 0], [0, 0])


class TestValues:
    @settings(max_examples=15, deadline=None)
    @given(data=st.data(), seed=st.integers(0, 2**32 - 1))
    def test_finite_differences(self, data, seed):
        shape = data.draw(st.tuples(st.integers(1, 5), st.integers(1, 5)))
        pool_size = tuple(data.draw(st.integers(1, min(size, 3))) for size in shape)
        stride = data.draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
        # No two elements are closer than the step, and none is near the corner of the norm at 0.
        image = np.random.default_rng(seed).permutation(np.arange(1.0, 1 + np.prod(shape))).reshape(shape)
        for function in ON_IMAGES:
            assert_finite_differences(function, image, pool_size, stride, seed=seed)

    @pytest.mark.parametrize("function", GLOBALLY)
    def test_finite_differences_of_global_pooling(self, function):
        assert_finite_differences(function, np.random.default_rng(1).standard_normal((2, 3, 2, 2)))

    @pytest.mark.parametrize(("on_image", "on_batch"), list(zip(ON_IMAGES, ON_BATCHES, strict=True)))
    def test_batch_goes_image_by_image_and_channel_by_channel(self, on_image, on_batch):
        rng = np.random.default_rng(2)
        images, gradients = rng.standard_normal((2, 7, 5, 3)), rng.standard_normal((2, 3, 4, 3))
        received = on_batch(images, gradients, (3, 2), (2, 1))
        for image, channel in np.ndindex(2, 3):
            at = image, slice(None), slice(None), channel
            assert_array_equal(received[at], on_image(images[at], gradients[at], (3, 2), (2, 1)))

    @pytest.mark.parametrize("function", [*ON_IMAGES, *ON_BATCHES])
    def test_inputs_are_not_changed(self, function):
        rng = np.random.default_rng(3)
        images = rng.standard_normal((5, 6) if function in ON_IMAGES else (2, 5, 6, 3))
        gradients = rng.standard_normal(forward(function)(images, 2, 1).shape)
        before = images.copy(), gradients.copy()
        received = function(images, gradients, 2, 1)
        assert_array_equal(images, before[0])
        assert_array_equal(gradients, before[1])
        assert not np.shares_memory(received, gradients)


class TestTypes:
    @pytest.mark.parametrize("function", [*ON_BATCHES, *GLOBALLY])
    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_floats_keep_their_type(self, function, dtype):
        images = np.ones((1, 2, 2, 1), dtype)
        assert function(images, np.ones_like(forward(function)(images))).dtype == dtype

    @pytest.mark.parametrize("dtype", [bool, np.uint8, np.uint64])
    def test_integers_give_int64_by_max_and_float64_otherwise(self, dtype):
        image, gradient = np.ones((2, 2), dtype), np.ones((1, 1), dtype)
        assert max_pool2d_gradient(image, gradient).dtype == np.int64
        assert average_pool2d_gradient(image, gradient).dtype == np.float64
        assert l2_pool2d_gradient(image, gradient).dtype == np.float64

    def test_widest_float_wins_and_integers_follow_it(self):
        single, integer = np.ones((2, 2), np.float32), np.ones((2, 2), int)
        for function in (average_pool2d_gradient, l2_pool2d_gradient):
            assert function(single, [[1]]).dtype == np.float32
            assert function(integer, single[:1, :1]).dtype == np.float32
            assert function(single, np.ones((1, 1))).dtype == np.float64
        assert max_pool2d_gradient(single, [[1]]).dtype == np.int64  # of the gradient's alone

    def test_uint8_does_not_wrap(self):
        photograph, gradient = np.full((1, 3), 255, np.uint8), np.full((1, 2), 255, np.uint8)
        received = max_pool2d_gradient([[0, 1, 0]], gradient, (1, 2), 1)
        assert_array_equal(received, [[0, 510, 0]])
        assert_array_equal(average_pool2d_gradient(photograph, gradient, (1, 2), 1), [[127.5, 255, 127.5]])
        assert_allclose(l2_pool2d_gradient(photograph, gradient, (1, 2), 1)[0, 1], 255 * np.sqrt(2))


class TestErrors:
    @pytest.mark.parametrize("function", ON_IMAGES)
    def test_gradient_of_another_shape_than_the_output(self, function):
        message = "output_gradient: expected shape (2, 3) for image of shape (5, 6), received shape (3, 2)"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(np.ones((5, 6)), np.ones((3, 2)))

    @pytest.mark.parametrize("function", ON_BATCHES)
    def test_gradient_of_another_shape_than_the_batchs_output(self, function):
        message = (
            "output_gradient: expected shape (2, 2, 3, 4) for images of shape (2, 5, 6, 4), "
            "received shape (2, 3)"
        )
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(np.ones((2, 5, 6, 4)), np.ones((2, 3)))

    @pytest.mark.parametrize("function", GLOBALLY)
    def test_gradient_of_another_shape_than_global_pooling_gives(self, function):
        message = (
            "output_gradient: expected shape (2, 4) for images of shape (2, 5, 6, 4), received shape (4,)"
        )
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(np.ones((2, 5, 6, 4)), np.ones(4))

    @pytest.mark.parametrize("function", ON_IMAGES)
    def test_gradient_of_no_numbers(self, function):
        message = f"output_gradient: {NUMBERS}, received shape (1, 1) of <U1"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(np.ones((2, 2)), [["a"]])

    @pytest.mark.parametrize("function", ON_IMAGES)
    def test_window_that_does_not_fit(self, function):
        message = "pool_size=3 does not fit into an image of height 2 and width 2"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(np.ones((2, 2)), [[1]], 3)
