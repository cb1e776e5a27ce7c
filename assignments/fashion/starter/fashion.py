"""Fashion: a network with dropout that tells garments apart, and two forms of labels.

Write the two functions below, answer the questions in ANSWERS, and hand in this file under this name. The
handout says which layers the network has, and how it is graded.
"""

import keras
from keras import layers


def build_model(labels):
    """Return the network, compiled with the loss that goes with the form of the labels.

    Args:
        labels: The form: ``"integers"``, the number of each image's class; or ``"one_hot"``, a row of ten
            numbers for each image, with a 1 at its class.

    Returns:
        A Keras model: 28×28×1 in, 10 numbers out, one for each class.
    """
    raise NotImplementedError("write build_model")


def train(model, x_train, y_train):
    """Train a network, and return it.

    Args:
        model: What ``build_model("integers")`` returns.
        x_train: Images as `keras.datasets.fashion_mnist.load_data()` gives them: shape (n, 28, 28), whole numbers
            from 0 to 255. What your network needs beside that, do here.
        y_train: The number of each image's class, shape (n,).

    Returns:
        The model.
    """
    raise NotImplementedError("write train")


# The questions are in the handout. Write numbers, lists, True or False in the place of None.
ANSWERS = {
    "first_convolution_parameters": 320,
    "flattened": None,
    "parameters": None,
    "dropout_parameters": None,
    "one_hot_of_3": None,
    "dropout_when_predicting": None,
    # Written, and read by a person: some sentences.
    "labels_and_losses": """
    """,
}

if __name__ == "__main__":
    (x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
    # Build, train and evaluate the network here.
