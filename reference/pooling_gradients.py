"""Gradients of pooling: from the gradient at the output, the gradient at the input.

Each function takes what its namesake in ``pooling`` took, and the gradient of the loss by the pooled
output; it returns the gradient of the loss by the input, in the shape of the input. Where windows
overlap their shares add up; what no window reached gets 0. None of the arrays is changed.

Types:
    - Maximum: that of the output's gradient, or int64 for integers and booleans.
    - Average and L2: float64 where both are integers; otherwise the widest float of the two.

Ties: of several largest elements in a window the first in row order gets everything, as with
``tf.nn.max_pool2d`` on a CPU. That holds for global pooling too, where TensorFlow, which takes a plain
``reduce_max`` there, shares among them equally; either is a subgradient.
"""

import functools

import numpy as np
from numpy.typing import ArrayLike

from reference.arrays import Array, computing_type, float_type, numbers, shaped, summing_type, taps
from reference.pooling import pool_steps
from reference.shapes import PerAxis, conv_output_size


def max_pool2d_gradient(
    image: ArrayLike, output_gradient: ArrayLike, pool_size: PerAxis = 2, stride: PerAxis | None = None
) -> Array:
    """Return the gradient at the input of :func:`reference.pooling.max_pool2d`.

    Args:
        image: Shape (H, W), bool, int or float: what was pooled.
        output_gradient: Shape (H', W'), that of the pooled output.
        pool_size, stride: As they were for the pooling.

    Returns:
        Shape (H, W): each window's gradient at its largest element. For ties and the type see the module.

    Raises:
        ValueError: As in ``max_pool2d``; if the gradient's shape is not that of the output.

    Source: the chain rule; the maximum's derivative is 1 by the element it picks and 0 by the others.

    >>> max_pool2d_gradient([[1, 4, 2, 2], [6, 3, 2, 2]], [[10, 20]])
    array([[ 0,  0, 20,  0],
           [10,  0,  0,  0]])
    """
    images, gradients = _as_batches(image, output_gradient, pool_size, stride)
    return _max_gradient(images, gradients, pool_size, stride)[0, :, :, 0]


def average_pool2d_gradient(
    image: ArrayLike, output_gradient: ArrayLike, pool_size: PerAxis = 2, stride: PerAxis | None = None
) -> Array:
    """Return the gradient at the input of :func:`reference.pooling.average_pool2d`.

    Args, Raises: As in :func:`max_pool2d_gradient`.

    Returns:
        Shape (H, W): each window's gradient in equal shares. For the type see the module.

    Source: the chain rule; the derivative of a mean of n elements by each of them is 1 / n.

    >>> average_pool2d_gradient(np.ones((2, 3)), [[4.0, 8.0]], stride=1)
    array([[1., 3., 2.],
           [1., 3., 2.]])
    """
    images, gradients = _as_batches(image, output_gradient, pool_size, stride)
    return _average_gradient(images, gradients, pool_size, stride)[0, :, :, 0]


def l2_pool2d_gradient(
    image: ArrayLike, output_gradient: ArrayLike, pool_size: PerAxis = 2, stride: PerAxis | None = None
) -> Array:
    """Return the gradient at the input of :func:`reference.pooling.l2_pool2d`.

    Args, Raises: As in :func:`max_pool2d_gradient`.

    Returns:
        Shape (H, W): each window's gradient in proportion to its elements. A window of zeros, where the
        norm has a corner, passes nothing on. For the type see the module.

    Source: the chain rule; the derivative of the norm y = sqrt(sum of x²) by x is x / y.

    >>> l2_pool2d_gradient([[3, 0], [0, 4]], [[10]])
    array([[6., 0.],
           [0., 8.]])
    """
    images, gradients = _as_batches(image, output_gradient, pool_size, stride)
    return _l2_gradient(images, gradients, pool_size, stride)[0, :, :, 0]


def max_pool2d_layer_gradient(
    images: ArrayLike, output_gradient: ArrayLike, pool_size: PerAxis = 2, stride: PerAxis | None = None
) -> Array:
    """Return the gradient at the input of :func:`reference.pooling.max_pool2d_layer`.

    Args:
        images: Shape (N, H, W, C), bool, int or float: what was pooled.
        output_gradient: Shape (N, H', W', C), that of the pooled output.
        pool_size, stride: As they were for the pooling.

    Returns:
        Shape (N, H, W, C), image by image and channel by channel as in :func:`max_pool2d_gradient`.

    Raises, Source: As in :func:`max_pool2d_gradient`.

    >>> max_pool2d_layer_gradient(np.ones((5, 7, 7, 3)), np.ones((5, 3, 3, 3)), 3, 2).shape
    (5, 7, 7, 3)
    """
    images, gradients = _as_layers(images, output_gradient, pool_size, stride)
    return _max_gradient(images, gradients, pool_size, stride)


def average_pool2d_layer_gradient(
    images: ArrayLike, output_gradient: ArrayLike, pool_size: PerAxis = 2, stride: PerAxis | None = None
) -> Array:
    """Return the gradient at the input of :func:`reference.pooling.average_pool2d_layer`.

    Args, Returns, Raises, Source: As in :func:`max_pool2d_layer_gradient`, :func:`average_pool2d_gradient`.

    >>> average_pool2d_layer_gradient(np.ones((1, 1, 2, 1)), [[[[6.0]]]], (1, 2)).ravel()
    array([3., 3.])
    """
    images, gradients = _as_layers(images, output_gradient, pool_size, stride)
    return _average_gradient(images, gradients, pool_size, stride)


