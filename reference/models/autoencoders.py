"""Autoencoders of flat images: 784 numbers, from 28×28 pixels. The code is the layer called "code".

``keras.Model(model.inputs[0], model.get_layer("code").output)`` is the encoder.
"""

from collections.abc import Sequence

import keras
from keras import layers


def autoencoder_32(*, pixels: int = 784, code_size: int = 32) -> keras.Sequential:
    """Return one layer to the code and one back.

    Input: (N, 784), greys from 0 to 1.
    Output: (N, 784), probabilities, one a pixel.
    Loss: ``BinaryCrossentropy()`` with the input as target; or ``MeanSquaredError()``, to compare with PCA.
    Source: F. Chollet, "Building Autoencoders in Keras" (2016).

    >>> autoencoder_32().count_params()
    50992
    """
    return _autoencoder("autoencoder_32", pixels, (), code_size)


def autoencoder_64(*, pixels: int = 784, code_size: int = 64) -> keras.Sequential:
    """Return :func:`autoencoder_32` with a code of 64.

    Input: (N, 784), greys from 0 to 1.
    Output: (N, 784), probabilities, one a pixel.
    Loss: ``MeanSquaredError()`` with the input as target, or ``BinaryCrossentropy()``.
    Source: the TensorFlow tutorial "Intro to Autoencoders".

    >>> autoencoder_64().count_params()
    101200
    """
    return _autoencoder("autoencoder_64", pixels, (), code_size)


def deep_autoencoder(
    *, pixels: int = 784, widths: Sequence[int] = (512, 256, 128), code_size: int = 64
) -> keras.Sequential:
    """Return four layers to the code and four back, each as wide as its counterpart.

    Input: (N, 784), greys from 0 to 1.
    Output: (N, 784), probabilities, one a pixel.
    Loss: ``BinaryCrossentropy()`` with the input as target; or ``MeanSquaredError()``, to compare with PCA.
    Source: the course's deck on autoencoders, after Hinton and Salakhutdinov (2006).

    >>> deep_autoencoder().count_params()
    1149520
    """
    return _autoencoder("deep_autoencoder", pixels, widths, code_size)


def sparse_deep_autoencoder(
    *,
    pixels: int = 784,
    widths: Sequence[int] = (1024, 1024),
    code_size: int = 1024,
    activity_factor: float = 1e-5,
) -> keras.Sequential:
    """Return a deep autoencoder whose code is wider than the image, and pays for each activity.

    Input: (N, 784), greys from 0 to 1.
    Output: (N, 784), probabilities, one a pixel.
    Loss: ``BinaryCrossentropy()`` with the input as target, to which the code's layer adds
        ``penalties.l1_activity_penalty`` by itself.
    Source: the course's deck on autoencoders; the penalty as in Chollet's "Building Autoencoders in Keras".

    >>> sparse_deep_autoencoder().count_params()
    5805840
    """
    return _autoencoder("sparse_deep_autoencoder", pixels, widths, code_size, activity_factor)


def _autoencoder(
    name: str, pixels: int, widths: Sequence[int], code_size: int, activity_factor: float | None = None
) -> keras.Sequential:
    penalty = None if activity_factor is None else keras.regularizers.L1(activity_factor)
    model = keras.Sequential([keras.Input((pixels,), name="images")], name=name)
    for number, width in enumerate(widths, 1):
        model.add(layers.Dense(width, activation="relu", name=f"encoder_{number}"))
    model.add(layers.Dense(code_size, activation="relu", activity_regularizer=penalty, name="code"))
    for number, width in enumerate(reversed(widths), 1):
        model.add(layers.Dense(width, activation="relu", name=f"decoder_{number}"))
    model.add(layers.Dense(pixels, activation="sigmoid", name="reconstructions"))
    return model
