"""The assignment `autoencoders`: its sample class trained and graded for real, its handout, its figures."""

from __future__ import annotations

import pytest

from autograder import config
from reference.models import configuration
from reference.parameters import dense_parameters
from tests.assignments import trained
from tests.assignments.trained import Due, Material, Report, compare, graded, judged
from tests.models.configurations import compiled, dense, sequential

AUTOENCODERS = Material("autoencoders")
TRAINED = ("vanilla_images", "sparse_code", "small_images")
RIGHT = {student: Due() for student in ("aurel", "bente", "cato")}
WRONG: dict[str, Due] = {}
NOTHING: dict[str, Due] = {}


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Report]:
    """Return the reports of the whole sample class, graded once."""
    results = tmp_path_factory.mktemp("class") / "results"
    return graded("autoencoders", AUTOENCODERS.folder / "sample_class", results)


class TestTheHandout(trained.OfAHandout):
    material = AUTOENCODERS
    due = RIGHT | WRONG | NOTHING


@pytest.mark.slow
class TestTheSampleClass:
    @pytest.mark.parametrize("student", TestTheHandout.due)
    def test_everybody_gets_what_is_due(self, reports, student):
        compare(reports[student], TestTheHandout.due[student], AUTOENCODERS.written)


class TestTheNetworks:
    @pytest.mark.parametrize(
        ("name", "model"),
        [
            ("vanilla", configuration("autoencoder_32")),
            ("deep", configuration("deep_autoencoder")),
            ("sparse", configuration("sparse_deep_autoencoder")),
            ("small", sequential((784,), dense(64, "relu"), dense(8), dense(64, "relu"), dense(784))),
            ("small", sequential((784,), dense(2), dense(784))),
        ],
    )
    def test_what_is_asked_for_passes(self, name, model):
        check = AUTOENCODERS.check(name)
        score, _ = judged(check, model, compiled("mean_squared_error", None))
        assert score == config.points_of(check)

    def test_a_larger_code_does_not(self):
        model = sequential((784,), dense(9, "relu"), dense(784, "sigmoid"))
        assert judged(AUTOENCODERS.check("small"), model)[0] == 0.5
        assert judged(AUTOENCODERS.check("vanilla"), configuration("autoencoder_64"))[0] == 0


class TestTheAnswers:
    def test_they_are_those_of_the_references(self):
        right = {
            "pixels": 28 * 28,
            "vanilla_parameters": dense_parameters(784, 32) + dense_parameters(32, 784),
            "compression": 784 / 32,
            "deep_parameters": 1_149_520,
            "sparse_parameters": 5_805_840,
            "needs_labels": False,
        }
        items = AUTOENCODERS.check("answers").items
        assert {item.entry: list(item.accept) for item in items} == {
            key: [value] for key, value in right.items()
        }
