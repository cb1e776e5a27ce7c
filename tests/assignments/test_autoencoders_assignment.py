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
NOT_TRAINED = {"vanilla_images": 0.0, "sparse_code": 0.0, "small_images": 0.5}


def badly_trained(said: str) -> Due:
    """Return what is due to whom nothing is given back, with what is said of it."""
    return Due(NOT_TRAINED, {"vanilla_images": said, "small_images": said})


RIGHT = {student: Due() for student in ("aurel", "bente", "cato")}
WRONG = {
    "elin": Due(
        {
            **dict.fromkeys(("vanilla", "deep", "sparse", "sparse_code"), 0.0),
            "small": 0.5,
            "small_images": (1.25, 1.75),
            "answers": 0.3,
        },
        {
            "vanilla": "`units=64` in dense (Dense) gives dense 50,240 parameters instead of 25,120",
            "sparse_code": "Punish activity of the code",
            "small_images": "code size: 16",
        },
    ),
    "filip": badly_trained("The loss is categorical_crossentropy, for classes"),
    "gesa": badly_trained("Call model.fit(x, x) before you hand in"),
    "hakon": badly_trained("It gives back no more than the mean image"),
    "ilka": Due(
        {"vanilla": 0.0, "vanilla_images": None},
        {
            "vanilla": "transposed is Transposed, expected Dense",
            "vanilla_images": "no clean process can make",
        },
    ),
    "jonas": badly_trained("The inputs go in as 0..255. Rescale inputs and targets"),
    "kaja": badly_trained("Call model.fit(x, x) before you hand in"),
    "ludo": Due(
        dict.fromkeys(TRAINED, 0.0),
        dict.fromkeys(TRAINED, "the digits of scikit-learn are not shown here"),
        outcome="submission_error",
    ),
    "mira": Due(
        {"sparse_code": 0.0, "small": 0.5, "small_images": 0.25, "answers": 0.9},
        {"small_images": "no smaller than the input, 784: it can learn to copy"},
    ),
}
NONE = ("vanilla", "vanilla_images", "deep", "sparse", "sparse_code", "small", "small_images", "answers")
NOTHING = {"nils": Due(dict.fromkeys(NONE, 0.0), {"deep": "write build_deep"}, outcome="submission_error")}


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
