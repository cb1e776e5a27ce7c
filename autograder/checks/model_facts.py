"""What a model's configuration says of each layer: settings, neighbours, and the activation that follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.checks.model_activations import (
    LAYERS,
    activation_named,
    activation_of,
    goes_past_max_pooling,
    together,
)
from reference.shapes.counts import LayerCount
from reference.shapes.graph import Call, Layer, Model
from reference.shapes.settings import Shape

_MOST_PASSED = 50  # layers that an activation is looked for behind
_MOST_ENDS = 64
_PASSED = ("Flatten", "Reshape", "Permute", "Identity", "Dropout", "SpatialDropout", "AlphaDropout")


@dataclass(frozen=True)
class Facts:
    """A layer, as the configuration has it.

    Attributes:
        name: Its name; in a model in the model ``outer/inner``.
        kind: Its class; with ``ops.`` before it, an operation.
        settings: Its settings, by Keras' names; None where they are not known.
        inputs: The indices of the layers that it takes tensors from, in its first call; -1 for an input.
        consumers: The indices of the layers that take its tensors.
        is_output: Whether it makes one of the model's outputs.
        input_shape: The shape of its first input, without the batch axis; None where it is not known.
        output_shape: The same of its output.
        parameters: How many numbers it keeps.
        trainable: How many of them training changes.
        activation: Its activation and those of layers of their own after it; None where that is not known.
        activation_past_normalisation: The same, where a batch normalisation may stand between.
    """

    name: str
    kind: str
    settings: Mapping[str, Any] | None = None
    inputs: tuple[int, ...] = ()
    consumers: tuple[int, ...] = ()
    is_output: bool = False
    input_shape: Shape | None = None
    output_shape: Shape | None = None
    parameters: int | None = None
    trainable: int | None = None
    activation: str | None = None
    activation_past_normalisation: str | None = None

    @property
    def is_activation(self) -> bool:
        """Whether it only applies an activation."""
        return self.kind in LAYERS


@dataclass
class _Walk:
    """The layers in the order in which they are first called, and which takes from which."""

    order: list[str] = field(default_factory=list)
    layers: dict[str, Layer] = field(default_factory=dict)
    inputs: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def run(self, model: Model, given: Sequence[Sequence[str]], path: str) -> list[tuple[str, ...]]:
        """Go through a model; return by which layers its outputs are made."""
        made: dict[tuple[int, int], Sequence[Sequence[str]]] = {}
        for at, producers in zip(model.inputs, given, strict=False):
            made[at, 0] = (producers,)
        for at, number in model.order:
            if (at, number) not in made:
                layer = model.layers[at]
                taken = self._taken(made, layer.calls[number])
                made[at, number] = self._visit(layer, taken, path)
        return [tuple(_one(made[each.layer, each.call], each.tensor)) for each in model.outputs]

    def _taken(
        self, made: Mapping[tuple[int, int], Sequence[Sequence[str]]], call: Call
    ) -> list[Sequence[str]]:
        return [_one(made[each.layer, each.call], each.tensor) for each in call.tensors]

    def _visit(self, layer: Layer, taken: Sequence[Sequence[str]], path: str) -> Sequence[Sequence[str]]:
        name = path + layer.name
        if layer.model is not None:
            return self.run(layer.model, taken, f"{name}/")
        if name not in self.layers:
            self.order.append(name)
            self.layers[name] = layer
            self.inputs[name] = tuple(dict.fromkeys(each for producers in taken for each in producers))
        return [(name,)]


def _one(outputs: Sequence[Sequence[str]], index: int) -> Sequence[str]:
    return outputs[index] if index < len(outputs) else outputs[0]


def facts_of(top: Layer, counts: Sequence[LayerCount]) -> tuple[Facts, ...]:
    """Return what is known of each counted layer of a model.

    Args:
        top: The model, as `reference.shapes.configuration.read_configuration` reads it.
        counts: Its layers, as `count_model` returns them.
    """
    if top.model is None:
        return tuple(_counted(each) for each in counts)
    walk = _Walk()
    outputs = walk.run(top.model, [() for _ in top.model.inputs], "")
    made = {name for producers in outputs for name in producers}
    places = {each.name: at for at, each in enumerate(counts)}
    found = []
    for each in counts:
        layer = walk.layers.get(each.name)
        if layer is None:
            found.append(_counted(each))
            continue
        sources = [places[name] for name in walk.inputs[each.name] if name in places]
        first = counts[sources[0]].output_shape if sources else None
        found.append(
            replace(
                _counted(each),
                settings=layer.settings.values if layer.is_keras_own else None,
                inputs=tuple(sources) or (-1,),
                is_output=each.name in made,
                input_shape=first if sources else _first_shape(top.model),
            )
        )
    consumers: dict[int, list[int]] = {}
    for at, facts in enumerate(found):
        for source in facts.inputs:
            consumers.setdefault(source, []).append(at)
    found = [replace(facts, consumers=tuple(consumers.get(at, ()))) for at, facts in enumerate(found)]
    return tuple(_with_activations(found))


def _counted(count: LayerCount) -> Facts:
    return Facts(
        count.name,
        count.kind,
        output_shape=count.output_shape,
        parameters=count.parameters,
        trainable=count.trainable,
    )


def _first_shape(model: Model) -> Shape | None:
    given = model.layers[model.inputs[0]].settings.values.get("batch_shape") if model.inputs else None
    return tuple(given[1:]) if isinstance(given, list | tuple) else None


def _with_activations(found: Sequence[Facts]) -> list[Facts]:
    """Return the layers with the activations that follow them."""
    strict = [_own(facts) for facts in found]
    wide = list(strict)
    for at, facts in enumerate(found):
        if facts.is_activation and facts.settings is not None:
            name = activation_of(facts.kind, facts.settings)
            for told, goes_past in ((strict, False), (wide, True)):
                owner = _owner(found, at, name, past_normalisation=goes_past)
                before = told[owner] if owner is not None else None
                if owner is not None:
                    told[owner] = None if before is None or name is None else together(before, name)
    return [
        replace(facts, activation=strict[at], activation_past_normalisation=wide[at])
        for at, facts in enumerate(found)
    ]


def _own(facts: Facts) -> str | None:
    if facts.settings is None:
        return None
    if facts.is_activation:
        return activation_of(facts.kind, facts.settings)
    wrapped = facts.settings.get("layer")
    if facts.kind == "TimeDistributed" and isinstance(wrapped, Mapping):
        config = wrapped.get("config")
        return activation_named(config.get("activation")) if isinstance(config, Mapping) else None
    return activation_named(facts.settings.get("activation"))


def last_layers(layers: Sequence[Facts]) -> tuple[tuple[int, str | None], ...]:
    """Return of each output the last layer that is no activation, and the activation that comes out.

    None stands for an activation that is not known.
    """
    found = []
    for at in [at for at, facts in enumerate(layers) if facts.is_output][:_MOST_ENDS]:
        place, name = at, _own(layers[at])
        for _ in range(_MOST_PASSED):
            if not _is_after_the_last(layers[place]) or len(layers[place].inputs) != 1:
                break
            place = layers[place].inputs[0]
            if place < 0:
                break
            before = _own(layers[place])
            name = None if name is None or before is None else together(before, name)
        found.append((place, name))
    return tuple(found)


def _is_after_the_last(facts: Facts) -> bool:
    return facts.is_activation or facts.kind.startswith(_PASSED)


def _owner(found: Sequence[Facts], at: int, name: str | None, *, past_normalisation: bool) -> int | None:
    """Return the layer whose activation a layer of its own is; None where there is none, or several."""
    for _ in range(_MOST_PASSED):
        sources = found[at].inputs
        if len(sources) != 1 or sources[0] < 0 or len(found[sources[0]].consumers) != 1:
            return None
        at = sources[0]
        if found[at].is_output:
            return None
        if not _is_passed(found[at], name, past_normalisation=past_normalisation):
            return at
    return None


def _is_passed(facts: Facts, name: str | None, *, past_normalisation: bool) -> bool:
    """Return whether an activation is the same before and after a layer."""
    kind = facts.kind
    if facts.is_activation:
        return True
    goes_past = name is not None and goes_past_max_pooling(name)
    if kind.startswith("MaxPooling"):
        return goes_past
    if kind == "BatchNormalization":
        return past_normalisation
    if not kind.startswith(_PASSED):
        return False
    return goes_past or facts.input_shape == facts.output_shape
