"""A network that turns, scales and moves its input into place before it looks at it."""

from typing import Any

import keras
from keras import layers, ops


@keras.saving.register_keras_serializable(package="reference")
class AffineSampling(layers.Layer):
    """Images sampled on a grid that was moved by an affine map: two inputs, images and six numbers each.

    Rows and columns of the grid run from -1 to 1, between the centres of the outermost pixels. The six
    numbers are added to those of the identity, (1, 0, 0, 0, 1, 0), so that zeros leave the image as it is.
    A sample is interpolated between its four neighbours; outside the image there are zeros.

    Input: (N, H, W, C) and (N, 6). Output: (N, H, W, C).
    Source: Jaderberg et al., *Spatial Transformer Networks* (2015), equations 1 and 5.
    """

    def call(self, images: Any, offsets: Any) -> Any:
        _, height, width, _ = images.shape
        rows, columns = ops.meshgrid(
            ops.linspace(-1.0, 1.0, height), ops.linspace(-1.0, 1.0, width), indexing="ij"
        )
        grid = ops.reshape(ops.stack([columns, rows, ops.ones_like(rows)]), (3, height * width))
        maps = ops.reshape(offsets, (-1, 2, 3)) + ops.eye(2, 3)
        x, y = ops.unstack(
            ops.matmul(maps, grid), 2, axis=1
        )  # (N, H · W) each, from -1 to 1 within the image
        by_row = _tents((y + 1) * (height - 1) / 2, height)
        by_column = _tents((x + 1) * (width - 1) / 2, width)
        lines = ops.einsum("nph,nhwc->npwc", by_row, images)
        return ops.reshape(ops.einsum("npw,npwc->npc", by_column, lines), (-1, *images.shape[1:]))

    def compute_output_shape(self, images_shape: Any, offsets_shape: Any) -> Any:  # noqa: ARG002
        return images_shape


def _tents(positions: Any, length: int) -> Any:
    """Return how much each pixel of an axis counts at each position: ``max(0, 1 - |position - pixel|)``."""
    pixels = ops.cast(ops.arange(length), positions.dtype)
    return ops.relu(1 - ops.abs(positions[..., None] - pixels))


def spatial_transformer_net(
    *,
    input_shape: tuple[int, int, int] = (28, 28, 1),
    filters: tuple[int, int] = (32, 64),
    units: int = 128,
    classes: int = 10,
) -> keras.Model:
    """Return a classifier behind a spatial transformer.

    The course leaves the layers open. The choice: a small localisation network, whose last layer begins with
    zeros, that is with the identity; behind it the sizes of ``zip_code_improved``.

    Input: (N, 28, 28, 1), greys from 0 to 1.
    Output: (N, 10), logits.
    Loss: ``SparseCategoricalCrossentropy(from_logits=True)`` with integer labels.
    Source: Jaderberg et al., *Spatial Transformer Networks* (2015).

    >>> spatial_transformer_net().count_params()
    237946
    """
    images = keras.Input(input_shape, name="images")
    found = images
    for number, width in enumerate((8, 10), 1):
        found = layers.Conv2D(width, 5, activation="relu", name=f"localise_conv_{number}")(found)
        found = layers.MaxPooling2D(name=f"localise_pool_{number}")(found)
    found = layers.Flatten(name="localise_flatten")(found)
    found = layers.Dense(64, activation="relu", name="localise_hidden")(found)
    offsets = layers.Dense(6, kernel_initializer="zeros", name="affine_offsets")(found)
    seen = AffineSampling(name="sampling")(images, offsets)
    for number, width in enumerate(filters, 1):
        seen = layers.Conv2D(width, 3, activation="relu", name=f"conv_{number}")(seen)
        seen = layers.MaxPooling2D(name=f"pool_{number}")(seen)
    seen = layers.Flatten(name="flatten")(seen)
    seen = layers.Dense(units, activation="relu", name="hidden")(seen)
    return keras.Model(images, layers.Dense(classes, name="logits")(seen), name="spatial_transformer_net")
