"""Layers that move numbers about: flatten, reshape, permute, repeat; padding, cropping; other sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from reference.shapes.layers.convolution import spatial, with_channels
from reference.shapes.layers.counted import Counted, Counters, known, only, product, shape_text, unknown
from reference.shapes.receptive_field import View, enlarge, move, resize
from reference.shapes.settings import MOST_AXES, ConfigurationError, Settings, Shape, shown, whole

_TAPS = {"nearest": 1, "bilinear": 2, "bicubic": 4, "lanczos3": 6, "lanczos5": 10, "area": None}


def _flatten(_settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes)
    return Counted(((product(shape),),), view=_folded(shape, (product(shape),)))


def _reshape(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape, target = only(shapes), settings.values.get("target_shape")
    if not isinstance(target, list | tuple) or len(target) > MOST_AXES:
        raise ConfigurationError(f"target_shape: expected a shape, received {shown(target)}")
    if None in target:  # left open, as -1 is where another length is open
        opened = [None if length in (None, -1) else whole("target_shape", length) for length in target]
        return Counted((tuple(opened),), view=unknown)
    lengths = [whole("target_shape", length, least=-1) for length in target]
    if lengths.count(-1) > 1 or 0 in lengths:
        raise ConfigurationError(f"target_shape: expected at most one -1 and no 0, received {shown(target)}")
    size, rest = product(shape), math.prod(length for length in lengths if length != -1)
    if size is None:
        reshaped: Shape = tuple(None if length == -1 else length for length in lengths)
    elif size % rest or (-1 not in lengths and size != rest):
        raise ConfigurationError(f"target_shape: {shown(target)} does not hold the shape {shape_text(shape)}")
    else:
        reshaped = tuple(size // rest if length == -1 else length for length in lengths)
    return Counted((reshaped,), view=_folded(shape, reshaped))


def _folded(before: Shape, after: Shape) -> View:
    """Return where axes are after a reshaping: those that stay, but for lengths of 1, keep their order."""
    if [length for length in before if length != 1] != [length for length in after if length != 1]:
        return partial(move, places=[None] * len(before))
    remaining = iter([place for place, length in enumerate(after) if length != 1])
    return partial(move, places=[None if length == 1 else next(remaining) for length in before])


def _permute(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes)
    numbers = settings.integers("dims", len(shape))
    if sorted(numbers) != list(range(1, len(shape) + 1)):
        raise ConfigurationError(f"dims: expected each of 1 to {len(shape)} once, received {shown(numbers)}")
    places = [0] * len(shape)
    for new, old in enumerate(numbers):
        places[old - 1] = new
    return Counted((tuple([shape[old - 1] for old in numbers]),), view=partial(move, places=places))


def _repeat(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    shape = only(shapes, 1)
    return Counted(((settings.integer("n"), shape[0]),), view=partial(move, places=(1,)))


def _padded(settings: Settings, shapes: Sequence[Shape], *, rank: int, name: str) -> Counted:
    """Count zero padding and cropping: numbers before and after each spatial axis."""
    channels_first = "data_format" in settings.values and settings.is_channels_first()
    sizes, channels, first = spatial(only(shapes, rank + 1), channels_first=channels_first)
    asked = settings.values.get(name)
    sides = [asked] if rank == 1 else asked
    if not isinstance(sides, list | tuple) or len(sides) != rank:
        raise ConfigurationError(f"{name}: expected two integers for each axis, received {shown(asked)}")
    sign, lengths = (1 if name == "padding" else -1), []
    for size, side in zip(sizes, sides, strict=True):
        total = sum(Settings({name: side}).integers(name, 2, least=0))
        lengths.append(None if size is None else size + sign * total)
        if size is not None and size + sign * total < 1:
            raise ConfigurationError(f"{name}: {total} elements cannot be cut off {size}")
    view = partial(resize, lengths={first + axis: length for axis, length in enumerate(lengths)})
    return Counted((with_channels(lengths, channels, channels_first=channels_first),), view=view)


def _up_sampling(settings: Settings, shapes: Sequence[Shape], *, rank: int) -> Counted:
    channels_first = "data_format" in settings.values and settings.is_channels_first()
    sizes, channels, first = spatial(only(shapes, rank + 1), channels_first=channels_first)
    factors = settings.integers("size", rank)
    lengths = [None if size is None else size * by for size, by in zip(sizes, factors, strict=True)]
    taps = _TAPS[settings.choice("interpolation", _TAPS)] if "interpolation" in settings.values else 1
    view: View = unknown
    if taps is not None:
        changes = {
            first + axis: (1, taps * factor - 1, factor, lengths[axis])
            for axis, factor in enumerate(factors)
            if factor > 1
        }
        view = partial(enlarge, by=changes)
    return Counted((with_channels(lengths, channels, channels_first=channels_first),), view=view)


def _resizing(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    channels_first = settings.is_channels_first()
    sizes, channels, first = spatial(only(shapes, 3), channels_first=channels_first)
    lengths = (settings.integer("height"), settings.integer("width"))
    taps = _TAPS[settings.choice("interpolation", _TAPS)]
    is_plain = not any(
        settings.flag(name, default=False)
        for name in ("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias")
    )
    view: View = unknown
    if taps is not None and is_plain and None not in sizes:
        changes = {}
        for axis, (open_size, length) in enumerate(zip(sizes, lengths, strict=True)):
            size = known("size", open_size)
            if size != length:
                common = math.gcd(size, length)
                factor = length // common
                changes[first + axis] = (size // common, taps * factor - 1, factor, length)
        view = partial(enlarge, by=changes)
    return Counted((with_channels(lengths, channels, channels_first=channels_first),), view=view)


def _cut_out(settings: Settings, shapes: Sequence[Shape]) -> Counted:
    """Count a crop of a size: an image that is smaller is resized, by how much then depends on both sides."""
    channels_first = settings.is_channels_first()
    sizes, channels, first = spatial(only(shapes, 3), channels_first=channels_first)
    lengths = (settings.integer("height"), settings.integer("width"))
    fits = all(size is not None and size >= length for size, length in zip(sizes, lengths, strict=True))
    view: View = unknown
    if fits:
        view = partial(resize, lengths={first + axis: length for axis, length in enumerate(lengths)})
    return Counted((with_channels(lengths, channels, channels_first=channels_first),), view=view)


COUNTERS: Counters = {
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": _repeat,
    **{f"ZeroPadding{rank}D": partial(_padded, rank=rank, name="padding") for rank in (1, 2, 3)},
    **{f"Cropping{rank}D": partial(_padded, rank=rank, name="cropping") for rank in (1, 2, 3)},
    **{f"UpSampling{rank}D": partial(_up_sampling, rank=rank) for rank in (1, 2, 3)},
    "Resizing": _resizing,
    "CenterCrop": _cut_out,
    "RandomCrop": _cut_out,
}
