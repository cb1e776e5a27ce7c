"""Tensors: rank, shape and size, indexing, reshaping and broadcasting.

Write the six functions below, answer the questions in ANSWERS, and hand in this file under this name. Every
function gets arrays of NumPy and tensors of TensorFlow. The handout says what each one has to do, with
worked examples.
"""


def describe(tensor):
    """Return a tensor's rank, shape and size.

    Args:
        tensor: An array or a TensorFlow tensor of any shape, ``()`` included.

    Returns:
        A dictionary with the keys ``"rank"``, ``"shape"`` and ``"size"``.

    Example:
        >>> describe(np.zeros((2, 3)))
        {'rank': 2, 'shape': (2, 3), 'size': 6}
    """
    raise NotImplementedError("write describe")


def first_second_last(vector):
    """Return the first, the second and the last value.

    Args:
        vector: An array or a TensorFlow tensor of shape ``(n,)``, where n is at least 2.

    Returns:
        A tuple of three values.

    Example:
        >>> first_second_last(np.array([5, 6, 7, 8]))
        (5, 6, 8)
    """
    raise NotImplementedError("write first_second_last")


def to_row(tensor):
    """Return all elements as one row, the last axis varying fastest.

    Args:
        tensor: An array or a TensorFlow tensor of any shape.

    Returns:
        An array or a tensor of shape ``(1, n)``.

    Example:
        >>> to_row(np.array([[1], [2], [3]]))
        array([[1, 2, 3]])
    """
    raise NotImplementedError("write to_row")


def scale(tensor, factor):
    """Return the tensor times the factor, which is broadcast to the tensor's shape.

    Args:
        tensor: An array or a TensorFlow tensor, also of uint8.
        factor: A number, or an array or a tensor of a shape that broadcasts to that of ``tensor``.

    Returns:
        An array or a tensor of the shape of ``tensor``.

    Example:
        >>> scale(np.array([1, 2, 3]), 2)
        array([2, 4, 6])
    """
    raise NotImplementedError("write scale")


def add_bias(images, biases):
    """Return the images with each channel's bias added, at every pixel.

    Args:
        images: An array or a TensorFlow tensor of shape ``(N, H, W, C)``.
        biases: The same of shape ``(C,)``.

    Returns:
        An array or a tensor of shape ``(N, H, W, C)``.

    Example:
        >>> add_bias(np.zeros((1, 1, 2, 2), int), np.array([10, 20]))
        array([[[[10, 20],
                 [10, 20]]]])
    """
    raise NotImplementedError("write add_bias")


def to_batch(image):
    """Return one image as a batch of one.

    Args:
        image: An array or a TensorFlow tensor of shape ``(H, W)`` or ``(H, W, C)``.

    Returns:
        An array or a tensor of shape ``(1, H, W, 1)`` or ``(1, H, W, C)``.

    Example:
        >>> to_batch(np.zeros((28, 28))).shape
        (1, 28, 28, 1)
    """
    raise NotImplementedError("write to_batch")


# The questions are in the handout. Write numbers, tuples, True or False in the place of None.
ANSWERS = {
    "scalar_rank": 0,
    "vector_rank": None,
    "matrix_rank": None,
    "matrix_size": None,
    "order_3_rank": None,
    "order_3_size": None,
    "mnist_rank": None,
    "mnist_size": None,
    "mnist_image_shape": None,
    "broadcast_shape": None,
    "tensors_can_be_changed": None,
}
