"""Postcards: a network that says what is on a small picture in colour.

Fill in the parts below, answer the questions in ANSWERS, and hand in this file under this name. The handout says
which layers the network has, and how it is graded.
"""

import keras
from keras import layers

# The pictures and their classes. They are read from a file; look at a few of them before you go on.
(x_train, y_train), (x_test, y_test) = keras.datasets.cifar10.load_data()

# Does x_train need another shape, or another range? Does y_train?

# The network, compiled, as the variable `model`.
model = None

# model.fit(...)

# The questions are in the handout. Write numbers, tuples, True or False in the place of None.
ANSWERS = {
    "picture_shape": (32, 32, 3),
    "largest_value": None,
    "label_shape": None,
    "needs_reshape": None,
    "needs_rescaling": None,
    "first_convolution_parameters": None,
    "second_convolution_parameters": None,
    "flattened": None,
    "example_parameters": None,
    # Written, and read by a person: some sentences.
    "how_it_trained": """
    """,
}
