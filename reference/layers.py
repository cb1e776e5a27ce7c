"""The forward functions that courses have written from scratch: layers, their steps, and simpler kin.

Arrays are channels-last, none is changed. Sizes, strides and paddings are pairs, rows before columns. Types
are those of ``convolution`` and of ``pooling``; complex numbers are refused.
"""

from typing import Literal

import numpy as np
import numpy.typing as npt

from reference import convolution, pooling
from reference.arrays import Array, numbers, shaped
from reference.same_customs import Custom, tensorflow
from reference.shapes import pair

Pair = tuple[int, int]
PairedPadding = Literal["valid", "same"] | Pair
"""No zeros, a custom's, or so many above and below and so many on the left and on the right."""
Pooling = Literal["max", "average"]


def conv_forward(
    images: npt.ArrayLike,
    filters: npt.ArrayLike,
    biases: npt.ArrayLike | None,
    strides: Pair = (1, 1),
    padding: PairedPadding = "valid",
    *,
    same: Custom = tensorflow,
) -> Array:
    """Return the feature maps of a batch of images: one map a filter, over all channels.

    Args:
        images, filters: Shapes (N, H, W, C) and (kh, kw, C, F), bool, int or float.
        biases: Shape (F,), or none.
        strides: How far the filters move, (down, right).
        padding: "valid" (none), "same", or (zeros above and below, zeros left and right).
        same: What "same" means.

    Returns:
        Shape (N, H', W', F), each of H' and W' from ``shapes.conv_output_size``, or the custom's.

    Raises:
        ValueError: If shapes do not fit together, a filter does not fit, or a number is out of its range.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, equation 9.7, without the flip; equation 9.8
        has the strides.

    >>> conv_forward(np.ones((2, 6, 5, 3)), np.ones((3, 2, 3, 4)), np.zeros(4), (2, 1), (1, 0)).shape
    (2, 3, 4, 4)
    """
    images, filters = numbers("images", images, 4), numbers("filters", filters, 4)
    strides = pair("strides", strides)
    if padding == "valid":
        return convolution.conv2d_layer(images, filters, biases, strides)
    if padding != "same":
        above, left = pair("padding", padding, least=0)
        return convolution.conv2d_layer(images, filters, biases, strides, ((above, above), (left, left)))
    rows, columns = (
        same(size, kernel_size, stride)
        for size, kernel_size, stride in zip(images.shape[1:3], filters.shape[:2], strides, strict=True)
    )
    sides = ((rows.before, rows.after), (columns.before, columns.after))
    whole = convolution.conv2d_layer(images, filters, biases, strides, sides)
    return whole[:, : rows.outputs, : columns.outputs]


def convolve_images(
    images: npt.ArrayLike,
    kernel: npt.ArrayLike,
    strides: Pair = (1, 1),
    padding: PairedPadding = "valid",
    *,
    same: Custom = tensorflow,
) -> Array:
    """Return what one kernel makes of each of several grey images.

    Args:
        images, kernel: Shapes (N, H, W) and (kh, kw).
        strides, padding, same: As in :func:`conv_forward`.

    Returns:
        Shape (N, H', W').

    Raises, Source: As in :func:`conv_forward`.

    >>> convolve_images([[[1, 2, 3], [4, 5, 6]]], [[1, 1]])
    array([[[ 3,  5],
            [ 9, 11]]])
    """
    images, kernel = numbers("images", images, 3), numbers("kernel", kernel, 2)
    return convolve_channels(images[..., None], kernel[..., None], strides, padding, same=same)


def convolve_channels(
    images: npt.ArrayLike,
    kernel: npt.ArrayLike,
    strides: Pair = (1, 1),
    padding: PairedPadding = "valid",
    *,
    same: Custom = tensorflow,
) -> Array:
    """Return what one kernel, as deep as the images, makes of each of them.

    Args:
        images, kernel: Shapes (N, H, W, C) and (kh, kw, C).
        strides, padding, same: As in :func:`conv_forward`.

    Returns:
        Shape (N, H', W').

    Raises, Source: As in :func:`conv_forward`.

    >>> convolve_channels(np.ones((1, 2, 3, 3), int), np.ones((2, 2, 3), int))
    array([[[12, 12]]])
    """
    kernel = numbers("kernel", kernel, 3)
    return conv_forward(images, kernel[..., None], None, strides, padding, same=same)[..., 0]


