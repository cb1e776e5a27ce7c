"""Pooling by the lecture's figures and by its definition."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from reference.pooling import (
    average_pool2d,
    average_pool2d_layer,
    global_average_pool,
    global_max_pool,
    l2_pool2d,
    l2_pool2d_layer,
    max_pool2d,
    max_pool2d_layer,
)

IMAGE_4X4 = [[1, 4, 2, 11], [6, 13, 8, 3], [10, 0, 17, 7], [9, 2, 3, 5]]
NUMBERS = "expected a non-empty array of real numbers"

ON_IMAGES = [max_pool2d, average_pool2d, l2_pool2d]
ON_BATCHES = [max_pool2d_layer, average_pool2d_layer, l2_pool2d_layer]
BOTH = list(zip(ON_IMAGES, ON_BATCHES, strict=True))
OF_A_WINDOW = {
    max_pool2d: np.max,
    average_pool2d: np.mean,
    l2_pool2d: lambda window: np.sqrt(np.sum(np.square(window))),
}

seeds = st.integers(0, 2**32 - 1)


def definition(image, of_a_window, pool_size, stride):
    """One value a window, window by window."""
    rows = range(0, image.shape[0] - pool_size[0] + 1, stride[0])
    columns = range(0, image.shape[1] - pool_size[1] + 1, stride[1])
    return np.array(
        [
            [
                of_a_window(image[row : row + pool_size[0], column : column + pool_size[1]])
                for column in columns
            ]
            for row in rows
        ]
    )


class TestLectureExamples:
    def test_max(self):
        assert_array_equal(max_pool2d(IMAGE_4X4, 2, 2), [[13, 11], [10, 17]])

    def test_average(self):
        # The lecture prints 5 for the lower left value.
        assert_array_equal(average_pool2d(IMAGE_4X4, 2, 2), [[6, 6], [5.25, 8]])

    def test_l2_is_the_root_of_the_sum_and_not_of_the_mean(self):
        assert_allclose(l2_pool2d(IMAGE_4X4), np.sqrt([[222, 198], [185, 372]]), rtol=1e-15)

    def test_7x7_with_pool_3_and_stride_2(self):
        image = np.arange(49).reshape(7, 7)
        assert_array_equal(max_pool2d(image, 3, 2), [[16, 18, 20], [30, 32, 34], [44, 46, 48]])

    @pytest.mark.parametrize("function", ON_BATCHES)
    def test_pooling_keeps_the_channel_count(self, function):
        assert function(np.ones((2, 6, 6, 5))).shape == (2, 3, 3, 5)


class TestShapes:
    @pytest.mark.parametrize("function", ON_IMAGES)
    @pytest.mark.parametrize(
        ("shape", "pool_size", "stride", "expected"),
        [
            ((7, 7), 3, 2, (3, 3)),
            ((7, 5), 2, None, (3, 2)),  # the last row and column are dropped
            ((7, 5), (3, 1), None, (2, 5)),
            ((9, 8), (2, 3), (3, 2), (3, 3)),  # gaps between the rows, overlaps between the columns
            ((4, 5), (4, 5), 1, (1, 1)),
            ((4, 5), 1, 1, (4, 5)),
            ((4, 5), 1, 3, (2, 2)),
            ((1, 1), 1, None, (1, 1)),
            ((4, 4), 2, 9, (1, 1)),
        ],
    )
    def test_pool_size_and_stride(self, function, shape, pool_size, stride, expected):
        assert function(np.ones(shape), pool_size, stride).shape == expected

    @pytest.mark.parametrize("function", [global_max_pool, global_average_pool])
    def test_global_pooling_leaves_one_value_a_map(self, function):
        assert function(np.ones((2, 3, 4, 5))).shape == (2, 5)


class TestValues:
    @settings(max_examples=40, deadline=None)
    @given(data=st.data(), seed=seeds)
    def test_each_is_its_definition(self, data, seed):
        shape = data.draw(st.tuples(st.integers(1, 9), st.integers(1, 9)))
        pool_size = tuple(data.draw(st.integers(1, min(size, 4))) for size in shape)
        stride = data.draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
        image = np.random.default_rng(seed).integers(-9, 10, shape)
        for function, of_a_window in OF_A_WINDOW.items():
            received = function(image, pool_size, stride)
            assert_allclose(received, definition(image, of_a_window, pool_size, stride), rtol=1e-14)

    @pytest.mark.parametrize(("on_image", "on_batch"), BOTH)
    def test_batch_is_pooled_image_by_image_and_channel_by_channel(self, on_image, on_batch):
        images = np.random.default_rng(1).standard_normal((3, 7, 5, 4))
        received = on_batch(images, (3, 2), (2, 1))
        for image, channel in np.ndindex(3, 4):
            expected = on_image(images[image, :, :, channel], (3, 2), (2, 1))
            assert_array_equal(received[image, :, :, channel], expected)

    @pytest.mark.parametrize(("on_image", "on_batch"), BOTH)
    def test_stride_is_the_pool_size_where_none_is_given(self, on_image, on_batch):
        images = np.random.default_rng(2).standard_normal((2, 7, 8, 3))
        assert_array_equal(on_batch(images, (2, 3)), on_batch(images, (2, 3), (2, 3)))
        assert_array_equal(on_image(images[0, :, :, 0]), on_image(images[0, :, :, 0], 2, 2))

    def test_global_pooling_is_pooling_with_a_window_as_large_as_the_image(self):
        images = np.random.default_rng(3).standard_normal((2, 5, 4, 3))
        assert_array_equal(global_max_pool(images), max_pool2d_layer(images, (5, 4))[:, 0, 0])
        assert_allclose(global_average_pool(images), average_pool2d_layer(images, (5, 4))[:, 0, 0])

    def test_maximum_of_negative_numbers_is_not_zero(self):
        assert_array_equal(max_pool2d([[-3, -1], [-2, -4]]), [[-1]])

    @pytest.mark.parametrize("function", ON_IMAGES)
    def test_nan_stays_in_its_windows(self, function):
        image = np.ones((2, 4))
        image[1, 2] = np.nan
        assert_array_equal(np.isnan(function(image)), [[False, True]])

    @pytest.mark.parametrize("function", ON_IMAGES)
    def test_inputs_that_are_not_contiguous(self, function):
        image = np.random.default_rng(4).standard_normal((12, 10))
        assert_array_equal(function(image[::-2, ::3]), function(image[::-2, ::3].copy()))

    def test_inputs_are_not_changed(self):
        images = np.random.default_rng(5).standard_normal((2, 5, 6, 3))
        before = images.copy()
        for function in (*ON_BATCHES, global_max_pool, global_average_pool):
            function(images)
        for function in ON_IMAGES:
            function(images[0, :, :, 0])
        assert_array_equal(images, before)

    @pytest.mark.parametrize(("on_image", "on_batch"), BOTH)
    def test_result_is_no_view_of_an_input(self, on_image, on_batch):
        images = np.ones((1, 3, 3, 1))
        assert not np.shares_memory(on_batch(images, 1), images)
        assert not np.shares_memory(on_image(images[0, :, :, 0], 1), images)


class TestTypes:
    @pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.int64, np.float16, np.float32, np.float64])
    def test_maximum_keeps_the_type(self, dtype):
        images = np.ones((1, 2, 2, 1), dtype)
        assert max_pool2d(images[0, :, :, 0]).dtype == dtype
        assert max_pool2d_layer(images).dtype == dtype
        assert global_max_pool(images).dtype == dtype

    @pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.int64])
    def test_average_and_l2_of_integers_are_float64(self, dtype):
        images = np.ones((1, 2, 2, 1), dtype)
        for function in (average_pool2d, l2_pool2d):
            assert function(images[0, :, :, 0]).dtype == np.float64
        for function in (average_pool2d_layer, l2_pool2d_layer, global_average_pool):
            assert function(images).dtype == np.float64

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
    def test_average_and_l2_of_floats_keep_the_type(self, dtype):
        images = np.ones((1, 2, 2, 1), dtype)
        for function in (average_pool2d_layer, l2_pool2d_layer, global_average_pool):
            assert function(images).dtype == dtype

    def test_uint8_photograph_does_not_wrap(self):
        photograph = np.full((2, 2), 255, np.uint8)
        assert_array_equal(average_pool2d(photograph), [[255]])
        assert_array_equal(l2_pool2d(photograph), [[510]])
        assert_array_equal(global_average_pool(photograph[None, :, :, None]), [[255]])

    def test_float16_photograph_does_not_overflow(self):
        photograph = np.full((32, 32), 255, np.float16)
        assert_array_equal(average_pool2d(photograph, 32), [[255]])
        assert_array_equal(l2_pool2d(photograph, 32), [[32 * 255]])
        assert_array_equal(global_average_pool(photograph[None, :, :, None]), [[255]])


class TestErrors:
    @pytest.mark.parametrize("function", ON_IMAGES)
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"image": np.ones(3)}, f"image: {NUMBERS} with 2 axes, received shape (3,) of float64"),
            ({"image": np.ones((0, 3))}, f"image: {NUMBERS} with 2 axes, received shape (0, 3) of float64"),
            ({"image": [["a"]]}, f"image: {NUMBERS} with 2 axes, received shape (1, 1) of <U1"),
            ({"image": [[1j]]}, f"image: {NUMBERS} with 2 axes, received shape (1, 1) of complex128"),
            ({"pool_size": 4}, "pool_size=4 does not fit into an image of height 3 and width 5"),
            ({"pool_size": (1, 6)}, "pool_size=(1, 6) does not fit into an image of height 3 and width 5"),
            ({"pool_size": 0}, "pool_size must be at least 1; received pool_size=0"),
            ({"pool_size": (1, 2, 3)}, "pool_size: expected an integer or two; received pool_size=(1, 2, 3)"),
            ({"pool_size": 1.5}, "pool_size must be an integer; received pool_size=1.5"),
            ({"stride": 0}, "stride must be at least 1; received stride=0"),
            ({"stride": (1, -1)}, "stride must be at least 1; received stride=-1"),
        ],
    )
    def test_image(self, function, arguments, message):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(**{"image": np.ones((3, 5))} | arguments)

    @pytest.mark.parametrize("function", [*ON_BATCHES, global_max_pool, global_average_pool])
    def test_batch(self, function):
        message = f"images: {NUMBERS} with 4 axes, received shape (3, 3) of float64"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(np.ones((3, 3)))

    @pytest.mark.parametrize("function", ON_BATCHES)
    def test_window_that_does_not_fit_into_a_batch(self, function):
        message = "pool_size=4 does not fit into an image of height 5 and width 3"
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(np.ones((2, 5, 3, 8)), 4)
