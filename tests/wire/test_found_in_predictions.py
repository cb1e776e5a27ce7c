"""What the fuzzing has found in arrays of predictions: it is refused, or measured in finite numbers."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from autograder.checks import autoencoder_measures, reconstruction
from autograder.checks.accuracy import NotScores, guesses
from autograder.checks.autoencoder_measures import measures_of, to_be_coded
from autograder.checks.code_layer import Build
from autograder.config.structure import AutoencoderCheckConfig
from autograder.observation import Returned, TrainedModel
from autograder.wire.trained import Trained
from autograder.wire.training import Preparation
from tests.wire import grading_liars

UNIT = Preparation([1 / 255], [0.0], [8, 8], "float32", "0..1")
SIGNALLING = np.array([0x7F800001] * 64, np.uint32).view(np.float32)  # casting it is said to be invalid


def check() -> AutoencoderCheckConfig:
    checks = grading_liars.marking().assignment.config.checks
    return next(each for each in checks if isinstance(each, AutoencoderCheckConfig))


@pytest.mark.parametrize("number", [1e300, -1e300, 3e38, 1e154])
def test_numbers_whose_squares_are_infinite_are_measured_as_large(number: float) -> None:
    hidden = grading_liars.evaluation().images["coder"]
    given_back = np.full((80, 64), number)
    codes = np.full((len(to_be_coded(hidden, check())), 4), number)
    run = autoencoder_measures.Run(
        Returned(None), Returned(given_back), Returned(given_back), Returned(codes * np.linspace(0, 1, 4))
    )
    model = TrainedModel(Trained(1, "net", "Model", "grader", None, [], preparation=UNIT), [])
    found = measures_of(run, model, Build(size=64, code_size=4, layer="code"), hidden, check())
    for each in (found.error, found.denoised_db, found.silent, found.contraction, found.spread, found.auc):
        assert each is not None
        assert np.isfinite(each)


@pytest.mark.parametrize(
    ("factors", "offsets"), [([5e-324], [0.0]), ([1e-300], [1.5]), ([1.0], [1e308]), ([1e308], [-1e308])]
)
def test_a_preparation_that_nothing_undoes_is_no_range(factors: list[float], offsets: list[float]) -> None:
    prepared = Preparation(factors, offsets, [64], "float32", "")
    targets = np.full((2, 64), 0.5)
    found = reconstruction.fitting_range(targets, targets, reconstruction.ranges_of(prepared))
    assert found.said == "0..1"


def test_another_number_of_codes_than_of_images_says_nothing_of_the_code() -> None:
    hidden = grading_liars.evaluation().images["coder"]
    for count in (0, 1, len(hidden.normal), len(to_be_coded(hidden, check())) + 1):
        seen = Returned(np.ones((count, 4)))
        assert autoencoder_measures._coded(seen, hidden, check()) == (None, None, None)


def test_a_signalling_nan_is_no_number() -> None:
    with pytest.raises(NotScores, match="NaN"):
        guesses(SIGNALLING.reshape(4, 16), 4, 10)
    with pytest.raises(reconstruction.NotImages, match="NaN"):
        reconstruction.outputs_of(SIGNALLING.reshape(1, 64), np.zeros((1, 8, 8), np.uint8), UNIT)


def test_many_small_numbers_do_not_become_many_large_ones() -> None:
    scores = np.zeros((1_000, 50_000), np.uint8)
    tracemalloc.start()
    try:
        with pytest.raises(NotScores, match="it has 50,000"):
            guesses(scores, 1_000, 10)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
