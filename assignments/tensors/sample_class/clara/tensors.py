import math

import numpy as np
import tensorflow as tf


def describe(tensor):
    shape = tuple(tensor.shape)
    return dict(rank=len(shape), shape=list(shape), size=math.prod(shape))


def first_second_last(vector):
    last = len(vector) - 1
    return [vector[i] for i in (0, 1, last)]


def to_row(tensor):
    n = math.prod(tensor.shape)
    return tf.reshape(tensor, [1, n]) if tf.is_tensor(tensor) else np.reshape(tensor, [1, n])


def scale(tensor, factor):
    if tensor.dtype == "uint8":
        tensor = tf.cast(tensor, "float64") if tf.is_tensor(tensor) else tensor.astype("float64")
    return tensor * factor


def add_bias(images, biases):
    return images + biases


def to_batch(image):
    return image[None, :, :, None] if len(image.shape) == 2 else image[None]


ANSWERS = {
    "scalar_rank": 0,
    "vector_rank": 1,
    "matrix_rank": 2,
    "matrix_size": 6,
    "order_3_rank": 3,
    "order_3_size": 16,
    "mnist_rank": 4,
    "mnist_size": 47_040_000,
    "mnist_image_shape": [28, 28, 1],
    "broadcast_shape": (3, 4),
    "tensors_can_be_changed": False,
}
