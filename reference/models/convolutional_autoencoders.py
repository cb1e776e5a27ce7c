"""Autoencoders of images that stay images: 28×28×1 in and out."""

from collections.abc import Sequence

import keras
from keras import layers


def convolutional_autoencoder(
    *, input_shape: tuple[int, int, int] = (28, 28, 1), filters: Sequence[int] = (16, 8, 8)
) -> keras.Sequential:
    """Return three convolutions with pooling down to a code of 4×4×8, and as many with upsampling back.

    The course leaves the layers open. The choice: Chollet's, in which 28 goes to 14, 7 and, rounded up, 4;
    the way back, 8, 16, 14, 28, loses its border of one in a convolution without padding.

    Input: (N, 28, 28, 1), greys from 0 to 1; height and width must go the way of 28 (12 does, 32 does not).
    Output: (N, 28, 28, 1), probabilities, one a pixel.
    Loss: ``BinaryCrossentropy()`` with the input as target, or ``MeanSquaredError()``.
    Source: F. Chollet, "Building Autoencoders in Keras" (2016).

    Raises:
        ValueError: If the output would not have the input's shape.

    >>> convolutional_autoencoder().count_params()
    4385
    """
    model = keras.Sequential([keras.Input(input_shape, name="images")], name="convolutional_autoencoder")
    for number, width in enumerate(filters, 1):
        model.add(_conv(width, f"encoder_{number}"))
        model.add(
            layers.MaxPooling2D(padding="same", name="code" if number == len(filters) else f"pool_{number}")
        )
    for number, width in enumerate(reversed(filters), 1):
        padding = "valid" if number == len(filters) else "same"
        model.add(_conv(width, f"decoder_{number}", padding))
        model.add(layers.UpSampling2D(name=f"upsample_{number}"))
    return _ending_as_it_began(model, input_shape)


def denoising_autoencoder(
    *, input_shape: tuple[int, int, int] = (28, 28, 1), filters: Sequence[int] = (32, 32)
) -> keras.Sequential:
    """Return two convolutions with pooling down to 7×7×32, and two with upsampling back.

    The course leaves the layers open. The choice: Chollet's, whose code is larger than the image, so that it
    is the noise and not a bottleneck that keeps the network from copying.

    Input: (N, 28, 28, 1), greys from 0 to 1 behind ``noise.gaussian_noise`` (Chollet: deviation 0.5) or
        ``noise.masking_noise``; height and width divisible by 4.
    Output: (N, 28, 28, 1), probabilities, one a pixel.
    Loss: ``BinaryCrossentropy()`` with the images *before* the noise as target, or ``MeanSquaredError()``.
    Source: F. Chollet, "Building Autoencoders in Keras" (2016); Vincent et al. (2010).

    Raises:
        ValueError: If the output would not have the input's shape.

    >>> denoising_autoencoder().count_params()
    28353
    """
    model = keras.Sequential([keras.Input(input_shape, name="noisy_images")], name="denoising_autoencoder")
    for number, width in enumerate(filters, 1):
        model.add(_conv(width, f"encoder_{number}"))
        model.add(
            layers.MaxPooling2D(padding="same", name="code" if number == len(filters) else f"pool_{number}")
        )
    for number, width in enumerate(reversed(filters), 1):
        model.add(_conv(width, f"decoder_{number}"))
        model.add(layers.UpSampling2D(name=f"upsample_{number}"))
    return _ending_as_it_began(model, input_shape)


def _conv(filters: int, name: str, padding: str = "same") -> layers.Layer:
    return layers.Conv2D(filters, 3, padding=padding, activation="relu", name=name)


def _ending_as_it_began(model: keras.Sequential, input_shape: tuple[int, int, int]) -> keras.Sequential:
    channels = input_shape[-1]
    model.add(layers.Conv2D(channels, 3, padding="same", activation="sigmoid", name="reconstructions"))
    if model.output_shape[1:] != input_shape:
        raise ValueError(
            f"input_shape: expected one that poolings and upsamplings bring back, received {input_shape}, "
            f"which comes back as {model.output_shape[1:]}"
        )
    return model
