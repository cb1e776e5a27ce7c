"""Wrong ways to slide one kernel over one image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

import reference.convolution as ref
from autograder.problems.convolution_mistakes.integers import truncated, wrapped
from autograder.problems.problem import Misconception

Array = npt.NDArray[Any]


def _flipped(image: Array, kernel: Array, bias: float = 0.0, **rest: Any) -> Array:
    return ref.conv2d(image, kernel[::-1, ::-1], bias, **rest)


def _kernel_transposed(image: Array, kernel: Array, bias: float = 0.0, **rest: Any) -> Array:
    return ref.conv2d(image, kernel.T, bias, **rest)


def _ignoring(name: str) -> Callable[..., Array]:
    def variant(image: Array, kernel: Array, **options: Any) -> Array:
        options.pop(name, None)
        return ref.conv2d(image, kernel, **options)

    return variant


def _one_sided(image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0) -> Array:
    return ref.conv2d(image, kernel, bias, stride, ((padding, 0), (padding, 0)))


def _one_sided_after(
    image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0
) -> Array:
    return ref.conv2d(image, kernel, bias, stride, ((0, padding), (0, padding)))


def _all_at_the_end(
    image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0
) -> Array:
    return ref.conv2d(image, kernel, bias, stride, ((0, 2 * padding), (0, 2 * padding)))


def _edge_padded(image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0) -> Array:
    return ref.conv2d(np.pad(image, padding, mode="edge"), kernel, bias, stride)


def _sizes_swapped(
    image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0
) -> Array:
    """Take rows for columns in every size, as ``width, height = image.shape`` does."""
    padded = np.pad(np.asarray(image, np.float64), padding)
    width, height = padded.shape
    kernel_width, kernel_height = kernel.shape
    out = np.zeros(((height - kernel_height) // stride + 1, (width - kernel_width) // stride + 1))
    for row, column in np.ndindex(out.shape):
        top, left = row * stride, column * stride
        window = padded[top : top + kernel_height, left : left + kernel_width]
        out[row, column] = np.sum(window * kernel) + bias
    return out


def _transposed(image: Array, kernel: Array, bias: float = 0.0, **rest: Any) -> Array:
    return ref.conv2d(image, kernel, bias, **rest).T


def _off_by_one(image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0) -> Array:
    """Leave out the last window of each axis, as ``range(0, size - kernel_size, stride)`` does."""
    tops, lefts = (
        len(range(0, size + 2 * padding - k, stride))
        for size, k in zip(image.shape, kernel.shape, strict=True)
    )
    return ref.conv2d(image, kernel, bias, stride, padding)[:tops, :lefts]


def _one_too_few(image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0) -> Array:
    """Take (size − kernel size) // stride windows along each axis."""
    counts = ((size + 2 * padding - k) // stride for size, k in zip(image.shape, kernel.shape, strict=True))
    rows, columns = counts
    return ref.conv2d(image, kernel, bias, stride, padding)[:rows, :columns]


def _starts_unmultiplied(image: Array, kernel: Array, bias: float = 0.0, **rest: Any) -> Array:
    """Let output i look at the window that starts at i, whatever the stride."""
    rows, columns = ref.conv2d(image, kernel, bias, **rest).shape
    return ref.conv2d(image, kernel, bias, **{**rest, "stride": 1})[:rows, :columns]


def _bias_in_the_sum(image: Array, kernel: Array, bias: float = 0.0, **rest: Any) -> Array:
    return ref.conv2d(image, kernel, bias * kernel.size, **rest)


def _overflowing(image: Array, kernel: Array, bias: float = 0.0, **rest: Any) -> Array:
    return wrapped(ref.conv2d(image, kernel, bias, **rest), image)


def _not_padded_but_sized(
    image: Array, kernel: Array, bias: float = 0.0, stride: int = 1, padding: int = 0
) -> Array:
    """Compute without padding and put zeros around the result."""
    inner = ref.conv2d(image, kernel, bias, stride)
    shape = ref.conv2d(image, kernel, bias, stride, padding).shape
    out = np.zeros(shape)
    top, left = ((whole - part) // 2 for whole, part in zip(shape, inner.shape, strict=True))
    out[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
    return out


_ONE_AXIS = (
    "kernel flipped along one axis",
    "Your kernel is flipped along one axis: kernel[a, b] belongs to the window's row a and column b.",
)
_LAST_WINDOW = (
    "last window missing",
    "The last window of each axis is missing: there are (size − kernel size) // stride + 1 of them.",
)

CONV2D = (
    Misconception(
        "flipped kernel",
        "Your kernel is flipped: this is true convolution; a CNN layer cross-correlates.",
        _flipped,
    ),
    Misconception(
        *_ONE_AXIS, lambda image, kernel, *more, **rest: ref.conv2d(image, kernel[:, ::-1], *more, **rest)
    ),
    Misconception(
        *_ONE_AXIS, lambda image, kernel, *more, **rest: ref.conv2d(image, kernel[::-1], *more, **rest)
    ),
    Misconception(
        "kernel transposed",
        "You use the kernel with rows and columns exchanged: kernel[a, b] belongs to the window's row a "
        "and column b.",
        _kernel_transposed,
    ),
    Misconception(
        "rows and columns swapped",
        "Rows and columns are swapped: the shape is (height, width), so image.shape[0] counts rows. On a "
        "square image nobody notices.",
        _sizes_swapped,
    ),
    Misconception(
        "result transposed",
        "Your result has rows and columns exchanged. On a symmetric result nobody notices.",
        _transposed,
    ),
    Misconception(
        "stride ignored",
        "The stride makes no difference: windows must start at multiples of it.",
        _ignoring("stride"),
    ),
    Misconception(
        "window starts not multiplied by the stride",
        "Your result has the right size, but its windows are next to each other: output i looks at the "
        "window that starts at i * stride.",
        _starts_unmultiplied,
    ),
    Misconception(
        "all zeros on one side",
        "All your zeros are below and on the right. Padding adds that many on each of the four sides.",
        _all_at_the_end,
    ),
    Misconception(
        "padding on one side",
        "You pad above and on the left only. Padding adds zeros on all four sides.",
        _one_sided,
    ),
    Misconception(
        "padding on one side",
        "You pad below and on the right only. Padding adds zeros on all four sides.",
        _one_sided_after,
    ),
    Misconception(
        "result padded, not the image",
        "You put the zeros around the result. Padding goes around the image, before the windows slide.",
        _not_padded_but_sized,
    ),
    Misconception(
        "edge values as padding",
        "You repeat the image's edge. Padding here means zeros.",
        _edge_padded,
    ),
    Misconception(
        "padding ignored",
        "The padding makes no difference: add that many rows and columns of zeros on all four sides.",
        _ignoring("padding"),
    ),
    Misconception(
        "bias forgotten",
        "You left the bias out: it is added once to every value of the result.",
        _ignoring("bias"),
    ),
    Misconception(
        "bias added at every product",
        "You add the bias inside the sum, once for each element of the kernel. Add it once, after the sum.",
        _bias_in_the_sum,
    ),
    Misconception(
        "bias subtracted",
        "You subtract the bias.",
        lambda image, kernel, bias=0.0, **rest: ref.conv2d(image, kernel, -bias, **rest),
    ),
    Misconception(*_LAST_WINDOW, _off_by_one),
    Misconception(*_LAST_WINDOW, _one_too_few),
    Misconception(
        "cut to integers",
        "You cut every value to an integer: the result must keep its fractions.",
        lambda image, kernel, bias=0.0, **rest: truncated(ref.conv2d(image, kernel, bias, **rest)),
    ),
    Misconception(
        "integer overflow",
        "Your result has the image's own integer type and wraps around: uint8 ends at 255. Convert to a "
        "wider type before you multiply.",
        _overflowing,
    ),
    Misconception(
        "ReLU applied",
        "Your negative values are zero: no activation is asked for here.",
        lambda image, kernel, bias=0.0, **rest: np.maximum(ref.conv2d(image, kernel, bias, **rest), 0),
    ),
)
