"""A model that a worker has seen, counted: by its configuration, and beside that by its weights' shapes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from autograder.checks.model_facts import Facts, facts_of, last_layers
from autograder.observation import FoundModel
from autograder.results import ModelLayer
from autograder.wire.models import LayerSeen
from reference.shapes.configuration import read_configuration
from reference.shapes.counts import LayerCount, ModelCount, Weight
from reference.shapes.model import count_model
from reference.shapes.settings import ConfigurationError

Shape = tuple[int | None, ...]
_MOST_DOUBTS = 5
_NOT_KNOWN = "not known"


@dataclass(frozen=True)
class CountedModel:
    """What a model comes to.

    Attributes:
        layers: Its layers, in the order in which they are called.
        shapes: Of each of them, the shape of its output; None where it is not known.
        inputs: The shapes of its inputs, without the batch axis.
        outputs: The same of its outputs.
        total: All its parameters.
        trainable: Those that training changes.
        notes: What is not as counted from the configuration alone.
        doubts: Where configuration and weights do not agree.
        facts: What the configuration says of each layer.
        has_graph: Whether it is known in which order the layers are called.
    """

    layers: tuple[ModelLayer, ...]
    shapes: tuple[Shape | None, ...]
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    total: int | None
    trainable: int | None
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    facts: tuple[Facts, ...] = ()
    has_graph: bool = True

    @property
    def ends(self) -> tuple[tuple[int, str | None], ...]:
        """Of each output, the index of the last layer that is no activation, and what activation it has."""
        return last_layers(self.facts)


def count_configuration(
    configuration: str | Mapping[str, Any], weights: Mapping[str, Sequence[Weight]] | None = None
) -> CountedModel:
    """Return what a configuration comes to by itself.

    Args:
        configuration: As `reference.shapes.model.count_model` takes it.
        weights: Of the layers that are not known there.

    Raises:
        ConfigurationError: If no Keras would build such a model.
    """
    count = count_model(configuration, weights)
    facts = facts_of(read_configuration(configuration), count.layers)
    return CountedModel(
        _layers(facts, count),
        tuple(each.output_shape for each in facts),
        tuple(shape for shape in count.input_shapes if shape is not None),
        tuple(shape for shape in count.output_shapes if shape is not None),
        count.total,
        count.trainable,
        facts=facts,
    )


def count_found(found: FoundModel) -> CountedModel:
    """Return what a model comes to: its configuration is counted, its weights speak where that is silent."""
    weights = weights_of(found)
    if not found.configuration:
        return _by_weights(found, (found.seen.unwritten,))
    try:
        count = count_model(found.configuration, weights)
        facts = facts_of(read_configuration(found.configuration), count.layers)
    except ConfigurationError as error:
        said = f"its configuration is none that can be counted: {error}"
        return _by_weights(found, (), doubts=(said,) if found.seen.is_built else ())
    return _by_configuration(found, count, weights, facts)


def weights_of(found: FoundModel) -> dict[str, tuple[Weight, ...]]:
    """Return the weights that a model's layers hold. Of what is not built there are none yet."""
    return {layer.name: _weights(layer) for layer in found.seen.layers if found.seen.is_built}


def shown_shape(shape: Sequence[int | None] | None, *, any_length: str = "any") -> str:
    """Return a shape as people write it.

    >>> shown_shape((28, 28, 1)), shown_shape((-1, 8)), shown_shape((None,)), shown_shape(None)
    ('(28, 28, 1)', '(any, 8)', '(open,)', 'not known')
    """
    if shape is None:
        return _NOT_KNOWN
    words = ["open" if each is None else any_length if each == -1 else str(each) for each in shape]
    return f"({', '.join(words)}{',' * (len(words) == 1)})"


def _by_configuration(
    found: FoundModel,
    count: ModelCount,
    weights: Mapping[str, Sequence[Weight]],
    facts: tuple[Facts, ...],
) -> CountedModel:
    layers = _layers(facts, count)
    doubts: list[str] = []
    if found.seen.is_built:
        doubts += _differences(layers, weights)
    inputs, of_inputs = _agreed("input", count.input_shapes, found.seen.input_shapes)
    outputs, of_outputs = _agreed("output", count.output_shapes, found.seen.output_shapes)
    perhaps = {
        layer.name for layer in count.layers if layer.is_possibly_shared or layer.is_counted_by_weights
    }
    repeated, repeated_trainable = _repeated(found.seen.layers, perhaps) if not doubts else (0, 0)
    by_weights = [layer.name for layer in layers if layer.counted == "weights"]
    notes = [f"counted by their weights' shapes: {', '.join(by_weights[:10])}"] if by_weights else []
    return CountedModel(
        layers,
        tuple(each.output_shape for each in facts),
        inputs,
        outputs,
        None if count.total is None else count.total - repeated,
        None if count.trainable is None else count.trainable - repeated_trainable,
        tuple(notes),
        tuple([*doubts, *of_inputs, *of_outputs][:_MOST_DOUBTS]),
        facts,
    )


