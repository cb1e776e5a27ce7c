"""A model's layers beside the expected ones: the nearest match, and what differs, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograder.checks.counted_model import CountedModel, shown_shape
from autograder.checks.model_expected import Expected, Item, Repeat, Wildcard
from autograder.checks.model_facts import Facts
from autograder.checks.model_free import are_free, kinds_between
from autograder.checks.model_matching import shown_count, shown_setting, summary
from autograder.checks.model_pattern import Aligned, States, align, order_that_fits
from autograder.config.keras_layers import settings_of
from autograder.results import LayerPair, ModelLayer, WantedLayer

_MOST_SHOWN = 2_000


class Beside(NamedTuple):
    """Layers beside the expected ones.

    Attributes:
        pairs: Each layer with the expected one that it matches best, in order.
        unknown: What of it is asked for and not known.
        order: The order in which the layers were looked at.
    """

    pairs: tuple[Aligned, ...]
    unknown: tuple[str, ...]
    order: tuple[int, ...]

    @property
    def first_difference(self) -> int | None:
        """The index of the first pair that does not fit."""
        return next((at for at, pair in enumerate(self.pairs) if not pair.fits), None)

    @property
    def share(self) -> float:
        """How many of the pairs fit, of all that are not free."""
        counted = [pair for pair in self.pairs if not pair.is_free]
        return sum(pair.fits for pair in counted) / len(counted) if counted else 1.0

    def allowed(self, layers: Sequence[Facts], between: Sequence[str]) -> list[Facts]:
        """Return the layers with parameters that stand between the expected ones, and may."""
        kinds = kinds_between(between) | {"Normalization"}
        extra = [layers[self.order[pair.at]] for pair in self.pairs if pair.is_free and pair.at is not None]
        return [facts for facts in extra if facts.kind in kinds and facts.parameters]


def beside(counted: CountedModel, items: Sequence[Item], between: Sequence[str]) -> Beside:
    """Return each layer with the expected one that it matches best.

    Args:
        counted: The model.
        items: What is expected, in order.
        between: Kinds of layers that may stand between others.
    """
    kinds = kinds_between(between)
    states = States(items)
    order = tuple(range(len(counted.facts)))
    free = are_free(counted.facts, kinds)
    pairs = align(counted.facts, free, states, kinds)
    if counted.has_graph and any(not pair.fits for pair in pairs):
        other = order_that_fits(counted.facts, free, states, kinds)
        if other is not None:
            order = other
            layers = [counted.facts[at] for at in order]
            pairs = align(layers, [free[at] for at in order], states, kinds)
    rest = range(len({pair.at for pair in pairs} - {None}), len(order))
    pairs = (*pairs, *(Aligned(at, None) for at in rest))
    unknown = dict.fromkeys(
        name for pair in pairs if pair.compared is not None for name in pair.compared.unknown
    )
    return Beside(pairs, tuple(unknown), order)


def shown_pairs(counted: CountedModel, found: Beside | None) -> tuple[LayerPair, ...]:
    """Return the rows of the table: each layer, and what was expected of it."""
    if found is None:
        shown = range(min(len(counted.layers), _MOST_SHOWN))
        return tuple(LayerPair(theirs=_theirs(counted, at), expected=None) for at in shown)
    return tuple(
        LayerPair(
            theirs=None if pair.at is None else _theirs(counted, found.order[pair.at]),
            expected=None if pair.wanted is None else _wanted(pair.wanted),
            difference=_difference(pair),
            is_free=pair.is_free,
        )
        for pair in found.pairs[:_MOST_SHOWN]
    )


def in_words(counted: CountedModel, found: Beside, pair: Aligned) -> str:
    """Return what is wrong with a layer, or that it is missing."""
    if pair.at is None:
        assert pair.wanted is not None
        return f"{_kinds(pair.wanted)} is missing{_after(counted, found, pair)}"
    layer = counted.facts[found.order[pair.at]]
    said = f"{layer.name} ({layer.kind})"
    if pair.wanted is None:
        return f"{said} is not expected there"
    if pair.compared is None:
        return f"{layer.name} is {layer.kind}, expected {_kinds(pair.wanted)}"
    told = []
    for name, theirs, wanted in pair.compared.differences:
        match name:
            case "parameters":
                told.append(f"has {theirs} parameters, expected {wanted}")
            case "trainable":
                told.append(f"has {theirs} trained parameters, expected {wanted}")
            case "output shape":
                told.append(f"returns {theirs}, expected {wanted}")
            case _:
                told.append(f"has {name} {theirs}, expected {wanted}")
    return f"{said} {'; '.join(told)}"


def pattern_text(items: Sequence[Item]) -> str:
    """Return a pattern as people read it.

    >>> pattern_text([Repeat((Expected(("Conv2D",)), Expected(("MaxPooling2D",))), 2, None), Wildcard()])
    '[Conv2D, MaxPooling2D] at least 2 times, …'
    """
    return ", ".join(_item_text(item) for item in items)


def _item_text(item: Item) -> str:
    match item:
        case Wildcard(without=()):
            return "…"
        case Wildcard(without=without):
            return f"… without {' and '.join(without)}"
        case Repeat(items=items, least=least, most=most):
            inner = pattern_text(items)
            text = f"[{inner}]" if len(items) > 1 else inner
            if (least, most) == (0, 1):
                return f"perhaps {text}"
            many = (
                f"{least}" if least == most else f"at least {least}" if most is None else f"{least} to {most}"
            )
            return f"{text} {many} times"
    settings = summary(item.settings)
    return _kinds(item) + (f" {settings}" if settings else "")


def _after(counted: CountedModel, found: Beside, pair: Aligned) -> str:
    before = None
    for each in found.pairs:
        if each is pair:
            break
        before = each.at if each.at is not None else before
    return "" if before is None else f" after {counted.facts[found.order[before]].name}"


def _kinds(wanted: Expected) -> str:
    return " or ".join(wanted.kinds)


def _difference(pair: Aligned) -> str:
    if pair.fits:
        return ""
    if pair.at is None:
        return "missing"
    if pair.wanted is None:
        return "not expected"
    if pair.compared is None:
        return "another kind"
    return ", ".join(each.name for each in pair.compared.differences)


def _theirs(counted: CountedModel, at: int) -> ModelLayer:
    layer = counted.layers[at]
    return ModelLayer(
        name=layer.name,
        kind=layer.kind,
        output_shape=layer.output_shape,
        parameters=layer.parameters,
        trainable=layer.trainable,
        settings=_settings(counted.facts[at]),
        counted=layer.counted,
    )


def _settings(facts: Facts) -> str:
    values = facts.settings or {}
    known: dict[str, object] = {
        name: values[name] for name in settings_of(facts.kind) if values.get(name) is not None
    }
    if isinstance(known.get("activation"), dict):
        known["activation"] = shown_setting(facts.activation)
    return summary(known)


def _wanted(wanted: Expected) -> WantedLayer:
    shape = "any" if wanted.output_shape is None else shown_shape(wanted.output_shape)
    count = shown_count(wanted.parameters)
    if wanted.shown_parameters is not None:
        shape, count = wanted.shown_shape, f"{wanted.shown_parameters:,}"
    return WantedLayer(
        kind=_kinds(wanted), output_shape=shape, parameters=count, settings=summary(wanted.settings)
    )
