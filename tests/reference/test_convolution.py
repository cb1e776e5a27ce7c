"""Convolution by the lecture's figures, by its definition, and against NumPy and SciPy."""

import re

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import reference.convolution as module
from reference.convolution import conv2d, conv2d_layer, convolve1d, convolve2d, correlate1d

IMAGE_4X5 = [[23, 255, 40, 12, 4], [21, 34, 200, 43, 200], [160, 180, 17, 190, 80], [210, 190, 40, 3, 240]]
IMAGE_6X6 = [
    [1, 4, 12, 11, 0, 2],
    [9, 15, 3, 0, 4, 17],
    [1, 4, 8, 6, 6, 10],
    [16, 10, 0, 11, 13, 6],
    [0, 2, 9, 3, 0, 8],
    [2, 14, 12, 5, 14, 1],
]
KERNEL_3X3 = [[3, 0, 8], [1, 5, 10], [0, 2, 9]]

# The X: two diagonals of +1 inside a border of -1, one pixel wide.
X = np.full((9, 9), -1)
X[range(1, 8), range(1, 8)] = X[range(1, 8), range(7, 0, -1)] = 1
FALLING = 2 * np.eye(3, dtype=int) - 1
RISING = FALLING[:, ::-1]
SMALL_X = np.maximum(FALLING, RISING)

NUMBERS = "expected a non-empty array of numbers"

seeds = st.integers(0, 2**32 - 1)


def definition(images, filters, biases, *, strides, sides, dilations):
    """The sum of products, window by window."""
    padded = np.pad(images, ((0, 0), *sides, (0, 0)))
    kernel_height, kernel_width, _, features = filters.shape
    reach = (kernel_height - 1) * dilations[0] + 1, (kernel_width - 1) * dilations[1] + 1
    rows = range(0, padded.shape[1] - reach[0] + 1, strides[0])
    columns = range(0, padded.shape[2] - reach[1] + 1, strides[1])
    output = np.zeros((len(images), len(rows), len(columns), features))
    for i, row in enumerate(rows):
        for j, column in enumerate(columns):
            window = padded[:, row : row + reach[0] : dilations[0], column : column + reach[1] : dilations[1]]
            output[:, i, j] = np.einsum("nhwc,hwcf->nf", window, filters) + biases
    return output


