# Functional form, strides and transposed convolutions; the penalty as a layer's loss
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers


def build_convolutional():
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(16, 3, strides=2, padding="same", activation="relu")(inputs)
    x = layers.Conv2D(4, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2DTranspose(16, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2DTranspose(1, 3, strides=2, padding="same", activation="sigmoid")(x)
    model = keras.Model(inputs, x)
    model.compile("adam", "mse")
    return model


def build_denoising():
    inputs = keras.Input((28, 28, 1))
    x = layers.Conv2D(24, 3, strides=2, padding="same", activation="elu")(inputs)
    x = layers.Conv2D(24, 3, strides=2, padding="same", activation="elu")(x)
    x = layers.Conv2DTranspose(24, 3, strides=2, padding="same", activation="elu")(x)
    x = layers.Conv2DTranspose(24, 3, strides=2, padding="same", activation="elu")(x)
    outputs = layers.Conv2D(1, 3, padding="same", activation="sigmoid")(x)
    model = keras.Model(inputs, outputs)
    model.compile("adam", "binary_crossentropy")
    return model


def build_contractive():
    inputs = keras.Input((784,))
    codes = layers.Dense(64, activation="sigmoid", kernel_regularizer=keras.regularizers.L2(1e-3))(inputs)
    model = keras.Model(inputs, layers.Dense(784, activation="sigmoid")(codes))
    model.compile("adam", "binary_crossentropy")
    return model


def train_denoising(x_train):
    clean = np.expand_dims(x_train / np.float32(255), -1)
    noisy = clean + 0.4 * np.random.normal(size=clean.shape)
    model = build_denoising()
    model.fit(np.clip(noisy, 0, 1), clean, epochs=12, batch_size=32, validation_split=0.1, verbose=0)
    return model


def train_contractive(x_train):
    x = x_train.reshape(-1, 784).astype(np.float32) / 255
    model = build_contractive()
    model.fit(x, x, epochs=15, batch_size=32, verbose=0)
    return model


def train_zeros(x_train, y_train):
    x = np.expand_dims(x_train[y_train == 0] / 255.0, -1)
    inputs = keras.Input((28, 28, 1))
    codes = layers.Dense(8, activation="relu")(layers.Flatten()(inputs))
    outputs = layers.Reshape((28, 28, 1))(layers.Dense(784, activation="sigmoid")(codes))
    model = keras.Model(inputs, outputs)
    model.compile("adam", "mse")
    model.fit(x, x, epochs=40, batch_size=8, verbose=0)
    return model


def reconstruction_errors(images, reconstructions):
    errors = []
    for image, back in zip(images, reconstructions):
        difference = image.astype(np.float64) - back.astype(np.float64)
        errors.append(np.mean(difference * difference))
    return errors


def nearest(codes, code, count):
    distances = [(float(np.sum((other - code) ** 2)), index) for index, other in enumerate(codes)]
    return [index for _, index in sorted(distances)][:count]


ANSWERS = {
    "first_convolution_parameters": 320,
    "code_numbers": 1568,
    "upsampling_parameters": 0,
    "targets_are_noisy": False,
    "psnr_of_a_hundredth": 20.0,
    "anomalies_have_larger_errors": True,
    "what_they_learn": "The noise keeps it from copying, and the penalty the other one. Anomalies come back badly, "
    "since only normal images were trained with: a threshold on the error. Codes say what is on an image, not where.",
}
