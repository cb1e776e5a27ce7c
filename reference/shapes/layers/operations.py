"""Operations of ``keras.ops`` in a functional model, as ``x + y``, masks and ``ops.mean`` write them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from reference.shapes.layers import elementwise, merging
from reference.shapes.layers.counted import Counted, Counter, Counters, Uncounted, only, unknown
from reference.shapes.settings import ConfigurationError, Settings, Shape, whole

_OF_ONE = """
    Relu Relu6 LeakyRelu Elu Selu Gelu Silu HardSigmoid HardSilu Sigmoid LogSigmoid Tanh Softplus Softsign
    Absolute Negative Square Sqrt Exp Log Sin Cos Clip OnesLike ZerosLike
""".split()

_OF_TWO = "Add Subtract Multiply Divide TrueDivide Maximum Minimum Power NotEqual LogicalOr".split()

_OVER_AXES = "Any All Mean Sum Max Min".split()


def _elementwise(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    """Count tensors of equally many axes: others would meet along the batch axis."""
    if len({len(shape) for shape in shapes}) != 1:
        raise Uncounted
    return merging.COUNTERS["Add"](settings, shapes)


def _over_axes(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes)
    places = settings.axes("axis", len(shape))
    if settings.flag("keepdims"):
        after: Shape = tuple([1 if at in places else length for at, length in enumerate(shape)])
    else:
        after = tuple([length for at, length in enumerate(shape) if at not in places])
    return Counted((after,), view=unknown)


def _expand(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes)
    axis = whole("axis", settings.values.get("axis"), least=-len(shape) - 1)
    place = axis - 1 if axis >= 0 else len(shape) + 1 + axis
    if not 0 <= place <= len(shape):
        raise Uncounted
    return Counted(((*shape[:place], 1, *shape[place:]),), view=unknown)


def _tried(settings: Settings, shapes: Sequence[Shape], *, counter: Counter) -> Counted:
    """Count an operation; it is unknown where a layer would be wrong, as it may be over the batch axis."""
    try:
        return counter(settings, shapes)
    except ConfigurationError:
        raise Uncounted from None


OPERATIONS: Counters = {
    f"ops.{kind}": partial(_tried, counter=counter)
    for kinds, counter in (
        ((*_OF_ONE, *_OF_TWO), _elementwise),
        (_OVER_AXES, _over_axes),
        (("ExpandDims",), _expand),
        (("Softmax", "LogSoftmax"), elementwise.COUNTERS["Softmax"]),
        (("Concatenate",), merging.COUNTERS["Concatenate"]),
    )
    for kind in kinds
}
"""By the name of the operation's class, with ``ops.`` before it."""
