"""A network of capsules: vectors whose length says whether something is there, routed by agreement."""

from typing import Any

import keras
from keras import layers, ops


def squash(vectors: Any) -> Any:
    """Return vectors of the same direction, of length ``|s|² / (1 + |s|²)``; zeros stay zeros.

    Args:
        vectors: Shape (..., D).

    Returns:
        Shape (..., D), of lengths below 1.

    Source: Sabour, Frosst and Hinton, *Dynamic Routing Between Capsules* (2017), equation 1.
    """
    squares = ops.sum(ops.square(vectors), axis=-1, keepdims=True)
    return vectors * ops.sqrt(squares + keras.config.epsilon()) / (1 + squares)


def margin_loss(targets: Any, lengths: Any) -> Any:
    """Return the loss of capsules: lengths from 0.9 for what is there, to 0.1 for what is not.

    Args:
        targets: Shape (N, K), one-hot (or several ones).
        lengths: Shape (N, K).

    Returns:
        Shape (N,): ``sum of t * max(0, 0.9 - v)² + 0.5 * (1 - t) * max(0, v - 0.1)²``.

    Source: Sabour, Frosst and Hinton (2017), equation 4.
    """
    targets = ops.cast(targets, lengths.dtype)
    there = targets * ops.square(ops.relu(0.9 - lengths))
    absent = (1 - targets) * ops.square(ops.relu(lengths - 0.1))
    return ops.sum(there + 0.5 * absent, axis=-1)


@keras.saving.register_keras_serializable(package="reference")
class Squash(layers.Layer):
    """:func:`squash` as a layer."""

    def call(self, vectors: Any) -> Any:
        return squash(vectors)

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape


@keras.saving.register_keras_serializable(package="reference")
class RoutedCapsules(layers.Layer):
    """Capsules that take what those below predict for them, the more the more it agrees with the rest.

    Input: (N, I, D). Output: (N, capsules, size). Weights: (I, capsules, D, size), no biases.
    Source: Sabour, Frosst and Hinton (2017), procedure 1.
    """

    def __init__(self, capsules: int, size: int, routings: int = 3, **options: Any) -> None:
        super().__init__(**options)
        self.capsules = capsules
        self.size = size
        self.routings = routings

    def build(self, input_shape: Any) -> None:
        _, below, length = input_shape
        shape = (below, self.capsules, length, self.size)
        initial = keras.initializers.RandomNormal(stddev=0.05)
        self.kernel = self.add_weight(shape=shape, initializer=initial, name="kernel")

    def call(self, vectors: Any) -> Any:
        predictions = ops.einsum("nid,icds->nics", vectors, self.kernel)
        agreement = ops.zeros_like(predictions[..., 0])  # (N, I, capsules): logits of where each one goes
        for _ in range(self.routings - 1):
            outputs = self._combined(agreement, predictions)
            agreement = agreement + ops.einsum("nics,ncs->nic", predictions, outputs)
        return self._combined(agreement, predictions)

    def _combined(self, agreement: Any, predictions: Any) -> Any:
        return squash(ops.einsum("nic,nics->ncs", ops.softmax(agreement, axis=-1), predictions))

    def compute_output_shape(self, input_shape: Any) -> Any:
        return (input_shape[0], self.capsules, self.size)

    def get_config(self) -> dict[str, Any]:
        own = {"capsules": self.capsules, "size": self.size, "routings": self.routings}
        config: dict[str, Any] = super().get_config()
        return config | own


@keras.saving.register_keras_serializable(package="reference")
class Length(layers.Layer):
    """The length of each vector: (N, K, D) to (N, K)."""

    def call(self, vectors: Any) -> Any:
        return ops.sqrt(ops.sum(ops.square(vectors), axis=-1) + keras.config.epsilon())

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape[:-1]


def capsule_net(
    *,
    input_shape: tuple[int, int, int] = (28, 28, 1),
    filters: int = 256,
    primary_size: int = 8,
    size: int = 16,
    routings: int = 3,
    classes: int = 10,
) -> keras.Sequential:
    """Return a classifier whose classes are capsules.

    The course leaves the layers open. The choice: the paper's, without the decoder that it trains along.

    Input: (N, 28, 28, 1), greys from 0 to 1.
    Output: (N, 10), the capsules' lengths, from 0 to below 1; they do not sum to 1.
    Loss: :func:`margin_loss` with one-hot targets.
    Source: Sabour, Frosst and Hinton, *Dynamic Routing Between Capsules* (2017), section 4.

    >>> capsule_net().count_params()
    6804224
    """
    return keras.Sequential(
        [
            keras.Input(input_shape, name="images"),
            layers.Conv2D(filters, 9, activation="relu", name="conv"),
            layers.Conv2D(filters, 9, strides=2, name="primary_conv"),
            layers.Reshape((-1, primary_size), name="primary_vectors"),
            Squash(name="primary_capsules"),
            RoutedCapsules(classes, size, routings, name="class_capsules"),
            Length(name="lengths"),
        ],
        name="capsule_net",
    )
