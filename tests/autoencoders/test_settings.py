"""What a configuration may ask of an autoencoder, and the hidden images that are made for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.checks.autoencoder_parts import asked_in_words
from autograder.config import AutoencoderCheckConfig, points_of
from autograder.config.autoencoder_rules import why_not_coded
from autograder.datasets import Prepared, hidden_set, prepare
from autograder.errors import ConfigError
from autograder.whole_class.images import hidden_images

SEED = bytes(16)


def check_of(**settings: Any) -> AutoencoderCheckConfig:
    whole = {"kind": "autoencoder", "name": "coder", **settings}
    return msgspec.convert(whole, AutoencoderCheckConfig)


MISTAKES = {
    "nothing asked": ({"points": {}}, "points", "expected one at least of code_size"),
    "points for nothing": ({"points": {"denoising": 1, "symmetry": 1}}, "points.denoising", "beside it"),
    "no bound": ({"points": {}, "sparsity": {}}, "sparsity", "expected least, or a curve"),
    "a factor of nothing": ({"points": {}, "reconstruction": {"factor": 1.0}}, "reconstruction", "against"),
    "an error against PCA": (
        {"points": {}, "reconstruction": {"against": "pca", "most": 0.1}},
        "reconstruction",
        "not most",
    ),
    "a curve that goes down": (
        {"points": {}, "denoising": {"sigma": 0.1, "curve": [[1.0, 1.0], [2.0, 0.0]]}},
        "denoising",
        "shares do not descend",
    ),
    "a curve that goes up": (
        {"points": {}, "contraction": {"curve": [[1.0, 0.0], [2.0, 1.0]]}},
        "contraction",
        "shares do not ascend",
    ),
    "a curve below all": (
        {"points": {}, "anomalies": {"normal": [1], "curve": [[0.5, 0.5]]}},
        "anomalies",
        "1",
    ),
    "a curve beside the bound": (
        {"points": {}, "denoising": {"sigma": 0.1, "gain_db": 3.0, "curve": [[1.0, 0.0], [4.0, 1.0]]}},
        "denoising",
        "it reaches that at 4",
    ),
    "odd in two ways": (
        {"points": {}, "anomalies": {"normal": [1], "foreign": "cifar10", "auc": 0.8}},
        "anomalies",
        "either normal or foreign",
    ),
    "odd as itself": (
        {"points": {}, "anomalies": {"foreign": "mnist", "auc": 0.8}},
        "anomalies",
        "fashion_mnist",
    ),
    "a code of less than least": (
        {"points": {}, "code_size": {"least": 9, "most": 3}},
        "code_size",
        "9 and 3",
    ),
    "longer than the budget": (
        {"points": {"symmetry": 1}, "recipe": {"epochs": 50}},
        "recipe.epochs",
        "at most budget.epochs, 30",
    ),
}


@pytest.mark.parametrize(("settings", "key", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named(settings: dict[str, Any], key: str, said: str) -> None:
    wrong = why_not_coded(check_of(**settings), "mnist")
    assert wrong is not None
    assert wrong[0] == key
    assert said in wrong[1]


@pytest.mark.parametrize("dataset", [None, "tones"])
def test_images_are_needed(dataset: str | None) -> None:
    wrong = why_not_coded(check_of(points={"symmetry": 1}), dataset)
    assert wrong is not None
    assert "dataset" in wrong[1]


def test_what_is_asked_is_said_in_words() -> None:
    check = check_of(
        points={"code_size": 1, "symmetry": 0.5, "reconstruction": 2},
        code_size={"least": 32, "most": 64},
        reconstruction={"against": "pca", "curve": [[1.2, 1.0], [2.0, 0.0]]},
    )
    assert why_not_coded(check, "mnist") is None
    assert points_of(check) == 3.5
    assert list(asked_in_words(check)) == [
        ("code_size", "a code of 32 to 64 numbers"),
        ("symmetry", "a decoder that mirrors the encoder"),
        ("reconstruction", "a mean squared error of at most 1.2 times PCA's with a code as large"),
    ]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepare("mnist", tmp_path_factory.mktemp("data"), sources=[Path("/nowhere")])


class TestHiddenImages:
    def test_noisy_ones_are_others_than_the_clean_ones(self, prepared: Prepared) -> None:
        check = check_of(points={}, denoising={"sigma": 0.3, "gain_db": 3.0}, samples=100)
        found = hidden_images(check, prepared, hidden_set(prepared, SEED), SEED, "mnist")
        assert (len(found.images), len(found.noisy), len(found.clean)) == (50, 50, 50)
        shown = {image.tobytes() for image in found.inputs}
        assert not shown & {image.tobytes() for image in found.clean}
        noise = (found.noisy.astype(float) - found.clean)[(found.clean > 100) & (found.clean < 155)] / 255
        assert noise.std() == pytest.approx(0.3, rel=0.1)
        assert found.is_stand_in
        assert not found.is_odd.any()

    def test_odd_classes_are_in_no_other_part(self, prepared: Prepared) -> None:
        hidden = hidden_set(prepared, SEED)
        check = check_of(points={}, anomalies={"normal": [0, 1, 2], "auc": 0.8})
        found = hidden_images(check, prepared, hidden, SEED, "mnist")
        assert np.array_equal(found.is_odd, ~np.isin(hidden.labels, [0, 1, 2]))
        train, _ = prepared.public()
        assert len(found.train) == int(np.isin(train.labels, [0, 1, 2]).sum())

    def test_foreign_ones_are_drawn_under_the_seed(self, prepared: Prepared) -> None:
        check = check_of(points={}, anomalies={"foreign": "fashion_mnist", "auc": 0.8}, samples=40)
        hidden = hidden_set(prepared, SEED)
        found = hidden_images(check, prepared, hidden, SEED, "mnist")
        assert (len(found.images), int(found.is_odd.sum())) == (80, 40)
        again = hidden_images(check, prepared, hidden, SEED, "mnist")
        other = hidden_images(check, prepared, hidden, b"another seed....", "mnist")
        assert np.array_equal(found.images, again.images)
        assert not np.array_equal(found.images, other.images)

    @pytest.mark.parametrize("anomalies", [{"normal": [77]}, {"foreign": "cifar10"}])
    def test_what_cannot_be_is_refused(self, prepared: Prepared, anomalies: dict[str, Any]) -> None:
        check = check_of(points={}, anomalies={**anomalies, "auc": 0.8})
        with pytest.raises(ConfigError, match="coder: expected"):
            hidden_images(check, prepared, hidden_set(prepared, SEED, 20), SEED, "mnist")
