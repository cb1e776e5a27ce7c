"""Arrays as they come in, the type to compute in, and what one tap of a sliding window meets."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from reference.shapes import conv_output_size

Array: TypeAlias = npt.NDArray[Any]


def numbers(name: str, values: npt.ArrayLike, rank: int | None = None, *, kinds: str = "biuf") -> Array:
    """Return the values as an array of numbers; TensorFlow's tensors come in too.

    Args:
        name: What the caller calls it, for the error.
        values: Anything that ``numpy.asarray`` takes.
        rank: The axes that it must have; none for any.
        kinds: The kinds of numbers, as in ``numpy.dtype.kind``.

    Returns:
        The array, which may be a view of the values.

    Raises:
        ValueError: If the rank or the kind is another one, or there is no element.

    >>> numbers("vector", [1, 2], 1)
    array([1, 2])
    """
    array = np.asarray(values)
    if array.size == 0 or array.dtype.kind not in kinds or rank not in (None, array.ndim):
        real = "" if "c" in kinds else "real "
        expected = f"a non-empty array of {real}numbers" + ("" if rank is None else f" with {rank} axes")
        raise ValueError(f"{name}: expected {expected}, received shape {array.shape} of {array.dtype}")
    return array


def shaped(name: str, values: npt.ArrayLike, shape: tuple[int, ...], *, of: str) -> Array:
    """Return the values as an array of real numbers that has this shape.

    Args:
        name: What the caller calls it, for the error.
        values: Anything that ``numpy.asarray`` takes.
        shape: The shape that it must have.
        of: What the shape follows from, for the error.

    Returns:
        The array, which may be a view of the values.

    Raises:
        ValueError: If the shape is another one, or the values are no real numbers.

    >>> shaped("output_gradient", [[1, 2]], (1, 2), of="the output")
    array([[1, 2]])
    """
    array = np.asarray(values)
    if array.shape != shape:
        raise ValueError(f"{name}: expected shape {shape} for {of}, received shape {array.shape}")
    return numbers(name, array)


def computing_type(*values: Array | complex) -> np.dtype[Any]:
    """Return int64 for integers and booleans, otherwise the widest float (or complex) type among them.

    Args:
        values: Arrays; and Python's own numbers, whose width does not count: 0.5 beside float32 is float32.

    Returns:
        The type, in which uint8 does not wrap and float32 stays float32.

    >>> computing_type(np.ones(2, np.uint8)), computing_type(np.ones(2, np.uint8), np.ones(2, np.float32))
    (dtype('int64'), dtype('float32'))
    """
    inexact: list[Any] = []
    for value in values:
        if isinstance(value, np.ndarray | np.generic):
            inexact += [value.dtype] if value.dtype.kind in "fc" else []
        elif isinstance(value, float | complex):
            inexact.append(value)
    return np.result_type(*inexact) if inexact else np.dtype(np.int64)


def float_type(*values: Array | complex) -> np.dtype[Any]:
    """Return the widest float (or complex) type among the values, and float64 where there is none.

    Args:
        values: As in :func:`computing_type`.

    Returns:
        The type of a mean or of a root.

    >>> float_type(np.ones(2, np.uint8)), float_type(np.ones(2, np.float32))
    (dtype('float64'), dtype('float32'))
    """
    dtype = computing_type(*values)
    return np.dtype(np.float64) if dtype == np.int64 else dtype


def summing_type(*values: Array | complex) -> np.dtype[Any]:
    """Return the type to add floats up in: float16, whose sums soon pass 65,504, gives way to float32.

    Args:
        values: As in :func:`computing_type`.

    Returns:
        :func:`float_type`, but float32 at least.

    >>> summing_type(np.ones(1, np.float16)), summing_type(np.ones(1, np.uint8))
    (dtype('float32'), dtype('float64'))
    """
    return np.result_type(float_type(*values), np.float32)


def taps(
    images: Array,
    kernel_sizes: Sequence[int],
    strides: Sequence[int],
    dilations: Sequence[int] = (1, 1),
) -> list[Array]:
    """Return what each tap of a sliding window meets: for all windows at once, one view a tap.

    Args:
        images: Shape (N, H, W, C), padded already.
        kernel_sizes, strides, dilations: One number for the rows and one for the columns.

    Returns:
        In row order kh * kw views of the images, each of shape (N, H', W', C). Within one of them no
        element comes twice, so that it may be added to in place.

    Raises:
        ValueError: If the window does not fit into the images, or a number is out of its range.

    Source: ``out[i] = sum of signal[i * stride + t * dilation] * kernel[t] over t``; here for one t, all i.

    >>> [tap[0, :, :, 0].tolist() for tap in taps(np.arange(4).reshape(1, 1, 4, 1), (1, 2), (1, 2))]
    [[[0, 2]], [[1, 3]]]
    """
    reaches = [
        (conv_output_size(size, kernel_size, stride=stride, dilation=dilation) - 1) * stride + 1
        for size, kernel_size, stride, dilation in zip(
            images.shape[1:3], kernel_sizes, strides, dilations, strict=True
        )
    ]
    views = []
    for tap in np.ndindex(*kernel_sizes):
        top, left = (t * dilation for t, dilation in zip(tap, dilations, strict=True))
        rows = slice(top, top + reaches[0], strides[0])
        columns = slice(left, left + reaches[1], strides[1])
        views.append(images[:, rows, columns])
    return views
