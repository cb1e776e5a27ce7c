"""Convolution and cross-correlation in one and two dimensions, and a layer of many filters.

*Cross-correlation* slides the kernel as it is: ``out[i] = sum of signal[i + t] * kernel[t] over t``.
That is what a convolutional network computes and calls a convolution (``conv2d``, ``conv2d_layer``).
*Convolution* in the sense of signal processing flips the kernel first (``convolve1d``, ``convolve2d``).
Complex kernels are not conjugated in either. Arrays are channels-last; none is changed.

Types:
    - Integers and booleans are computed in int64, so that uint8 photographs do not wrap.
    - Floats are computed in the widest float (or complex) type of the two inputs, which integers beside
      them take too: float32 stays float32.
    - The bias is added to the finished sum under NumPy's rules: a float bias, the default ``0.0`` of
      ``conv2d`` included, makes an integer result float64.
"""

import math
from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from reference.shapes import Padding, PerAxis, conv_output_size, explicit_padding, pair

Mode: TypeAlias = Literal["full", "same", "valid"]
Array: TypeAlias = npt.NDArray[Any]
Sizes: TypeAlias = tuple[int, ...]

BLOCK_BYTES = 2 * 2**20
"""How much of the windows is copied out at a time: few enough bytes to stay in the cache."""

FEW_CHANNELS = 4
"""Up to here, neighbouring outputs make better runs to copy than a window's own elements do."""


def convolve1d(signal: npt.ArrayLike, kernel: npt.ArrayLike, *, mode: Mode = "full") -> Array:
    """Return the discrete convolution of a signal with a kernel, which is flipped.

    Args:
        signal, kernel: Shapes (M,) and (K,), bool, int, float or complex.
        mode: "full", all overlaps; "same", their middle max(M, K); "valid", the kernel inside the signal.

    Returns:
        Shape (M + K - 1,), (max(M, K),) or (M - K + 1,); for the type see the module.

    Raises:
        ValueError: If an argument is no vector, the mode is unknown, or the kernel does not fit ("valid").

    Source: the definition, sum of signal[i - t] * kernel[t] over t; modes as in ``numpy.convolve``.

    >>> convolve1d([0, 1, 2, 3, 4], [1, -1, 2])
    array([0, 1, 1, 3, 5, 2, 8])
    """
    signal, kernel = _as_computed(signal=(signal, 1), kernel=(kernel, 1))
    if mode == "same" and len(kernel) > len(signal):
        signal, kernel = kernel, signal  # convolution commutes; the middle is the longer one's
    return correlate1d(signal, kernel[::-1], mode=mode)


def correlate1d(signal: npt.ArrayLike, kernel: npt.ArrayLike, *, mode: Mode = "full") -> Array:
    """Return the cross-correlation of a signal with a kernel: slid along it without flipping.

    Args:
        signal, kernel: Shapes (M,) and (K,), bool, int, float or complex; none is conjugated.
        mode: As in :func:`convolve1d`.

    Returns:
        As :func:`convolve1d`. In mode ``"full"`` the first value is ``signal[0] * kernel[K - 1]``.

    Raises:
        ValueError: As in :func:`convolve1d`.

    Source: the definition, sum of signal[i + t] * kernel[t] over t; modes as in ``numpy.correlate``.

    >>> correlate1d([0, 1, 2, 3, 4], [1, -1, 2], mode="valid")
    array([3, 5, 7])
    """
    signal, kernel = _as_computed(signal=(signal, 1), kernel=(kernel, 1))
    overlap = min(len(signal), len(kernel)) - 1
    if mode == "valid":
        before = after = 0
    elif mode == "full":
        before = after = len(kernel) - 1
    elif mode == "same":
        # Of the full output's ends, NumPy cuts the longer off the right; off the left of a longer kernel.
        cut = overlap // 2 if len(kernel) <= len(signal) else overlap - overlap // 2
        before, after = len(kernel) - 1 - cut, len(kernel) - 1 - (overlap - cut)
    else:
        raise ValueError(f'mode: expected "full", "same" or "valid"; received mode={mode!r}')
    conv_output_size(len(signal), len(kernel), padding=(before, after))  # raises if the kernel does not fit
    windows = sliding_window_view(np.pad(signal, (before, after)), len(kernel))  # (position, tap)
    result: Array = windows @ kernel
    return result


def conv2d(
    image: npt.ArrayLike,
    kernel: npt.ArrayLike,
    bias: complex = 0.0,
    stride: PerAxis = 1,
    padding: Padding = 0,
    *,
    dilation: PerAxis = 1,
) -> Array:
    """Return the cross-correlation of an image with a kernel, as a convolutional network computes it.

    Args:
        image, kernel: Shapes (H, W) and (kh, kw), bool, int, float or complex.
        bias: One number, added to every sum.
        stride: How far the kernel moves, both ways or (down, right).
        padding: Zeros on all sides, "valid" (none), "same" (as Keras) or ((top, bottom), (left, right)).
        dilation: The distance between two neighbouring taps, both ways or (down, right).

    Returns:
        Shape (H', W'), each from ``shapes.conv_output_size``; for the type see the module.

    Raises:
        ValueError: If a rank is wrong, the kernel does not fit, or a number is out of its range.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, equation 9.6.

    >>> conv2d([[0, 0, 0], [0, 156, 155], [0, 153, 154]], [[-1, -1, 1], [0, 1, -1], [0, 1, 1]])
    array([[308.]])
    """
    image, kernel = _as_computed(image=(image, 2), kernel=(kernel, 2))
    if np.ndim(bias) != 0:
        raise ValueError(f"bias: expected one number, received an array of shape {np.shape(bias)}")
    sums = _correlate(image[None, :, :, None], kernel[:, :, None, None], stride, padding, dilation)
    result: Array = sums[0, :, :, 0] + bias
    return result


