"""A classifier of garments, Fashion-MNIST: 28×28 grey images."""

from collections.abc import Sequence

import keras
from keras import layers


def fashion_mnist(
    *,
    input_shape: tuple[int, int, int] = (28, 28, 1),
    filters: Sequence[int] = (32, 64),
    units: int = 128,
    rates: tuple[float, float] = (0.25, 0.5),
    classes: int = 10,
) -> keras.Sequential:
    """Return two convolutions, a pooling, and two dense layers, with dropout before and between those.

    Input: (N, 28, 28, 1), greys from 0 to 1.
    Output: (N, 10), probabilities.
    Loss: ``CategoricalCrossentropy()`` with one-hot targets, ``SparseCategoricalCrossentropy()`` with labels.
    Source: the course's notes on CNNs; the layers are those of Keras's former example ``mnist_cnn``.

    >>> fashion_mnist().count_params()
    1199882
    """
    model = keras.Sequential([keras.Input(input_shape, name="images")], name="fashion_mnist")
    for number, width in enumerate(filters, 1):
        model.add(layers.Conv2D(width, 3, activation="relu", name=f"conv_{number}"))
    model.add(layers.MaxPooling2D(name="pool"))
    model.add(layers.Dropout(rates[0], name="dropout_1"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(units, activation="relu", name="hidden"))
    model.add(layers.Dropout(rates[1], name="dropout_2"))
    model.add(layers.Dense(classes, activation="softmax", name="probabilities"))
    return model
