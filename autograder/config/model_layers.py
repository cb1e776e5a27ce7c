"""What an assignment's file may say of a model's layers: exactly, or as a pattern with wildcards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, TypeAlias

import msgspec

from autograder.config.keras_layers import ALIASES, KINDS, Activation, Setting, settings_of
from autograder.config.names import LayerKinds

_MOST_AXES = 16
MOST_TIMES = 20
MOST_IN_ALL = 500
Axis = Annotated[int, msgspec.Meta(ge=-1)]
Axes: TypeAlias = Annotated[tuple[Axis, ...], msgspec.Meta(max_length=_MOST_AXES)]
Count = Annotated[int, msgspec.Meta(ge=0)]
_Length = Annotated[int, msgspec.Meta(ge=1)]
Lengths: TypeAlias = _Length | Annotated[tuple[_Length, ...], msgspec.Meta(max_length=3)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
WILDCARD = "..."


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many there may be.

    Attributes:
        least: At least so many.
        most: At most so many.
    """

    least: Count = 0
    most: Count | None = None


class ExpectedLayer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A layer that a model must have at its place. What is left out may be anything.

    Attributes:
        kind: The name of its class in Keras: ``"Conv2D"``; with ``|`` between them, several that will do.
        parameters: How many numbers it keeps: so many, or between two bounds.
        trainable: How many of them training changes.
        output_shape: The shape of its output without the batch axis; -1 for an axis of any length.
        filters: How many filters, of a convolution.
        kernel_size: The size of its kernel, one number or one for each axis.
        strides: Its strides, of a convolution or a pooling.
        padding: ``"valid"`` or ``"same"``.
        pool_size: The window of a pooling.
        size: The factors of an up-sampling.
        units: How many units, of a dense or a recurrent layer.
        use_bias: Whether it has a bias.
        activation: Its activation, or several that will do; ``"linear"`` for none. A layer of its own after
            it is as good.
        rate: The rate of a dropout.
    """

    kind: LayerKinds
    parameters: Count | Range | None = None
    trainable: Count | Range | None = None
    output_shape: Axes | None = None
    filters: Count | Range | None = None
    kernel_size: Lengths | None = None
    strides: Lengths | None = None
    padding: Literal["valid", "same", "causal"] | None = None
    pool_size: Lengths | None = None
    size: Lengths | None = None
    units: Count | Range | None = None
    use_bias: bool | None = None
    activation: Activation | tuple[Activation, ...] | None = None
    rate: Share | None = None


class PatternItem(ExpectedLayer, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A layer of a pattern, or several in a row.

    Attributes:
        kind: The name of its class in Keras, or several with ``|`` between them; ``"..."`` for any layers, or
            none.
        times: How often it may come in a row: so often, or between two bounds.
        repeat: In the place of `kind`: layers that come one after the other, as often as `times` says.
        without: With ``"..."``: kinds that are not among these layers.
    """

    kind: LayerKinds | None = None  # type: ignore[assignment]
    times: Count | Range = 1
    repeat: tuple[str | ExpectedLayer, ...] = ()
    without: tuple[LayerKinds, ...] = ()


Pattern: TypeAlias = Annotated[tuple[str | PatternItem, ...], msgspec.Meta(max_length=100)]


def kinds_of(kind: str) -> tuple[str, ...]:
    """Return the kinds that will do, by the names that Keras writes.

    >>> kinds_of("MaxPool2D|AveragePooling2D")
    ('MaxPooling2D', 'AveragePooling2D')
    """
    return tuple(ALIASES.get(each.strip(), each.strip()) for each in kind.split("|"))


def asked_settings(layer: ExpectedLayer) -> dict[str, object]:
    """Return the settings that are asked of a layer, by name."""
    names: tuple[Setting, ...] = (
        *("filters", "kernel_size", "strides", "padding", "pool_size", "size", "units"),
        *("use_bias", "activation", "rate"),
    )
    return {name: value for name in names if (value := getattr(layer, name)) is not None}


