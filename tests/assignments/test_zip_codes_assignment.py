"""The assignment `zip-codes`: its sample class trained and graded for real, its handout, its figures."""

from __future__ import annotations

from typing import Any

import pytest

from autograder import config
from autograder.authoring.kits.kit import make_kit
from autograder.checks.judged_run import Run
from autograder.checks.making import make_checks
from autograder.checks.training import SeenRuns
from autograder.config.datasets import with_dataset
from autograder.observation import Loading, Returned, TrainedModel
from autograder.results import Status
from autograder.wire.trained import Trained
from reference.models import configuration
from reference.parameters import conv_parameters, network_shapes
from tests.assignments import trained
from tests.assignments.trained import Due, Material, Report, compare, graded, judged
from tests.models.configurations import compiled

ZIP_CODES = Material("zip-codes")
BOTH = ("base_accuracy", "improved_accuracy")
NEITHER = dict.fromkeys(BOTH, 0.0)


def neither(said: str, **rest: Any) -> Due:
    """Return what is due to whom neither network is accurate, with what is said of both."""
    return Due(NEITHER, dict.fromkeys(BOTH, said), **rest)


RIGHT = {student: Due() for student in ("amira", "boris", "chiara", "davit", "emil")}
WRONG = {
    "farah": Due(
        {"base": 0.0, "improved": 0.5, "answers": 0.3},
        {
            "improved": "`padding='same'` in both convolutions makes Flatten 3136 long instead of 1600",
            "answers": "That is with padding 'same'",
        },
    ),
    "goran": neither("The loss is mean_squared_error. For classes, use sparse_categorical_crossentropy"),
    "hanna": neither("it was never trained"),
    "igor": neither("it has learnt them by heart"),
    "jana": neither("it was never trained"),
    "karim": neither("it was never trained"),
    "lena": neither(
        "PermissionError: [Errno 13] the digits of scikit-learn are not shown here",
        outcome="submission_error",
    ),
    "milos": Due(
        {"base": 0.5, "improved": 1.25, **dict.fromkeys(BOTH)},
        {
            "base": "greys (Greys) is not expected there",
            "base_accuracy": "it has Greys, which only its own code",
        },
    ),
    "nadia": neither("Rescale"),
    "omar": Due({"improved": 2.0}, {"improved": "so that it is applied twice: leave one of the two out"}),
    "pilar": Due({"improved": 0.5}, {"improved": "received 315,146"}),
    "rania": Due(
        {"base": 0.0, "improved": 0.5},
        {"base": "dense (Dense) is not expected there", "improved": "dense before flatten"},
    ),
    "tova": Due({"answers": 0.3}, {"answers": "That is before the pooling: 26·26·32."}),
    "ugo": Due(
        {"improved": 2.0, **NEITHER},
        {"improved": "a model that is not compiled", "base_accuracy": "You must call `compile()`"},
        outcome="submission_error",
    ),
}
NONE = dict.fromkeys(("base", "improved", "answers", *BOTH), 0.0)
NOTHING = {
    "vera": Due(NONE, {"base": "write build_base"}, outcome="submission_error"),
    "xaver": Due(NONE, {"base": "the file ran into SyntaxError"}, outcome="submission_error"),
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Report]:
    """Return the reports of the whole sample class, graded once."""
    return graded(
        "zip-codes", ZIP_CODES.folder / "sample_class", tmp_path_factory.mktemp("class") / "results"
    )


class TestTheHandout(trained.OfAHandout):
    material = ZIP_CODES
    due = RIGHT | WRONG | NOTHING


@pytest.mark.slow
class TestTheSampleClass:
    def test_everybody_is_graded(self, reports):
        assert reports.keys() == TestTheHandout.due.keys()

    @pytest.mark.parametrize("student", TestTheHandout.due)
    def test_everybody_gets_what_is_due(self, reports, student):
        compare(reports[student], TestTheHandout.due[student], ZIP_CODES.written)


class TestTheNetworks:
    @pytest.mark.parametrize(
        ("name", "model"), [("base", "zip_code_base"), ("improved", "zip_code_improved")]
    )
    def test_the_reference_passes(self, name, model):
        check = ZIP_CODES.check(name)
        score, message = judged(check, configuration(model), compiled(from_logits=True))
        assert score == config.points_of(check)
        assert message.startswith("the model is as it must be")

    def test_the_base_is_not_the_improved_one(self):
        score, _ = judged(
            ZIP_CODES.check("improved"), configuration("zip_code_base"), compiled(from_logits=True)
        )
        assert score == 0.5


class TestTheAnswers:
    def test_they_are_those_of_the_references(self):
        def flattened(*filters: int) -> int:
            layers = [
                each
                for count in filters
                for each in ({"type": "conv", "filters": count, "kernel_size": 3}, {"type": "max_pool"})
            ]
            return network_shapes((28, 28, 1), [*layers, {"type": "flatten"}])[-1][0]

        right = {
            "first_convolution_parameters": conv_parameters(3, 1, 32),
            "base_flattened": flattened(32),
            "base_parameters": 693_962,
            "second_convolution_parameters": conv_parameters(3, 32, 64),
            "improved_flattened": flattened(32, 64),
            "improved_parameters": 225_034,
        }
        items = ZIP_CODES.check("answers").items
        assert {item.entry: list(item.accept) for item in items} == {
            key: [value] for key, value in right.items()
        }


class TestAtHome:
    def test_a_kit_asks_for_as_much_as_the_grader(self, tmp_path):
        kit = make_kit(ZIP_CODES.assignment)
        for path, data in kit.files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(data)
        home = config.load(tmp_path, "zip-codes")
        home = with_dataset(home, tmp_path / "data", is_graded=False, allow_stand_in=True)
        judge = next(check for check in make_checks(home, {}) if check.name == "improved_accuracy")
        [reached] = ZIP_CODES.assignment.calibration.of("improved_accuracy")
        told = Trained(
            1, "what train returns", "Sequential", "function", None, [], public_accuracy=reached.threshold
        )
        result = judge.judge(Loading(), SeenRuns(runs=(Run(Returned(TrainedModel(told, []))),)))
        assert result.status is Status.PASSED
