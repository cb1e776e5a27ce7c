"""Wrong ways to put zeros around images before filters slide over them, and other customs of 'same'.

What is said of 'same' holds by whichever custom a course has.
"""

from __future__ import annotations

import numpy as np

import reference.layers as ref
from autograder.problems.draws import Array
from autograder.problems.layers_mistakes.calls import Call, Layer, before, by
from autograder.problems.problem import Misconception
from reference import same_customs as customs
from reference.shapes import conv_output_size

_NONE = ((0, 0), (0, 0))


def _above_and_left(call: Call) -> Call:
    (above, _), (left, _) = call.sides
    return call._replace(sides=((above, 0), (left, 0)))


def _below_and_right(call: Call) -> Call:
    (_, below), (_, right) = call.sides
    return call._replace(sides=((0, below), (0, right)))


def _all_below_and_right(call: Call) -> Call:
    (above, below), (left, right) = call.sides
    return call._replace(sides=((0, above + below), (0, left + right)))


def _odd_ones_first(call: Call) -> Call:
    (above, below), (left, right) = call.sides
    return call._replace(sides=((below, above), (right, left)))


def _batch_padded(call: Call) -> Call:
    """Pad axes 0 and 1 in the place of 1 and 2."""
    images = np.pad(call.images, (*call.sides, (0, 0), (0, 0)))
    return call._replace(images=images, sides=_NONE)


def _result_padded(call: Call) -> Array:
    """Compute without zeros, and put them around the result."""
    out = np.zeros_like(call.answer())
    inner = call._replace(sides=_NONE).answer()
    top, left = ((whole - part) // 2 for whole, part in zip(out.shape[1:3], inner.shape[1:3], strict=True))
    out[:, top : top + inner.shape[1], left : left + inner.shape[2]] = inner
    return out


def _same_by(custom: customs.Custom) -> Layer:
    def variant(call: Call) -> Array:
        return ref.conv_forward(
            call.images, call.filters, call.biases, call.strides, call.padding, same=custom
        )

    return by(variant)


def _half_rounded_down(size: int, kernel_size: int, stride: int) -> customs.Axis:
    zeros = (kernel_size - 1) // 2
    outputs = conv_output_size(size, kernel_size, stride=stride, padding=zeros)
    return customs.Axis(zeros, zeros, outputs)


def _as_at_stride_1(size: int, kernel_size: int, stride: int) -> customs.Axis:
    return customs.tensorflow(size, kernel_size, 1)._replace(outputs=-(-size // stride))


_ONE_AMOUNT = (
    "one padding for both axes",
    "You pad rows and columns alike: the padding is (above and below, left and right), and can differ.",
)
_HALF = (
    "half a kernel on each side",
    "With 'same', you pad half a kernel on each side. The zeros depend on the stride and the size too.",
)
_OTHER_ZEROS = (
    "other zeros with 'same'",
    "With 'same', you pad by another formula than is asked for: try an even kernel, and a stride of 2.",
)

PADDING = (
    Misconception(
        "paddings swapped",
        "You pad the rows by what is for the columns: the padding is (above and below, left and right).",
        before(lambda call: call._replace(sides=call.sides[::-1])),
    ),
    Misconception(*_ONE_AMOUNT, before(lambda call: call._replace(sides=(call.sides[0], call.sides[0])))),
    Misconception(*_ONE_AMOUNT, before(lambda call: call._replace(sides=(call.sides[1], call.sides[1])))),
    Misconception(
        "padding on one side",
        "Zeros count above and on the left only: pad below and on the right too, and count the zeros of both "
        "sides in the output's size.",
        before(_above_and_left),
    ),
    Misconception(
        "padding on one side",
        "You pad below and on the right only. Zeros go on all four sides.",
        before(_below_and_right),
    ),
    Misconception(
        "all zeros on one side",
        "All your zeros are below and on the right. Half of them go above and on the left.",
        before(_all_below_and_right),
    ),
    Misconception(
        "padding on the wrong axes",
        "You pad the axis of the images, so that there are more of them. Zeros go around rows and columns: "
        "axes 1 and 2.",
        before(_batch_padded),
    ),
    Misconception(
        "result padded, not the images",
        "You put the zeros around the result. Padding goes around the images, before the windows slide.",
        by(_result_padded),
    ),
    Misconception(
        "padding ignored",
        "The padding makes no difference: add that many rows and columns of zeros on all four sides.",
        before(lambda call: call._replace(sides=_NONE)),
    ),
    Misconception(
        "'same' ignored",
        "'same' makes no difference: zeros go around the images, so that at stride 1 they keep their size.",
        before(lambda call: call._replace(sides=_NONE) if call.padding == "same" else call),
    ),
    Misconception(
        "odd row above and left",
        "With 'same', your odd row of zeros is above and the odd column on the left. They go below and on "
        "the right.",
        before(_odd_ones_first),
    ),
    Misconception(
        "'same' as at stride 1",
        "With 'same' and a stride, you pad as at stride 1. The number of zeros depends on the stride too.",
        _same_by(_as_at_stride_1),
    ),
    Misconception(*_HALF, _same_by(customs.by_half)),
    Misconception(*_HALF, _same_by(customs.by_half_cut)),
    Misconception(*_HALF, _same_by(_half_rounded_down)),
    Misconception(*_OTHER_ZEROS, _same_by(customs.by_ceiling)),
    Misconception(*_OTHER_ZEROS, _same_by(customs.by_ceiling_cut)),
    Misconception(*_OTHER_ZEROS, _same_by(customs.by_floor)),
    Misconception(*_OTHER_ZEROS, _same_by(customs.with_one_more)),
    Misconception(*_OTHER_ZEROS, _same_by(customs.keeping_size)),
)
