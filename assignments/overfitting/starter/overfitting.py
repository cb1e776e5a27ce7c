"""Overfitting: a network that learns its pictures by heart, and three remedies.

Write the functions below, answer the questions in ANSWERS, and hand in this file under this name. The handout says
what each network must have, and how they are graded.
"""

import keras
import numpy as np
from keras import layers

CLASSES = ("airplane", "car", "cat", "dog", "flower", "fruit", "motorbike", "person")


def build_plain():
    """Return a plain convolutional network, compiled: 80×80×3 in, 8 numbers out. It is to overfit."""
    raise NotImplementedError("write build_plain")


def build_dropout():
    """Return a network with dropout, compiled."""
    raise NotImplementedError("write build_dropout")


def build_augmented():
    """Return a network whose first layers change the pictures at random, compiled."""
    raise NotImplementedError("write build_augmented")


def build_transfer(trained=None):
    """Return a network on the convolutions of a trained one, which are frozen, compiled.

    Args:
        trained: A network that was trained for another task, as on `turned` pictures. Without one, a fresh network
            stands for it.
    """
    raise NotImplementedError("write build_transfer")


def train_best(x_train, y_train):
    """Train the best network that you know of, and return it.

    Args:
        x_train: Pictures, shape (n, 80, 80, 3), whole numbers from 0 to 255.
        y_train: The number of each picture's class, shape (n,).

    Returns:
        The trained model.
    """
    raise NotImplementedError("write train_best")


def turned(pictures):
    """Return each picture four times, turned by quarters, and how many quarters: a task that needs no labels."""
    quarters = np.repeat(np.arange(4), len(pictures))
    return np.concatenate([np.rot90(pictures, turns, axes=(1, 2)) for turns in range(4)]), quarters


# The questions are in the handout. Write a number, text, True or False in the place of None.
ANSWERS = {
    "classes": 8,
    "which_is_overfitting": None,
    "dropout_rate_when_predicting": None,
    "augment_test_pictures": None,
    "frozen_parameters": None,
    "underfitting_needs_pictures": None,
    # Written, and read by a person: some sentences.
    "what_helped": """
    """,
}

if __name__ == "__main__":
    with np.load("everyday.npz") as data:
        x_train, y_train, x_test, y_test = (data[name] for name in ("x_train", "y_train", "x_test", "y_test"))
    # Train the networks here, each with validation data, and look at both curves.