class TestLectureExamples:
    def test_first_window(self):
        patch = [[0, 0, 0], [0, 156, 155], [0, 153, 154]]
        assert conv2d(patch, [[-1, -1, 1], [0, 1, -1], [0, 1, 1]]) == 308

    @pytest.mark.parametrize(
        ("kernel", "bias", "expected"),
        [
            ([[1, 0], [0, 1]], 0, [[57, 455, 83, 212], [201, 51, 390, 123], [350, 220, 20, 430]]),
            ([[0, 1], [1, 0]], -1, [[275, 73, 211, 46], [193, 379, 59, 389], [389, 206, 229, 82]]),
            (
                [[0.9, 1.1], [-2.8, 0.8]],
                0.15,
                [
                    [269.75, 338.45, -476.25, 54.95],
                    [-247.55, -239.65, 331.85, -209.15],
                    [-93.85, -319.15, 114.85, 442.75],
                ],
            ),
            (
                [[0.9, 1.1], [0, 0.8]],
                -1.6,
                [[326.8, 431.9, 82, 173.6], [198.7, 262.6, 377.7, 321.1], [492.4, 211.1, 225.1, 449.4]],
            ),
        ],
        ids=["kernel 1", "kernel 2", "kernel 3", "kernel 4"],
    )
    def test_four_kernels_with_a_bias(self, kernel, bias, expected):
        assert_allclose(conv2d(IMAGE_4X5, kernel, bias), expected, rtol=1e-13)

    def test_6x6_valid(self):
        # The lecture prints 216 for the second value, whose own terms sum to 200, and a map
        # (293, 216, 158, 342, ...) that no 3×3 kernel gives.
        expected = [[293, 200, 145, 341], [172, 248, 278, 352], [218, 225, 263, 306], [284, 264, 264, 201]]
        assert_array_equal(conv2d(IMAGE_6X6, KERNEL_3X3), expected)

    def test_6x6_padding_1(self):
        # The lecture prints 90 for the first value.
        expected = [
            [198, 198, 180, 103, 192, 44],
            [265, 293, 200, 145, 341, 109],
            [287, 172, 248, 278, 352, 80],
            [230, 218, 225, 263, 306, 77],
            [230, 284, 264, 264, 201, 81],
            [166, 264, 154, 204, 158, 19],
        ]
        assert_array_equal(conv2d(IMAGE_6X6, KERNEL_3X3, padding=1), expected)
        assert_array_equal(conv2d(IMAGE_6X6, KERNEL_3X3, padding="same"), expected)

    def test_6x6_stride_2(self):
        # The lecture prints [[293, 158], [234, ...]].
        assert_array_equal(conv2d(IMAGE_6X6, KERNEL_3X3, stride=2), [[293, 145], [218, 263]])

    def test_6x6_flipped_kernel(self):
        expected = [[217, 275, 246, 214], [277, 340, 182, 214], [254, 188, 224, 295], [235, 285, 265, 206]]
        assert_array_equal(convolve2d(IMAGE_6X6, KERNEL_3X3), expected)

    def test_1d_full(self):
        assert_array_equal(convolve1d([0, 1, 2, 3, 4], [1, -1, 2]), [0, 1, 1, 3, 5, 2, 8])

    @pytest.mark.parametrize(
        ("feature", "first_row"),
        [
            # The lecture cuts the digits off (0.77, 0.55); these are rounded.
            (FALLING, [0.78, -0.11, 0.11, 0.33, 0.56, -0.11, 0.33]),
            (RISING, [0.33, -0.11, 0.56, 0.33, 0.11, -0.11, 0.78]),
            (SMALL_X, [0.33, -0.56, 0.11, -0.11, 0.11, -0.56, 0.33]),
        ],
        ids=["falling", "rising", "small x"],
    )
    def test_x_features(self, feature, first_row):
        assert_array_equal((conv2d(X, feature) / feature.size)[0].round(2), first_row)

    def test_x_features_as_one_layer(self):
        filters = np.stack([FALLING, RISING, SMALL_X], axis=-1)[:, :, None, :]
        feature_maps = conv2d_layer(X[None, :, :, None], filters)
        for index, feature in enumerate([FALLING, RISING, SMALL_X]):
            assert_array_equal(feature_maps[0, :, :, index], conv2d(X, feature))


class TestShapes:
    def test_two_filters_on_a_batch_of_9x9(self):
        assert conv2d_layer(np.ones((5, 9, 9, 1)), np.ones((3, 3, 1, 2))).shape == (5, 7, 7, 2)

    def test_one_filter_gives_one_feature_map_whatever_the_channels(self):
        assert conv2d_layer(np.ones((1, 6, 6, 3)), np.ones((3, 3, 3, 8))).shape == (1, 4, 4, 8)
        assert conv2d_layer(np.ones((1, 6, 6, 3)), np.ones((3, 3, 3, 1))).shape == (1, 4, 4, 1)

    @pytest.mark.parametrize(("stride", "size"), [(1, 7), (2, 4), (3, 3), (4, 2)])
    def test_stride(self, stride, size):
        assert conv2d(np.ones((9, 9)), np.ones((3, 3)), stride=stride).shape == (size, size)

    def test_same_at_stride_1_keeps_the_size(self):
        assert conv2d(np.ones((7, 4)), np.ones((4, 3)), padding="same").shape == (7, 4)

    def test_explicit_padding_and_a_pair_of_strides(self):
        assert conv2d(np.ones((7, 4)), np.ones((2, 3)), 0, (2, 1), ((1, 0), (0, 3))).shape == (4, 5)

    def test_kernel_as_large_as_the_image(self):
        assert conv2d(np.ones((4, 5)), np.ones((4, 5))).shape == (1, 1)

    @pytest.mark.parametrize(("mode", "size"), [("full", 9), ("same", 7), ("valid", 5)])
    def test_modes(self, mode, size):
        assert convolve1d(np.ones(7), np.ones(3), mode=mode).shape == (size,)
        assert correlate1d(np.ones(7), np.ones(3), mode=mode).shape == (size,)


