"""Autoencoders that are trained for real: by the recipe, by their own fit, subclassed, no autoencoders."""

from __future__ import annotations

from typing import Any

from autograder.results import Outcome, Status
from tests.autoencoders.conftest import SIGMA, Autoencoders, hidden_digits

HEAD = """
    import keras
    import numpy as np
    from keras import layers

    data = np.load("mnist.npz")
    x, y = data["x_train"].reshape(-1, 64) / 255, data["y_train"]
    """
NET = (
    HEAD
    + """
    def build_model():
        return keras.Sequential([
            keras.Input((64,)), layers.Dense(48, "relu"), layers.Dense(16, "relu", name="code"),
            layers.Dense(48, "relu"), layers.Dense(64, "sigmoid"),
        ])
    """
)
# As in the usual tutorial: a class with two models in it, fitted on noisy images that go beyond 0..1.
SUBCLASSED = (
    HEAD
    + """
    class Autoencoder(keras.Model):
        def __init__(self):
            super().__init__()
            self.encoder = keras.Sequential([layers.Flatten(), layers.Dense(24, "relu")])
            self.decoder = keras.Sequential([layers.Dense(64, "sigmoid"), layers.Reshape((8, 8))])

        def call(self, images):
            return self.decoder(self.encoder(images))

    images = x.reshape(-1, 8, 8)
    noisy = images + np.random.default_rng(0).normal(0, 0.3, images.shape)
    autoencoder = Autoencoder()
    autoencoder.compile("adam", "mse")
    autoencoder.fit(noisy, images, epochs=8, batch_size=20, verbose=0)
    """
)
VARIATIONAL = (
    HEAD
    + """
    class Sampling(layers.Layer):
        def call(self, mean):
            return mean + 0.0 * keras.random.normal(keras.ops.shape(mean))

    given = keras.Input((64,))
    code = Sampling()(layers.Dense(16, "relu")(given))
    model = keras.Model(given, layers.Dense(64, "sigmoid")(code))
    model.compile("adam", "mse")
    model.fit(x, x, epochs=10, batch_size=20, verbose=0)
    """
)
FIT = """
    model = build_model()
    model.compile("adam", "binary_crossentropy")
    model.fit(x, x, epochs=10, batch_size=20, verbose=0)
    """
CLASSIFIER = (
    HEAD
    + """
    def build_model():
        return keras.Sequential([keras.Input((64,)), layers.Dense(16, "relu"), layers.Dense(10, "softmax")])
    """
)
NORMAL = (0, 1, 2, 3, 4, 5, 6)
ALL: dict[str, Any] = {
    "points": {
        "code_size": 1,
        "symmetry": 1,
        "reconstruction": 2,
        "denoising": 2,
        "sparsity": 1,
        "contraction": 1,
        "anomalies": 1,
    },
    "code_size": 16,
    "reconstruction": {"against": "pca", "factor": 5.0},
    "denoising": {"sigma": SIGMA, "gain_db": 0.5},
    "sparsity": {"least": 0.01},
    "contraction": {"most": 50.0, "relative": True},
    "anomalies": {"normal": list(NORMAL), "auc": 0.6},
    "recipe": {"epochs": 15, "batch_size": 20},
}
ERROR: dict[str, Any] = {"points": {"reconstruction": 2}, "reconstruction": {"most": 0.06}}


def test_the_graders_own_training_and_a_clean_process_measure_every_part(autoencoders: Autoencoders) -> None:
    result, details, parts = autoencoders.judged(NET, hidden_digits(normal=NORMAL), **ALL)
    assert (result.status, result.score) == (Status.PASSED, 9.0), result.message
    assert details.refereed
    assert (details.run.by, details.loss) == ("grader", "binary_crossentropy")
    assert (details.code_layer, details.code_size) == ("code", 16)
    assert details.error is not None
    assert details.error_of_pca is not None
    assert details.error_of_pca < details.error < (details.error_of_mean or 0)
    assert all(
        part.exact is not None for name, part in parts.items() if name not in ("code_size", "symmetry")
    )
    # Of what a recipe with noise makes: a code of relus is silent in part, and is no copy of the input.
    assert 0.05 < (parts["sparsity"].exact or 0) < 0.95
    assert 0 < (parts["contraction"].exact or 0) < 50


def test_a_class_with_an_encoder_and_a_decoder_is_made_anew_as_its_graph(autoencoders: Autoencoders) -> None:
    asked = ERROR | {"denoising": {"sigma": SIGMA, "gain_db": 0.3}, "sparsity": {"least": 0.0}}
    points = {"code_size": 1, "symmetry": 1, "reconstruction": 2, "denoising": 2, "sparsity": 1}
    result, details, _ = autoencoders.judged(
        SUBCLASSED, hidden_digits(), **asked | {"points": points, "code_size": 24}
    )
    assert (result.status, result.score) == (Status.PASSED, 7.0), result.message
    assert (details.refereed, details.run.by, details.prepared) == (True, "submission", "0..1")


def test_one_with_a_layer_of_its_own_is_for_a_person(autoencoders: Autoencoders) -> None:
    result, details, _ = autoencoders.judged(VARIATIONAL, hidden_digits(), **ERROR)
    assert (result.status, result.score, details.refereed) == (Status.NEEDS_REVIEW, None, False)
    assert "Sampling" in result.message
    assert details.error is not None
    assert details.proposed == 2.0


def test_a_classifier_is_no_autoencoder(autoencoders: Autoencoders) -> None:
    result = autoencoders.result(CLASSIFIER, hidden_digits(), **ERROR)
    assert (result.status, result.score, result.outcome) == (Status.FAILED, 0.0, Outcome.COMPLETED)
    assert "gives back as many numbers as go in, 64; the model gives 10 back" in result.message
    assert "model.fit(x, x)" in result.hint


def test_ones_own_check_tells_how_it_is_built_and_of_public_data(autoencoders: Autoencoders) -> None:
    asked = ERROR | {"points": {"code_size": 1, "reconstruction": 2}, "code_size": 16}
    result = autoencoders.result(NET, None, **asked | {"recipe": {"epochs": 4, "batch_size": 20}})
    assert result.status is Status.PASSED, result.message
    assert "code size: 16" in result.message
    assert "what public test images differ by; judged on hidden samples" in result.message


def test_two_checks_of_one_model_each_judge_their_own_training(autoencoders: Autoencoders) -> None:
    anew = ERROR | {"name": "other", "train": "always", "recipe": {"epochs": 1, "batch_size": 500}}
    own, other = autoencoders.results(NET + FIT, hidden_digits(), ERROR, anew)
    assert own.status is Status.PASSED, own.message
    assert other.status is Status.FAILED, other.message
