"""The assignment `denoising`: its sample class trained and graded for real, its handout, its figures."""

from __future__ import annotations

import ast
import re

import numpy as np
import pytest

from autograder import config
from reference.models import configuration
from reference.parameters import conv_parameters
from tests.assignments import trained
from tests.assignments.trained import ROOT, Due, Material, Report, compare, graded, judged
from tests.models.configurations import compiled, conv, dense, sequential

DENOISING = Material("denoising")
PROBLEMS = config.load(ROOT, "denoising").problems
NAMES = ("denoising.reconstruction_errors", "denoising.nearest")
DUE = {
    "alma": Due(),
    "bruno": Due(),
    "cleo": Due(
        {
            "convolutional": 0.5,
            "denoising": 0.5,
            "denoised": 0.0,
            "contractive": 0.25,
            "contraction": 0.0,
            "anomalies": 0.0,
            "reconstruction_errors": 0.5,
            "nearest": 0.0,
            "answers": 0.4,
        },
        {
            "convolutional": "Conv2D is missing",
            "denoising": "expected an output shape (28, 28, 1); received (22, 22, 1)",
            "denoised": "the model gives 484 back",
            "contractive": "has activation 'relu', expected 'sigmoid'",
            "anomalies": "Train on the normal classes alone",
            "reconstruction_errors": "arithmetic of bytes",
            "nearest": "largest product",
        },
    ),
    "deniz": Due(
        {
            "convolutional": 0.5,
            "denoised": (0.3, 1.2),
            "contraction": 0.0,
            "anomalies": 0.0,
            "reconstruction_errors": 0.0,
            "nearest": (0.25, 0.35),
            "answers": 0.8,
        },
        {
            "convolutional": "it can learn to copy",
            "denoised": "Train longer, with as much noise as the handout says",
            "contraction": "Give the contractive penalty more weight",
            "anomalies": "Call model.fit(x, x) before you hand in",
            "reconstruction_errors": "one number for all images",
            "nearest": "in the order of their places",
        },
    ),
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, Report]:
    """Return the reports of the whole sample class, graded once."""
    results = tmp_path_factory.mktemp("class") / "results"
    return graded("denoising", DENOISING.folder / "sample_class", results)


class TestTheHandout(trained.OfAHandout):
    material = DENOISING
    due = DUE

    def test_it_has_the_result_of_every_example(self):
        for name in NAMES:
            section = DENOISING.section(f"`{name.partition('.')[2]}`")
            results = re.findall(r"^\| .*\| `(\[.*?\])` \|$", section, re.MULTILINE)
            examples = PROBLEMS[name].examples
            assert len(results) == len(examples)
            for example, told in zip(examples, results, strict=True):
                result = PROBLEMS[name].reference(**example.inputs)
                np.testing.assert_array_equal(result, ast.literal_eval(told))


@pytest.mark.slow
class TestTheSampleClass:
    @pytest.mark.parametrize("student", DUE)
    def test_everybody_gets_what_is_due(self, reports, student):
        compare(reports[student], DUE[student], DENOISING.written)


class TestTheNetworks:
    @pytest.mark.parametrize(
        ("name", "model"),
        [
            ("convolutional", configuration("convolutional_autoencoder")),
            ("denoising", configuration("denoising_autoencoder")),
            ("denoising", sequential((28, 28, 1), conv(8, padding="same"), conv(1, padding="same"))),
            ("contractive", sequential((784,), dense(64, "sigmoid"), dense(784, "sigmoid"))),
        ],
    )
    def test_what_is_asked_for_passes(self, name, model):
        check = DENOISING.check(name)
        score, _ = judged(check, model, compiled("mean_squared_error", None))
        assert score == config.points_of(check)

    def test_a_code_as_large_as_the_image_costs_points(self):
        score, message = judged(DENOISING.check("convolutional"), configuration("denoising_autoencoder"))
        assert score == 0.5
        assert "it can learn to copy" in message


class TestTheProblems:
    SEEDS = range(10)

    @pytest.mark.parametrize("name", NAMES)
    def test_each_mistake_is_told_apart_by_three_cases_of_every_draw(self, name):
        problem = PROBLEMS[name]
        for mistake in problem.misconceptions:
            for seed in self.SEEDS:
                drawn = problem.draw(np.random.default_rng(seed))
                assert sum(self._differs(problem, mistake, case.inputs) for case in drawn) >= 3, mistake.name

    @staticmethod
    def _differs(problem, mistake, inputs) -> bool:
        try:
            found = np.asarray(mistake.function(**inputs))
        except (ValueError, IndexError):
            return True
        right = np.asarray(problem.reference(**inputs))
        return found.shape != right.shape or not np.allclose(found, right)

    def test_no_two_drawn_codes_are_equally_near(self):
        problem = PROBLEMS["denoising.nearest"]
        for seed in self.SEEDS:
            for case in problem.draw(np.random.default_rng(seed)):
                assert problem.accepts(**case.inputs)
        tie = {"codes": np.array([[0.0], [2.0]]), "code": np.array([1.0]), "count": 1}
        assert not problem.accepts(**tie)


class TestTheAnswers:
    def test_they_are_those_of_the_definitions(self):
        right = {
            "first_convolution_parameters": conv_parameters(3, 1, 32),
            "code_numbers": 7 * 7 * 32,
            "upsampling_parameters": 0,
            "targets_are_noisy": False,
            "psnr_of_a_hundredth": round(10 * np.log10(1 / 0.01)),
            "anomalies_have_larger_errors": True,
        }
        items = DENOISING.check("answers").items
        assert {item.entry: list(item.accept) for item in items} == {
            key: [value] for key, value in right.items()
        }
