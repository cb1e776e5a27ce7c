"""A model's layers beside the expected ones: the nearest match, and the first that differs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from autograder.checks.counted_model import CountedModel, Shape, shown_shape
from autograder.config import ExpectedLayer, Range
from autograder.results import LayerPair, ModelLayer, WantedLayer

ACTIVATIONS = frozenset(
    {
        "Activation",
        "ReLU",
        "LeakyReLU",
        "ELU",
        "Softmax",
        "ops.Relu",
        "ops.Sigmoid",
        "ops.Tanh",
        "ops.Softmax",
    }
)
"""Layers that only apply an activation: they may stand between the expected ones."""

_MOST_MATCHED = 500
_MISSING, _OTHER_KIND, _OTHER_NUMBERS = 1.0, 1.9, 0.5


def beside(counted: CountedModel, expected: Sequence[ExpectedLayer]) -> tuple[LayerPair, ...]:
    """Return each layer with the expected one that it matches best, in order; with nothing, if none are."""
    if not expected:
        return tuple(LayerPair(theirs=layer, expected=None) for layer in counted.layers)
    theirs = list(zip(counted.layers, counted.shapes, strict=True))[:_MOST_MATCHED]
    pairs = []
    for at, wanted in _aligned(theirs, expected):
        layer, shape = theirs[at] if at is not None else (None, None)
        other = expected[wanted] if wanted is not None else None
        pairs.append(
            LayerPair(
                theirs=layer,
                expected=None if other is None else _in_words(other),
                difference=_difference(layer, shape, other),
            )
        )
    rest = counted.layers[_MOST_MATCHED:]
    return (*pairs, *(LayerPair(theirs=each, expected=None, difference="not expected") for each in rest))


def are_open(counted: CountedModel, expected: Sequence[ExpectedLayer]) -> bool:
    """Return whether something that is asked of the layers is not known, so that a person has to look."""
    asks_shape = any(layer.output_shape is not None for layer in expected)
    asks_count = any(layer.parameters is not None for layer in expected)
    return (asks_shape and None in counted.shapes) or (
        asks_count and any(layer.parameters is None for layer in counted.layers)
    )


def fits_count(count: int, wanted: int | Range) -> bool:
    """Return whether a number of parameters is as it must be."""
    if isinstance(wanted, int):
        return count == wanted
    return wanted.least <= count and (wanted.most is None or count <= wanted.most)


def fits_shape(shape: Shape, wanted: Sequence[int]) -> bool:
    """Return whether a shape is as it must be: -1 stands for any length, also an open one."""
    return len(shape) == len(wanted) and all(
        other in (-1, length) for length, other in zip(shape, wanted, strict=True)
    )


def shown_count(wanted: int | Range | None) -> str:
    """Return a number of parameters that is expected, in words."""
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


def _in_words(layer: ExpectedLayer) -> WantedLayer:
    shape = "any" if layer.output_shape is None else shown_shape(layer.output_shape)
    return WantedLayer(kind=layer.kind, output_shape=shape, parameters=shown_count(layer.parameters))


def _difference(layer: ModelLayer | None, shape: Shape | None, wanted: ExpectedLayer | None) -> str:
    if layer is None:
        return "missing"
    if wanted is None:
        return "" if layer.kind in ACTIVATIONS else "not expected"
    if layer.kind != wanted.kind:
        return "another kind"
    count = layer.parameters
    if wanted.parameters is not None and count is not None and not fits_count(count, wanted.parameters):
        return "parameters"
    if wanted.output_shape is not None and shape is not None and not fits_shape(shape, wanted.output_shape):
        return "output shape"
    return ""


def _aligned(
    theirs: Sequence[tuple[ModelLayer, Shape | None]], expected: Sequence[ExpectedLayer]
) -> list[tuple[int | None, int | None]]:
    """Return the alignment that costs least, as pairs of indices; None where the other has nothing."""
    extra = [0.0 if layer.kind in ACTIVATIONS else _MISSING for layer, _ in theirs]
    costs = [[_MISSING * column for column in range(len(expected) + 1)]]
    for (layer, shape), gap in zip(theirs, extra, strict=True):
        above = costs[-1]
        row = [above[0] + gap]
        for wanted, (diagonal, over) in zip(expected, pairwise(above), strict=True):
            row.append(min(diagonal + _cost(layer, shape, wanted), over + gap, row[-1] + _MISSING))
        costs.append(row)
    pairs: list[tuple[int | None, int | None]] = []
    at, column = len(theirs), len(expected)
    while at or column:
        here = costs[at][column]
        if at and column:
            layer, shape = theirs[at - 1]
            if here == costs[at - 1][column - 1] + _cost(layer, shape, expected[column - 1]):
                at, column = at - 1, column - 1
                pairs.append((at, column))
                continue
        if at and here == costs[at - 1][column] + extra[at - 1]:
            at -= 1
            pairs.append((at, None))
        else:
            column -= 1
            pairs.append((None, column))
    return pairs[::-1]


def _cost(layer: ModelLayer, shape: Shape | None, wanted: ExpectedLayer) -> float:
    difference = _difference(layer, shape, wanted)
    if difference == "another kind":
        return _OTHER_KIND
    return _OTHER_NUMBERS if difference else 0.0
