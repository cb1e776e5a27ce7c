"""Pooling: one value for each window of an image, channel by channel.

The functions named ``..._layer`` take a batch (N, H, W, C), the others one image (H, W). There is no
padding: what is left over below and to the right, where no whole window fits, is dropped. None of the
arrays is changed. The gradients are in ``pooling_gradients``.

Types:
    - Maximum: that of the images.
    - Average and L2: float64 for integers and booleans, so that uint8 photographs do not wrap; otherwise
      that of the images, where float16 is summed in float32.
    - Complex numbers, which have no maximum, are refused. A window that holds a NaN gives NaN.
"""

import functools

import numpy as np
import numpy.typing as npt

from reference.arrays import Array, float_type, numbers, summing_type, taps
from reference.shapes import PerAxis, pair


def max_pool2d(image: npt.ArrayLike, pool_size: PerAxis = 2, stride: PerAxis | None = None) -> Array:
    """Return the largest element of each window.

    Args:
        image: Shape (H, W), bool, int or float.
        pool_size: The window, an integer or (height, width).
        stride: How far it moves, both ways or (down, right); without it, the pool size.

    Returns:
        Shape (H', W'), each from ``shapes.conv_output_size``; for the type see the module.

    Raises:
        ValueError: If the rank is wrong, the window does not fit, or a number is out of its range.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, section 9.3.

    >>> max_pool2d([[1, 4, 2, 11], [6, 13, 8, 3], [10, 0, 17, 7], [9, 2, 3, 5]])
    array([[13, 11],
           [10, 17]])
    """
    return _max(_as_batch(image), pool_size, stride)[0, :, :, 0]


def average_pool2d(image: npt.ArrayLike, pool_size: PerAxis = 2, stride: PerAxis | None = None) -> Array:
    """Return the mean of each window.

    Args, Returns, Raises, Source: As in :func:`max_pool2d`.

    >>> average_pool2d([[1, 4, 2, 11], [6, 13, 8, 3], [10, 0, 17, 7], [9, 2, 3, 5]])
    array([[6.  , 6.  ],
           [5.25, 8.  ]])
    """
    return _average(_as_batch(image), pool_size, stride)[0, :, :, 0]


def l2_pool2d(image: npt.ArrayLike, pool_size: PerAxis = 2, stride: PerAxis | None = None) -> Array:
    """Return the L2 norm of each window: the square root of the sum, not of the mean, of the squares.

    Args, Returns, Raises, Source: As in :func:`max_pool2d`.

    >>> l2_pool2d([[3, 0, 1, 1], [0, 4, 1, 1]])
    array([[5., 2.]])
    """
    return _l2(_as_batch(image), pool_size, stride)[0, :, :, 0]


def max_pool2d_layer(images: npt.ArrayLike, pool_size: PerAxis = 2, stride: PerAxis | None = None) -> Array:
    """Return the largest element of each window, in every image and channel.

    Args:
        images: Shape (N, H, W, C), bool, int or float.
        pool_size, stride: As in :func:`max_pool2d`.

    Returns:
        Shape (N, H', W', C), each from ``shapes.conv_output_size``; for the type see the module.

    Raises, Source: As in :func:`max_pool2d`.

    >>> max_pool2d_layer(np.ones((5, 7, 7, 3)), 3, 2).shape
    (5, 3, 3, 3)
    """
    return _max(numbers("images", images, 4), pool_size, stride)


def average_pool2d_layer(
    images: npt.ArrayLike, pool_size: PerAxis = 2, stride: PerAxis | None = None
) -> Array:
    """Return the mean of each window, in every image and channel.

    Args, Returns, Raises, Source: As in :func:`max_pool2d_layer`.

    >>> average_pool2d_layer(np.ones((5, 6, 4, 3))).shape
    (5, 3, 2, 3)
    """
    return _average(numbers("images", images, 4), pool_size, stride)


def l2_pool2d_layer(images: npt.ArrayLike, pool_size: PerAxis = 2, stride: PerAxis | None = None) -> Array:
    """Return the L2 norm of each window, in every image and channel.

    Args, Returns, Raises, Source: As in :func:`max_pool2d_layer`.

    >>> l2_pool2d_layer(np.ones((1, 2, 2, 3)))
    array([[[[2., 2., 2.]]]])
    """
    return _l2(numbers("images", images, 4), pool_size, stride)


def global_max_pool(images: npt.ArrayLike) -> Array:
    """Return the largest element of every feature map.

    Args:
        images: Shape (N, H, W, C), bool, int or float.

    Returns:
        Shape (N, C); for the type see the module.

    Raises:
        ValueError: If the rank is wrong, or there is no element.

    Source: Lin, Chen and Yan, "Network in network", 2014, with the maximum in place of the mean.

    >>> global_max_pool([[[[1, 5], [2, 4]]]])
    array([[2, 5]])
    """
    result: Array = numbers("images", images, 4).max(axis=(1, 2))
    return result


def global_average_pool(images: npt.ArrayLike) -> Array:
    """Return the mean of every feature map.

    Args, Returns, Raises: As in :func:`global_max_pool`.

    Source: Lin, Chen and Yan, "Network in network", 2014, section 3.2.

    >>> global_average_pool([[[[1, 5], [2, 4]]]])
    array([[1.5, 4.5]])
    """
    images = numbers("images", images, 4)
    result: Array = images.mean(axis=(1, 2), dtype=summing_type(images)).astype(float_type(images))
    return result


def pool_steps(
    images: Array, pool_size: PerAxis, stride: PerAxis | None
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the window's height and width and its strides, once it is clear that it fits.

    Args:
        images: Shape (N, H, W, C).
        pool_size, stride: As in :func:`max_pool2d`.

    Returns:
        ``(height, width), (down, right)``.

    Raises:
        ValueError: If the window does not fit, or a number is out of its range.

    >>> pool_steps(np.ones((1, 5, 6, 1)), (2, 3), None)
    ((2, 3), (2, 3))
    """
    sizes = pair("pool_size", pool_size)
    height, width = images.shape[1:3]
    if sizes[0] > height or sizes[1] > width:
        raise ValueError(
            f"pool_size={pool_size} does not fit into an image of height {height} and width {width}"
        )
    return sizes, sizes if stride is None else pair("stride", stride)


def _as_batch(image: npt.ArrayLike) -> Array:
    """Return one image as a batch of one, with one channel."""
    return numbers("image", image, 2)[None, :, :, None]


def _max(images: Array, pool_size: PerAxis, stride: PerAxis | None) -> Array:
    first, *others = taps(images, *pool_steps(images, pool_size, stride))
    largest = first.copy()
    for tap in others:
        np.maximum(largest, tap, out=largest)
    return largest


def _average(images: Array, pool_size: PerAxis, stride: PerAxis | None) -> Array:
    elements = taps(images.astype(summing_type(images), copy=False), *pool_steps(images, pool_size, stride))
    result: Array = functools.reduce(np.add, elements) / len(elements)
    return result.astype(float_type(images), copy=False)


def _l2(images: Array, pool_size: PerAxis, stride: PerAxis | None) -> Array:
    elements = taps(images.astype(summing_type(images), copy=False), *pool_steps(images, pool_size, stride))
    norms: Array = np.sqrt(functools.reduce(np.add, map(np.square, elements)))
    return norms.astype(float_type(images), copy=False)
