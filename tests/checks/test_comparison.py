"""Numbers compared: what rounding explains passes, what is wrong does not, and each message says both."""

import tracemalloc

import numpy as np
import pytest
import scipy.signal
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import reference.convolution as ref
from autograder.checks.comparison import Difference, Kind, as_array, compare, limit
from autograder.checks.diagnosis import PreparedCase, prepare
from autograder.problems import PROBLEMS
from autograder.problems.problem import Case

CONV2D = PROBLEMS["conv2d"]
EXPECTED = np.array([[1.0, 2.0], [3.0, 4.0]])


def numbers_in(result):
    """Return the arrays in a result, and its numbers as such."""
    if isinstance(result, dict | list | tuple):
        items = result.values() if isinstance(result, dict) else result
        return [array for item in items for array in numbers_in(item)]
    return [np.asarray(result)]


def conv_case(seed: int, scale: float, dtype: str = "float64") -> PreparedCase:
    """Return a case of a random size, whose products are of the order of `scale`."""
    rng = np.random.default_rng(seed)
    size, kernel_size = rng.integers(8, 33, 2), rng.integers(2, 8, 2)
    image = rng.normal(0, scale, size) if dtype != "uint8" else rng.integers(0, 256, size)
    inputs = {
        "image": image.astype(dtype),
        "kernel": rng.normal(0, 2, kernel_size).astype("float64" if dtype == "uint8" else dtype),
        "bias": float(rng.choice([-1, 1]) * rng.uniform(0.3, 1)) * scale,
    }
    return prepare(CONV2D, Case("basic", inputs))


def windows(image, kernel):
    return np.lib.stride_tricks.sliding_window_view(image, kernel.shape)


def in_float32(image, kernel, bias):
    image, kernel = image.astype(np.float32), kernel.astype(np.float32)
    return np.einsum("ijab,ab->ij", windows(image, kernel), kernel) + np.float32(bias)


def one_by_one_in_float32(image, kernel, bias):
    out = np.zeros(windows(image, kernel).shape[:2], np.float32)
    for row, column in np.ndindex(kernel.shape):
        part = windows(image, kernel)[:, :, row, column].astype(np.float32)
        out += part * np.float32(kernel[row, column])
    return out + np.float32(bias)


def backwards(image, kernel, bias):
    products = windows(image, kernel) * kernel
    return bias + np.cumsum(products.reshape(*products.shape[:2], -1)[..., ::-1], axis=-1)[..., -1]


def shuffled(image, kernel, bias):
    order = np.random.default_rng(1).permutation(kernel.size)
    products = (windows(image, kernel) * kernel).reshape(-1, kernel.size)[:, order]
    return np.add.reduce(products, axis=1).reshape(windows(image, kernel).shape[:2]) + bias


def by_fft(image, kernel, bias):
    return scipy.signal.fftconvolve(image.astype(float), kernel[::-1, ::-1], "valid") + bias


def as_lists(image, kernel, bias):
    return ref.conv2d(image, kernel, bias).tolist()


RIGHT = [in_float32, one_by_one_in_float32, backwards, shuffled, by_fft, as_lists]


def bias_left_out(image, kernel, bias):
    return ref.conv2d(image, kernel)


def a_thousandth_of_the_bias_left_out(image, kernel, bias):
    return ref.conv2d(image, kernel, bias * 0.999)


def last_product_left_out(image, kernel, bias):
    kernel = kernel.copy()
    kernel[-1, -1] = 0
    return ref.conv2d(image, kernel, bias)


def one_value_off(image, kernel, bias):
    out = ref.conv2d(image, kernel, bias)
    out[-1, -1] *= 1.01
    return out


def in_half_precision(image, kernel, bias):
    return ref.conv2d(image, kernel, bias).astype(np.float16)


WRONG = [bias_left_out, a_thousandth_of_the_bias_left_out, last_product_left_out, one_value_off]
MAGNITUDES = [1e-3, 1.0, 255.0, 1e6]


