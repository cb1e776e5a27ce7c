import numpy as np


def describe(tensor):
    return {"rank": tensor.ndim, "shape": tensor.shape, "size": tensor.size}


def first_second_last(vector):
    return vector[0], vector[1], vector[-1]


def to_row(tensor):
    return tensor.reshape(1, -1)


def scale(tensor, factor):
    return np.asarray(tensor, dtype=float) * np.asarray(factor)


def add_bias(images, biases):
    return np.asarray(images) + np.asarray(biases)


def to_batch(image):
    image = np.asarray(image)
    if image.ndim == 2:
        image = image[:, :, np.newaxis]
    return image[np.newaxis]


ANSWERS = {
    "scalar_rank": 0,
    "vector_rank": 1,
    "matrix_rank": 2,
    "matrix_size": 6,
    "order_3_rank": 3,
    "order_3_size": 16,
    "mnist_rank": 4,
    "mnist_size": 60000 * 28 * 28,
    "mnist_image_shape": (28, 28, 1),
    "broadcast_shape": (3, 4),
    "tensors_can_be_changed": False,
}
