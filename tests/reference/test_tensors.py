"""Tensors by the lecture's examples."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from reference.tensors import add_bias, describe, first_second_last, scale, to_batch, to_row

FIBONACCI = [0, 1, 1, 2, 3, 5, 8, 13, 21, 34]


class TestLectureExamples:
    @pytest.mark.parametrize(
        ("shape", "rank", "size"),
        [
            ((), 0, 1),
            ((7,), 1, 7),
            ((2, 3), 2, 6),
            ((2, 2, 4), 3, 16),
            ((3, 2, 5), 3, 30),
            ((3, 2, 4, 5), 4, 120),
            ((60000, 28, 28, 1), 4, 47_040_000),
        ],
    )
    def test_order_table(self, shape, rank, size):
        tensor = np.broadcast_to(np.uint8(0), shape)
        assert describe(tensor) == {"rank": rank, "shape": shape, "size": size}

    def test_first_second_and_last(self):
        assert first_second_last(FIBONACCI) == (0, 1, 34)

    def test_column_to_row(self):
        assert_array_equal(to_row([[1], [2], [3]]), [[1, 2, 3]])

    @pytest.mark.parametrize("factor", [2, np.array(2), [2, 2, 2], np.int64(2)])
    def test_broadcasting(self, factor):
        assert_array_equal(scale([1, 2, 3], factor), [2, 4, 6])

    def test_batch_of_one(self):
        assert to_batch(np.ones((28, 28))).shape == (1, 28, 28, 1)
        assert to_batch(np.ones((32, 32, 3))).shape == (1, 32, 32, 3)


class TestValues:
    def test_description_is_of_pythons_own_types(self):
        description = describe(np.ones((2, 3)))
        assert type(description["rank"]) is type(description["size"]) is int
        assert type(description["shape"]) is tuple

    def test_description_of_an_empty_tensor(self):
        assert describe(np.ones((2, 0))) == {"rank": 2, "shape": (2, 0), "size": 0}

    def test_second_of_two_is_the_last(self):
        assert first_second_last([3, 4]) == (3, 4, 4)

    @pytest.mark.parametrize("shape", [(), (4,), (2, 3), (2, 3, 4), (0,)])
    def test_row_is_in_row_order_whatever_the_memory(self, shape):
        tensor = np.arange(np.prod(shape, dtype=int)).reshape(shape)
        expected = np.arange(tensor.size)[None]
        assert_array_equal(to_row(tensor), expected)
        assert_array_equal(to_row(np.asfortranarray(tensor)), expected)

    def test_scale_broadcasts_along_axes_of_length_1(self):
        tensor = np.ones((2, 3, 2))
        assert_array_equal(scale(tensor, [[[1], [2], [3]]])[1, :, 1], [1, 2, 3])
        assert_array_equal(scale(tensor, [1, 2])[1, 2], [1, 2])

    def test_each_channel_gets_its_own_bias(self):
        images = np.arange(24).reshape(1, 3, 4, 2)
        received = add_bias(images, [10, -1])
        assert_array_equal(received[..., 0], images[..., 0] + 10)
        assert_array_equal(received[..., 1], images[..., 1] - 1)

    def test_batch_holds_the_image(self):
        image = np.arange(24).reshape(2, 3, 4)
        assert_array_equal(to_batch(image)[0], image)
        assert_array_equal(to_batch(image[0])[0, :, :, 0], image[0])

    def test_inputs_are_neither_changed_nor_shared(self):
        image = np.arange(12.0).reshape(2, 3, 2)
        before = image.copy()
        results = [to_row(image), to_batch(image), to_batch(image[0]), scale(image, 1)]
        results.append(add_bias(image[None], np.zeros(2)))
        for result in results:
            assert not np.shares_memory(result, image)
        assert_array_equal(image, before)


class TestTypes:
    @pytest.mark.parametrize("dtype", [bool, np.uint8, np.float16, np.complex64, "<U1"])
    def test_reshaping_keeps_the_type(self, dtype):
        tensor = np.ones((2, 3)).astype(dtype)
        assert to_row(tensor).dtype == dtype
        assert to_batch(tensor).dtype == dtype

    @pytest.mark.parametrize("dtype", [bool, np.uint8, np.uint64])
    def test_integers_are_computed_in_int64(self, dtype):
        tensor = np.ones((1, 1, 1, 2), dtype)
        assert scale(tensor, 2).dtype == scale(tensor, tensor).dtype == np.int64
        assert add_bias(tensor, tensor[0, 0, 0]).dtype == np.int64

    def test_uint8_photograph_does_not_wrap(self):
        photograph = np.full((1, 1, 1, 1), 255, np.uint8)
        assert_array_equal(scale(photograph, np.uint8(2)), [[[[510]]]])
        assert_array_equal(add_bias(photograph, np.array([100], np.uint8)), [[[[355]]]])

    def test_floats_keep_their_type_beside_integers_and_pythons_own_numbers(self):
        single = np.ones((1, 1, 1, 2), np.float32)
        for factor in (2, 0.5, np.array(2), [2, 2]):
            assert scale(single, factor).dtype == np.float32
        assert add_bias(single, [1, 2]).dtype == np.float32

    def test_widest_float_wins(self):
        single = np.ones((1, 1, 1, 2), np.float32)
        assert scale(single, np.float64(0.5)).dtype == np.float64
        assert scale([1, 2], 0.5).dtype == np.float64
        assert add_bias(single, [0.5, 0.5]).dtype == np.float64


class TestErrors:
    @pytest.mark.parametrize(
        ("call", "message"),
        [
            (
                lambda: first_second_last([1]),
                "vector: expected shape (n,) with n at least 2, received shape (1,)",
            ),
            (
                lambda: first_second_last([[1, 2]]),
                "vector: expected shape (n,) with n at least 2, received shape (1, 2)",
            ),
            (
                lambda: scale([1, 2, 3], [1, 2]),
                "factor: expected a shape that broadcasts to (3,), received shape (2,)",
            ),
            (
                lambda: scale([1, 2, 3], np.ones((3, 1))),
                "factor: expected a shape that broadcasts to (3,), received shape (3, 1)",
            ),
            (
                lambda: scale([1, 2, 3], "2"),
                "factor: expected a non-empty array of numbers, received shape () of <U1",
            ),
            (
                lambda: add_bias(np.ones((1, 2, 2, 3)), [1, 2]),
                "biases: expected shape (3,) for images of shape (1, 2, 2, 3), received shape (2,)",
            ),
            (
                lambda: add_bias(np.ones((2, 2, 3)), [1, 2, 3]),
                (
                    "images: expected a non-empty array of numbers with 4 axes, "
                    "received shape (2, 2, 3) of float64"
                ),
            ),
            (
                lambda: to_batch(np.ones((1, 2, 2, 3))),
                "image: expected shape (H, W) or (H, W, C), received shape (1, 2, 2, 3)",
            ),
        ],
    )
    def test_what_was_expected_and_received(self, call, message):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            call()
