"""The layers that are expected, from an assignment's file or from a reference model, in one form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from types import MappingProxyType

from autograder.checks.counted_model import CountedModel, count_configuration, shown_shape
from autograder.checks.model_activations import LAYERS, activation_of
from autograder.checks.model_facts import Facts
from autograder.checks.model_free import is_preparation
from autograder.config import ExpectedLayer, ModelCheckConfig, PatternItem, Range
from autograder.config.keras_layers import Setting, settings_of
from autograder.config.model_layers import WILDCARD, asked_settings, kinds_of
from reference.models import configuration, own_classes
from reference.shapes.counts import Weight

ANY_ACTIVATION = "any activation"
OWN_CLASS = "a layer of one's own"
_PASSED = ("MaxPooling", "Flatten", "Dropout", "SpatialDropout")
_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True)
class Expected:
    """A layer that is expected at its place.

    Attributes:
        kinds: The classes that will do.
        settings: What is asked of its settings, by name.
        parameters: How many numbers it is asked to keep.
        trainable: How many of them are asked to be trained.
        output_shape: Which shape is asked of its output; -1 for any length.
        is_optional: Whether it may be left out.
        like: All settings of a reference model's layer: to find the nearest match by, never to mark.
        shown_shape: The shape that a reference model's layer returns, to be shown.
        shown_parameters: How many numbers a reference model's layer keeps, to be shown.
    """

    kinds: tuple[str, ...]
    settings: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    parameters: int | Range | None = None
    trainable: int | Range | None = None
    output_shape: tuple[int, ...] | None = None
    is_optional: bool = False
    like: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    shown_shape: str = ""
    shown_parameters: int | None = None

    @property
    def is_activation(self) -> bool:
        """Whether it only applies an activation."""
        return all(kind in LAYERS for kind in self.kinds)


@dataclass(frozen=True)
class Wildcard:
    """Any layers, or none, but of some kinds."""

    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Repeat:
    """Something that comes as often in a row as two bounds say; no upper one where `most` is None."""

    items: tuple[Expected | Wildcard, ...]
    least: int = 1
    most: int | None = 1


Item = Expected | Wildcard | Repeat


@cache
def reference_model(name: str) -> CountedModel:
    """Return one of the toolkit's reference models, counted.

    Raises:
        ValueError: If there is no such model.
    """
    told = own_classes(name)
    if told is None:
        return count_configuration(configuration(name))
    weights = {
        layer: [Weight(tuple(shape), bool(is_trained)) for shape, is_trained in held]
        for layer, held in told["weights"].items()
    }
    counted = count_configuration(told["configuration"] or configuration(name), weights)
    shapes = {layer: tuple(shape) for layer, shape in told["output_shapes"].items()}
    facts = tuple(
        replace(each, output_shape=shapes.get(each.name, each.output_shape)) for each in counted.facts
    )
    outputs = tuple(each.output_shape for each in facts if each.is_output and each.output_shape is not None)
    return replace(counted, facts=facts, shapes=tuple(each.output_shape for each in facts), outputs=outputs)


def expected_layers(check: ModelCheckConfig) -> tuple[Expected, ...]:
    """Return the layers that a model must have, in order; none where none are asked for."""
    if check.model is not None:
        return tuple(_of_a_reference(reference_model(check.model), check.fixed))
    return tuple(
        each for each in _folded([_of(layer) for layer in check.layers]) if isinstance(each, Expected)
    )


def expected_pattern(check: ModelCheckConfig) -> tuple[Item, ...]:
    """Return the pattern that a model's layers must fit, from the first to the last."""
    items: list[Item] = []
    for item in check.pattern:
        if isinstance(item, str) or (item.kind is not None and item.times == 1):
            items.append(_plain(item))
            continue
        inner = _folded([_plain(each) for each in item.repeat]) if item.repeat else [_plain(item)]
        times = item.times
        least, most = (times.least, times.most) if isinstance(times, Range) else (times, times)
        plain = tuple(each for each in inner if not isinstance(each, Repeat))
        items.append(Repeat(plain, least, most))
    return tuple(_folded(items))


def named_activations(wanted: object) -> tuple[str, ...]:
    """Return the activations that will do."""
    return (wanted,) if isinstance(wanted, str) else tuple(wanted) if isinstance(wanted, tuple) else ()


def _plain(item: str | ExpectedLayer) -> Expected | Wildcard:
    if isinstance(item, str):
        return Wildcard() if item == WILDCARD else Expected(kinds_of(item))
    if item.kind == WILDCARD:
        without = item.without if isinstance(item, PatternItem) else ()
        return Wildcard(tuple(kind for each in without for kind in kinds_of(each)))
    return _of(item)


def _of(layer: ExpectedLayer) -> Expected:
    return Expected(
        kinds_of(layer.kind),
        asked_settings(layer),
        layer.parameters,
        layer.trainable,
        layer.output_shape,
    )


def _of_a_reference(model: CountedModel, fixed: Sequence[Setting]) -> Iterator[Expected]:
    ends = {place for place, _ in model.ends}
    for at, (facts, layer) in enumerate(zip(model.facts, model.layers, strict=True)):
        if facts.is_activation:
            continue
        like = _settings(facts)
        asked = {name: value for name, value in like.items() if name in fixed}
        if at in ends:
            asked.pop("activation", None)
        is_own = facts.settings is None
        yield Expected(
            (OWN_CLASS,) if is_own else (facts.kind,),
            asked,
            layer.parameters if is_own else None,
            is_optional=is_preparation(facts.kind) or (is_own and not layer.parameters),
            like=like,
            shown_shape=shown_shape(facts.output_shape),
            shown_parameters=layer.parameters,
        )


def _settings(facts: Facts) -> dict[str, object]:
    """Return the settings of a reference model's layer that a handout may fix."""
    values = facts.settings or {}
    found: dict[str, object] = {}
    for name in (*settings_of(facts.kind), "activation"):
        value = facts.activation if name == "activation" else values.get(name)
        if value is not None:
            found[name] = tuple(value) if isinstance(value, list) else value
    return found


def _folded(items: Sequence[Item]) -> list[Item]:
    """Return what is expected with activations as settings of the layers that they follow."""
    kept: list[Item] = []
    for item in items:
        owner = _owner(kept) if isinstance(item, Expected) and item.is_activation else None
        if owner is None or not isinstance(item, Expected):
            kept.append(item)
            continue
        layer = kept[owner]
        assert isinstance(layer, Expected)
        named = tuple(dict.fromkeys(each for kind in item.kinds for each in _activations(kind, item)))
        settings = {"activation": named, **layer.settings}
        kept[owner] = replace(layer, settings=settings)
    return kept


def _activations(kind: str, item: Expected) -> tuple[str, ...]:
    if "activation" in item.settings:
        return named_activations(item.settings["activation"])
    return (ANY_ACTIVATION,) if kind == "Activation" else (activation_of(kind, {}) or ANY_ACTIVATION,)


def _owner(items: Sequence[Item]) -> int | None:
    for at in range(len(items) - 1, -1, -1):
        item = items[at]
        if not isinstance(item, Expected) or item.is_activation:
            return None
        if not all(kind.startswith(_PASSED) for kind in item.kinds):
            return at
    return None
