"""Classifiers of handwritten digits, MNIST: 28×28 grey images."""

from collections.abc import Sequence

import keras
from keras import layers

INPUT_SHAPE = (28, 28, 1)


def mnist_batch_normalised(
    *,
    input_shape: tuple[int, int, int] = INPUT_SHAPE,
    filters: Sequence[int] = (32, 64),
    units: int = 512,
    rate: float = 0.2,
    classes: int = 10,
) -> keras.Sequential:
    """Return blocks of two convolutions, each with batch normalisation before its ReLU, and a pooling.

    Of the parameters 1,408 are running means and variances, which are not trained.

    Input: (N, 28, 28, 1), greys from 0 to 1.
    Output: (N, 10), probabilities, by a softmax that is a layer of its own.
    Loss: ``CategoricalCrossentropy()`` with one-hot targets, or the sparse one with integer labels.
    Source: the course's deck on CNNs; batch normalisation before the activation as in Ioffe and Szegedy
        (2015).

    >>> mnist_batch_normalised().count_params()
    597738
    """
    model = keras.Sequential([keras.Input(input_shape, name="images")], name="mnist_batch_normalised")
    for number, width in enumerate(filters, 1):
        for letter in "ab":
            model.add(layers.Conv2D(width, 3, name=f"conv_{number}{letter}"))
            model.add(layers.BatchNormalization(name=f"normalise_{number}{letter}"))
            model.add(layers.Activation("relu", name=f"relu_{number}{letter}"))
        model.add(layers.MaxPooling2D(name=f"pool_{number}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(units, name="hidden"))
    model.add(layers.BatchNormalization(name="normalise_hidden"))
    model.add(layers.Activation("relu", name="relu_hidden"))
    model.add(layers.Dropout(rate, name="dropout"))
    model.add(layers.Dense(classes, name="logits"))
    model.add(layers.Activation("softmax", name="probabilities"))
    return model


def mnist_low_level(
    *,
    input_shape: tuple[int, int, int] = INPUT_SHAPE,
    filters: Sequence[int] = (32, 64),
    kernel_size: int = 5,
    units: int = 1024,
    rate: float = 0.5,
    classes: int = 10,
) -> keras.Sequential:
    """Return what used to be written with TensorFlow's operations: 5×5 convolutions that keep the size.

    Input: (N, 28, 28, 1), greys from 0 to 1.
    Output: (N, 10), logits.
    Loss: ``CategoricalCrossentropy(from_logits=True)`` with one-hot targets, or the sparse one with labels.
    Source: the TensorFlow 1 tutorial "Deep MNIST for Experts".

    >>> mnist_low_level().count_params()
    3274634
    """
    model = keras.Sequential([keras.Input(input_shape, name="images")], name="mnist_low_level")
    for number, width in enumerate(filters, 1):
        model.add(layers.Conv2D(width, kernel_size, padding="same", activation="relu", name=f"conv_{number}"))
        model.add(layers.MaxPooling2D(name=f"pool_{number}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(units, activation="relu", name="hidden"))
    model.add(layers.Dropout(rate, name="dropout"))
    model.add(layers.Dense(classes, name="logits"))
    return model


def zip_code_base(
    *,
    input_shape: tuple[int, int, int] = INPUT_SHAPE,
    filters: Sequence[int] = (32,),
    units: int = 128,
    classes: int = 10,
) -> keras.Sequential:
    """Return the network that the exercise "Zip codes" starts from: convolution, pooling, ReLU, dense.

    The course's table leaves open what follows the dense layers: here a ReLU after the first, without which
    two dense layers are no more than one, and nothing after the last.

    Input: (N, 28, 28, 1), greys from 0 to 1.
    Output: (N, 10), logits.
    Loss: ``SparseCategoricalCrossentropy(from_logits=True)`` with integer labels.
    Source: the course's exercise "Zip codes".

    >>> zip_code_base().count_params()
    693962
    """
    return _zip_code("zip_code_base", input_shape, filters, units, classes)


def zip_code_improved(
    *,
    input_shape: tuple[int, int, int] = INPUT_SHAPE,
    filters: Sequence[int] = (32, 64),
    units: int = 128,
    classes: int = 10,
) -> keras.Sequential:
    """Return :func:`zip_code_base` with a second convolution, pooling and ReLU after the first three.

    Fewer parameters than before: the second pooling leaves a quarter of the positions to the dense layer.

    Input: (N, 28, 28, 1), greys from 0 to 1.
    Output: (N, 10), logits.
    Loss: ``SparseCategoricalCrossentropy(from_logits=True)`` with integer labels.
    Source: the course's exercise "Zip codes".

    >>> zip_code_improved().count_params()
    225034
    """
    return _zip_code("zip_code_improved", input_shape, filters, units, classes)


def _zip_code(
    name: str, input_shape: tuple[int, int, int], filters: Sequence[int], units: int, classes: int
) -> keras.Sequential:
    model = keras.Sequential([keras.Input(input_shape, name="images")], name=name)
    for number, width in enumerate(filters, 1):
        model.add(layers.Conv2D(width, 3, name=f"conv_{number}"))
        model.add(layers.MaxPooling2D(name=f"pool_{number}"))
        model.add(layers.Activation("relu", name=f"relu_{number}"))
    model.add(layers.Flatten(name="flatten"))
    model.add(layers.Dense(units, activation="relu", name="hidden"))
    model.add(layers.Dense(classes, name="logits"))
    return model
