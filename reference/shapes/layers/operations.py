"""Operations of ``keras.ops`` in a functional model, as ``x + y`` writes them: element by element."""

from __future__ import annotations

from collections.abc import Sequence

from reference.shapes.layers import merging
from reference.shapes.layers.counted import Counted, Counters, Uncounted
from reference.shapes.settings import Settings, Shape

_OF_ONE = """
    Relu Relu6 LeakyRelu Elu Selu Gelu Silu HardSigmoid HardSilu Sigmoid LogSigmoid Tanh Softplus Softsign
    Absolute Negative Square Sqrt Exp Log Sin Cos Clip
""".split()

_OF_TWO = "Add Subtract Multiply Divide TrueDivide Maximum Minimum Power".split()


def _elementwise(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    """Count tensors of equally many axes: others would meet along the batch axis."""
    if len({len(shape) for shape in shapes}) != 1:
        raise Uncounted
    return merging.COUNTERS["Add"](settings, shapes)


OPERATIONS: Counters = {f"ops.{kind}": _elementwise for kind in (*_OF_ONE, *_OF_TWO)}
"""By the name of the operation's class, with ``ops.`` before it."""