class TestRounding:
    @pytest.mark.parametrize("scale", MAGNITUDES)
    @pytest.mark.parametrize("style", RIGHT, ids=lambda style: style.__name__)
    def test_every_right_style_passes(self, style, scale):
        for seed in range(25):
            for dtype in ("float64", "float32"):
                case = conv_case(seed, scale, dtype)
                assert case.difference(style(**case.case.inputs)) is None
        for seed in range(10):
            case = conv_case(seed, 255.0, "uint8")
            assert case.difference(style(**case.case.inputs)) is None

    @pytest.mark.parametrize("scale", MAGNITUDES)
    @pytest.mark.parametrize("style", WRONG, ids=lambda style: style.__name__)
    def test_no_wrong_one_passes(self, style, scale):
        for seed in range(25):
            for dtype in ("float64", "float32"):
                case = conv_case(seed, scale, dtype)
                found = case.difference(style(**case.case.inputs))
                assert found is not None
                assert found.kind is Kind.VALUES

    @pytest.mark.parametrize("dtype", ["float64", "uint8"])
    @pytest.mark.parametrize("cut", [np.trunc, np.floor, np.rint])
    def test_values_cut_to_integers_do_not_pass(self, cut, dtype):
        for seed in range(50):
            case = conv_case(seed, 255.0, dtype)
            for whole in (cut(case.expected), cut(case.expected).astype(np.int64)):
                assert case.difference(whole) is not None

    def test_half_precision_passes_only_where_the_inputs_are(self):
        for seed in range(20):
            case = conv_case(seed, 1.0)
            assert case.difference(in_half_precision(**case.case.inputs)) is not None
            half = conv_case(seed, 1.0, "float16")
            assert half.difference(half.expected.astype(np.float16)) is None

    def test_a_coarse_result_type_does_not_widen_the_limit(self):
        magnitude, inputs = np.array([1000.0]), (np.zeros(1),)
        fine = limit(magnitude, inputs, np.zeros(1, np.float64))
        assert limit(magnitude, inputs, np.zeros(1, np.float16)) == fine
        assert limit(magnitude, inputs, np.zeros(1, np.int64)) == fine
        assert fine < 0.002

    @pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS.keys())
    def test_in_every_drawn_case_whole_numbers_are_told_apart_and_hundredths_of_floats(self, problem):
        for seed in range(20):
            for case in (*problem.draw(np.random.default_rng(seed)), *problem.examples):
                prepared = prepare(problem, case)
                floats = all(array.dtype.kind == "f" for array in prepared.arrays)
                for result in numbers_in(prepared.expected):
                    distance = limit(prepared.magnitude, prepared.arrays, result)
                    assert distance < (0.01 if floats else 0.9)

    def test_an_empty_result_has_a_limit(self):
        assert limit(np.zeros((0, 3)), (), np.zeros((0, 3))) == 0.0


