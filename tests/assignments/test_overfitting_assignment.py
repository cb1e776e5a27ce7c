"""The assignment `overfitting`: its sample class trained and graded for real, its handout, its figures."""

from __future__ import annotations

import copy

import pytest

from autograder import config
from reference.models import configuration
from reference.parameters import conv_parameters
from tests.assignments import trained
from tests.assignments.trained import Due, Material, Report, compare, graded, judged
from tests.models.configurations import FLAT, HALF, compiled, conv, dense, layer, pool, sequential

OVERFITTING = Material("overfitting")
DUE = {
    "asta": Due(),
    "bram": Due({"accuracy": (1.5, 3.0)}),  # transfer alone: 84 to 90 %, by the draw
    "cora": Due({"accuracy": (0.9, 3.0)}),
    "dag": Due(
        {"dropout": 0.25, "augmented": 0.25, "transfer": 0.25, "accuracy": 0.0, "answers": 0.0},
        {
            "dropout": "it drops answers",
            "transfer": "has 224 trained parameters, expected 0",
            "accuracy": "it was never trained",
            "answers": "it has learnt too little, which is underfitting",
        },
    ),
}
SHAPE = (80, 80, 3)
BLOCKS = (conv(8), pool(), conv(16), pool())
END = (FLAT, dense(64, "relu"), dense(8, "softmax"))
FLIP = layer("RandomFlip", mode="horizontal")


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Report]:
    """Return the reports of the whole sample class, graded once."""
    results = tmp_path_factory.mktemp("class") / "results"
    return graded("overfitting", OVERFITTING.folder / "sample_class", results)


class TestTheHandout(trained.OfAHandout):
    material = OVERFITTING
    due = DUE


@pytest.mark.slow
class TestTheSampleClass:
    @pytest.mark.parametrize("student", DUE)
    def test_everybody_gets_what_is_due(self, reports, student):
        compare(reports[student], DUE[student], OVERFITTING.written)


class TestTheNetworks:
    @pytest.mark.parametrize(
        ("name", "model"),
        [
            ("plain", sequential(SHAPE, *BLOCKS, *END)),
            ("dropout", sequential(SHAPE, *BLOCKS, FLAT, dense(64, "relu"), HALF, dense(8, "softmax"))),
            ("augmented", sequential(SHAPE, FLIP, *BLOCKS, *END)),
            ("augmented", configuration("everyday_augmented")),
            ("transfer", configuration("transfer_learning")),
        ],
    )
    def test_what_is_asked_for_passes(self, name, model):
        check = OVERFITTING.check(name)
        score, _ = judged(check, model, compiled())
        assert score == config.points_of(check)

    @pytest.mark.parametrize(
        ("name", "model"),
        [
            ("plain", sequential(SHAPE, *BLOCKS, FLAT, dense(64, "relu"), HALF, dense(8, "softmax"))),
            ("dropout", sequential(SHAPE, *BLOCKS, *END)),
            ("dropout", sequential(SHAPE, *BLOCKS, *END, HALF)),
            ("augmented", sequential(SHAPE, *BLOCKS, *END)),
            ("augmented", sequential(SHAPE, *BLOCKS, FLIP, *END)),
            ("transfer", sequential(SHAPE, *BLOCKS, *END)),
        ],
    )
    def test_what_is_not_does_not(self, name, model):
        check = OVERFITTING.check(name)
        score, _ = judged(check, copy.deepcopy(model), compiled())
        assert score == config.points_of(check) - check.points.pattern


class TestTheAnswers:
    def test_they_are_those_of_the_definitions(self):
        right = {
            "classes": 8,
            "which_is_overfitting": "A",
            "dropout_rate_when_predicting": 0,
            "augment_test_pictures": False,
            "frozen_parameters": conv_parameters(3, 3, 8) + conv_parameters(3, 8, 16),
            "underfitting_needs_pictures": False,
        }
        items = OVERFITTING.check("answers").items
        assert {item.entry: list(item.accept) for item in items} == {
            key: [value] for key, value in right.items()
        }
