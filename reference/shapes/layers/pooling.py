"""Pooling: windows, adaptive and global; none has parameters, none multiplies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from reference.shapes.layers.convolution import slid, spatial, with_channels
from reference.shapes.layers.counted import Counted, Counters, only, unknown
from reference.shapes.receptive_field import Field, View, Window, mix, move, slide
from reference.shapes.settings import Settings, Shape


def _pooling(settings: Settings, shapes: Sequence[Shape], *, rank: int) -> Counted:
    channels_first = settings.is_channels_first()
    sizes, channels, first = spatial(only(shapes, rank + 1), channels_first=channels_first)
    windows = settings.integers("pool_size", rank)
    strides = windows if settings.values.get("strides") is None else settings.integers("strides", rank)
    padding = settings.choice("padding", ("valid", "same"))
    places = [
        slid(size, window, stride, padding, what="pool_size")
        for size, window, stride in zip(sizes, windows, strides, strict=True)
    ]
    slides = {first + axis: Window(windows[axis], strides[axis], places[axis]) for axis in range(rank)}
    shape = with_channels(places, channels, channels_first=channels_first)
    return Counted((shape,), view=partial(slide, windows=slides))


def _adaptive(settings: Settings, shapes: Sequence[Shape], *, rank: int) -> Counted:
    channels_first = settings.is_channels_first()
    sizes, channels, first = spatial(only(shapes, rank + 1), channels_first=channels_first)
    places = settings.integers("output_size", rank)
    slides = {}
    for axis, (size, count) in enumerate(zip(sizes, places, strict=True)):
        if size is not None and size % count == 0:
            slides[first + axis] = Window(size // count, size // count, count)
    view: View = partial(slide, windows=slides) if len(slides) == rank else unknown
    return Counted((with_channels(places, channels, channels_first=channels_first),), view=view)


def _global(settings: Settings, shapes: Sequence[Shape], *, rank: int) -> Counted:
    channels_first = settings.is_channels_first()
    shape = only(shapes, rank + 1)
    _, channels, first = spatial(shape, channels_first=channels_first)
    places = (1,) * rank if settings.flag("keepdims", default=False) else ()
    view: View = partial(_without, first=first, rank=rank, keeps=bool(places))
    return Counted((with_channels(places, channels, channels_first=channels_first),), view=view)


def _without(field: Field, *, first: int, rank: int, keeps: bool) -> Field | None:
    """Return the field after global pooling: where the spatial axes go, the channels' axis is the first."""
    seen = mix(field, range(first, first + rank), rank + 1)
    if seen is None or keeps or first == 1:
        return seen
    return move(seen, [None] * rank + [0])


COUNTERS: Counters = {
    f"{prefix}{what}Pooling{rank}D": partial(count, rank=rank)
    for prefix, count in (("", _pooling), ("Adaptive", _adaptive), ("Global", _global))
    for what in ("Max", "Average")
    for rank in (1, 2, 3)
}