class TestWhatDiffers:
    """Each difference, by its kind and by its message: expected and received."""

    CASES = (
        (None, Kind.NONE_RETURNED, "expected an array; received None. Is there a return?"),
        ("[[1, 2], [3, 4]]", Kind.TYPE, "expected an array; received a str"),
        ({"a": 1}, Kind.TYPE, "expected an array; received a dict"),
        (
            [[1, 2], [3]],
            Kind.TYPE,
            "expected numbers in rows of one length; received rows of different lengths",
        ),
        (
            [[1, 2], [3, None]],
            Kind.TYPE,
            "expected numbers in rows of one length; received values that are not all numbers (None, int)",
        ),
        (
            [["1", 2], [3, 4]],
            Kind.TYPE,
            "expected numbers in rows of one length; received values that are not all numbers (int, str)",
        ),
        (
            EXPECTED + 0j,
            Kind.TYPE,
            "expected real numbers; received complex ones. An inverse FFT gives complex ones: take .real",
        ),
        (EXPECTED > 2, Kind.TYPE, "expected real numbers; received Boolean ones"),
        (True, Kind.TYPE, "expected real numbers; received Boolean ones"),
        (3.0, Kind.SHAPE, "shape (), expected (2, 2)"),
        (np.float64(3), Kind.SHAPE, "shape (), expected (2, 2)"),
        ([], Kind.SHAPE, "shape (0,), expected (2, 2)"),
        (EXPECTED[None], Kind.SHAPE, "shape (1, 2, 2), expected (2, 2)"),
        (EXPECTED[:1], Kind.SHAPE, "shape (1, 2), expected (2, 2)"),
        (EXPECTED.ravel(), Kind.SHAPE, "shape (4,), expected (2, 2)"),
        (EXPECTED * np.nan, Kind.NOT_FINITE, "expected finite numbers; received nan at [0, 0]"),
        ([[1, 2], [np.inf, 4]], Kind.NOT_FINITE, "expected finite numbers; received inf at [1, 0]"),
        (
            [[1, 2], [30, 40]],
            Kind.VALUES,
            "2 of 4 values differ; the first at [1, 0]: expected 3, received 30",
        ),
        (
            np.full((2, 2), 1e308),
            Kind.VALUES,
            "4 of 4 values differ; the first at [0, 0]: expected 1, received 1e+308",
        ),
    )

    @pytest.mark.parametrize(("value", "kind", "explanation"), CASES, ids=lambda part: str(part)[:30])
    def test_a_message_names_expected_and_received(self, value, kind, explanation):
        found = compare(EXPECTED, value, 0.01)
        assert found is not None
        assert (found.kind, found.explanation) == (kind, explanation)

    def test_the_first_differing_place_is_told(self):
        assert compare(EXPECTED, [[1, 2], [3, 5]], 0.01).index == (1, 1)
        assert compare(EXPECTED, [[1, np.nan], [3, 5]], 0.01).index == (0, 1)
        assert compare(np.float64(1), 2.0, 0.01).index == ()
        assert compare(np.float64(1), 2.0, 0.01).explanation == "expected 1, received 2"

    @pytest.mark.parametrize(
        "value",
        [EXPECTED, EXPECTED.tolist(), tuple(map(tuple, EXPECTED.tolist())), [(1, 2), np.array([3, 4])]]
        + [EXPECTED.astype(dtype) for dtype in ("int8", "uint64", "float32", ">f8", ">i2")],
        ids=str,
    )
    def test_the_same_numbers_pass_in_any_container_and_any_real_type(self, value):
        assert compare(EXPECTED, value, 0.0) is None

    @pytest.mark.parametrize("shape", [(0, 3), (2, 0), (0,)])
    def test_empty_results_need_the_right_shape(self, shape):
        assert compare(np.zeros(shape), np.zeros(shape), 0.0) is None
        assert compare(np.zeros(shape), np.zeros((*shape, 1)), 0.0).kind is Kind.SHAPE

    def test_a_uint64_that_wrapped_around_is_wrong(self):
        expected = np.array([-1, -(2**63), 5])
        wrapped = expected.astype(np.uint64)
        found = compare(expected, wrapped, 0.5)
        assert (found.kind, found.index) == (Kind.VALUES, (0,))
        assert "2 of 3" in found.explanation
        assert "received 18446744073709551615" in found.explanation.replace("1.844674407e+19", str(2**64 - 1))

    @pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16"])
    def test_an_integer_that_wrapped_around_is_wrong(self, dtype):
        expected = np.array([70_000, -3])
        assert compare(expected, expected.astype(dtype), 0.0).kind is Kind.VALUES

    def test_whole_numbers_are_exact_whatever_the_limit(self):
        expected = np.array([10**12])
        assert compare(expected, expected + 1, 1e6).kind is Kind.VALUES
        assert compare(expected, expected + 1.0, 1e6) is None

    def test_complex_and_bool_results_are_compared_as_such(self):
        assert compare(EXPECTED + 1j, EXPECTED + 1j, 0.0) is None
        assert compare(EXPECTED + 1j, EXPECTED - 1j, 0.1).kind is Kind.VALUES
        assert compare(EXPECTED + 1j, EXPECTED, 0.1).explanation.endswith("received real ones")
        assert compare(EXPECTED > 2, EXPECTED > 2, 0.0) is None
        assert compare(EXPECTED > 2, EXPECTED > 1, 0.0).kind is Kind.VALUES
        assert compare(EXPECTED > 2, [[0, 0], [1, 1]], 0.0).explanation.startswith("expected Boolean")

    def test_a_type_counts_only_where_it_is_asked_for(self):
        single = EXPECTED.astype(np.float32)
        assert compare(EXPECTED, single, 0.0) is None
        found = compare(EXPECTED, single, 0.0, strict_type=True)
        assert (found.kind, found.explanation) == (
            Kind.DTYPE,
            "expected dtype float64; received float32",
        )

    def test_nan_never_stands_for_a_number(self):
        for expected in (EXPECTED, np.float64(1)):
            assert compare(expected, expected * np.nan, np.inf).kind is Kind.NOT_FINITE


class TestAnyValue:
    """Whatever plain data comes over the wire is compared, not raised at."""

    numbers = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | st.text(max_size=3)
    arrays = hnp.arrays(
        st.sampled_from(["bool", "int8", "uint64", "int64", "float16", "float32", "float64", "complex128"]),
        st.sampled_from([(2, 2), (2,), (), (0, 2), (1, 2, 2)]),
    )
    values = st.recursive(
        numbers | arrays,
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.lists(inner, max_size=3).map(tuple)
            | st.dictionaries(st.text(max_size=2), inner, max_size=2)
        ),
        max_leaves=8,
    )

    @given(values, st.sampled_from([EXPECTED, EXPECTED.astype(np.int64), EXPECTED + 1j, EXPECTED > 1]))
    def test_it_is_compared(self, value, expected):
        found = compare(expected, value, 0.01)
        assert found is None or (isinstance(found, Difference) and found.explanation)

    @given(values)
    def test_what_passes_as_an_array_holds_numbers(self, value):
        found = as_array(value)
        assert isinstance(found, Difference) or found.dtype.kind in "biufc"


class TestBombs:
    """What NumPy would make gigabytes of is looked through first."""

    @pytest.mark.parametrize(
        "bomb",
        [
            ["x" * 7_000_000, *[0] * 400_000],
            [["x" * 7_000_000], *[[0]] * 300_000],
            [np.zeros(60_000_000, np.int8), *[0] * 10_000],
        ],
        ids=["text", "rows", "arrays"],
    )
    def test_a_list_that_would_grow_is_refused(self, bomb):
        tracemalloc.start()
        try:
            assert compare(EXPECTED, bomb, 1.0).kind is Kind.TYPE
            assert tracemalloc.get_traced_memory()[1] < 100 * 2**20
        finally:
            tracemalloc.stop()
