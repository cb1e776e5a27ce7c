"""Gradients of a convolutional network's convolution: from that at the output, those at the inputs.

Each function takes what its namesake in ``convolution`` took, and the gradient of the loss by the output;
it returns the gradients of the loss by the image, the kernel and the bias, in the shapes of these. The
bias itself is not needed. None of the arrays is changed.

One tap at a time: the tap multiplies a part of the padded image, the same for every output but shifted.
So its weight's gradient is the sum of that part times the output's gradient, and that part's gradient
grows by the output's gradient times the weight.

Types:
    - Integers and booleans are computed in int64.
    - Floats are computed in the widest float type of the three, which integers beside them take too;
      float16 is summed in float32.
    - Complex numbers are refused.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from reference.arrays import Array, computing_type, numbers, shaped, summing_type, taps
from reference.shapes import Padding, PerAxis, Sides, conv_output_size, explicit_padding, pair


class Gradients(NamedTuple):
    """The gradients of a loss by what went into a convolution, in the shapes of what went in."""

    images: Array
    filters: Array
    biases: Array


class _Steps(NamedTuple):
    """How a window moves over an image, once it is clear that it fits."""

    strides: tuple[int, int]
    dilations: tuple[int, int]
    sides: Sides
    output_sizes: tuple[int, ...]


def conv2d_gradients(
    image: ArrayLike,
    kernel: ArrayLike,
    output_gradient: ArrayLike,
    stride: PerAxis = 1,
    padding: Padding = 0,
    *,
    dilation: PerAxis = 1,
) -> Gradients:
    """Return the gradients at the inputs of :func:`reference.convolution.conv2d`.

    Args:
        image, kernel: Shapes (H, W) and (kh, kw), bool, int or float.
        output_gradient: Shape (H', W'), that of the output.
        stride, padding, dilation: As they were for the convolution.

    Returns:
        Shapes (H, W), (kh, kw) and (), in this order; for the type see the module.

    Raises:
        ValueError: As in ``conv2d``; if the gradient's shape is not that of the output.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, equations 9.11 and 9.13.

    >>> image, kernel, bias = conv2d_gradients([[1, 2, 3]], [[10, 20]], [[1, -1]])
    >>> image, kernel, bias
    (array([[ 10,  10, -20]]), array([[-1, -1]]), array(0))
    """
    image, kernel = numbers("image", image, 2), numbers("kernel", kernel, 2)
    steps = _steps(image.shape, kernel.shape, stride, padding, dilation)
    described = f"image of shape {image.shape} and kernel of shape {kernel.shape}"
    gradient = shaped("output_gradient", output_gradient, steps.output_sizes, of=described)
    gradients = _gradients(
        image[None, :, :, None], kernel[:, :, None, None], gradient[None, :, :, None], steps
    )
    return Gradients(
        gradients.images[0, :, :, 0], gradients.filters[:, :, 0, 0], gradients.biases.reshape(())
    )


def conv2d_layer_gradients(
    images: ArrayLike,
    filters: ArrayLike,
    output_gradient: ArrayLike,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    *,
    dilation: PerAxis = 1,
) -> Gradients:
    """Return the gradients at the inputs of :func:`reference.convolution.conv2d_layer`.

    Args:
        images, filters: Shapes (N, H, W, C) and (kh, kw, C, F), bool, int or float.
        output_gradient: Shape (N, H', W', F), that of the output.
        stride, padding, dilation: As they were for the layer.

    Returns:
        Shapes (N, H, W, C), (kh, kw, C, F) and (F,), in this order; for the type see the module.

    Raises:
        ValueError: As in ``conv2d_layer``; if the gradient's shape is not that of the output.

    Source: As in :func:`conv2d_gradients`, summed over the images of the batch.

    >>> gradients = conv2d_layer_gradients(
    ...     np.ones((5, 9, 9, 1)), np.ones((3, 3, 1, 2)), np.ones((5, 7, 7, 2))
    ... )
    >>> [gradient.shape for gradient in gradients]
    [(5, 9, 9, 1), (3, 3, 1, 2), (2,)]
    """
    images, filters = numbers("images", images, 4), numbers("filters", filters, 4)
    if filters.shape[2] != images.shape[3]:
        expected = f"expected shape (kh, kw, {images.shape[3]}, F) for images of shape {images.shape}"
        raise ValueError(f"filters: {expected}, received shape {filters.shape}")
    steps = _steps(images.shape[1:3], filters.shape[:2], stride, padding, dilation)
    shape = (len(images), *steps.output_sizes, filters.shape[3])
    described = f"images of shape {images.shape} and filters of shape {filters.shape}"
    return _gradients(images, filters, shaped("output_gradient", output_gradient, shape, of=described), steps)


def _gradients(images: Array, filters: Array, gradients: Array, steps: _Steps) -> Gradients:
    dtype = computing_type(images, filters, gradients)
    working = dtype if dtype == np.int64 else summing_type(np.empty(0, dtype))
    images, filters, gradients = (array.astype(working, copy=False) for array in (images, filters, gradients))
    padded = np.pad(images, ((0, 0), *steps.sides, (0, 0)))
    by_padded, by_filters = np.zeros_like(padded), np.empty_like(filters)
    kernel_sizes = filters.shape[:2]
    parts = taps(padded, kernel_sizes, steps.strides, steps.dilations)
    by_parts = taps(by_padded, kernel_sizes, steps.strides, steps.dilations)
    channels, features = filters.shape[2:]
    by_outputs = gradients.reshape(-1, features)  # (position, feature), over all images
    for tap, part, by_part in zip(np.ndindex(*kernel_sizes), parts, by_parts, strict=True):
        by_filters[tap] = part.reshape(-1, channels).T @ by_outputs
        np.add(by_part, (by_outputs @ filters[tap].T).reshape(part.shape), out=by_part)
    (top, _), (left, _) = steps.sides
    height, width = images.shape[1:3]
    by_images = by_padded[:, top : top + height, left : left + width]
    by_all = by_images, by_filters, by_outputs.sum(axis=0)
    return Gradients(*(gradient.astype(dtype, copy=False) for gradient in by_all))


def _steps(
    sizes: Sequence[int],
    kernel_sizes: Sequence[int],
    stride: PerAxis,
    padding: Padding,
    dilation: PerAxis,
) -> _Steps:
    strides, dilations = pair("stride", stride), pair("dilation", dilation)
    sides = explicit_padding(padding, sizes, kernel_sizes, strides=strides, dilations=dilations)
    output_sizes = tuple(
        conv_output_size(size, kernel_size, stride=step, padding=side, dilation=spacing)
        for size, kernel_size, step, side, spacing in zip(
            sizes, kernel_sizes, strides, sides, dilations, strict=True
        )
    )
    return _Steps(strides, dilations, sides, output_sizes)