def wrong_layers(where: str, layers: Sequence[ExpectedLayer]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with layers that are expected: the key, and what was expected there."""
    for at, layer in enumerate(layers):
        if layer.kind == WILDCARD:
            yield (
                f"{where}[{at}].kind",
                f'expected a kind: layers are exact, "{WILDCARD}" goes into a pattern',
            )
        yield from _wrong_layer(f"{where}[{at}]", layer)


def wrong_kinds(where: str, kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with kinds of layers: the key, and what was expected there."""
    for at, kind in enumerate(kinds):
        if kind == WILDCARD:
            yield f"{where}[{at}]", "expected the kind of a layer"
        yield from _wrong_kind(f"{where}[{at}]", kind)


def wrong_pattern(where: str, pattern: Pattern) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a pattern: the key, and what was expected there."""
    if (length := sum(map(_length, pattern))) > MOST_IN_ALL:
        yield where, f"expected at most {MOST_IN_ALL} layers with all repetitions; received {length:,}"
    for at, item in enumerate(pattern):
        place = f"{where}[{at}]"
        if isinstance(item, str):
            yield from _wrong_text(place, item)
        elif (item.kind is None) == (not item.repeat):
            yield place, "expected kind or repeat; received " + ("both" if item.repeat else "neither")
        else:
            yield from _wrong_item(place, item)


def _wrong_item(place: str, item: PatternItem) -> Iterator[tuple[str, str]]:
    if item.without and item.kind != WILDCARD:
        yield f"{place}.without", f'expected kind = "{WILDCARD}" with it'
    if (item.repeat or item.kind == WILDCARD) and _says_more(item):
        yield place, "expected what is asked of a layer beside its kind alone"
    if item.kind == WILDCARD and item.times != 1:
        yield f"{place}.times", f'expected none: "{WILDCARD}" stands for any number of layers'
    yield from _wrong_range(f"{place}.times", item.times)
    if not 0 < _most(item.times) <= MOST_TIMES:
        yield f"{place}.times", f"expected 1 to {MOST_TIMES} times"
    if item.kind is not None and item.kind != WILDCARD:
        yield from _wrong_layer(place, item)
    yield from wrong_kinds(f"{place}.without", item.without)
    for number, inner in enumerate(item.repeat):
        if isinstance(inner, str):
            yield from _wrong_text(f"{place}.repeat[{number}]", inner)
        else:
            yield from _wrong_layer(f"{place}.repeat[{number}]", inner)


def _most(times: int | Range) -> int:
    """Return how many times at most; where there is no end, how many at least, and once."""
    if not isinstance(times, Range):
        return times
    return max(1, times.least) if times.most is None else times.most


def _length(item: str | PatternItem) -> int:
    return 1 if isinstance(item, str) else _most(item.times) * max(1, len(item.repeat))


def _says_more(item: PatternItem) -> bool:
    asked = (item.parameters, item.trainable, item.output_shape)
    return bool(asked_settings(item)) or any(each is not None for each in asked)


def _wrong_text(where: str, text: str) -> Iterator[tuple[str, str]]:
    if text != WILDCARD:
        if not all(each.strip().isidentifier() for each in text.split("|")):
            yield where, f'expected the kind of a layer, like "Conv2D", or "{WILDCARD}"; received "{text}"'
        yield from _wrong_kind(where, text)


def _wrong_layer(where: str, layer: ExpectedLayer) -> Iterator[tuple[str, str]]:
    yield from _wrong_kind(f"{where}.kind", layer.kind)
    for name in ("parameters", "trainable", "filters", "units"):
        yield from _wrong_range(f"{where}.{name}", getattr(layer, name))
    for name in asked_settings(layer):
        if not any(name in settings_of(kind) or name == "activation" for kind in kinds_of(layer.kind)):
            has = ", ".join(settings_of(kinds_of(layer.kind)[0])) or "none"
            yield f"{where}.{name}", f"expected a setting that {layer.kind} has: {has}"


def _wrong_kind(where: str, kind: str) -> Iterator[tuple[str, str]]:
    near = {each.lower(): each for each in (*KINDS, *ALIASES)}
    for each in kind.split("|"):
        name = each.strip()
        if name not in KINDS and name not in ALIASES and name.lower() in near:
            yield where, f'expected "{near[name.lower()]}"; received "{name}"'


def _wrong_range(where: str, found: object) -> Iterator[tuple[str, str]]:
    if isinstance(found, Range) and found.most is not None and found.most < found.least:
        yield f"{where}.most", f"expected at least {found.least}; received {found.most}"


def wrong_ranges(ranges: Sequence[tuple[str, object]]) -> Iterator[tuple[str, str]]:
    """Yield which bounds contradict each other: the key, and what was expected there."""
    for where, found in ranges:
        yield from _wrong_range(where, found)
