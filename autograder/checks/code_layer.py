"""Where the code of an autoencoder is, and whether its decoder mirrors its encoder, by its configuration."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.checks.counted_model import CountedModel, count_configuration
from autograder.checks.model_facts import Facts
from reference.shapes.settings import ConfigurationError

_NAMED = re.compile(r"(code|codes|bottleneck|latent|latents|encoded|encoding|embedding|z)(_\d+|_layer)?")
_TWO = 2  # models in a model: what comes first is the encoder


@dataclass(frozen=True)
class Build:
    """How an autoencoder is built.

    Attributes:
        size: How many numbers go in.
        code_size: How many numbers its code has; None where that is not known, or it has none.
        layer: The layer whose output is the code, in a model in the model ``outer/inner``; empty where none.
        widths: How many numbers each layer that learns puts out, in their order.
        in_encoder: How many of these layers the encoder has.
        is_symmetric: Whether the decoder mirrors the encoder; None where that is not known.
        bypass: The layer by which what goes in gets past the code; empty where there is none.
        last: The activation of its last layer; None where that is not known.
        rescales: Whether it rescales its inputs itself.
        unknown: Why it is not known how it is built, where it is not.
    """

    size: int = 0
    code_size: int | None = None
    layer: str = ""
    widths: tuple[int, ...] = ()
    in_encoder: int = 0
    is_symmetric: bool | None = None
    bypass: str = ""
    last: str | None = None
    rescales: bool = False
    unknown: str = ""


def build_of(text: bytes) -> Build:
    """Return how an autoencoder is built.

    Args:
        text: Of its configuration.
    """
    if not text:
        return Build(unknown="no configuration tells its layers")
    try:
        counted = count_configuration(text.decode("utf-8", "replace"))
    except ConfigurationError as error:
        return Build(unknown=f"its configuration cannot be counted: {error}")
    return build_of_counted(counted)


def build_of_counted(counted: CountedModel) -> Build:
    """Return how an autoencoder is built that was counted already."""
    sizes = [_size(facts.output_shape) for facts in counted.facts]
    if len(counted.inputs) != 1 or len(counted.outputs) != 1 or not sizes or None in sizes:
        return Build(unknown="its layers' shapes are not all known, or it has several inputs or outputs")
    return _build(counted, [size or 0 for size in sizes])


def _build(counted: CountedModel, sizes: Sequence[int]) -> Build:
    layers = counted.facts
    size = _size(counted.inputs[0]) or 0
    learning = [at for at, facts in enumerate(layers) if _learns(facts)]
    widths = tuple(sizes[at] for at in learning)
    ends = counted.ends
    last = ends[0][1] if len(ends) == 1 else None
    rescales = any(facts.kind in ("Rescaling", "Normalization") for facts in layers)
    at = _code(layers, sizes, learning, size)
    if at is None:
        return Build(size, None, "", widths, 0, False, "", last, rescales)
    return Build(
        size,
        sizes[at],
        layers[at].name,
        widths,
        sum(place <= at for place in learning),
        _mirrors(layers, sizes, learning, at),
        _bypass(layers, at),
        last,
        rescales,
    )


def _code(layers: Sequence[Facts], sizes: Sequence[int], learning: Sequence[int], size: int) -> int | None:
    """Return the layer whose output is the code: the last of the encoder, one of that name, the narrowest."""
    outer = list(dict.fromkeys(facts.name.partition("/")[0] for facts in layers if "/" in facts.name))
    named = [name for name in outer if re.search(r"(?<!auto)encoder", name.lower())]
    if named or len(outer) == _TWO:
        first = (named or outer)[0]
        return max(at for at, facts in enumerate(layers) if facts.name.startswith(f"{first}/"))
    if len(learning) < _TWO:
        return None
    hidden = range(learning[0], learning[-1])
    called = [at for at in hidden if _NAMED.fullmatch(layers[at].name.rpartition("/")[2].lower())]
    if called:
        return _with_activation(layers, sizes, called[0])
    narrowest = min(sizes[at] for at in hidden)
    if narrowest >= size:  # wider than the input: the one in the middle
        inner = learning[:-1]
        return _with_activation(layers, sizes, inner[(len(inner) - 1) // 2])
    starts = [
        at
        for at in hidden
        if sizes[at] == narrowest and (at in learning or sizes[at - 1] != narrowest or at == hidden[0])
    ]
    return _with_activation(layers, sizes, starts[(len(starts) - 1) // 2])


def _with_activation(layers: Sequence[Facts], sizes: Sequence[int], at: int) -> int:
    """Return the last of the layers after one that change its numbers, but are no layers to learn."""
    while (
        len(layers[at].consumers) == 1
        and not layers[at].is_output
        and not _learns(layers[layers[at].consumers[0]])
        and sizes[layers[at].consumers[0]] == sizes[at]
        and "Reshape" not in layers[layers[at].consumers[0]].kind
    ):
        at = layers[at].consumers[0]
    return at


def _mirrors(layers: Sequence[Facts], sizes: Sequence[int], learning: Sequence[int], code: int) -> bool:
    """Return whether the widths of dense layers mirror each other, or as many layers learn on both sides."""
    if all(layers[at].kind == "Dense" for at in learning):
        inner = [sizes[at] for at in learning[:-1]]
        before = sum(at <= code for at in learning)
        return inner == inner[::-1] and before == len(learning) - before
    before = sum(at <= code for at in learning)
    return abs(before - (len(learning) - before)) <= 1


def _bypass(layers: Sequence[Facts], code: int) -> str:
    """Return the first layer that takes from the code's side and from the input's; empty where none does."""
    reached: list[bool] = []
    for at, facts in enumerate(layers):
        reached.append(at != code and any(source < 0 or reached[source] for source in facts.inputs))
    after = set[int]()
    for at, facts in enumerate(layers):
        if at == code or any(source in after for source in facts.inputs):
            after.add(at)
    past = any(facts.is_output and reached[at] for at, facts in enumerate(layers))
    if not past:
        return ""
    return next(
        (facts.name for at, facts in enumerate(layers) if reached[at] and at in after), layers[code].name
    )


def _learns(facts: Facts) -> bool:
    return bool(facts.parameters) and "Normalization" not in facts.kind and not facts.is_activation


def _size(shape: Sequence[int | None] | None) -> int | None:
    if shape is None or None in shape:
        return None
    return math.prod(length for length in shape if length is not None)
