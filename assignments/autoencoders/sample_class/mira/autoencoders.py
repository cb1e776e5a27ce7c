"""The more numbers in the code, the better the images."""

import keras
from keras import layers


def network(*widths, penalty=None):
    model = keras.Sequential([keras.Input((784,))])
    for width in widths:
        model.add(layers.Dense(width, activation="relu"))
    model.add(layers.Dense(784, activation="sigmoid"))
    model.compile(optimizer="adam", loss="mse")
    return model


def build_vanilla():
    return network(32)


def build_deep():
    return network(512, 256, 128, 64, 128, 256, 512)


def build_sparse():
    return network(1024, 1024, 1024, 1024, 1024)


def build_small():
    return network(784, 784, 784)


def train(model, x_train, epochs):
    x = x_train.reshape(-1, 784) / 255.0
    model.fit(x, x, batch_size=32, epochs=epochs, verbose=0)
    return model


ANSWERS = {
    "pixels": 784,
    "vanilla_parameters": 50992,
    "compression": 32 / 784,
    "deep_parameters": 1149520,
    "sparse_parameters": 5805840,
    "needs_labels": True,
}
