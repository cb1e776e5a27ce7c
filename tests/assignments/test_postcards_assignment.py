"""The assignment `postcards`: its sample class trained and graded for real, its handout, its figures."""

from __future__ import annotations

import pytest

from autograder import config
from reference.models import configuration
from reference.parameters import conv_parameters, network_shapes
from tests.assignments import trained
from tests.assignments.trained import Due, Material, Report, compare, graded, judged
from tests.models.configurations import FLAT, HALF, compiled, conv, dense, norm, pool, sequential

POSTCARDS = Material("postcards")
DUE = {
    "anouk": Due(),
    "bjarne": Due(),
    "carmen": Due(
        {"network": 1.25, "answers": 1.8},
        {"network": "Conv2D is missing after conv2d", "answers": "That is after rescaling"},
    ),
    "dilan": Due({"accuracy": 0.0}, {"accuracy": "it was never trained"}),
    "ebba": Due(
        {"network": 2.5, "answers": 0.9, "accuracy": 0.0},
        {"network": "fit was given one-hot labels", "accuracy": "it was never trained"},
    ),
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Report]:
    """Return the reports of the whole sample class, graded once."""
    return graded(
        "postcards", POSTCARDS.folder / "sample_class", tmp_path_factory.mktemp("class") / "results"
    )


class TestTheHandout(trained.OfAHandout):
    material = POSTCARDS
    due = DUE


@pytest.mark.slow
class TestTheSampleClass:
    @pytest.mark.parametrize("student", DUE)
    def test_everybody_gets_what_is_due(self, reports, student):
        compare(reports[student], DUE[student], POSTCARDS.written)


class TestTheNetwork:
    CHECK = POSTCARDS.check("network")

    def test_the_reference_passes(self):
        score, _ = judged(self.CHECK, configuration("postcards"), compiled())
        assert score == config.points_of(self.CHECK)

    def test_other_widths_and_what_may_be_added_pass(self):
        model = sequential(
            (32, 32, 3),
            *(conv(8, 5), norm(), conv(8, padding="same"), pool("AveragePooling2D"), HALF),
            *(conv(24), conv(24, 1), pool(size=3), FLAT, dense(20, "tanh"), HALF, dense(10)),
        )
        score, _ = judged(self.CHECK, model, compiled(from_logits=True))
        assert score == config.points_of(self.CHECK)

    def test_another_order_does_not(self):
        layers = (conv(8), pool(), conv(8), conv(8), pool(), conv(8), FLAT, dense(20), dense(10, "softmax"))
        score, _ = judged(self.CHECK, sequential((32, 32, 3), *layers), compiled())
        assert score == 1.25


class TestTheAnswers:
    def test_they_are_those_of_the_reference(self):
        def convolution(filters: int, padding: str) -> dict[str, object]:
            return {"type": "conv", "filters": filters, "kernel_size": 3, "padding": padding}

        layers = [
            each
            for filters in (32, 64)
            for each in (convolution(filters, "same"), convolution(filters, "valid"), {"type": "max_pool"})
        ]
        right = {
            "picture_shape": [32, 32, 3],
            "largest_value": 255,
            "label_shape": [1],
            "needs_reshape": False,
            "needs_rescaling": True,
            "first_convolution_parameters": conv_parameters(3, 3, 32),
            "second_convolution_parameters": conv_parameters(3, 32, 32),
            "flattened": network_shapes((32, 32, 3), [*layers, {"type": "flatten"}])[-1][0],
            "example_parameters": 1_250_858,
        }
        items = POSTCARDS.check("answers").items
        assert {item.entry: list(item.accept) for item in items} == {
            key: [value] for key, value in right.items()
        }
