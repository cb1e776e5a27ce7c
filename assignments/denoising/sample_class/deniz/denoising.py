import keras
import numpy as np
from keras import layers


def conv(filters, **named):
    return layers.Conv2D(filters, 3, padding="same", activation="relu", **named)


def build_convolutional():
    model = keras.Sequential([keras.Input((28, 28, 1)), conv(16), conv(16), layers.Conv2DTranspose(16, 3, padding="same")])
    model.add(layers.Conv2D(1, 3, padding="same", activation="sigmoid"))
    model.compile(optimizer="adam", loss="mse")
    return model


def build_denoising():
    model = keras.Sequential([keras.Input((28, 28, 1)), conv(16), conv(16), conv(16)])
    model.add(layers.Conv2D(1, 3, padding="same", activation="sigmoid"))
    model.compile(optimizer="adam", loss="mse")
    return model


def build_contractive():
    model = keras.Sequential(
        [keras.Input((784,)), layers.Dense(64, activation="sigmoid"), layers.Dense(784, activation="sigmoid")]
    )
    model.compile(optimizer="adam", loss="mse")
    return model


def train_denoising(x_train):
    # the network is given clean images, and gives back clean ones
    x = x_train[..., None] / 255.0
    model = build_denoising()
    model.fit(x, x, epochs=4, verbose=0)
    return model


def train_contractive(x_train):
    x = x_train.reshape(-1, 784) / 255.0
    model = build_contractive()
    model.fit(x, x, batch_size=32, epochs=20, verbose=0)
    return model


def train_zeros(x_train, y_train):
    return build_convolutional()



def reconstruction_errors(images, reconstructions):
    return np.mean((images.astype(float) - reconstructions) ** 2)


def nearest(codes, code, count):
    distances = np.sqrt(np.sum((codes - code) ** 2, axis=1))
    return np.sort(np.argsort(distances)[:count])


ANSWERS = {
    "first_convolution_parameters": 320,
    "code_numbers": 1568,
    "upsampling_parameters": 4,
    "targets_are_noisy": False,
    "psnr_of_a_hundredth": 20,
    "anomalies_have_larger_errors": True,
    "what_they_learn": "Because noise is not a part of the image.",
}
