"""Zip codes: a network that reads handwritten digits, and one more convolution for it.

Write the three functions below, answer the questions in ANSWERS, and hand in this file under this name. The
handout says which layers the two networks have, and how they are graded.
"""

import keras
from keras import layers


def build_base():
    """Return the base network, compiled: convolution, pooling, ReLU, flatten, dense, dense.

    Returns:
        A Keras model: 28×28×1 in, 10 numbers out, one for each digit.
    """
    raise NotImplementedError("write build_base")


def build_improved():
    """Return the base network with a second convolution, pooling and ReLU after the first ones, compiled.

    Returns:
        A Keras model: 28×28×1 in, 10 numbers out, one for each digit.
    """
    raise NotImplementedError("write build_improved")


def train(model, x_train, y_train):
    """Train a network, and return it.

    Args:
        model: One of the two networks above, fresh and compiled.
        x_train: Images as `keras.datasets.mnist.load_data()` gives them: shape (n, 28, 28), whole numbers from
            0 to 255. What your network needs beside that, do here.
        y_train: The digit on each image, shape (n,).

    Returns:
        The model.
    """
    raise NotImplementedError("write train")


# The questions are in the handout. Write whole numbers in the place of None.
ANSWERS = {
    "first_convolution_parameters": 320,
    "base_flattened": None,
    "base_parameters": None,
    "second_convolution_parameters": None,
    "improved_flattened": None,
    "improved_parameters": None,
    # Written, and read by a person: some sentences.
    "does_it_improve": """
    """,
}

if __name__ == "__main__":
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    # Build, train and evaluate both networks here, and look at the time that each takes.
