"""Autoencoders as a class of their own, with an encoder and a decoder, each a network."""

from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="reference")
class Autoencoder(keras.Model):
    """A network in two halves: ``encoder`` makes codes of images, ``decoder`` images of codes."""

    def __init__(self, encoder: keras.Model, decoder: keras.Model, **options: Any) -> None:
        super().__init__(**options)
        self.encoder = encoder
        self.decoder = decoder

    def call(self, images: Any) -> Any:
        return self.decoder(self.encoder(images))

    def get_config(self) -> dict[str, Any]:
        halves = {"encoder": self.encoder, "decoder": self.decoder}
        own = {name: keras.saving.serialize_keras_object(half) for name, half in halves.items()}
        return {"name": self.name, "trainable": self.trainable} | own

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "Autoencoder":
        halves = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects)
            for name in ("encoder", "decoder")
        }
        return cls(**(config | halves))


@keras.saving.register_keras_serializable(package="reference")
class ContractiveAutoencoder(Autoencoder):
    """An autoencoder that adds :func:`contractive_penalty`, times a factor, to whichever loss it is given."""

    def __init__(
        self, encoder: keras.Model, decoder: keras.Model, factor: float = 1e-4, **options: Any
    ) -> None:
        super().__init__(encoder, decoder, **options)
        self.factor = factor

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        penalties = contractive_penalty(self.encoder(x), self.encoder.get_layer("code").kernel)
        return loss + self.factor * ops.mean(penalties)

    def get_config(self) -> dict[str, Any]:
        return super().get_config() | {"factor": self.factor}


def contractive_penalty(codes: Any, kernel: Any) -> Any:
    """Return ``penalties.contractive_penalty`` in tensors, for training: shapes (N, units), (inputs, units).

    Returns:
        Shape (N,).

    Source: Rifai et al., *Contractive Auto-Encoders* (2011), equation 4.
    """
    return ops.matmul(ops.square(codes * (1 - codes)), ops.sum(ops.square(kernel), axis=0))


def subclassed_autoencoder(
    *, input_shape: tuple[int, int, int] = (28, 28, 1), code_size: int = 64
) -> Autoencoder:
    """Return an :class:`Autoencoder` of one dense layer to the code and one back.

    The course leaves the layers open. The choice: those of the tutorial, whose images have a channel here.

    Input: (N, 28, 28, 1), greys from 0 to 1.
    Output: (N, 28, 28, 1), numbers from 0 to 1.
    Loss: ``MeanSquaredError()`` with the input as target, or ``BinaryCrossentropy()``.
    Source: the TensorFlow tutorial "Intro to Autoencoders".

    >>> subclassed_autoencoder().count_params()
    101200
    """
    model = Autoencoder(*_halves(input_shape, code_size, "relu"), name="subclassed_autoencoder")
    model.build((None, *input_shape))
    return model


def contractive_autoencoder(
    *, input_shape: tuple[int, int, int] = (28, 28, 1), code_size: int = 64, factor: float = 1e-4
) -> ContractiveAutoencoder:
    """Return an autoencoder of one sigmoid layer, whose codes are kept from following small changes.

    The course leaves the layers open. The choice: the paper's one hidden layer, whose Jacobian has a closed
    form, without its tied weights.

    Input: (N, 28, 28, 1), greys from 0 to 1.
    Output: (N, 28, 28, 1), probabilities, one a pixel.
    Loss: ``BinaryCrossentropy()`` with the input as target, or ``MeanSquaredError()``; the model adds
        :func:`contractive_penalty`, times the factor, by itself.
    Source: Rifai et al., *Contractive Auto-Encoders* (2011).

    >>> contractive_autoencoder().count_params()
    101200
    """
    halves = _halves(input_shape, code_size, "sigmoid")
    model = ContractiveAutoencoder(*halves, factor, name="contractive_autoencoder")
    model.build((None, *input_shape))
    return model


def _halves(
    input_shape: tuple[int, int, int], code_size: int, activation: str
) -> tuple[keras.Sequential, keras.Sequential]:
    height, width, channels = input_shape
    encoder = keras.Sequential(
        [
            keras.Input(input_shape, name="images"),
            layers.Flatten(name="flatten"),
            layers.Dense(code_size, activation=activation, name="code"),
        ],
        name="encoder",
    )
    decoder = keras.Sequential(
        [
            keras.Input((code_size,), name="codes"),
            layers.Dense(height * width * channels, activation="sigmoid", name="pixels"),
            layers.Reshape(input_shape, name="reconstructions"),
        ],
        name="decoder",
    )
    return encoder, decoder
