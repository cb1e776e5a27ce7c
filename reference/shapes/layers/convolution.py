"""Convolutions: plain, depthwise, separable and transposed, along one to three spatial axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from reference.shapes.layers.counted import Counted, Counter, Counters, Uncounted, known, only, product
from reference.shapes.receptive_field import View, Window, enlarge, slide
from reference.shapes.settings import ConfigurationError, Settings, Shape
from reference.shapes.sizes import conv_output_size


def slid(size: int | None, span: int, stride: int, padding: str, *, what: str = "kernel_size") -> int | None:
    """Return the places of a window along one axis.

    Raises:
        ConfigurationError: If it does not fit.
    """
    if size is None:
        return None
    if padding != "valid":
        return -(-size // stride)
    if span > size:
        raise ConfigurationError(f"{what}: a span of {span} does not fit into {size} elements")
    return conv_output_size(size, span, stride=stride)


def spatial(shape: Shape, *, channels_first: bool) -> tuple[tuple[int | None, ...], int | None, int]:
    """Return the spatial axes, the channels, and the place of the first spatial axis."""
    return (shape[1:], shape[0], 1) if channels_first else (shape[:-1], shape[-1], 0)


def with_channels(
    sizes: Sequence[int | None], channels: int | None, *, channels_first: bool
) -> tuple[int | None, ...]:
    """Return a shape from its spatial axes and its channels."""
    return (channels, *sizes) if channels_first else (*sizes, channels)


def _convolution(settings: Settings, shapes: Sequence[Shape], *, rank: int, kind: str) -> Counted:
    if settings.values.get("lora_rank") is not None:
        raise Uncounted
    channels_first = settings.is_channels_first()
    sizes, open_channels, first = spatial(only(shapes, rank + 1), channels_first=channels_first)
    channels = known("channels", open_channels)
    kernel = settings.integers("kernel_size", rank)
    strides = settings.integers("strides", rank)
    dilations = settings.integers("dilation_rate", rank)
    is_causal_possible = rank == 1 and kind == "plain"
    padding = settings.choice("padding", ("valid", "same", *(("causal",) if is_causal_possible else ())))
    spans = [dilation * (taps - 1) + 1 for taps, dilation in zip(kernel, dilations, strict=True)]
    places = [
        slid(size, span, stride, padding) for size, span, stride in zip(sizes, spans, strides, strict=True)
    ]
    taps, biases = math.prod(kernel), settings.flag("use_bias")
    if kind == "plain":
        groups, filters = settings.integer("groups", default=1), settings.integer("filters")
        if channels % groups or filters % groups:
            raise ConfigurationError(
                f"groups: {groups} groups do not divide {channels} and {filters} channels"
            )
        weights = each = taps * (channels // groups) * filters
    else:
        between = channels * settings.integer("depth_multiplier")
        weights, filters = taps * between, between
        if kind == "separable":
            filters = settings.integer("filters")
            weights += between * filters
        each = weights
    count = product(places)
    windows = {first + axis: Window(spans[axis], strides[axis], places[axis]) for axis in range(rank)}
    return Counted(
        (with_channels(places, filters, channels_first=channels_first),),
        weights + filters * biases,
        multiply_adds=None if count is None else count * each,
        view=partial(slide, windows=windows),
    )


def _transposed(settings: Settings, shapes: Sequence[Shape], *, rank: int) -> Counted:
    channels_first = settings.is_channels_first()
    sizes, open_channels, first = spatial(only(shapes, rank + 1), channels_first=channels_first)
    channels, filters = known("channels", open_channels), settings.integer("filters")
    kernel = settings.integers("kernel_size", rank)
    strides = settings.integers("strides", rank)
    dilations = settings.integers("dilation_rate", rank)
    padding = settings.choice("padding", ("valid", "same"))
    more: Sequence[int | None] = [None] * rank
    if settings.values.get("output_padding") is not None:
        more = settings.integers("output_padding", rank, least=0)
    spans = [dilation * (taps - 1) + 1 for taps, dilation in zip(kernel, dilations, strict=True)]
    places = [
        None if size is None else _enlarged(size, span, stride, padding, extra)
        for size, span, stride, extra in zip(sizes, spans, strides, more, strict=True)
    ]
    weights, count = math.prod(kernel) * channels * filters, product(sizes)
    by = {first + axis: (1, spans[axis] - 1, strides[axis], places[axis]) for axis in range(rank)}
    return Counted(
        (with_channels(places, filters, channels_first=channels_first),),
        weights + filters * settings.flag("use_bias"),
        multiply_adds=None if count is None else count * weights,
        view=_view_of_transposed(by),
    )


def _enlarged(size: int, span: int, stride: int, padding: str, extra: int | None) -> int:
    """Return the length that a transposed convolution makes of an axis."""
    if padding == "valid":
        return (size - 1) * stride + (max(span, stride) if extra is None else span + extra)
    return size * stride if extra is None else (size - 1) * stride + span % 2 + extra


def _view_of_transposed(by: dict[int, tuple[int, int, int, int | None]]) -> View:
    if all(factor == 1 for _, _, factor, _ in by.values()):  # then it is a convolution
        return partial(
            slide, windows={at: Window(spread + 1, 1, size) for at, (_, spread, _, size) in by.items()}
        )
    return partial(enlarge, by=by)


def _counter(rank: int, kind: str) -> Counter:
    return partial(_convolution, rank=rank, kind=kind)


COUNTERS: Counters = {
    **{f"Conv{rank}D": _counter(rank, "plain") for rank in (1, 2, 3)},
    **{f"DepthwiseConv{rank}D": _counter(rank, "depthwise") for rank in (1, 2)},
    **{f"SeparableConv{rank}D": _counter(rank, "separable") for rank in (1, 2)},
    **{f"Conv{rank}DTranspose": partial(_transposed, rank=rank) for rank in (1, 2, 3)},
}