def corr2d_multi_in(image: npt.ArrayLike, kernel: npt.ArrayLike) -> Array:
    """Return what one kernel, as deep as the image, makes of it: the sum over the channels.

    Args:
        image, kernel: Shapes (H, W, C) and (kh, kw, C).

    Returns:
        Shape (H - kh + 1, W - kw + 1).

    Raises, Source: As in :func:`conv_forward`.

    >>> corr2d_multi_in(np.ones((2, 3, 3), int), np.ones((2, 2, 3), int))
    array([[12, 12]])
    """
    result: Array = convolve_channels(numbers("image", image, 3)[None], kernel)[0]
    return result


def corr2d_multi(image: npt.ArrayLike, filters: npt.ArrayLike) -> Array:
    """Return the feature maps of one image.

    Args:
        image, filters: Shapes (H, W, C) and (kh, kw, C, F).

    Returns:
        Shape (H - kh + 1, W - kw + 1, F).

    Raises, Source: As in :func:`conv_forward`.

    >>> corr2d_multi(np.ones((4, 3, 2)), np.ones((2, 2, 2, 5))).shape
    (3, 2, 5)
    """
    result: Array = conv_forward(numbers("image", image, 3)[None], filters, None)[0]
    return result


def conv_single_step(window: npt.ArrayLike, weights: npt.ArrayLike, bias: float) -> float:
    """Return one output of a filter: the sum of the products, plus the bias.

    Args:
        window, weights: Shape (kh, kw, C) each.
        bias: One number.

    Returns:
        A float.

    Raises:
        ValueError: If the shapes differ.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, equation 9.7 at one position.

    >>> conv_single_step([[[1, 2], [3, 4]]], [[[1, 0], [0, -1]]], 0.5)
    -2.5
    """
    window = numbers("window", window, 3)
    weights = shaped("weights", weights, window.shape, of="the window")
    return float(corr2d_multi_in(window, weights)[0, 0] + bias)


def zero_pad(images: npt.ArrayLike, padding: int) -> Array:
    """Return images with a border of zeros around rows and columns; batch and channels stay.

    Args:
        images: Shape (N, H, W, C), bool, int or float.
        padding: The zeros on each of the four sides.

    Returns:
        Shape (N, H + 2 * padding, W + 2 * padding, C), of the images' type.

    Raises:
        ValueError: If the rank is wrong, or the padding is negative.

    >>> zero_pad(np.ones((2, 3, 4, 5)), 2).shape
    (2, 7, 8, 5)
    """
    rows, columns = pair("padding", padding, least=0)
    return np.pad(numbers("images", images, 4), ((0, 0), (rows, rows), (columns, columns), (0, 0)))


def pool_forward(images: npt.ArrayLike, pool_size: Pair, strides: Pair, mode: Pooling = "max") -> Array:
    """Return the largest element or the mean of each window, in every image and channel.

    Args:
        images: Shape (N, H, W, C), bool, int or float.
        pool_size: The window's height and width.
        strides: How far it moves, (down, right).
        mode: "max" or "average".

    Returns:
        Shape (N, H', W', C), each of H' and W' from ``shapes.conv_output_size``.

    Raises:
        ValueError: If the rank is wrong, the window does not fit, or an argument is out of its range.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, section 9.3.

    >>> pool_forward(np.ones((2, 7, 6, 3)), (3, 2), (2, 2)).shape
    (2, 3, 3, 3)
    """
    if mode == "max":
        return pooling.max_pool2d_layer(images, pool_size, strides)
    if mode == "average":
        return pooling.average_pool2d_layer(images, pool_size, strides)
    raise ValueError(f'mode: expected "max" or "average"; received mode={mode!r}')


def pool_image(image: npt.ArrayLike, pool_size: Pair, mode: Pooling = "max") -> Array:
    """Return the largest element or the mean of every window of an image: the window moves by one.

    Args:
        image: Shape (H, W), bool, int or float.
        pool_size, mode: As in :func:`pool_forward`.

    Returns:
        Shape (H - ph + 1, W - pw + 1).

    Raises, Source: As in :func:`pool_forward`.

    >>> pool_image([[1, 4, 2], [6, 13, 8]], (2, 2))
    array([[13, 13]])
    """
    image = numbers("image", image, 2)
    return pool_forward(image[None, :, :, None], pool_size, (1, 1), mode)[0, :, :, 0]
