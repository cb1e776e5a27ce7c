"""A mistake whose result is NaN or infinite is named like any other."""

import dataclasses

import numpy as np
import pytest

from autograder.checks.diagnosis import find_misconception, prepare
from autograder.checks.holes import without_holes
from autograder.observation import Returned
from autograder.problems.problem import Case, Misconception, Problem


def softmax(logits):
    shifted = np.exp(logits - np.max(logits))
    return shifted / shifted.sum()


def overflowing(logits):
    return np.exp(logits) / np.exp(logits).sum()


PROBLEM = Problem(
    name="softmax",
    signature="softmax(logits)",
    positional=1,
    reference=softmax,
    magnitude=lambda logits: np.ones(1),
    groups=("large",),
    examples=(Case("large", {"logits": np.array([1000.0, 1001.0, -2000.0])}),),
    draw=lambda rng: [Case("large", {"logits": 900 * rng.normal(size=5)})],
    misconceptions=(Misconception("overflow", "Subtract the largest logit first.", overflowing),),
)


def named(answer, problem=PROBLEM):
    """Return the name of the mistake that explains an answer to the example."""
    prepared = [prepare(problem, case) for case in problem.examples]
    with np.errstate(all="ignore"):
        seen = [(each, Returned(answer(each.case.inputs["logits"]))) for each in prepared]
    found = find_misconception(problem, seen, [])
    return found.name if found else None


class TestASoftmaxThatOverflows:
    def test_is_named(self):
        assert named(overflowing) == "overflow"

    @pytest.mark.parametrize(
        "form", [lambda x: x.astype(np.float32), lambda x: x.tolist()], ids=["float32", "list"]
    )
    def test_is_named_in_single_precision_and_as_a_list(self, form):
        assert named(lambda logits: form(overflowing(logits))) == "overflow"

    def test_nan_elsewhere_is_another_mistake(self):
        assert named(lambda logits: np.array([np.nan, 0.0, 0.0])) is None
        assert named(lambda logits: np.full(3, np.nan)) is None

    def test_infinity_is_not_nan(self):
        assert named(lambda logits: np.array([np.inf, np.inf, 0.0])) is None

    def test_what_is_finite_is_compared(self):
        assert named(lambda logits: np.array([np.nan, np.nan, 0.5])) is None

    def test_a_dictionary_and_a_tuple_of_such(self):
        for kept in (lambda x: {"p": x, "n": 3}, lambda x: (x, 3)):
            problem = dataclasses.replace(
                PROBLEM,
                reference=lambda logits, kept=kept: kept(softmax(logits)),
                misconceptions=(
                    Misconception("overflow", "", lambda logits, kept=kept: kept(overflowing(logits))),
                ),
            )
            assert named(lambda logits, kept=kept: kept(overflowing(logits)), problem) == "overflow"
            assert named(lambda logits, kept=kept: kept(np.zeros(3)), problem) is None


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        (np.array([np.nan, 1.0]), np.array([1.0, np.nan])),
        (np.array([np.inf]), np.array([-np.inf])),
        (np.array([np.nan]), np.array([[np.nan]])),
        (np.array([np.nan]), "text"),
        (np.array([np.nan]), None),
        (float("nan"), 1.0),
        ({"a": 1.0}, {"b": 1.0}),
        ([1.0], [1.0, 2.0]),
    ],
)
def test_what_does_not_agree_stays_as_it_is(expected, received):
    one, two = without_holes(expected, received)
    assert one is expected
    assert two is received