def l2_pool2d_layer_gradient(
    images: ArrayLike, output_gradient: ArrayLike, pool_size: PerAxis = 2, stride: PerAxis | None = None
) -> Array:
    """Return the gradient at the input of :func:`reference.pooling.l2_pool2d_layer`.

    Args, Returns, Raises, Source: As in :func:`max_pool2d_layer_gradient` and :func:`l2_pool2d_gradient`.

    >>> l2_pool2d_layer_gradient([[[[3.0], [4.0]]]], [[[[10.0]]]], (1, 2)).ravel()
    array([6., 8.])
    """
    images, gradients = _as_layers(images, output_gradient, pool_size, stride)
    return _l2_gradient(images, gradients, pool_size, stride)


def global_max_pool_gradient(images: ArrayLike, output_gradient: ArrayLike) -> Array:
    """Return the gradient at the input of :func:`reference.pooling.global_max_pool`.

    Args:
        images: Shape (N, H, W, C), bool, int or float: what was pooled.
        output_gradient: Shape (N, C), that of the pooled output.

    Returns:
        Shape (N, H, W, C). For ties and the type see the module.

    Raises, Source: As in :func:`max_pool2d_gradient`, for a window as large as the image.

    >>> global_max_pool_gradient([[[[1], [7]]]], [[3]]).ravel()
    array([0, 3])
    """
    images, gradients = _as_windows(images, output_gradient)
    return _max_gradient(images, gradients, images.shape[1:3], None)


def global_average_pool_gradient(images: ArrayLike, output_gradient: ArrayLike) -> Array:
    """Return the gradient at the input of :func:`reference.pooling.global_average_pool`.

    Args, Returns: As in :func:`global_max_pool_gradient`.

    Raises, Source: As in :func:`average_pool2d_gradient`, for a window as large as the image.

    >>> global_average_pool_gradient([[[[1], [7]]]], [[3]]).ravel()
    array([1.5, 1.5])
    """
    images, gradients = _as_windows(images, output_gradient)
    return _average_gradient(images, gradients, images.shape[1:3], None)


def _as_batches(
    image: ArrayLike, output_gradient: ArrayLike, pool_size: PerAxis, stride: PerAxis | None
) -> tuple[Array, Array]:
    """Return one image and its gradient as batches of one, with one channel."""
    image = numbers("image", image, 2)
    images = image[None, :, :, None]
    shape = _output_sizes(images, pool_size, stride)
    gradient = shaped("output_gradient", output_gradient, shape, of=f"image of shape {image.shape}")
    return images, gradient[None, :, :, None]


def _as_layers(
    images: ArrayLike, output_gradient: ArrayLike, pool_size: PerAxis, stride: PerAxis | None
) -> tuple[Array, Array]:
    """Return the images and the gradient, once it is clear that they belong together."""
    images = numbers("images", images, 4)
    shape = (len(images), *_output_sizes(images, pool_size, stride), images.shape[3])
    return images, shaped("output_gradient", output_gradient, shape, of=f"images of shape {images.shape}")


def _as_windows(images: ArrayLike, output_gradient: ArrayLike) -> tuple[Array, Array]:
    """Return the images, and the gradient of the one window that each of them is."""
    images = numbers("images", images, 4)
    shape = (len(images), images.shape[3])
    gradients = shaped("output_gradient", output_gradient, shape, of=f"images of shape {images.shape}")
    return images, gradients[:, None, None, :]


def _output_sizes(images: Array, pool_size: PerAxis, stride: PerAxis | None) -> tuple[int, int]:
    """Return the height and the width of the pooled output."""
    sizes, strides = pool_steps(images, pool_size, stride)
    height, width = images.shape[1:3]
    return (
        conv_output_size(height, sizes[0], stride=strides[0]),
        conv_output_size(width, sizes[1], stride=strides[1]),
    )


def _max_gradient(images: Array, gradients: Array, pool_size: PerAxis, stride: PerAxis | None) -> Array:
    steps = pool_steps(images, pool_size, stride)
    result = np.zeros(images.shape, computing_type(gradients))
    elements = taps(images, *steps)
    gradients = gradients.astype(result.dtype, copy=False)
    largest = functools.reduce(np.maximum, elements)
    waiting = np.ones(gradients.shape, bool)  # the windows whose largest element has not come yet
    for element, share in zip(elements, taps(result, *steps), strict=True):
        found = waiting & ((element == largest) | np.isnan(element))
        np.add(share, np.where(found, gradients, 0), out=share)
        waiting &= ~found
    return result


def _average_gradient(images: Array, gradients: Array, pool_size: PerAxis, stride: PerAxis | None) -> Array:
    result = np.zeros(images.shape, summing_type(images, gradients))
    shares = taps(result, *pool_steps(images, pool_size, stride))
    for share in shares:
        np.add(share, gradients / len(shares), out=share)
    return result.astype(float_type(images, gradients), copy=False)


def _l2_gradient(images: Array, gradients: Array, pool_size: PerAxis, stride: PerAxis | None) -> Array:
    steps = pool_steps(images, pool_size, stride)
    result = np.zeros(images.shape, summing_type(images, gradients))
    elements = taps(images.astype(result.dtype, copy=False), *steps)
    norms = np.sqrt(functools.reduce(np.add, map(np.square, elements)))
    ratios = np.divide(gradients, norms, out=np.zeros_like(norms), where=norms != 0)
    for element, share in zip(elements, taps(result, *steps), strict=True):
        np.add(share, element * ratios, out=share)
    return result.astype(float_type(images, gradients), copy=False)
