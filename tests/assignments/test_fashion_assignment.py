"""The assignment `fashion`: its sample class trained and graded for real, its handout, its figures."""

from __future__ import annotations

import pytest

from autograder import config
from reference.models import configuration
from reference.parameters import conv_parameters, network_shapes
from tests.assignments import trained
from tests.assignments.trained import Due, Material, Report, compare, graded, judged
from tests.models.configurations import compiled

FASHION = Material("fashion")
DUE = {
    "alba": Due(),
    "bela": Due(),
    "cilla": Due(
        {"one_hot": 0.25, "answers": 0.9},
        {"one_hot": "expected categorical_crossentropy; received sparse_categorical_crossentropy"},
    ),
    "dora": Due(
        {"network": 1.0, "accuracy": 0.0},
        {"network": "it drops answers", "accuracy": "it was never trained"},
    ),
    "ewan": Due(
        {"network": 1.0, "integers": 0.25, "accuracy": 0.0},
        {"network": "Dropout is missing after max_pooling2d", "accuracy": "ValueError: Arguments `target`"},
        outcome="submission_error",
    ),
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Report]:
    """Return the reports of the whole sample class, graded once."""
    return graded("fashion", FASHION.folder / "sample_class", tmp_path_factory.mktemp("class") / "results")


class TestTheHandout(trained.OfAHandout):
    material = FASHION
    due = DUE


@pytest.mark.slow
class TestTheSampleClass:
    @pytest.mark.parametrize("student", DUE)
    def test_everybody_gets_what_is_due(self, reports, student):
        compare(reports[student], DUE[student], FASHION.written)


class TestTheNetwork:
    @pytest.mark.parametrize(
        ("name", "loss"),
        [
            ("network", "sparse_categorical_crossentropy"),
            ("integers", "sparse_categorical_crossentropy"),
            ("one_hot", "categorical_crossentropy"),
        ],
    )
    def test_the_reference_passes(self, name, loss):
        check = FASHION.check(name)
        score, message = judged(check, configuration("fashion_mnist"), compiled(loss))
        assert score == config.points_of(check)
        assert message.startswith("the model is as it must be")

    def test_other_rates_of_dropout_do_not(self):
        model = configuration("fashion_mnist")
        dropouts = [each for each in model["config"]["layers"] if each["class_name"] == "Dropout"]
        dropouts[0]["config"]["rate"] = 0.5
        score, message = judged(FASHION.check("network"), model, compiled())
        assert score == 1.0
        assert "rate" in message


class TestTheAnswers:
    def test_they_are_those_of_the_reference(self):
        layers = [{"type": "conv", "filters": filters, "kernel_size": 3} for filters in (32, 64)]
        shapes = network_shapes((28, 28, 1), [*layers, {"type": "max_pool"}, {"type": "flatten"}])
        right = {
            "first_convolution_parameters": conv_parameters(3, 1, 32),
            "flattened": shapes[-1][0],
            "parameters": 1_199_882,
            "dropout_parameters": 0,
            "one_hot_of_3": [0, 0, 0, 1, 0, 0, 0, 0, 0, 0],
            "dropout_when_predicting": False,
        }
        items = FASHION.check("answers").items
        assert {item.entry: list(item.accept) for item in items} == {
            key: [value] for key, value in right.items()
        }
