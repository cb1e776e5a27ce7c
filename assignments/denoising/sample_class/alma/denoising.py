"""Denoising: the sequential form, up-sampling, and a class that trains the contractive autoencoder."""

import keras
import numpy as np
from keras import layers, ops


def conv(filters, **named):
    return layers.Conv2D(filters, 3, padding="same", activation="relu", **named)


def build_convolutional():
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            conv(16),
            layers.MaxPooling2D(2, padding="same"),
            conv(8),
            layers.MaxPooling2D(2, padding="same"),
            conv(8),
            layers.MaxPooling2D(2, padding="same"),
            conv(8),
            layers.UpSampling2D(2),
            conv(8),
            layers.UpSampling2D(2),
            layers.Conv2D(16, 3, activation="relu"),
            layers.UpSampling2D(2),
            layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def build_denoising():
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            conv(16),
            layers.MaxPooling2D(),
            conv(16),
            layers.MaxPooling2D(),
            conv(16),
            layers.UpSampling2D(),
            conv(16),
            layers.UpSampling2D(),
            layers.Conv2D(1, 3, padding="same", activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="binary_crossentropy")
    return model


def build_contractive():
    model = keras.Sequential(
        [keras.Input((784,)), layers.Dense(64, activation="sigmoid"), layers.Dense(784, activation="sigmoid")]
    )
    model.compile(optimizer="adam", loss="mse")
    return model


class Contractive(keras.Model):
    """An autoencoder of flat images that pays for codes that change with the image."""

    def __init__(self, network, factor=1e-2):
        super().__init__()
        self.network, self.factor = network, factor

    def call(self, images):
        return self.network(images)

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        code = self.network.layers[0]
        codes = code(x)
        slopes = ops.matmul(ops.square(codes * (1 - codes)), ops.sum(ops.square(code.kernel), axis=0)[:, None])
        return loss + self.factor * ops.mean(slopes)


def train_denoising(x_train):
    clean = x_train[..., None].astype("float32") / 255
    noisy = np.clip(clean + np.random.default_rng(1).normal(0, 0.4, clean.shape), 0, 1).astype("float32")
    model = build_denoising()
    model.fit(noisy, clean, batch_size=32, epochs=10, verbose=0)
    return model


def train_contractive(x_train):
    flat = x_train.reshape(len(x_train), 784).astype("float32") / 255
    network = build_contractive()
    trainer = Contractive(network)
    trainer.compile(optimizer="adam", loss="mse")
    trainer.fit(flat, flat, batch_size=32, epochs=15, verbose=0)
    return network


def train_zeros(x_train, y_train):
    zeros = x_train[y_train == 0].reshape(-1, 784) / 255.0
    model = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(128, activation="relu"),
            layers.Dense(16, activation="relu"),
            layers.Dense(128, activation="relu"),
            layers.Dense(784, activation="sigmoid"),
        ]
    )
    model.compile(optimizer="adam", loss="mse")
    model.fit(zeros, zeros, batch_size=16, epochs=30, verbose=0)
    return model



def reconstruction_errors(images, reconstructions):
    images, reconstructions = (np.asarray(each, float).reshape(len(each), -1) for each in (images, reconstructions))
    return ((images - reconstructions) ** 2).mean(axis=1)


def nearest(codes, code, count):
    return np.argsort(np.linalg.norm(codes - code, axis=1))[:count]


ANSWERS = {
    "first_convolution_parameters": 320,
    "code_numbers": 7 * 7 * 32,
    "upsampling_parameters": 0,
    "targets_are_noisy": False,
    "psnr_of_a_hundredth": 20,
    "anomalies_have_larger_errors": True,
    "what_they_learn": """
    It cannot copy, because the noise must not come out again. The contractive one pays for the derivative of
    its code. For anomalies I would train on normal images only and call what has an error above the 99 % quantile
    of other normal images an anomaly. A digit one pixel further left has quite other pixels and nearly the same code.
    """,
}