def convolve2d(
    image: npt.ArrayLike,
    kernel: npt.ArrayLike,
    bias: complex = 0.0,
    stride: PerAxis = 1,
    padding: Padding = 0,
    *,
    dilation: PerAxis = 1,
) -> Array:
    """Return the true convolution of an image with a kernel, which is flipped along both axes.

    Args, Returns, Raises: As in :func:`conv2d`.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, equation 9.4.

    >>> convolve2d([[1, 2], [3, 4]], [[1, 0], [0, 0]], bias=0)
    array([[4]])
    """
    image, kernel = _as_computed(image=(image, 2), kernel=(kernel, 2))
    return conv2d(image, kernel[::-1, ::-1], bias, stride, padding, dilation=dilation)


def conv2d_layer(
    images: npt.ArrayLike,
    filters: npt.ArrayLike,
    biases: npt.ArrayLike | None = None,
    stride: PerAxis = 1,
    padding: Padding = "valid",
    *,
    dilation: PerAxis = 1,
) -> Array:
    """Return the feature maps of a batch of images: one map a filter, over all channels.

    Args:
        images, filters: Shapes (N, H, W, C) and (kh, kw, C, F), bool, int, float or complex.
        biases: Shape (F,), or none.
        stride, padding, dilation: As in :func:`conv2d`.

    Returns:
        Shape (N, H', W', F), as in :func:`conv2d`.

    Raises:
        ValueError: As :func:`conv2d`; if the channels of images and filters, or filters and biases, differ.

    Source: Goodfellow, Bengio and Courville, *Deep Learning*, equation 9.7, without the flip.

    >>> conv2d_layer(np.ones((5, 9, 9, 1)), np.ones((3, 3, 1, 2))).shape
    (5, 7, 7, 2)
    """
    images, filters = _as_computed(images=(images, 4), filters=(filters, 4))
    if filters.shape[2] != images.shape[3]:
        expected = f"expected shape (kh, kw, {images.shape[3]}, F) for images of shape {images.shape}"
        raise ValueError(f"filters: {expected}, received shape {filters.shape}")
    feature_maps = _correlate(images, filters, stride, padding, dilation)
    if biases is None:
        return feature_maps
    biases = np.asarray(biases)
    if biases.shape != filters.shape[3:]:
        expected = f"expected shape {filters.shape[3:]} for filters of shape {filters.shape}"
        raise ValueError(f"biases: {expected}, received shape {biases.shape}")
    result: Array = feature_maps + biases
    return result


def _correlate(images: Array, filters: Array, stride: PerAxis, padding: Padding, dilation: PerAxis) -> Array:
    """Slide every filter over every image: a matrix of windows times a matrix of filters, in blocks."""
    windows = _windows(images, filters.shape[:2], pair("stride", stride), padding, pair("dilation", dilation))
    (count, height, width), features = windows.shape[:3], filters.shape[3]
    weights = filters.reshape(-1, features)  # (tap, feature); a tap is a kernel row, column and channel
    output = np.empty((count, height, width, features), images.dtype)
    for block in _blocks(count, height, row_bytes=width * len(weights) * images.itemsize):
        # Whole images, or rows of one: adjacent in the output, so that the reshaped block is a view of it.
        np.matmul(_columns(windows[block]), weights, out=output[block].reshape(-1, features))
    return output


def _windows(images: Array, kernel_sizes: Sizes, strides: Sizes, padding: Padding, dilations: Sizes) -> Array:
    """Return a view of every window: (image, row, column, kernel row, kernel column, channel)."""
    sides = explicit_padding(padding, images.shape[1:3], kernel_sizes, strides=strides, dilations=dilations)
    padded = np.pad(images, ((0, 0), *sides, (0, 0))) if np.any(sides) else images
    spans = tuple(d * (k - 1) + 1 for d, k in zip(dilations, kernel_sizes, strict=True))
    windows = sliding_window_view(padded, spans, axis=(1, 2))  # channel comes before the window's two axes
    kept = windows[:, :: strides[0], :: strides[1], :, :: dilations[0], :: dilations[1]]
    return kept.transpose(0, 1, 2, 4, 5, 3)


def _blocks(count: int, height: int, *, row_bytes: int) -> Iterator[tuple[slice, slice]]:
    """Cut a batch into blocks of some images, or of some output rows of one image."""
    rows = max(1, BLOCK_BYTES // row_bytes)
    images = max(1, rows // height)
    for image in range(0, count, images):
        for row in range(0, height, rows):
            yield slice(image, image + images), slice(row, row + rows)


def _columns(windows: Array) -> Array:
    """Copy windows out into a matrix (position, tap)."""
    positions = math.prod(windows.shape[:3])
    if windows.shape[5] <= FEW_CHANNELS:
        # Tap by tap: the copy runs along a row of the image. BLAS takes the transposed matrix as it is.
        return windows.transpose(3, 4, 5, 0, 1, 2).reshape(-1, positions).T
    return windows.reshape(positions, -1)


def _as_computed(**arguments: tuple[npt.ArrayLike, int]) -> list[Array]:
    """Return the arrays, each given with the rank it must have, in the type to compute in."""
    arrays = []
    for name, (values, rank) in arguments.items():
        array = np.asarray(values)
        if array.ndim != rank or array.size == 0 or array.dtype.kind not in "biufc":
            expected = f"expected a non-empty array of numbers with {rank} axes"
            raise ValueError(f"{name}: {expected}, received shape {array.shape} of {array.dtype}")
        arrays.append(array)
    inexact = [array.dtype for array in arrays if array.dtype.kind in "fc"]
    dtype = np.result_type(*inexact) if inexact else np.int64
    return [array.astype(dtype, copy=False) for array in arrays]
