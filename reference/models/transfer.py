"""Transfer learning: a network's convolutions, trained here for one task, kept for another."""

import keras
from keras import layers

from reference.models.colour_images import cifar10_cnn


def transfer_learning(
    *,
    trained: keras.Model | None = None,
    input_shape: tuple[int, int, int] = (80, 80, 3),
    rate: float = 0.2,
    classes: int = 8,
) -> keras.Sequential:
    """Return a new classifier on the convolutions of a trained network, which are frozen.

    The course leaves the layers open. The choice: the convolutions and poolings of a ``cifar10_cnn`` that
    was trained here (nothing is downloaded), for the exercise's eight everyday classes. Filters have no image
    size, so that those from 32×32 images serve for 80×80 ones too; the mean over all positions stands
    in for ``Flatten``, and leaves few weights to train: of 56,840 parameters, 520.

    Args:
        trained: A network from ``cifar10_cnn``, which is not changed; without one, an untrained network.
        input_shape: That of the new images, with the old ones' channels.
        rate: Of the dropout before the last layer.
        classes: How many there are now.

    Input: (N, 80, 80, 3), colours from 0 to 1.
    Output: (N, 8), probabilities.
    Loss: ``CategoricalCrossentropy()`` with one-hot targets, or the sparse one with integer labels.
    Source: Yosinski et al., *How transferable are features in deep neural networks?* (2014), frozen.

    >>> transfer_learning().count_params()
    56840
    """
    source = cifar10_cnn() if trained is None else trained
    kept = [layer for layer in source.layers if isinstance(layer, layers.Conv2D | layers.MaxPooling2D)]
    model = keras.Sequential([keras.Input(input_shape, name="images")], name="transfer_learning")
    for layer in kept:
        model.add(type(layer).from_config(layer.get_config()))
        model.layers[-1].set_weights(layer.get_weights())
        model.layers[-1].trainable = False
    model.add(layers.GlobalAveragePooling2D(name="means"))
    model.add(layers.Dropout(rate, name="dropout"))
    model.add(layers.Dense(classes, activation="softmax", name="probabilities"))
    return model