class TestValues:
    @settings(max_examples=60, deadline=None)
    @given(data=st.data(), seed=seeds)
    def test_layer_is_its_definition(self, data, seed):
        rng = np.random.default_rng(seed)
        height, width, kernel_height, kernel_width = (data.draw(st.integers(1, 7)) for _ in range(4))
        count, channels, features = (data.draw(st.integers(1, n)) for n in (3, 9, 4))
        strides, dilations = (data.draw(st.tuples(*[st.integers(1, most)] * 2)) for most in (3, 2))
        # Enough zeros below and to the right for any kernel to fit.
        sides = tuple((data.draw(st.integers(0, 2)), data.draw(st.integers(12, 14))) for _ in range(2))
        images = rng.integers(-9, 10, (count, height, width, channels))
        filters = rng.integers(-9, 10, (kernel_height, kernel_width, channels, features))
        biases = rng.integers(-9, 10, features)
        expected = definition(images, filters, biases, strides=strides, sides=sides, dilations=dilations)
        assert_array_equal(
            conv2d_layer(images, filters, biases, strides, sides, dilation=dilations), expected
        )
        received = conv2d_layer(images / 1.0, filters, biases, strides, sides, dilation=dilations)
        assert_array_equal(received, expected)

    @pytest.mark.parametrize("channels", [1, module.FEW_CHANNELS + 1])
    @pytest.mark.parametrize("block_bytes", [1, 2_000, 20_000])
    def test_blocks_of_images_and_of_rows_join_without_a_seam(self, monkeypatch, channels, block_bytes):
        rng = np.random.default_rng(5)
        images = rng.integers(0, 9, (5, 11, 7, channels))
        filters = rng.integers(0, 9, (3, 2, channels, 3))
        whole = conv2d_layer(images, filters, stride=(2, 1))
        monkeypatch.setattr(module, "BLOCK_BYTES", block_bytes)
        assert_array_equal(conv2d_layer(images, filters, stride=(2, 1)), whole)

    @settings(max_examples=40, deadline=None)
    @given(shape=st.tuples(*[st.integers(1, 9)] * 4), stride=st.integers(1, 3), seed=seeds)
    def test_conv2d_is_scipys_correlate2d(self, shape, stride, seed):
        rng = np.random.default_rng(seed)
        height, width = max(shape[0], shape[2]), max(shape[1], shape[3])
        image, kernel = rng.standard_normal((height, width)), rng.standard_normal(shape[2:])
        expected = scipy.signal.correlate2d(image, kernel, mode="valid")[::stride, ::stride]
        assert_allclose(conv2d(image, kernel, stride=stride), expected, atol=1e-12)
        expected = scipy.signal.convolve2d(image, kernel, mode="valid")[::stride, ::stride]
        assert_allclose(convolve2d(image, kernel, stride=stride), expected, atol=1e-12)

    @settings(max_examples=40, deadline=None)
    @given(shape=st.tuples(*[st.integers(1, 9)] * 4), seed=seeds)
    def test_fully_padded_conv2d_is_scipys_full_mode(self, shape, seed):
        rng = np.random.default_rng(seed)
        image, kernel = rng.standard_normal(shape[:2]), rng.standard_normal(shape[2:])
        sides = tuple((size - 1, size - 1) for size in kernel.shape)
        expected = scipy.signal.correlate2d(image, kernel)
        assert_allclose(conv2d(image, kernel, padding=sides), expected, atol=1e-12)
        expected = scipy.signal.convolve2d(image, kernel)
        assert_allclose(convolve2d(image, kernel, padding=sides), expected, atol=1e-12)

    @settings(max_examples=60, deadline=None)
    @given(lengths=st.tuples(st.integers(1, 12), st.integers(1, 12)), seed=seeds)
    def test_1d_is_numpys_and_scipys(self, lengths, seed):
        rng = np.random.default_rng(seed)
        signal, kernel = (rng.standard_normal(length) for length in lengths)
        for mode in ("full", "same"):  # SciPy's "same" is as long as the signal; NumPy's, as the longer one
            assert_allclose(
                convolve1d(signal, kernel, mode=mode), np.convolve(signal, kernel, mode), atol=1e-12
            )
            assert_allclose(
                correlate1d(signal, kernel, mode=mode), np.correlate(signal, kernel, mode), atol=1e-12
            )
        assert_allclose(convolve1d(signal, kernel), scipy.signal.convolve(signal, kernel), atol=1e-12)
        assert_allclose(correlate1d(signal, kernel), scipy.signal.correlate(signal, kernel), atol=1e-12)
        if len(kernel) <= len(signal):
            for ours, numpys in ((convolve1d, np.convolve), (correlate1d, np.correlate)):
                expected = numpys(signal, kernel, "valid")
                assert_allclose(ours(signal, kernel, mode="valid"), expected, atol=1e-12)

    def test_dilated_kernel_is_the_kernel_with_zeros_in_between(self):
        rng = np.random.default_rng(3)
        image, kernel = rng.integers(0, 9, (9, 8)), rng.integers(1, 9, (3, 2))
        spread = np.zeros((5, 4), int)
        spread[::2, ::3] = kernel
        assert_array_equal(conv2d(image, kernel, dilation=(2, 3)), conv2d(image, spread))

    def test_complex_kernel_is_not_conjugated(self):
        assert_array_equal(correlate1d([1j], [1j]), [-1])
        assert_array_equal(conv2d([[1j]], [[1j]]), [[-1]])

    def test_inputs_that_are_not_contiguous(self):
        image = np.arange(60).reshape(6, 10)
        assert_array_equal(conv2d(image[::-2, ::3], [[1]]), image[::-2, ::3])

    def test_inputs_are_not_changed(self):
        rng = np.random.default_rng(1)
        arguments = [rng.standard_normal(shape) for shape in ((2, 5, 6, 3), (3, 2, 3, 4), (4,))]
        before = [argument.copy() for argument in arguments]
        conv2d_layer(*arguments, padding="same")
        conv2d(arguments[0][0, :, :, 0], arguments[1][:, :, 0, 0], padding=1)
        convolve2d(arguments[0][0, :, :, 0], arguments[1][:, :, 0, 0])
        convolve1d(arguments[2], arguments[0][0, 0, :, 0], mode="same")
        for argument, copy in zip(arguments, before, strict=True):
            assert_array_equal(argument, copy)

    def test_result_is_no_view_of_an_input(self):
        image = np.ones((2, 3))
        assert not np.shares_memory(conv2d(image, np.ones((1, 1)), 0), image)
        images = np.ones((1, 2, 3, 1))
        assert not np.shares_memory(conv2d_layer(images, np.ones((1, 1, 1, 1))), images)


