"""Greys from -1 to 1 for the small network, which ends in numbers of any size; logits for the others."""

import keras
import numpy as np
from keras import layers, losses


def stack(*widths):
    return [layers.Dense(width, activation="relu") for width in widths]


def build(*hidden):
    model = keras.Sequential([keras.Input((784,)), *hidden, layers.Dense(784)])
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss=losses.BinaryCrossentropy(from_logits=True))
    return model


def build_vanilla():
    return build(*stack(32))


def build_deep():
    return build(*stack(512, 256, 128, 64, 128, 256, 512))


def build_sparse():
    code = layers.Dense(1024, activation="relu", activity_regularizer=keras.regularizers.L1(1e-5))
    return build(*stack(1024, 1024), code, *stack(1024, 1024))


def build_small():
    model = keras.Sequential(
        [keras.Input((784,)), *stack(256, 64), layers.Dense(8), *stack(64, 256), layers.Dense(784)], name="small"
    )
    model.compile(optimizer="adam", loss="mean_squared_error")
    return model


def train(model, x_train, epochs):
    flat = x_train.reshape(len(x_train), 784).astype(np.float32)
    x = flat / 127.5 - 1 if model.name == "small" else flat / 255
    model.fit(x, x, batch_size=32, epochs=epochs, verbose=0)
    return model


ANSWERS = {
    "pixels": 784,
    "vanilla_parameters": 50992,
    "compression": 24.5,
    "deep_parameters": 1149520,
    "sparse_parameters": 5805840,
    "needs_labels": False,
    "better_than_pca": """
    With nonlinear layers the codes lie on a curved surface, PCA's on a flat one. Linear autoencoders find the
    space of PCA and no more, and so does one that is trained too short. 784 numbers suffice to copy.
    """,
}
