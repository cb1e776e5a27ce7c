"""Layers around a layer."""

from __future__ import annotations

from functools import partial

from reference.shapes.layers.counted import Counted, product
from reference.shapes.receptive_field import apart, mix
from reference.shapes.settings import ConfigurationError, Settings, Shape, shown


def step_of(shape: Shape) -> Shape:
    """Return what a layer sees that is applied to each step alone.

    Raises:
        ConfigurationError: If there are no steps.
    """
    if len(shape) < 2:
        raise ConfigurationError(f"expected steps of something, received shape {shape}")
    return shape[1:]


def each_step(inner: Counted, shape: Shape) -> Counted:
    """Return a layer for each step, from what it is for one."""
    return Counted(
        tuple([(shape[0], *output) for output in inner.shapes]),
        inner.parameters,
        inner.fixed,
        product((shape[0], inner.multiply_adds)),
        partial(apart, view=inner.view),
    )


def both_ways(settings: Settings, forward: Counted, backward: Counted) -> Counted:
    """Return a recurrent layer and another that reads backwards.

    Raises:
        ConfigurationError: If they do not fit together.
    """
    mode = settings.values.get("merge_mode")
    if mode not in ("concat", "sum", "mul", "ave", None):
        raise ConfigurationError(
            f"merge_mode: expected concat, sum, mul, ave or null; received {shown(mode)}"
        )
    one, other = forward.shapes[0], backward.shapes[0]
    if len(one) != len(other) or (mode != "concat" and one != other):
        raise ConfigurationError(f"the shapes {one} and {other} of both ways do not fit together")
    outputs: tuple[Shape, ...] = (one, other)
    if mode == "concat":
        outputs = ((*one[:-1], (one[-1] or 0) + (other[-1] or 0)),)
    elif mode is not None:
        outputs = (one,)
    products = (forward.multiply_adds, backward.multiply_adds)
    return Counted(
        (*outputs, *forward.shapes[1:], *backward.shapes[1:]),
        forward.parameters + backward.parameters,
        forward.fixed + backward.fixed,
        None if products[0] is None or products[1] is None else products[0] + products[1],
        partial(mix, places=(0, 1), rank=2, keeps=len(one) == 2),
    )
