"""Layers that take several tensors and return one."""

from __future__ import annotations

from collections.abc import Sequence

from reference.shapes.layers.counted import Counted, Counters, product, shape_text, unknown
from reference.shapes.settings import ConfigurationError, Settings, Shape, axis_at, shown


def _elementwise(_settings: Settings, shapes: Sequence[Shape]) -> Counted:
    merged = _several(shapes)[0]
    for shape in shapes[1:]:
        merged = _broadcast(merged, shape)
    return Counted((merged,))


def _broadcast(one: Shape, other: Shape) -> Shape:
    """Return the shape of two tensors together, the shorter one fitted to the last axes."""
    if len(one) < len(other):
        one, other = other, one
    start = len(one) - len(other)
    merged = list(one[:start])
    for length, against in zip(one[start:], other, strict=True):
        if length is None or against is None:
            merged.append(None)
        elif length in (1, against):
            merged.append(against)
        elif against == 1:
            merged.append(length)
        else:
            raise ConfigurationError(
                f"the shapes {shape_text(one)} and {shape_text(other)} do not fit together"
            )
    return tuple(merged)


def _concatenate(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    first = _several(shapes)[0]
    (place,) = settings.axes("axis", len(first))
    total: int | None = 0
    for shape in shapes:
        if len(shape) != len(first):
            raise ConfigurationError(
                f"the shapes {shape_text(first)} and {shape_text(shape)} do not fit together"
            )
        for at, (length, against) in enumerate(zip(first, shape, strict=True)):
            if at != place and length != against and None not in (length, against):
                raise ConfigurationError(
                    f"the shapes {shape_text(first)} and {shape_text(shape)} differ beside axis {place + 1}"
                )
        length = shape[place]
        total = None if total is None or length is None else total + length
    return Counted(((*first[:place], total, *first[place + 1 :]),))


def _dot(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    if len(shapes) != 2:
        raise ConfigurationError(f"expected two inputs, received {len(shapes)}")
    axes = settings.values.get("axes")
    numbers = axes if isinstance(axes, list | tuple) else [axes, axes]
    if len(numbers) != 2:
        raise ConfigurationError(f"axes: expected an axis or two, received {shown(axes)}")
    one, other = (axis_at("axes", axis, len(shape)) for axis, shape in zip(numbers, shapes, strict=True))
    common = shapes[0][one]
    if common != shapes[1][other]:
        raise ConfigurationError(f"axes: the lengths {common} and {shapes[1][other]} are not the same")
    shape = (*shapes[0][:one], *shapes[0][one + 1 :], *shapes[1][:other], *shapes[1][other + 1 :])
    return Counted((shape or (1,),), multiply_adds=product((*shape, common)), view=unknown)


def _several(shapes: Sequence[Shape]) -> Sequence[Shape]:
    if not shapes:
        raise ConfigurationError("expected inputs, received none")
    return shapes


_ELEMENTWISE = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")

MERGING = frozenset({*_ELEMENTWISE, "Concatenate", "Dot"})
"""The kinds that take all the tensors they are called with."""

COUNTERS: Counters = {**dict.fromkeys(_ELEMENTWISE, _elementwise), "Concatenate": _concatenate, "Dot": _dot}
