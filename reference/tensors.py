"""Tensors: rank, shape and size, indexing, reshaping and broadcasting.

The *rank* is the number of axes, not of parameters or elements. NumPy's arrays, TensorFlow's tensors and
nested lists come in; arrays come out, which share no memory with what came in.

Types:
    - What only reshapes keeps the type.
    - Arithmetic is in int64 for integers and booleans, so that uint8 photographs do not wrap; otherwise in
      the widest float (or complex) type of the two, which integers beside it take too. A number of
      Python's own does not widen: float32 times 0.5 stays float32.
"""

from typing import Any, TypedDict

import numpy as np
from numpy.typing import ArrayLike

from reference.arrays import Array, computing_type, numbers

NUMERIC = "biufc"


class Description(TypedDict):
    """What :func:`describe` tells of a tensor."""

    rank: int
    shape: tuple[int, ...]
    size: int


def describe(tensor: ArrayLike) -> Description:
    """Return a tensor's rank, shape and size.

    Args:
        tensor: Any shape, () and empty ones included, of any type.

    Returns:
        ``rank``, the number of axes; ``shape``, the length of each; ``size``, the number of elements,
        which is the product of the lengths, and 1 where there are no axes.

    Source: the terms as in TensorFlow's guide, "Introduction to tensors".

    >>> describe(np.zeros((3, 2, 4, 5)))
    {'rank': 4, 'shape': (3, 2, 4, 5), 'size': 120}
    >>> describe(4)
    {'rank': 0, 'shape': (), 'size': 1}
    """
    array = np.asarray(tensor)
    return {"rank": array.ndim, "shape": array.shape, "size": array.size}


def first_second_last(vector: ArrayLike) -> tuple[Any, Any, Any]:
    """Return a vector's first, second and last value; of two values the second is the last as well.

    Args:
        vector: Shape (n,), n at least 2, of any type.

    Returns:
        Three values of the vector's type.

    Raises:
        ValueError: If it is no vector, or shorter.

    Source: indices count from 0, and from the end with -1 for the last.

    >>> print(*first_second_last([0, 1, 1, 2, 3, 5, 8, 13, 21, 34]))
    0 1 34
    """
    array = np.asarray(vector)
    if array.ndim != 1 or len(array) < 2:
        raise ValueError(f"vector: expected shape (n,) with n at least 2, received shape {array.shape}")
    return array[0], array[1], array[-1]


def to_row(tensor: ArrayLike) -> Array:
    """Return all elements as one row, the last axis varying fastest.

    Args:
        tensor: Any shape, of any type.

    Returns:
        Shape (1, n), for n elements; the type is kept.

    Source: the row-major order of ``numpy.reshape`` and ``tf.reshape``.

    >>> to_row([[1], [2], [3]])
    array([[1, 2, 3]])
    """
    array = np.asarray(tensor)
    return array.reshape(1, array.size).copy()


def scale(tensor: ArrayLike, factor: ArrayLike) -> Array:
    """Return a tensor times a factor, which is broadcast to the tensor's shape.

    Args:
        tensor: Any shape with an element, bool, int, float or complex.
        factor: A number, or a shape that broadcasts to the tensor's: each of its axes, counted from the
            last, is as long as the tensor's or 1.

    Returns:
        The tensor's shape; for the type see the module.

    Raises:
        ValueError: If the factor does not broadcast to the tensor's shape, or either is no number.

    Source: NumPy's user guide, "Broadcasting"; TensorFlow's rule is the same.

    >>> scale([1, 2, 3], 2), scale([1, 2, 3], [2, 2, 2])
    (array([2, 4, 6]), array([2, 4, 6]))
    """
    array = numbers("tensor", tensor, kinds=NUMERIC)
    factors = numbers("factor", factor, kinds=NUMERIC)
    try:
        np.broadcast_to(factors, array.shape)
    except ValueError:
        expected = f"expected a shape that broadcasts to {array.shape}"
        raise ValueError(f"factor: {expected}, received shape {factors.shape}") from None
    dtype = computing_type(array, factor if isinstance(factor, int | float | complex) else factors)
    result: Array = np.multiply(array, factors, dtype=dtype, casting="unsafe")
    return result


def add_bias(images: ArrayLike, biases: ArrayLike) -> Array:
    """Return the images with each channel's bias added, at every pixel.

    Args:
        images: Shape (N, H, W, C), bool, int, float or complex.
        biases: Shape (C,).

    Returns:
        Shape (N, H, W, C); for the type see the module.

    Raises:
        ValueError: If a shape is another one, or either holds no numbers.

    Source: ``tf.nn.bias_add``.

    >>> add_bias(np.zeros((1, 1, 2, 2), int), [10, 20])
    array([[[[10, 20],
             [10, 20]]]])
    """
    images = numbers("images", images, 4, kinds=NUMERIC)
    biases = numbers("biases", biases, kinds=NUMERIC)
    if biases.shape != images.shape[3:]:
        expected = f"expected shape {images.shape[3:]} for images of shape {images.shape}"
        raise ValueError(f"biases: {expected}, received shape {biases.shape}")
    result: Array = np.add(images, biases, dtype=computing_type(images, biases), casting="unsafe")
    return result


def to_batch(image: ArrayLike) -> Array:
    """Return one image as a batch of one, channels last.

    Args:
        image: Shape (H, W), which gets one channel, or (H, W, C), of any type.

    Returns:
        Shape (1, H, W, 1) or (1, H, W, C); the type is kept.

    Raises:
        ValueError: If there are neither two nor three axes.

    Source: the shape (batch, height, width, channels) that ``tf.keras.layers.Conv2D`` takes.

    >>> to_batch(np.zeros((28, 28))).shape, to_batch(np.zeros((32, 32, 3))).shape
    ((1, 28, 28, 1), (1, 32, 32, 3))
    """
    array = np.asarray(image)
    if array.ndim not in (2, 3):
        raise ValueError(f"image: expected shape (H, W) or (H, W, C), received shape {array.shape}")
    channels = array[..., None] if array.ndim == 2 else array
    return channels[None].copy()
