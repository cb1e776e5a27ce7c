"""A deep belief net as a classifier: a stack of restricted Boltzmann machines, to be fine-tuned."""

from collections.abc import Sequence

import keras
from keras import layers

from reference.boltzmann import RBM


def deep_belief_net(
    *,
    machines: Sequence[RBM] = (),
    pixels: int = 784,
    widths: Sequence[int] = (500, 500, 2000),
    classes: int = 10,
) -> keras.Sequential:
    """Return sigmoid layers with the weights of a stack of machines, and a softmax on top.

    The course leaves the layers open. The choice: the paper's widths. With one width it is the classifier on
    a single restricted Boltzmann machine.

    Args:
        machines: From ``boltzmann.pretrain``, which then say how many pixels and which widths there are;
            without any, the layers begin like any others.
        pixels, widths, classes: The numbers of inputs, of units and of outputs.

    Input: (N, 784), greys from 0 to 1.
    Output: (N, 10), probabilities.
    Loss: ``SparseCategoricalCrossentropy()`` with integer labels, or the other one with one-hot targets.
    Source: Hinton, Osindero and Teh, *A Fast Learning Algorithm for Deep Belief Nets* (2006); fine-tuned by
        backpropagation as in Hinton and Salakhutdinov (2006).

    >>> deep_belief_net().count_params()
    1665010
    """
    if machines:
        pixels, widths = len(machines[0].weights), [rbm.weights.shape[1] for rbm in machines]
    model = keras.Sequential([keras.Input((pixels,), name="images")], name="deep_belief_net")
    for number, width in enumerate(widths, 1):
        model.add(layers.Dense(width, activation="sigmoid", name=f"hidden_{number}"))
    model.add(layers.Dense(classes, activation="softmax", name="probabilities"))
    for layer, rbm in zip(model.layers, machines, strict=False):  # the softmax has none
        layer.set_weights([rbm.weights, rbm.hidden_biases])
    return model
