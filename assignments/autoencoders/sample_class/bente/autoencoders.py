# Autoencoders in the functional form: encoder and decoder are models of their own; mean squared error
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers, regularizers


def autoencoder(widths, code, code_activation="relu", penalty=None):
    x = inputs = keras.Input((784,))
    for width in widths:
        x = layers.Dense(width)(x)
        x = layers.Activation("relu")(x)
    codes = layers.Dense(code, activation=code_activation, activity_regularizer=penalty, name="code")(x)
    encoder = keras.Model(inputs, codes, name="encoder")

    x = code_inputs = keras.Input((code,))
    for width in reversed(widths):
        x = layers.Dense(width, activation="relu")(x)
    decoder = keras.Model(code_inputs, layers.Dense(784, activation="sigmoid")(x), name="decoder")

    model = keras.Model(inputs, decoder(encoder(inputs)), name="autoencoder")
    model.compile("adam", "mse")
    return model


def build_vanilla():
    return autoencoder([], 32)


def build_deep():
    return autoencoder([512, 256, 128], 64)


def build_sparse():
    return autoencoder([1024, 1024], 1024, penalty=regularizers.l1(1e-5))


def build_small():
    return autoencoder([300, 100], 8, "linear")


def train(model, x_train, epochs):
    x = np.asarray(x_train, np.float32).reshape(len(x_train), -1) / 255
    model.fit(x, x, epochs=epochs, batch_size=32, shuffle=True, validation_split=0.05, verbose=0)
    return model


ANSWERS = {
    "pixels": 784,
    "vanilla_parameters": 50_992,
    "compression": 24.5,
    "deep_parameters": 1_149_520,
    "sparse_parameters": 5_805_840,
    "needs_labels": False,
    "better_than_pca": "It is not linear, so it can follow curved surfaces in the space of images; PCA only planes. "
    "If all its layers are linear it is PCA at best. 784 numbers as code: it would be the identity.",
}
