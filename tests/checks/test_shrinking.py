"""Shrinking: small, still failing, the same every time, and within what was asked for."""

import numpy as np
import pytest

from autograder.checks.shrinking import BATCH, shrink, size, smaller
from autograder.problems import PROBLEMS


def differs(problem, function, inputs) -> bool:
    """Return whether a wrong function and the reference disagree where the reference has an answer."""
    try:
        expected = problem.reference(**inputs)
    except (ValueError, TypeError):
        return False
    try:
        received = function(**inputs)
    except (ValueError, IndexError, TypeError):
        return True
    if isinstance(expected, list | dict):
        return repr(expected) != repr(received)
    return np.shape(expected) != np.shape(received) or not np.allclose(expected, received)


def shrunk(name: str, mistake: str, **options):
    """Return the last hidden case that shows a misconception, and what becomes of it."""
    functions = (wrong.function for wrong in PROBLEMS[name].misconceptions if wrong.name == mistake)
    return shrunk_of(PROBLEMS[name], next(functions), **options)


def shrunk_of(problem, function, **options):
    cases = [case.inputs for case in problem.draw(np.random.default_rng(0))]
    failing = [inputs for inputs in cases if differs(problem, function, inputs)]

    def fails(candidates):
        return [differs(problem, function, candidate) for candidate in candidates]

    return failing[-1], shrink(failing[-1], fails, **options)


class TestShrink:
    def test_rows_and_columns_swapped_end_at_a_tiny_image(self):
        _, small = shrunk("conv2d", "rows and columns swapped")
        assert small["image"].size <= 6
        assert small["kernel"].size <= 2
        assert set(small) == {"image", "kernel"}

    def test_ignored_stride_keeps_the_stride_and_drops_the_rest(self):
        _, small = shrunk("conv2d_layer", "stride ignored")
        assert small["stride"] == 2
        assert "padding" not in small
        assert small["images"].size == 2

    def test_forgotten_channels_leave_two_of_images_and_filters(self):
        _, small = shrunk("conv2d_layer", "only the first channel")
        assert small["images"].shape == (1, 1, 1, 2)
        assert small["filters"].shape == (1, 1, 2, 1)
        assert small["biases"].shape == (1,)

    def test_overflow_needs_large_values_and_keeps_them(self):
        case, small = shrunk("average_pool2d", "integer overflow")
        assert small["image"].dtype == np.uint8
        assert small["image"].size == 4
        assert small["image"].sum() > 255
        assert size(small) < size(case)

    def test_layers_that_do_not_matter_go(self):
        _, small = shrunk("network_shapes", "flatten without channels")
        assert [layer["type"] for layer in small["layers"]] in (["flatten"], ["conv", "flatten"])

    @pytest.mark.parametrize("name", ["conv2d", "conv2d_layer", "max_pool2d", "network_shapes"])
    def test_every_misconception_still_fails_and_is_no_larger(self, name):
        problem = PROBLEMS[name]
        for wrong in problem.misconceptions:
            case, small = shrunk_of(problem, wrong.function)
            assert differs(problem, wrong.function, small)
            assert size(small) <= size(case)

    def test_takes_the_same_steps_every_time(self):
        first, second = (shrunk("conv2d", "flipped kernel")[1] for _ in range(2))
        assert repr(first) == repr(second)

    def test_case_is_left_as_it_is(self):
        inputs = {"image": np.arange(6).reshape(2, 3)}
        shrink(inputs, lambda candidates: [True] * len(candidates))
        assert inputs["image"].tolist() == [[0, 1, 2], [3, 4, 5]]

    def test_asks_in_batches_and_stops_at_the_budget(self):
        asked = []

        def never(candidates):
            asked.append(len(candidates))
            return [False] * len(candidates)

        inputs = {"image": np.arange(1, 101).reshape(10, 10)}
        assert shrink(inputs, never, budget=1) == inputs
        assert asked == [BATCH]
        shrink(inputs, never)
        assert max(asked) == BATCH

    def test_never_asks_twice(self):
        asked = []

        def ends_in_three(candidates):
            asked.extend(map(repr, candidates))
            return [candidate["x"].size >= 3 for candidate in candidates]

        small = shrink({"x": np.arange(20)}, ends_in_three)
        assert small["x"].tolist() == [0, 0, 0]
        assert len(set(asked)) == len(asked)

    def test_rounds_bound_the_steps(self):
        inputs = {"n": 1000}
        always = lambda candidates: [candidate["n"] >= 100 for candidate in candidates]  # noqa: E731
        assert shrink(inputs, always, rounds=1, keep={"n"})["n"] == 500


class TestSmaller:
    def test_greatest_leaps_come_first(self):
        first = next(smaller({"image": np.ones((4, 4)), "stride": 2, "padding": 1}))
        assert list(first) == ["image"]

    def test_axes_of_equal_length_lose_lines_together(self):
        inputs = {"images": np.ones((1, 5, 6, 3)), "filters": np.ones((2, 2, 3, 4))}
        shapes = [(one["images"].shape, one["filters"].shape) for one in smaller(inputs)]
        assert ((1, 5, 6, 1), (2, 2, 1, 4)) in shapes
        assert ((1, 5, 6, 2), (2, 2, 2, 4)) in shapes

    def test_types_stay(self):
        inputs = {
            "x": np.ones(3, np.uint8),
            "y": np.ones(2, np.float32),
            "n": 3,
            "z": 1.5,
            "b": True,
            "p": (2, 1),
        }
        for candidate in smaller(inputs):
            for name, value in candidate.items():
                assert type(value) is type(inputs[name])
                if isinstance(value, np.ndarray):
                    assert value.dtype == inputs[name].dtype

    def test_arrays_lists_and_what_is_kept_are_always_there(self):
        inputs = {"x": np.ones(3), "layers": [{"units": 2}], "n": 3, "m": 4}
        for candidate in smaller(inputs, keep={"n"}):
            assert {"x", "layers", "n"} <= set(candidate)
            assert candidate["n"] != 0

    def test_dictionaries_keep_their_keys(self):
        for candidate in smaller({"layers": [{"type": "dense", "units": 9}, {"type": "flatten"}]}):
            assert all(
                layer in ({"type": "flatten"},) or set(layer) == {"type", "units"}
                for layer in candidate["layers"]
            )

    def test_makes_no_minus_zero(self):
        for candidate in smaller({"x": np.array([-1.5, -2.0])}):
            assert not np.signbit(candidate["x"][candidate["x"] == 0]).any()

    @pytest.mark.parametrize(
        "value", ["text", None, np.array(["a"]), np.ones((0, 2)), float("nan"), float("inf"), [], ()]
    )
    def test_whatever_comes_in_is_taken(self, value):
        for candidate in smaller({"x": value}):
            size(candidate)


class TestSize:
    @pytest.mark.parametrize(
        ("less", "more"),
        [
            ({"x": np.zeros(3)}, {"x": np.zeros(4)}),
            ({"x": np.ones(3)}, {"x": np.ones(3), "n": 0}),
            ({"x": np.array([9.0])}, {"x": np.array([0.5])}),
            ({"x": np.array([1])}, {"x": np.array([-2])}),
            ({"layers": [{"units": 9}]}, {"layers": [{"units": 1}, {"units": 1}]}),
            ({"x": np.array([1e9])}, {"x": np.array([np.nan])}),
        ],
    )
    def test_counts_elements_then_options_then_numbers(self, less, more):
        assert size(less) < size(more)
