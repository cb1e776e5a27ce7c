"""Overfitting: all four networks, and augmentation for the best one."""

import keras
import numpy as np
from keras import layers


def convolutions(filters=(8, 16, 32)):
    found = []
    for width in filters:
        found += [layers.Conv2D(width, 3, activation="relu"), layers.MaxPooling2D()]
    return found


def compiled(*parts):
    model = keras.Sequential([keras.Input((80, 80, 3)), *parts])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def end(rate=0.0):
    dropout = [layers.Dropout(rate)] if rate else []
    return [layers.Flatten(), layers.Dense(64, activation="relu"), *dropout, layers.Dense(8, activation="softmax")]


def build_plain():
    return compiled(layers.Rescaling(1 / 255), *convolutions(), *end())


def build_dropout():
    return compiled(layers.Rescaling(1 / 255), *convolutions(), *end(0.5))


def build_augmented():
    changes = [layers.RandomFlip("horizontal"), layers.RandomTranslation(0.1, 0.1), layers.RandomZoom(0.1)]
    return compiled(layers.Rescaling(1 / 255), *changes, *convolutions(), *end())


def build_transfer(trained=None):
    trained = build_plain() if trained is None else trained
    kept = []
    for layer in trained.layers:
        if isinstance(layer, (layers.Conv2D, layers.MaxPooling2D)):
            copy = type(layer).from_config(layer.get_config())
            copy.trainable = False
            kept.append((copy, layer))
    model = compiled(
        layers.Rescaling(1 / 255),
        *(copy for copy, _ in kept),
        layers.GlobalAveragePooling2D(),
        layers.Dense(8, activation="softmax"),
    )
    for copy, layer in kept:
        copy.set_weights(layer.get_weights())
    return model


def train_best(x_train, y_train):
    model = build_augmented()
    model.fit(x_train, y_train, batch_size=32, epochs=16, verbose=0)
    return model


ANSWERS = {
    "classes": 8,
    "which_is_overfitting": "A",
    "dropout_rate_when_predicting": 0,
    "augment_test_pictures": False,
    "frozen_parameters": 1392,
    "underfitting_needs_pictures": False,
    "what_helped": """
    Plain: 1.00 on training pictures, 0.83 on validation pictures. With dropout 0.86 and 0.84, with augmentation
    0.88 and 0.91. Dropout closes the gap but does not help much with new pictures; augmentation shows other places
    and sizes, which is what new pictures have. So it helped most. I have not trained the transfer.
    """,
}

if __name__ == "__main__":
    with np.load("everyday.npz") as data:
        x_train, y_train, x_test, y_test = (data[name] for name in ("x_train", "y_train", "x_test", "y_test"))
    for build in (build_plain, build_dropout, build_augmented):
        network = build()
        network.fit(x_train, y_train, epochs=20, validation_split=0.1)
        print(build.__name__, network.evaluate(x_test, y_test))
