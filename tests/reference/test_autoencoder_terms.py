"""Penalties agree with Keras's regulariser and with Jacobians; noise stays within its bounds."""

import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from reference.activations import sigmoid
from reference.noise import gaussian_noise, masking_noise
from reference.penalties import contractive_penalty, l1_activity_penalty

tf = pytest.importorskip("tensorflow")


class TestActivityPenalty:
    @pytest.mark.parametrize("shape", [(1, 1), (5, 7), (2, 3, 4, 5)])
    def test_is_what_kerass_layer_adds(self, shape):
        codes = np.random.default_rng(0).standard_normal(shape, dtype=np.float32)
        layer = tf.keras.layers.ActivityRegularization(l1=0.25)
        layer(codes)
        assert l1_activity_penalty(codes, 0.25) == pytest.approx(float(layer.losses[0]), rel=1e-5)

    def test_integers_do_not_wrap_and_halves_do_not_overflow(self):
        assert l1_activity_penalty(np.full((1, 300), 255, np.uint8), 1) == 76_500
        assert l1_activity_penalty(np.full((1, 300), 255, np.float16), 1) == 76_500

    def test_needs_a_batch(self):
        with pytest.raises(ValueError, match="codes: expected a batch with an axis of examples"):
            l1_activity_penalty(3.0)


class TestContractivePenalty:
    @pytest.mark.parametrize(("examples", "inputs", "units"), [(1, 1, 1), (4, 6, 3), (3, 2, 5)])
    def test_is_the_norm_of_the_jacobian(self, examples, inputs, units):
        rng = np.random.default_rng(1)
        images, kernel, biases = (
            rng.standard_normal(s) for s in ((examples, inputs), (inputs, units), units)
        )
        tensor = tf.constant(images)
        with tf.GradientTape() as tape:
            tape.watch(tensor)
            codes = tf.sigmoid(tensor @ kernel + biases)
        expected = np.square(tape.batch_jacobian(codes, tensor)).sum(axis=(1, 2))
        assert_allclose(contractive_penalty(sigmoid(images @ kernel + biases), kernel), expected)

    def test_is_zero_where_units_are_certain(self):
        assert_array_equal(contractive_penalty([[0.0, 1.0], [1.0, 0.5]], [[3.0, 4.0]]), [0, 1])

    def test_kernels_of_other_units_are_refused(self):
        with pytest.raises(
            ValueError, match=re.escape("kernel: expected shape (inputs, 2) for codes of shape (1, 2)")
        ):
            contractive_penalty([[0.5, 0.5]], [[1.0], [2.0]])


IMAGES = np.random.default_rng(0).uniform(0, 1, (50, 8, 6, 1)).astype(np.float32)


class TestNoise:
    @pytest.mark.parametrize("noise", [gaussian_noise, masking_noise])
    def test_is_drawn_from_the_generator_and_stays_within_0_and_1(self, noise):
        before = IMAGES.copy()
        received = noise(IMAGES, 0.5, np.random.default_rng(1))
        assert received.shape == IMAGES.shape
        assert received.dtype == np.float32
        assert received.min() >= 0
        assert received.max() <= 1
        assert_array_equal(received, noise(IMAGES, 0.5, np.random.default_rng(1)))
        assert (received != noise(IMAGES, 0.5, np.random.default_rng(2))).any()
        assert_array_equal(IMAGES, before)
        assert_array_equal(noise(IMAGES, 0, np.random.default_rng(1)), IMAGES)
        assert noise([[0, 1]], 0.5, np.random.default_rng(1)).dtype == np.float64

    def test_deviation_is_that_of_the_noise_where_nothing_is_cut_off(self):
        grey = np.full((100, 100), 0.5)
        noisy = gaussian_noise(grey, 0.05, np.random.default_rng(1))
        assert noisy.std() == pytest.approx(0.05, rel=0.05)
        assert noisy.mean() == pytest.approx(0.5, abs=0.005)

    def test_a_mask_leaves_the_others_as_they_are(self):
        masked = masking_noise(IMAGES, 0.3, np.random.default_rng(1))
        assert_array_equal(masked[masked != 0], IMAGES[masked != 0])
        assert np.mean(masked == 0) == pytest.approx(0.3, abs=0.05)

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (
                lambda rng: gaussian_noise([2.0], 0.5, rng),
                "images: expected numbers from 0 to 1, received numbers",
            ),
            (lambda rng: masking_noise([np.nan], 0.5, rng), "images: expected numbers from 0 to 1"),
            (
                lambda rng: gaussian_noise([0.5], -1, rng),
                "deviation must be at least 0; received deviation=-1",
            ),
            (
                lambda rng: masking_noise([0.5], 1.5, rng),
                "fraction must be from 0 to 1; received fraction=1.5",
            ),
        ],
    )
    def test_says_what_was_expected(self, call, message):
        with pytest.raises(ValueError, match=re.escape(message)):
            call(np.random.default_rng(0))
