"""Output sizes and paddings of sliding windows, one axis at a time: pure integers.

Sizes count elements along one axis. A window of ``kernel_size`` taps that are ``dilation`` elements
apart spans ``dilation * (kernel_size - 1) + 1`` elements.
"""

import operator
from collections.abc import Sequence
from typing import Literal

PerAxis = int | tuple[int, int]
"""One number for the rows and the columns, or one for each."""

Sides = tuple[tuple[int, int], tuple[int, int]]
"""Zeros around an image: ``((top, bottom), (left, right))``."""

Padding = int | Literal["valid", "same"] | Sides
"""Zeros on all four sides, a rule by name, or the zeros of each side."""


def conv_output_size(
    size: int, kernel_size: int, *, stride: int = 1, padding: PerAxis = 0, dilation: int = 1
) -> int:
    """Return the length of a convolution's output along one axis, in elements.

    Floor of (size - span + padding on both sides) / stride, plus one [1]_.

    Args:
        size: The length of the input.
        kernel_size: The taps of the kernel.
        stride: How far the kernel moves between two outputs.
        padding: Zeros on each side, or ``(before, after)``.
        dilation: The distance between two neighbouring taps.

    Returns:
        The number of places where the kernel fits, at least 1.

    Raises:
        ValueError: If the kernel does not fit into the padded input, or an argument is out of range.

    .. [1] Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016.

    >>> conv_output_size(9, 3, stride=2)
    4
    >>> conv_output_size(6, 3, padding=1)
    6
    """
    size = _at_least(0, "size", size)
    stride = _at_least(1, "stride", stride)
    span = _span(kernel_size, dilation)
    room = size + sum(pair("padding", padding, least=0))
    if room < span:
        raise ValueError(
            f"kernel_size={kernel_size} does not fit into size={size} with padding={padding} and "
            f"dilation={dilation}: expected at least {span} elements, received {room}"
        )
    return (room - span) // stride + 1


def same_padding(size: int, kernel_size: int, *, stride: int = 1, dilation: int = 1) -> tuple[int, int]:
    """Return the zeros before and after an axis for an output of ceil(size / stride) elements.

    As in TensorFlow and Keras, the odd one goes after: below and to the right [1]_.

    Args:
        size: The length of the input.
        kernel_size: The taps of the kernel.
        stride: How far the kernel moves between two outputs.
        dilation: The distance between two neighbouring taps.

    Returns:
        ``(before, after)``.

    Raises:
        ValueError: If an argument is less than 1.

    .. [1] TensorFlow, ``tf.nn``, "Notes on padding".

    >>> same_padding(5, 3)
    (1, 1)
    >>> same_padding(6, 3, stride=2)
    (0, 1)
    """
    size = _at_least(1, "size", size)
    stride = _at_least(1, "stride", stride)
    output_size = -(-size // stride)
    total = max((output_size - 1) * stride + _span(kernel_size, dilation) - size, 0)
    return total // 2, total - total // 2


def symmetric_padding(kernel_size: int) -> int:
    """Return the zeros on each side of an axis that keep its length, with an odd kernel at stride 1.

    (kernel_size - 1) / 2 [1]_. An even kernel would need one zero more on one side than on the other: see
    :func:`same_padding`.

    Args:
        kernel_size: The taps of the kernel.

    Returns:
        The zeros on each side, at least 0.

    Raises:
        ValueError: If it is even, less than 1 or no integer.

    .. [1] Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, "Half (same)
       padding".

    >>> symmetric_padding(3), symmetric_padding(5)
    (1, 2)
    """
    kernel_size = _at_least(1, "kernel_size", kernel_size)
    if kernel_size % 2 == 0:
        raise ValueError(f"kernel_size must be odd; received kernel_size={kernel_size}")
    return (kernel_size - 1) // 2


def explicit_padding(
    padding: Padding,
    sizes: Sequence[int],
    kernel_sizes: Sequence[int],
    *,
    strides: Sequence[int] = (1, 1),
    dilations: Sequence[int] = (1, 1),
) -> Sides:
    """Return the zeros on each side of an image, whichever way they were asked for.

    Args:
        padding: An integer, ``"valid"``, ``"same"`` or ``((top, bottom), (left, right))``.
        sizes: The image's height and width.
        kernel_sizes: The kernel's height and width.
        strides: The strides along the rows and the columns.
        dilations: The dilations along the rows and the columns.

    Returns:
        ``((top, bottom), (left, right))``.

    Raises:
        ValueError: If the padding is none of these or negative, or the kernel does not fit into the
            padded image.

    >>> explicit_padding("same", (6, 5), (2, 3))
    ((0, 1), (1, 1))
    """
    sides = []
    for size, kernel_size, stride, dilation, asked in zip(
        sizes, kernel_sizes, strides, dilations, _by_axis(padding), strict=True
    ):
        side = same_padding(size, kernel_size, stride=stride, dilation=dilation) if asked == "same" else asked
        conv_output_size(size, kernel_size, stride=stride, padding=side, dilation=dilation)
        sides.append(side)
    rows, columns = sides
    return rows, columns


def pair(name: str, value: PerAxis, *, least: int = 1) -> tuple[int, int]:
    """Return one number for the rows and one for the columns; an integer stands for both.

    Args:
        name: What the caller calls it, for the error.
        value: An integer or two.
        least: The smallest that is allowed.

    Returns:
        Two integers.

    Raises:
        ValueError: If they are too small, or not one or two integers.

    >>> pair("stride", 2), pair("stride", (1, 3))
    ((2, 2), (1, 3))
    """
    if not isinstance(value, tuple | list):
        value = (value, value)
    if len(value) != 2:
        raise ValueError(f"{name}: expected an integer or two; received {name}={value}")
    return _at_least(least, name, value[0]), _at_least(least, name, value[1])


def _by_axis(padding: Padding) -> tuple[tuple[int, int] | Literal["same"], tuple[int, int] | Literal["same"]]:
    """Return what was asked for along the rows and along the columns: (before, after) or "same"."""
    if padding == "same":
        return "same", "same"
    if padding == "valid":
        return (0, 0), (0, 0)
    if isinstance(padding, tuple | list) and len(padding) == 2:
        rows, columns = padding
        if isinstance(rows, tuple | list) and isinstance(columns, tuple | list):
            return pair("padding", rows, least=0), pair("padding", columns, least=0)
    if isinstance(padding, str | tuple | list):
        raise ValueError(
            'padding: expected an integer, "valid", "same" or ((top, bottom), (left, right)); '
            f"received padding={padding!r}"
        )
    amount = _at_least(0, "padding", padding)
    return (amount, amount), (amount, amount)


def _span(kernel_size: int, dilation: int) -> int:
    """Return how many elements a kernel reaches over, from its first tap to its last."""
    return _at_least(1, "dilation", dilation) * (_at_least(1, "kernel_size", kernel_size) - 1) + 1


def _at_least(least: int, name: str, value: int) -> int:
    """Return the value as an integer, or raise an error that names it and what it was."""
    try:
        integer = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} must be an integer; received {name}={value!r}") from None
    if integer < least:
        raise ValueError(f"{name} must be at least {least}; received {name}={integer}")
    return integer
