"""Denoising: autoencoders of images that stay images, and what their errors and codes are good for.

Write the functions below, answer the questions in ANSWERS, and hand in this file under this name. The handout says
what each has to do, and how they are graded.
"""

import keras
import numpy as np
from keras import layers


def build_convolutional():
    """Return a convolutional autoencoder, compiled: 28×28×1 in and out, through a code of at most 200 numbers."""
    raise NotImplementedError("write build_convolutional")


def build_denoising():
    """Return a convolutional autoencoder that is to take noise away, compiled: 28×28×1 in and out."""
    raise NotImplementedError("write build_denoising")


def build_contractive():
    """Return a contractive autoencoder, compiled: 784 in, a code of 64 sigmoid units, 784 out."""
    raise NotImplementedError("write build_contractive")


def train_denoising(x_train):
    """Train the network of `build_denoising` with noise that you add, and return it.

    Args:
        x_train: Images as `keras.datasets.mnist.load_data()` gives them: shape (n, 28, 28), whole numbers from
            0 to 255.

    Returns:
        The trained model.
    """
    raise NotImplementedError("write train_denoising")


def train_contractive(x_train):
    """Train the network of `build_contractive` with the contractive penalty, and return the network itself.

    Args:
        x_train: The same. The network takes them flat, from 0 to 1.

    Returns:
        The trained model, of Keras' own layers.
    """
    raise NotImplementedError("write train_contractive")


def train_zeros(x_train, y_train):
    """Train an autoencoder on the zeros alone, and return it.

    Args:
        x_train: The same.
        y_train: The digit on each image, shape (n,).

    Returns:
        The trained model.
    """
    raise NotImplementedError("write train_zeros")


def reconstruction_errors(images, reconstructions):
    """Return how far each image is from what came back: the mean of the squared differences of its pixels.

    Args:
        images: Images, shape (n, …): flat, with rows and columns, or with channels too; floats or bytes.
        reconstructions: What came back, of the same shape.

    Returns:
        An array of shape (n,).

    Example:
        >>> reconstruction_errors(np.array([[0.0, 1.0]]), np.array([[0.5, 1.0]]))
        array([0.125])
    """
    raise NotImplementedError("write reconstruction_errors")


def nearest(codes, code, count):
    """Return which codes are nearest to one: image search.

    Args:
        codes: One code a row, shape (n, size).
        code: The code to look for, shape (size,).
        count: How many, from 1 to n.

    Returns:
        An array of shape (count,): the indices of the nearest rows by Euclidean distance, the nearest first.

    Example:
        >>> nearest(np.array([[0.0, 0.0], [4.0, 4.0], [3.0, 3.0]]), np.array([3.0, 2.0]), 2)
        array([2, 1])
    """
    raise NotImplementedError("write nearest")


# The questions are in the handout. Write numbers, text, True or False in the place of None.
ANSWERS = {
    "first_convolution_parameters": 320,
    "code_numbers": None,
    "upsampling_parameters": None,
    "targets_are_noisy": None,
    "psnr_of_a_hundredth": None,
    "anomalies_have_larger_errors": None,
    # Written, and read by a person: some sentences.
    "what_they_learn": """
    """,
}

if __name__ == "__main__":
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    # Build and train the networks here, and show noisy images beside what comes back.
