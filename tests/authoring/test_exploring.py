"""Inputs around the cases: of the same kind, broader, and mostly what the reference takes."""

from collections import Counter

import numpy as np
import pytest

from autograder.authoring.inputs.exploring import explored, linked_axes
from autograder.problems import PROBLEMS

COUNT = 300


def inputs_of(name: str):
    problem = PROBLEMS[name]
    return [case.inputs for case in (*problem.examples, *problem.draw(np.random.default_rng(0)))]


def around(name: str, seed: int = 1, count: int = COUNT):
    return list(explored(inputs_of(name), np.random.default_rng(seed), count))


def is_taken(name: str, inputs) -> bool:
    try:
        PROBLEMS[name].reference(**inputs)
    except (ValueError, TypeError):
        return False
    return True


@pytest.mark.parametrize("name", PROBLEMS)
class TestEveryProblem:
    def test_reference_takes_a_good_share(self, name):
        assert np.mean([is_taken(name, inputs) for inputs in around(name)]) >= 0.3

    def test_most_are_no_case(self, name):
        known = {repr(inputs) for inputs in inputs_of(name)}
        assert np.mean([repr(inputs) not in known for inputs in around(name)]) > 0.4

    def test_stay_small(self, name):
        for inputs in around(name):
            assert all(np.size(value) <= 4000 for value in inputs.values() if isinstance(value, np.ndarray))

    def test_have_the_names_and_kinds_of_the_cases(self, name):
        kinds = {(argument, type(value)) for inputs in inputs_of(name) for argument, value in inputs.items()}
        for inputs in around(name):
            assert {(argument, type(value)) for argument, value in inputs.items()} <= kinds

    def test_are_the_same_of_the_same_seed(self, name):
        assert repr(around(name, 3, 20)) == repr(around(name, 3, 20))

    def test_leave_the_cases_as_they_are(self, name):
        cases = inputs_of(name)
        before = repr(cases)
        for inputs in explored(cases, np.random.default_rng(0), 50):
            for value in inputs.values():
                if isinstance(value, np.ndarray) and value.size:
                    value.flat[0] = 1
        assert repr(cases) == before


def test_channels_of_images_and_filters_are_found_to_be_linked():
    groups = linked_axes(inputs_of("conv2d_layer"))
    assert frozenset({("images", 3), ("filters", 2)}) in groups
    assert frozenset({("biases", 0), ("filters", 3)}) in groups
    assert frozenset({("images", 1)}) in groups


def test_are_broader_than_the_cases():
    found = around("conv2d_layer", count=1500)
    shapes = [(inputs["images"].shape, inputs["filters"].shape) for inputs in found]
    assert any(images[1] == 1 for images, _ in shapes)
    assert any(filters == (1, 1, 1, 1) for _, filters in shapes)
    assert any(images[1] < filters[0] for images, filters in shapes)
    assert len({inputs.get("stride") for inputs in found}) > 4
    assert {(inputs["images"].dtype.name) for inputs in found} == {"float64", "float32", "int64", "uint8"}
    assert any(not inputs["images"].any() for inputs in found)


def test_options_meet_that_no_case_has_together():
    together = Counter(frozenset(inputs) - {"image", "kernel"} for inputs in around("conv2d", count=1500))
    assert together[frozenset({"bias", "stride", "padding"})] > 5


def test_lists_of_layers_lose_repeat_and_exchange_items():
    lengths = {len(inputs["layers"]) for inputs in around("network_shapes", count=1000)}
    known = {len(inputs["layers"]) for inputs in inputs_of("network_shapes")}
    assert lengths > known


def test_no_cases_no_inputs():
    assert list(explored([], np.random.default_rng(0), 3)) == []
