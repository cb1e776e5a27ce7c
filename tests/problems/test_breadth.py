"""Hidden cases go far beyond the examples: who is right only up to some size loses points."""

import numpy as np
import pytest

from autograder.problems import PROBLEMS

# problem, argument, the largest value that a careless solution can handle
CAPPED = [
    ("conv2d", "stride", 3),
    ("conv2d", "stride", 4),
    ("conv2d", "padding", 3),
    ("conv2d", "padding", 4),
    ("conv2d", "bias", 32_767),
    ("conv2d_layer", "stride", 3),
    ("conv2d_layer", "stride", 4),
    *[(name, "stride", 4) for name in ("max_pool2d", "average_pool2d", "l2_pool2d")],
    *[(name, "stride", 5) for name in ("average_pool2d", "l2_pool2d")],
    *[(name, "pool_size", 5) for name in ("max_pool2d", "average_pool2d", "l2_pool2d")],
    *[(name, "pool_size", 6) for name in ("max_pool2d", "average_pool2d", "l2_pool2d")],
]


def capped(value, most):
    return value if value is None else max(-most, min(value, most))


@pytest.mark.parametrize(("name", "argument", "most"), CAPPED)
def test_who_caps_an_argument_is_caught_by_every_draw(name, argument, most):
    problem = PROBLEMS[name]
    for seed in range(5):
        cases = [case for case in problem.draw(np.random.default_rng(seed)) if argument in case.inputs]
        wrong = [
            case
            for case in cases
            if not np.array_equal(
                problem.reference(**case.inputs),
                problem.reference(**{**case.inputs, argument: capped(case.inputs[argument], most)}),
            )
        ]
        assert wrong


@pytest.mark.parametrize(
    ("name", "argument", "size"), [("conv2d", "kernel", 6), ("conv2d_layer", "filters", 6)]
)
def test_kernels_are_larger_than_any_example(name, argument, size):
    drawn = PROBLEMS[name].draw(np.random.default_rng(0))
    assert any(min(case.inputs[argument].shape[:2]) >= size for case in drawn)
