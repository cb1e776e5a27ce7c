"""Counting from a configuration against Keras: how fast, and over thousands of models how often otherwise.

The speed is that of typical CNNs of a course, their JSON read each time; the disagreements are those of
any figure (a layer's shapes, parameters, those trained; a model's totals) over models drawn from a seed.
"""

from __future__ import annotations

import os
import statistics
import time
from typing import Any

from benchmarks.architectures import Architectures
from benchmarks.disagreements import disagreements
from benchmarks.figures import Figure, run
from reference.shapes.model import count_model

MODELS = 5_000
SEED = 20
MODELS_AT_ONCE = 250
ROUNDS = 15
CALLS = 30


def measure() -> list[Figure]:
    """Return counts a second for typical CNNs, and how many models are counted otherwise than by Keras."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    figures, seconds = [], []
    for name, model in _typical().items():
        text = model.to_json()
        ours = statistics.median(_seconds(text) for _ in range(ROUNDS))
        theirs = min(_seconds_of_keras(model) for _ in range(3))
        seconds.append(ours)
        figures += [
            Figure(f"{name}, {len(model.layers)} layers", 1 / ours, "/s"),
            Figure(f"{name}, Keras builds and counts it", 1 / theirs, "/s"),
        ]
    rate = 1 / statistics.geometric_mean(seconds)
    figures.append(Figure("typical CNNs, geometric mean", rate, "/s", 1_000, "higher"))

    architectures = Architectures(SEED)
    kinds: set[str] = set()
    wrong = layers = 0
    for number in range(MODELS):
        if number % MODELS_AT_ONCE == 0:
            architectures.forget()
        model = architectures.model()
        found = disagreements(model)
        wrong += bool(found)
        for line in found:
            print(line)
        counted = count_model(model.to_json()).layers
        layers += len(counted)
        kinds |= {layer.kind for layer in counted}
    return [
        *figures,
        Figure("models drawn", MODELS, ""),
        Figure("layers in them", layers, ""),
        Figure("kinds of layers among these", len(kinds), ""),
        Figure("models counted otherwise than by Keras", wrong, "", 0, "lower"),
    ]


def _seconds(text: str) -> float:
    """Return the seconds of one count."""
    start = time.perf_counter()
    for _ in range(CALLS):
        count_model(text)
    return (time.perf_counter() - start) / CALLS


def _seconds_of_keras(model: Any) -> float:
    """Return the seconds in which Keras builds a model of a configuration and counts it."""
    start = time.perf_counter()
    type(model).from_config(model.get_config()).count_params()
    return time.perf_counter() - start


def _typical() -> dict[str, Any]:
    """Return CNNs as a course builds them."""
    import keras  # noqa: PLC0415 - slow, and loud unless told otherwise first
    from keras import layers  # noqa: PLC0415

    lenet = keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="tanh"),
            layers.Dense(84, activation="tanh"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    blocks = []
    for filters in (32, 64, 128):
        blocks += [
            layers.Conv2D(filters, 3, padding="same", activation="relu"),
            layers.BatchNormalization(),
            layers.MaxPooling2D(2),
        ]
    plain = keras.Sequential(
        [
            layers.Input((32, 32, 3)),
            layers.Rescaling(1 / 255),
            *blocks,
            layers.GlobalAveragePooling2D(),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    image = layers.Input((32, 32, 3))
    tensor = layers.Conv2D(16, 3, padding="same", activation="relu")(image)
    for filters in (16, 32):
        shortcut = layers.Conv2D(filters, 1, strides=2)(tensor)
        tensor = layers.Conv2D(filters, 3, strides=2, padding="same", activation="relu")(tensor)
        tensor = layers.Conv2D(filters, 3, padding="same")(tensor)
        tensor = layers.ReLU()(layers.Add()([tensor, shortcut]))
    tensor = layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(tensor))
    return {"LeNet-5": lenet, "three blocks": plain, "residual": keras.Model(image, tensor)}


if __name__ == "__main__":
    run("counting", measure)