def _layers(facts: Sequence[Facts], count: ModelCount) -> tuple[ModelLayer, ...]:
    """Return the layers as they are reported; what is called again has its parameters counted before."""
    known = {layer.name: layer for layer in count.layers}
    return tuple(_layer(each, known[each.name]) for each in facts)


def _layer(facts: Facts, layer: LayerCount) -> ModelLayer:
    counted: Literal["configuration", "weights", "before", "not"] = "configuration"
    if layer.parameters is None:
        counted = "not"
    elif facts.call:
        counted = "before"
    elif layer.is_counted_by_weights:
        counted = "weights"
    return ModelLayer(
        name=layer.name,
        kind=layer.kind,
        output_shape=shown_shape(facts.output_shape),
        parameters=0 if counted == "before" else layer.parameters,
        trainable=0 if counted == "before" else layer.trainable,
        counted=counted,
    )


def _by_weights(found: FoundModel, why: Sequence[str], doubts: tuple[str, ...] = ()) -> CountedModel:
    seen = found.seen
    layers = tuple(
        ModelLayer(
            name=layer.name,
            kind=layer.kind,
            output_shape=_NOT_KNOWN,
            parameters=_sum(layer) if seen.is_built else None,
            trainable=_sum(layer, trainable_only=True) if seen.is_built else None,
            counted="weights" if seen.is_built else "not",
        )
        for layer in seen.layers
    )
    sizes = {
        weight.number: (_size(weight.shape), weight.is_trainable)
        for layer in seen.layers
        for weight in layer.weights
    }
    is_known = seen.is_built and bool(seen.layers)
    note = f"counted by its weights' shapes: {'; '.join(each for each in why if each)}"
    return CountedModel(
        layers,
        (None,) * len(layers),
        tuple(tuple(shape[1:]) for shape in seen.input_shapes),
        tuple(tuple(shape[1:]) for shape in seen.output_shapes),
        sum(size for size, _ in sizes.values()) if is_known else None,
        sum(size for size, is_trainable in sizes.values() if is_trainable) if is_known else None,
        (note,) if is_known and not doubts else (),
        doubts,
        tuple(
            Facts(each.name, each.kind, parameters=each.parameters, trainable=each.trainable)
            for each in layers
        ),
        has_graph=False,
    )


def _differences(layers: Sequence[ModelLayer], weights: Mapping[str, Sequence[Weight]]) -> list[str]:
    """Return where the weights are not those that the configuration asks for."""
    found = []
    for layer in layers:
        held = sum(weight.parameters for weight in weights.get(layer.name, ()))
        if layer.counted == "configuration" and layer.parameters != held:
            found.append(
                f"{layer.name}: {layer.parameters:,} parameters by its configuration, {held:,} in its weights"
            )
    known = {layer.name for layer in layers}
    for name, own in weights.items():
        if name not in known and (held := sum(weight.parameters for weight in own)):
            found.append(f"{name}: {held:,} parameters in weights that its configuration does not have")
    return found


def _agreed(
    what: str, counted: Sequence[Shape | None], seen: Sequence[Sequence[int | None]]
) -> tuple[tuple[Shape, ...], list[str]]:
    """Return the shapes that were counted, else those that were seen; and where both differ."""
    told = [tuple(shape[1:]) for shape in seen]
    if len(told) != len(counted):
        told = []
    shapes, doubts = [], []
    for at, shape in enumerate(counted):
        said = told[at] if told else None
        if shape is not None and said is not None and shape != said:
            doubts.append(
                f"its {what}: {shown_shape(shape)} by its configuration, {shown_shape(said)} by the model"
            )
        known = shape if shape is not None else said
        if known is not None:
            shapes.append(known)
    return tuple(shapes) if len(shapes) == len(counted) else (), doubts


def _repeated(layers: Sequence[LayerSeen], perhaps: Collection[str]) -> tuple[int, int]:
    """Return how many parameters were counted before, in another layer: all, and trainable ones.

    Only those of layers that may be one with another, by the configuration: Keras does not write that.
    """
    known: set[int] = set()
    every = trainable = 0
    for layer in layers:
        for weight in layer.weights:
            if weight.number in known and layer.name in perhaps:
                every += _size(weight.shape)
                trainable += _size(weight.shape) * weight.is_trainable
            known.add(weight.number)
    return every, trainable


def _weights(layer: LayerSeen) -> tuple[Weight, ...]:
    return tuple(Weight(tuple(weight.shape), weight.is_trainable) for weight in layer.weights)


def _sum(layer: LayerSeen, *, trainable_only: bool = False) -> int:
    counted = [each for each in layer.weights if each.is_trainable or not trainable_only]
    return sum(_size(weight.shape) for weight in counted)


def _size(shape: Sequence[int]) -> int:
    size = 1
    for length in shape:
        size *= length
    return size