class TestTypes:
    @pytest.mark.parametrize("dtype", [bool, np.uint8, np.int8, np.int16, np.uint32, np.int64])
    def test_integers_and_booleans_are_computed_in_int64(self, dtype):
        images = np.ones((1, 3, 3, 1), dtype)
        filters = np.ones((2, 2, 1, 1), dtype)
        assert conv2d_layer(images, filters).dtype == np.int64
        assert conv2d(images[0, :, :, 0], filters[:, :, 0, 0], bias=0).dtype == np.int64
        assert convolve1d(images[0, 0, :, 0], filters[0, :, 0, 0]).dtype == np.int64

    def test_uint8_photograph_does_not_wrap(self):
        photograph = np.full((3, 3), 255, np.uint8)
        assert_array_equal(conv2d(photograph, np.full((3, 3), 2, np.uint8), bias=0), [[9 * 2 * 255]])
        assert_array_equal(convolve1d(photograph[0], photograph[0], mode="valid"), [3 * 255**2])

    def test_booleans_are_counted(self):
        assert_array_equal(correlate1d([True, True], [True, True], mode="valid"), [2])

    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64])
    def test_floats_keep_their_type(self, dtype):
        image = np.ones((3, 3), dtype)
        assert conv2d(image, image).dtype == dtype
        assert convolve1d(image[0], image[0]).dtype == dtype
        filters, biases = np.ones((1, 1, 1, 2), dtype), np.ones(2, dtype)
        assert conv2d_layer(image[None, :, :, None], filters, biases).dtype == dtype

    def test_widest_float_wins_and_integers_follow_it(self):
        single, double, integer = (np.ones((2, 2), dtype) for dtype in (np.float32, np.float64, np.int64))
        assert conv2d(single, double).dtype == np.float64
        assert conv2d(single, integer).dtype == np.float32
        assert conv2d(integer, single).dtype == np.float32

    def test_float_bias_makes_an_integer_result_float64(self):
        image = np.ones((2, 2), np.uint8)
        assert conv2d(image, image, 0.5).dtype == np.float64
        assert conv2d(image, image).dtype == np.float64  # the default is 0.0
        assert conv2d(image, image, 1).dtype == np.int64
        layer = conv2d_layer(image[None, :, :, None], np.ones((1, 1, 1, 1), int), [0.5])
        assert layer.dtype == np.float64

    def test_python_float_bias_leaves_float32(self):
        assert conv2d(np.ones((2, 2), np.float32), [[1]], 0.5).dtype == np.float32


