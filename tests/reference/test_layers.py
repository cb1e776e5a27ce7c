"""A layer's single step, the customs of 'same' padding, and what layers refuse."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from reference import same_customs as customs
from reference.layers import (
    conv_forward,
    conv_single_step,
    convolve_images,
    pool_forward,
    pool_image,
    zero_pad,
)

FLOAT32_TOLERANCE = {"rtol": 1e-5, "atol": 1e-4}

axes = st.tuples(st.integers(1, 12), st.integers(1, 6), st.integers(1, 5))


def random(seed, *shape):
    return np.random.default_rng(seed).standard_normal(shape, dtype=np.float32)


class TestSingleStep:
    def test_is_the_sum_of_the_products_and_the_bias(self):
        window, weights = random(0, 3, 2, 4), random(1, 3, 2, 4)
        expected = sum(window[at] * weights[at] for at in np.ndindex(3, 2, 4)) + 0.25
        received = conv_single_step(window, weights, 0.25)
        assert type(received) is float
        assert received == pytest.approx(expected, rel=1e-5)

    def test_is_one_output_of_a_layer(self):
        images, filters, biases = random(0, 2, 5, 6, 3), random(1, 2, 3, 3, 4), random(2, 4)
        layer = conv_forward(images, filters, biases, (2, 1))
        step = conv_single_step(images[1, 2:4, 3:6], filters[..., 2], biases[2])
        assert step == pytest.approx(layer[1, 1, 3, 2], rel=1e-5)


class TestCustoms:
    """Of the zeros: how many there are, on which side, and what is kept."""

    EVERY = (
        customs.tensorflow,
        customs.by_ceiling,
        customs.by_ceiling_cut,
        customs.by_floor,
        customs.with_one_more,
        customs.keeping_size,
        customs.by_half,
        customs.by_half_cut,
        customs.by_half_down,
        customs.by_half_after,
    )

    @pytest.mark.parametrize("size", range(1, 10))
    @pytest.mark.parametrize("kernel_size", [1, 3, 5, 7])
    def test_with_an_odd_kernel_at_stride_1_all_but_one_agree(self, size, kernel_size):
        half = (kernel_size - 1) // 2
        for custom in self.EVERY:
            if custom is not customs.with_one_more:
                assert custom(size, kernel_size, 1) == (half, half, size)

    @given(axes)
    def test_sizes_are_what_each_promises(self, axis):
        size, kernel_size, stride = axis
        short = size == 1 and kernel_size % 2 == 0  # half of an odd number of zeros does not reach
        assert customs.keeping_size(*axis).outputs == size
        assert customs.by_ceiling_cut(*axis).outputs == size
        assert customs.tensorflow(*axis).outputs == customs.by_half_cut(*axis).outputs == -(-size // stride)
        assert customs.by_ceiling(*axis).outputs in (size, size + (stride == 1))
        assert short or customs.by_floor(*axis).outputs in (size, size - 1)

    @given(axes)
    def test_every_window_that_is_kept_lies_on_the_padded_axis(self, axis):
        size, kernel_size, stride = axis
        for custom in self.EVERY:
            if custom in (customs.by_floor, customs.by_half_down) and size == 1 and kernel_size % 2 == 0:
                continue
            before, after, outputs = custom(*axis)
            assert min(before, after) >= 0
            assert outputs >= 1
            assert (outputs - 1) * stride + kernel_size <= before + size + after

    @given(axes)
    def test_one_more_is_the_ceiling_where_the_zeros_are_odd(self, axis):
        size, kernel_size, stride = axis
        is_odd = ((size - 1) * stride + kernel_size - size) % 2 == 1
        assert (customs.with_one_more(*axis) == customs.by_ceiling(*axis)) == is_odd

    def test_a_layer_takes_a_custom(self):
        images, filters = random(0, 2, 6, 5, 3), random(1, 3, 2, 3, 4)
        padded = np.pad(images, ((0, 0), (4, 4), (3, 3), (0, 0)))
        expected = conv_forward(padded, filters, None, (2, 2))
        received = conv_forward(images, filters, None, (2, 2), "same", same=customs.by_ceiling)
        assert received.shape == (2, 6, 5, 4)
        assert_allclose(received, expected, **FLOAT32_TOLERANCE)


class TestRefused:
    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (
                lambda: conv_forward(np.ones((1, 4, 4, 2)), np.ones((2, 2, 3, 1)), None),
                "filters: expected shape (kh, kw, 2, F)",
            ),
            (
                lambda: conv_forward(np.ones((1, 4, 4, 2)), np.ones((2, 2, 2, 1)), None, (0, 1)),
                "strides must be at least 1; received strides=0",
            ),
            (
                lambda: conv_forward(np.ones((1, 4, 4, 2)), np.ones((2, 2, 2, 1)), None, padding=(-1, 0)),
                "padding must be at least 0; received padding=-1",
            ),
            (lambda: convolve_images(np.ones((4, 4)), np.ones((2, 2))), "images: expected a non-empty array"),
            (lambda: convolve_images(np.ones((1, 4, 4)), np.ones((5, 2))), "kernel_size=5 does not fit"),
            (
                lambda: conv_single_step(np.ones((2, 2, 2)), np.ones((2, 2, 1)), 0.0),
                "weights: expected shape (2, 2, 2) for the window, received shape (2, 2, 1)",
            ),
            (
                lambda: pool_forward(np.ones((1, 4, 4, 1)), (2, 2), (1, 1), "min"),
                'mode: expected "max" or "average"; received mode=\'min\'',
            ),
            (lambda: pool_image(np.ones((2, 2)), (3, 1)), "does not fit"),
            (lambda: zero_pad(np.ones((2, 2)), 1), "images: expected a non-empty array"),
        ],
    )
    def test_says_what_was_expected(self, call, message):
        with pytest.raises(ValueError, match=re.escape(message)):
            call()
