"""Whether a layer is one that is expected: what of it differs, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from autograder.checks.counted_model import Shape, shown_shape
from autograder.checks.model_expected import ANY_ACTIVATION, OWN_CLASS, Expected, named_activations
from autograder.checks.model_facts import Facts
from autograder.config import Range

_LENGTHS = ("kernel_size", "strides", "pool_size", "size")
_ROUNDING = 1e-9
_MOST_SAID = 60  # characters of a setting
_MOST_AXES = 8


class Difference(NamedTuple):
    """One thing in which a layer is not as expected: its name, and both sides in words."""

    name: str
    theirs: str
    wanted: str


class Compared(NamedTuple):
    """How a layer compares with an expected one: what differs, and what of it is not known."""

    differences: tuple[Difference, ...]
    unknown: tuple[str, ...] = ()


def is_of_kind(layer: Facts, wanted: Expected) -> bool:
    """Return whether a layer is of a kind that will do.

    A reshaping to one axis is a flattening; an operation is as good as the layer of its name; any activation
    is as good as another one: which it applies is compared apart.
    """
    kind = layer.kind.removeprefix("ops.")
    if OWN_CLASS in wanted.kinds:
        return layer.settings is None or kind == "Lambda"
    if layer.kind in wanted.kinds or kind in wanted.kinds:
        return True
    if layer.is_activation and wanted.is_activation:
        return True
    is_flat = layer.output_shape is not None and len(layer.output_shape) == 1
    return "Flatten" in wanted.kinds and kind == "Reshape" and is_flat


def compare(layer: Facts, wanted: Expected, between: Collection[str]) -> Compared:
    """Return how a layer of the right kind compares with an expected one.

    Args:
        layer: The layer.
        wanted: What is expected.
        between: Kinds of layers that may stand between it and its activation.
    """
    found: list[Difference] = []
    unknown: list[str] = []
    for name, value in wanted.settings.items():
        theirs = _setting(layer, name)
        if name == "activation":
            known = {layer.activation}
            if "BatchNormalization" in between:
                known.add(layer.activation_past_normalisation)
            known.discard(None)
            if known and not any(_fits(name, each, value) for each in known):
                found.append(Difference(name, shown_setting(layer.activation), shown_setting(value)))
            elif not known:
                unknown.append(name)
        elif layer.settings is None:
            unknown.append(name)
        elif theirs is not None and not _fits(name, theirs, value):
            found.append(Difference(name, shown_setting(theirs), shown_setting(value)))
    for name, count, asked in (
        ("parameters", layer.parameters, wanted.parameters),
        ("trainable", layer.trainable, wanted.trainable),
    ):
        if asked is not None and count is None:
            unknown.append(name)
        elif asked is not None and count is not None and not fits_count(count, asked):
            found.append(Difference(name, f"{count:,}", shown_count(asked)))
    shape = layer.output_shape
    if wanted.output_shape is not None and shape is None:
        unknown.append("output shape")
    elif wanted.output_shape is not None and shape is not None and not fits_shape(shape, wanted.output_shape):
        found.append(Difference("output shape", shown_shape(shape), shown_shape(wanted.output_shape)))
    return Compared(tuple(found), tuple(unknown))


def likeness(layer: Facts, wanted: Expected) -> int:
    """Return in how many settings a layer is not like a reference model's, asked for or not."""
    theirs = [(name, _setting(layer, name), value) for name, value in wanted.like.items()]
    return sum(each is not None and not _fits(name, each, value) for name, each, value in theirs)


def fits_count(count: int, wanted: int | Range) -> bool:
    """Return whether a number is as it must be."""
    if isinstance(wanted, int):
        return count == wanted
    return wanted.least <= count and (wanted.most is None or count <= wanted.most)


def fits_shape(shape: Shape, wanted: Sequence[int | None]) -> bool:
    """Return whether a shape is as it must be: -1 stands for any length, also an open one."""
    return len(shape) == len(wanted) and all(
        other in (-1, length) for length, other in zip(shape, wanted, strict=True)
    )


def shown_count(wanted: int | Range | None) -> str:
    """Return a number that is expected, in words."""
    match wanted:
        case None:
            return "any"
        case int():
            return f"{wanted:,}"
        case Range(least=least, most=None):
            return f"at least {least:,}"
        case Range(least=0, most=most):
            return f"at most {most:,}"
    return f"{wanted.least:,} to {wanted.most:,}"


def shown_setting(value: object) -> str:
    """Return a setting as people write it.

    >>> shown_setting((3, 3)), shown_setting("same"), shown_setting(("relu", "elu")), shown_setting(None)
    ('3×3', "'same'", "'relu' or 'elu'", 'not known')
    """
    if value is None:
        return "not known"
    if isinstance(value, Range):
        return shown_count(value)
    if isinstance(value, list | tuple):
        if value and all(isinstance(each, str) for each in value):
            return " or ".join(map(shown_setting, value))
        return "×".join(str(each)[:_MOST_SAID] for each in value[:_MOST_AXES])
    if value == ANY_ACTIVATION:
        return value if isinstance(value, str) else ""
    if isinstance(value, str):
        return f"{value[:_MOST_SAID]!r}"
    return f"{value:,}" if type(value) is int else str(value)[:_MOST_SAID]


def summary(settings: Mapping[str, object]) -> str:
    """Return what a layer's settings come to in a few words; what is usual is left out.

    >>> summary({"filters": 32, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same"})
    '32 3×3 same'
    >>> summary({"pool_size": (2, 2), "strides": (2, 2)}), summary({"units": 10, "activation": "softmax"})
    ('2×2', '10 softmax')
    """
    said = []
    for name, value in settings.items():
        plain = shown_setting(value).replace("'", "")
        if name in ("filters", "units", "rate", "size", "pool_size", "kernel_size"):
            said.append(_square(value) if name in _LENGTHS else plain)
        elif name == "strides" and not _is_usual_stride(settings):
            said.append(f"strides {plain}")
        elif name in ("padding", "activation") and value not in ("valid", "linear"):
            said.append(plain)
        elif name == "use_bias" and value is False:
            said.append("no bias")
    return " ".join(said)


def _square(value: object) -> str:
    return f"{value}×{value}" if type(value) is int else shown_setting(value)


def _is_usual_stride(settings: Mapping[str, object]) -> bool:
    usual = settings.get("pool_size", 1)
    strides = settings["strides"]
    if isinstance(strides, list | tuple) or isinstance(usual, list | tuple):
        return _axes(strides) in (_axes(usual), _axes(usual) * len(_axes(strides)))
    return strides in (usual, None)


def _setting(layer: Facts, name: str) -> object:
    values = layer.settings or {}
    if name == "activation":
        return layer.activation
    if name == "strides" and values.get("strides") is None:
        return values.get("pool_size")
    return values.get(name)


def _fits(name: str, theirs: object, wanted: object) -> bool:
    if name == "activation":
        options = named_activations(wanted)
        return theirs in options or (ANY_ACTIVATION in options and theirs != "linear")
    if name in _LENGTHS:
        mine, other = _axes(theirs), _axes(wanted)
        is_one = len(mine) == 1 or len(other) == 1  # which stands for all axes
        return mine == other or (is_one and bool(mine) and all(each == other[0] for each in (*mine, *other)))
    if name == "rate":
        is_number = isinstance(theirs, int | float) and isinstance(wanted, int | float)
        return is_number and abs(float(theirs) - float(wanted)) < _ROUNDING  # type: ignore[arg-type]
    if isinstance(wanted, Range):
        return type(theirs) is int and fits_count(theirs, wanted)
    return theirs == wanted


def _axes(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)
