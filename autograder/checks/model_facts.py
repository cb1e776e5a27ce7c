"""What a model's configuration says of each layer: settings, neighbours, and the activation that follows."""

from __future__ import annotations

from collections import Counter
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
    """A layer, as the configuration has it; one that is called several times, once for each.

    Attributes:
        name: Its name; in a model in the model ``outer/inner``.
        kind: Its class; with ``ops.`` before it, an operation.
        settings: Its settings, by Keras' names; None where they are not known.
        call: Which of its calls it is, from 0.
        inputs: The indices of the layers that it takes tensors from; -1 for an input.
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
    call: int = 0
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
    """The calls of layers in their order, each with the layer and the calls that it takes tensors from."""

    names: list[str] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    inputs: list[tuple[int, ...]] = field(default_factory=list)

    def run(self, model: Model, given: Sequence[Sequence[int]], path: str) -> list[Sequence[int]]:
        """Go through a model; return by which calls its outputs are made."""
        made: dict[tuple[int, int], Sequence[Sequence[int]]] = {}
        for at, producers in zip(model.inputs, given, strict=False):
            made[at, 0] = (producers,)
        for at, number in model.order:
            if (at, number) not in made:
                layer = model.layers[at]
                taken = self._taken(made, layer.calls[number])
                made[at, number] = self._visit(layer, taken, path)
        return [_one(made[each.layer, each.call], each.tensor) for each in model.outputs]

    def _taken(
        self, made: Mapping[tuple[int, int], Sequence[Sequence[int]]], call: Call
    ) -> list[Sequence[int]]:
        return [_one(made[each.layer, each.call], each.tensor) for each in call.tensors]

    def _visit(self, layer: Layer, taken: Sequence[Sequence[int]], path: str) -> Sequence[Sequence[int]]:
        name = path + layer.name
        if layer.model is not None:
            return self.run(layer.model, taken, f"{name}/")
        self.names.append(name)
        self.layers.append(layer)
        self.inputs.append(tuple(dict.fromkeys(each for producers in taken for each in producers)))
        return [(len(self.names) - 1,)]


def _one(outputs: Sequence[Sequence[int]], index: int) -> Sequence[int]:
    return outputs[index] if index < len(outputs) else outputs[0]


def facts_of(top: Layer, counts: Sequence[LayerCount]) -> tuple[Facts, ...]:
    """Return what is known of each call of a layer of a model.

    Args:
        top: The model, as `reference.shapes.configuration.read_configuration` reads it.
        counts: Its layers, as `count_model` returns them.
    """
    if top.model is None:
        return tuple(_counted(each, 0, 1) for each in counts)
    walk = _Walk()
    outputs = walk.run(top.model, [(-1,) for _ in top.model.inputs], "")
    made = {at for producers in outputs for at in producers}
    known = {each.name: each for each in counts}
    calls, so_far = Counter(walk.names), Counter[str]()
    consumers: dict[int, list[int]] = {}
    for at, sources in enumerate(walk.inputs):
        for source in (each for each in sources if each >= 0):
            consumers.setdefault(source, []).append(at)
    found: list[Facts] = []
    for at, (name, layer, sources) in enumerate(zip(walk.names, walk.layers, walk.inputs, strict=True)):
        found.append(
            replace(
                _counted(known[name], so_far[name], calls[name]),
                settings=layer.settings.values if layer.is_keras_own else None,
                inputs=sources or (-1,),
                consumers=tuple(consumers.get(at, ())),
                is_output=at in made,
                input_shape=found[sources[0]].output_shape
                if sources and sources[0] >= 0
                else _first_shape(top.model),
            )
        )
        so_far[name] += 1
    return tuple(_with_activations(found))


def _counted(count: LayerCount, call: int, calls: int) -> Facts:
    """Return what is counted of one of a layer's calls: each has as many outputs."""
    each = len(count.output_shapes) // calls
    return Facts(
        count.name,
        count.kind,
        call=call,
        output_shape=count.output_shapes[call * each] if each else None,
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
