"""Normalisations: batch, layer, group, root mean square, unit, and that of a data set."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from reference.shapes.layers.counted import Counted, Counters, known, only
from reference.shapes.receptive_field import mix
from reference.shapes.settings import ConfigurationError, Settings, Shape


def _along(settings: Settings, shape: Shape) -> tuple[tuple[int, ...], int]:
    """Return the axes that the configuration names, and how many numbers lie along them."""
    places = settings.axes("axis", len(shape))
    return places, math.prod(known("axis", shape[place]) for place in places)


def _batch(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes)
    places, size = _along(settings, shape)
    if len(places) != 1:
        raise ConfigurationError(f"axis: expected one axis, received {len(places)}")
    trained = settings.flag("scale") + settings.flag("center")
    fixed = 5 if settings.flag("renorm", default=False) else 2
    return Counted((shape,), (trained + fixed) * size, fixed * size)


def _layer(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes)
    places, size = _along(settings, shape)
    by_variance = settings.flag("rms_scaling", default=False)
    scales, shifts = settings.flag("scale") or by_variance, settings.flag("center") and not by_variance
    view = partial(mix, places=places, rank=len(shape), keeps=True)
    return Counted((shape,), (scales + shifts) * size, view=view)


def _group(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes)
    places, size = _along(settings, shape)
    groups = settings.integer("groups", least=-1)
    if len(places) != 1 or groups == 0 or (groups > 0 and size % groups):
        raise ConfigurationError(f"groups: {groups} groups do not divide the {size} channels of one axis")
    view = partial(mix, places=range(len(shape)), rank=len(shape), keeps=True)
    return Counted((shape,), (settings.flag("scale") + settings.flag("center")) * size, view=view)


def _root_mean_square(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes)
    places, size = _along(settings, shape)
    return Counted((shape,), size, view=partial(mix, places=places, rank=len(shape), keeps=True))


def _unit(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes)
    places = settings.axes("axis", len(shape))
    return Counted((shape,), view=partial(mix, places=places, rank=len(shape), keeps=True))


def _of_a_data_set(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes)
    if settings.values.get("mean") is not None:
        return Counted((shape,))
    size = 2 * _along(settings, shape)[1] + 1  # means, variances, and how many examples there were
    return Counted((shape,), size, size)


COUNTERS: Counters = {
    "BatchNormalization": _batch,
    "LayerNormalization": _layer,
    "GroupNormalization": _group,
    "RMSNormalization": _root_mean_square,
    "UnitNormalization": _unit,
    "Normalization": _of_a_data_set,
}
