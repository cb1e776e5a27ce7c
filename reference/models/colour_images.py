"""Classifiers of colour images. Probabilities and logits are told apart in each docstring."""

from collections.abc import Sequence

import keras
from keras import layers


def image_classifier(
    *,
    input_shape: tuple[int, int, int] = (180, 180, 3),
    filters: Sequence[int] = (16, 32, 64),
    units: int = 128,
    classes: int = 5,
) -> keras.Sequential:
    """Return three blocks of convolution and pooling, with the rescaling as the first layer.

    Input: (N, 180, 180, 3), colours from 0 to 255.
    Output: (N, 5), logits.
    Loss: ``SparseCategoricalCrossentropy(from_logits=True)`` with integer labels.
    Source: the TensorFlow tutorial "Image classification" (flowers).

    >>> image_classifier().count_params()
    3989285
    """
    model = keras.Sequential([keras.Input(input_shape, name="images")], name="image_classifier")
    model.add(layers.Rescaling(1 / 255, name="rescaling"))
    for number, width in enumerate(filters, 1):
        model.add(layers.Conv2D(width, 3, padding="same", activation="relu", name=f"conv_{number}"))
        model.add(layers.MaxPooling2D(name=f"pool_{number}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(units, activation="relu", name="hidden"))
    model.add(layers.Dense(classes, name="logits"))
    return model


def cifar10_cnn(
    *,
    input_shape: tuple[int, int, int] = (32, 32, 3),
    filters: Sequence[int] = (32, 64, 64),
    units: int = 64,
    classes: int = 10,
) -> keras.Sequential:
    """Return three convolutions with pooling between them, and two dense layers.

    Input: (N, 32, 32, 3), colours from 0 to 1.
    Output: (N, 10), logits.
    Loss: ``SparseCategoricalCrossentropy(from_logits=True)`` with integer labels.
    Source: the TensorFlow tutorial "Convolutional Neural Network (CNN)".

    >>> cifar10_cnn().count_params()
    122570
    """
    model = keras.Sequential([keras.Input(input_shape, name="images")], name="cifar10_cnn")
    for number, width in enumerate(filters, 1):
        if number > 1:
            model.add(layers.MaxPooling2D(name=f"pool_{number - 1}"))
        model.add(layers.Conv2D(width, 3, activation="relu", name=f"conv_{number}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(units, activation="relu", name="hidden"))
    model.add(layers.Dense(classes, name="logits"))
    return model


def school_cnn(
    *,
    input_shape: tuple[int, int, int] = (80, 80, 3),
    filters: Sequence[int] = (8, 16),
    units: int = 64,
    classes: int = 4,
) -> keras.Sequential:
    """Return two blocks of convolution and pooling, and two dense layers.

    Input: (N, 80, 80, 3), colours from 0 to 1.
    Output: (N, 4), probabilities.
    Loss: ``CategoricalCrossentropy()`` with one-hot targets, or the sparse one with integer labels.
    Source: the course's notebook for schools.

    >>> school_cnn().count_params()
    333492
    """
    model = keras.Sequential([keras.Input(input_shape, name="images")], name="school_cnn")
    for number, width in enumerate(filters, 1):
        model.add(layers.Conv2D(width, 3, activation="relu", name=f"conv_{number}"))
        model.add(layers.MaxPooling2D(name=f"pool_{number}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(units, activation="relu", name="hidden"))
    model.add(layers.Dense(classes, activation="softmax", name="probabilities"))
    return model


def everyday_augmented(
    *,
    input_shape: tuple[int, int, int] = (80, 80, 3),
    filters: Sequence[int] = (8, 16, 32),
    units: int = 64,
    classes: int = 8,
) -> keras.Sequential:
    """Return three blocks of convolution and pooling behind layers that flip, shift and zoom at random.

    The course leaves the layers open. The choice: those of :func:`school_cnn` and a block more, with the
    augmentation in the network, where a plain one learns its few pictures by heart. In training only, what is
    drawn for the pictures is the same each time.

    Input: (N, 80, 80, 3), colours from 0 to 1.
    Output: (N, 8), probabilities.
    Loss: ``CategoricalCrossentropy()`` with one-hot targets, or the sparse one with integer labels.
    Source: the course's exercise "Overfitting".

    >>> everyday_augmented().count_params()
    137688
    """
    model = keras.Sequential([keras.Input(input_shape, name="images")], name="everyday_augmented")
    model.add(layers.RandomFlip("horizontal", seed=1, name="flip"))
    model.add(layers.RandomTranslation(0.1, 0.1, seed=2, name="shift"))
    model.add(layers.RandomZoom(0.1, seed=3, name="zoom"))
    for number, width in enumerate(filters, 1):
        model.add(layers.Conv2D(width, 3, activation="relu", name=f"conv_{number}"))
        model.add(layers.MaxPooling2D(name=f"pool_{number}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(units, activation="relu", name="hidden"))
    model.add(layers.Dense(classes, activation="softmax", name="probabilities"))
    return model


def postcards(
    *,
    input_shape: tuple[int, int, int] = (32, 32, 3),
    filters: Sequence[tuple[int, int]] = ((32, 32), (64, 64)),
    units: int = 512,
    classes: int = 10,
) -> keras.Sequential:
    """Return two blocks of two convolutions and a pooling each, and two dense layers.

    The first convolution of a block keeps the size ("same"), the second does not. The course leaves widths
    and padding to the student; these are its example's.

    Input: (N, 32, 32, 3), colours from 0 to 1.
    Output: (N, 10), probabilities.
    Loss: ``CategoricalCrossentropy()`` with one-hot targets, or the sparse one with integer labels.
    Source: the course's exercise "Postcards"; the order of layers is Keras's former example ``cifar10_cnn``.

    >>> postcards().count_params()
    1250858
    """
    model = keras.Sequential([keras.Input(input_shape, name="images")], name="postcards")
    for number, (first, second) in enumerate(filters, 1):
        model.add(layers.Conv2D(first, 3, padding="same", activation="relu", name=f"conv_{number}a"))
        model.add(layers.Conv2D(second, 3, activation="relu", name=f"conv_{number}b"))
        model.add(layers.MaxPooling2D(name=f"pool_{number}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(units, activation="relu", name="hidden"))
    model.add(layers.Dense(classes, activation="softmax", name="probabilities"))
    return model
