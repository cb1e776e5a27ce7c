"""Autoencoders: networks that give back what they are given, through a code that is smaller.

Write the five functions below, answer the questions in ANSWERS, and hand in this file under this name. The handout
says which layers each network has, and how they are graded.
"""

import keras
from keras import layers


def build_vanilla():
    """Return the autoencoder with one layer to a code of 32 and one back, compiled."""
    raise NotImplementedError("write build_vanilla")


def build_deep():
    """Return the deep autoencoder with a code of 64, compiled."""
    raise NotImplementedError("write build_deep")


def build_sparse():
    """Return the sparse autoencoder, whose code of 1024 pays for each activity, compiled."""
    raise NotImplementedError("write build_sparse")


def build_small():
    """Return an autoencoder of your own with a code of at most 8 numbers, compiled."""
    raise NotImplementedError("write build_small")


def train(model, x_train, epochs):
    """Train one of these networks to give back its images, and return it.

    Args:
        model: What one of the functions above returns, fresh and compiled.
        x_train: Images as `keras.datasets.mnist.load_data()` gives them: shape (n, 28, 28), whole numbers from
            0 to 255. What your network needs beside that, do here.
        epochs: How many epochs to train for.

    Returns:
        The model.
    """
    raise NotImplementedError("write train")


# The questions are in the handout. Write numbers, True or False in the place of None.
ANSWERS = {
    "pixels": 784,
    "vanilla_parameters": None,
    "compression": None,
    "deep_parameters": None,
    "sparse_parameters": None,
    "needs_labels": None,
    # Written, and read by a person: some sentences.
    "better_than_pca": """
    """,
}

if __name__ == "__main__":
    (x_train, _), (x_test, _) = keras.datasets.mnist.load_data()
    # Build and train the networks here, and show some images beside what comes back.
