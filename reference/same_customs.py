"""What 'same' padding means where the output cannot be the input: customs that courses teach.

With a stride of 1 and an odd kernel nearly all agree. Otherwise they differ in how many zeros go around an
axis, on which side the odd one goes, and how many outputs are kept. A custom is a function of the size, the
kernel size and the stride along one axis, in elements.
"""

from collections.abc import Callable
from typing import NamedTuple

from reference.shapes import conv_output_size, same_padding


class Axis(NamedTuple):
    """What a custom makes of one axis: the zeros before and after it, and the outputs that are kept."""

    before: int
    after: int
    outputs: int


Custom = Callable[[int, int, int], Axis]


def tensorflow(size: int, kernel_size: int, stride: int) -> Axis:
    """Return ceil(size / stride) outputs; the odd zero goes after. See :func:`shapes.same_padding`.

    >>> tensorflow(6, 3, 2)
    Axis(before=0, after=1, outputs=3)
    """
    before, after = same_padding(size, kernel_size, stride=stride)
    return _all_that_fit(size, kernel_size, stride, before, after)


def by_ceiling(size: int, kernel_size: int, stride: int) -> Axis:
    """Return ceil(((size - 1) * stride + kernel_size - size) / 2) zeros on each side, and all that fits.

    That keeps the size despite the stride; at stride 1, an even kernel gives one output more.

    >>> by_ceiling(6, 3, 2), by_ceiling(6, 2, 1)
    (Axis(before=4, after=4, outputs=6), Axis(before=1, after=1, outputs=7))
    """
    each = -(-_missing(size, kernel_size, stride) // 2)
    return _all_that_fit(size, kernel_size, stride, each, each)


def by_ceiling_cut(size: int, kernel_size: int, stride: int) -> Axis:
    """Return :func:`by_ceiling`'s zeros, and the first `size` outputs.

    >>> by_ceiling_cut(6, 2, 1)
    Axis(before=1, after=1, outputs=6)
    """
    return by_ceiling(size, kernel_size, stride)._replace(outputs=size)


def by_floor(size: int, kernel_size: int, stride: int) -> Axis:
    """Return :func:`by_ceiling`'s zeros rounded down instead, and all that fits: at times one output less.

    >>> by_floor(6, 3, 2)
    Axis(before=3, after=3, outputs=5)
    """
    each = _missing(size, kernel_size, stride) // 2
    return _all_that_fit(size, kernel_size, stride, each, each)


def with_one_more(size: int, kernel_size: int, stride: int) -> Axis:
    """Return :func:`by_floor`'s zeros plus one on each side, and all that fits.

    That is :func:`by_ceiling` where the zeros are odd in number. Where they are even, as with an odd kernel
    at stride 1, every window starts one element earlier, and there can be two outputs more.

    >>> with_one_more(6, 3, 2), with_one_more(6, 3, 1)
    (Axis(before=4, after=4, outputs=6), Axis(before=2, after=2, outputs=8))
    """
    each = _missing(size, kernel_size, stride) // 2 + 1
    return _all_that_fit(size, kernel_size, stride, each, each)


def keeping_size(size: int, kernel_size: int, stride: int) -> Axis:
    """Return what gives `size` outputs despite the stride; the odd zero goes after.

    >>> keeping_size(6, 3, 2)
    Axis(before=3, after=4, outputs=6)
    """
    missing = _missing(size, kernel_size, stride)
    return _all_that_fit(size, kernel_size, stride, missing // 2, missing - missing // 2)


def by_half(size: int, kernel_size: int, stride: int) -> Axis:
    """Return half a kernel, rounded down, on each side, and all that fits.

    >>> by_half(6, 3, 2), by_half(6, 2, 2)
    (Axis(before=1, after=1, outputs=3), Axis(before=1, after=1, outputs=4))
    """
    return _all_that_fit(size, kernel_size, stride, kernel_size // 2, kernel_size // 2)


def by_half_cut(size: int, kernel_size: int, stride: int) -> Axis:
    """Return :func:`by_half`'s zeros, and the first ceil(size / stride) outputs.

    >>> by_half_cut(6, 2, 2)
    Axis(before=1, after=1, outputs=3)
    """
    return by_half(size, kernel_size, stride)._replace(outputs=-(-size // stride))


def by_half_down(size: int, kernel_size: int, stride: int) -> Axis:
    """Return half a kernel less one on each side, rounded down, and all that fits: one output less if even.

    >>> by_half_down(6, 3, 2), by_half_down(6, 2, 1)
    (Axis(before=1, after=1, outputs=3), Axis(before=0, after=0, outputs=5))
    """
    each = (kernel_size - 1) // 2
    return _all_that_fit(size, kernel_size, stride, each, each)


def by_half_after(size: int, kernel_size: int, stride: int) -> Axis:
    """Return kernel_size - 1 zeros, the odd one after, and all that fits: ceil(size / stride) outputs.

    >>> by_half_after(6, 3, 2), by_half_after(6, 2, 2)
    (Axis(before=1, after=1, outputs=3), Axis(before=0, after=1, outputs=3))
    """
    return _all_that_fit(size, kernel_size, stride, (kernel_size - 1) // 2, kernel_size // 2)


def _missing(size: int, kernel_size: int, stride: int) -> int:
    """Return the zeros that `size` outputs take."""
    return (size - 1) * stride + kernel_size - size


def _all_that_fit(size: int, kernel_size: int, stride: int, before: int, after: int) -> Axis:
    outputs = conv_output_size(size, kernel_size, stride=stride, padding=(before, after))
    return Axis(before, after, outputs)