class TestErrors:
    @pytest.mark.parametrize("function", [conv2d, convolve2d])
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                {"image": np.ones(3)},
                f"image: {NUMBERS} with 2 axes, received shape (3,) of float64",
            ),
            (
                {"kernel": np.ones((1, 2, 2), int)},
                f"kernel: {NUMBERS} with 2 axes, received shape (1, 2, 2) of int64",
            ),
            (
                {"kernel": np.ones((0, 2))},
                f"kernel: {NUMBERS} with 2 axes, received shape (0, 2) of float64",
            ),
            (
                {"image": [["a"]]},
                f"image: {NUMBERS} with 2 axes, received shape (1, 1) of <U1",
            ),
            ({"bias": [1.0, 2.0]}, "bias: expected one number, received an array of shape (2,)"),
            ({"stride": 0}, "stride must be at least 1; received stride=0"),
            ({"stride": (1, 2, 3)}, "stride: expected an integer or two; received stride=(1, 2, 3)"),
            ({"padding": -1}, "padding must be at least 0; received padding=-1"),
            (
                {"padding": "full"},
                (
                    'padding: expected an integer, "valid", "same" or ((top, bottom), (left, right)); '
                    "received padding='full'"
                ),
            ),
            (
                {"dilation": 3},
                (
                    "kernel_size=2 does not fit into size=3 with padding=(0, 0) and dilation=3: "
                    "expected at least 4 elements, received 3"
                ),
            ),
            (
                {"kernel": np.ones((2, 5))},
                (
                    "kernel_size=5 does not fit into size=3 with padding=(0, 0) and dilation=1: "
                    "expected at least 5 elements, received 3"
                ),
            ),
        ],
    )
    def test_2d(self, function, arguments, message):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(**{"image": np.ones((3, 3)), "kernel": np.ones((2, 2))} | arguments)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                {"images": np.ones((3, 3, 2))},
                f"images: {NUMBERS} with 4 axes, received shape (3, 3, 2) of float64",
            ),
            (
                {"filters": np.ones((2, 2))},
                f"filters: {NUMBERS} with 4 axes, received shape (2, 2) of float64",
            ),
            (
                {"filters": np.ones((2, 2, 1, 4))},
                (
                    "filters: expected shape (kh, kw, 2, F) for images of shape (1, 3, 3, 2), "
                    "received shape (2, 2, 1, 4)"
                ),
            ),
            (
                {"biases": np.ones(3)},
                "biases: expected shape (4,) for filters of shape (2, 2, 2, 4), received shape (3,)",
            ),
            (
                {"biases": 1.0},
                "biases: expected shape (4,) for filters of shape (2, 2, 2, 4), received shape ()",
            ),
            (
                {"filters": np.ones((4, 2, 2, 4))},
                (
                    "kernel_size=4 does not fit into size=3 with padding=(0, 0) and dilation=1: "
                    "expected at least 4 elements, received 3"
                ),
            ),
        ],
    )
    def test_layer(self, arguments, message):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            conv2d_layer(**{"images": np.ones((1, 3, 3, 2)), "filters": np.ones((2, 2, 2, 4))} | arguments)

    @pytest.mark.parametrize("function", [convolve1d, correlate1d])
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (
                {"signal": [[1.0]]},
                f"signal: {NUMBERS} with 1 axes, received shape (1, 1) of float64",
            ),
            (
                {"kernel": []},
                f"kernel: {NUMBERS} with 1 axes, received shape (0,) of float64",
            ),
            (
                {"signal": [1, 2], "mode": "valid"},
                (
                    "kernel_size=3 does not fit into size=2 with padding=(0, 0) and dilation=1: "
                    "expected at least 3 elements, received 2"
                ),
            ),
            ({"mode": "all"}, 'mode: expected "full", "same" or "valid"; received mode=\'all\''),
        ],
    )
    def test_1d(self, function, arguments, message):
        with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
            function(**{"signal": [1, 2, 3], "kernel": [1, 1, 1]} | arguments)
