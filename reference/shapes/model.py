"""Counting a Keras model from its configuration, without Keras.

A layer that is not known here (one of a student's own, a Lambda, one of Keras' that no counter is written
for) is named and not guessed: its parameters are those of the weights it returned, if any are given, its
shape is unknown. What follows it is counted from the shape that the configuration says its input has, and
says so; where the configuration says none, it is unknown too. A layer in two models that are parts of
the same one is written twice by Keras and counted twice, and marked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from reference.shapes.configuration import read_configuration
from reference.shapes.counts import ModelCount, Weight
from reference.shapes.graph import Call, Layer, Model
from reference.shapes.layers import COUNTERS
from reference.shapes.layers.counted import Counted, Uncounted, checked, known
from reference.shapes.layers.merging import MERGING
from reference.shapes.layers.operations import OPERATIONS
from reference.shapes.layers.wrappers import both_ways, each_step, step_of
from reference.shapes.receptive_field import MOST_INPUTS, Field, field_of_input, join, receptive_field, shift
from reference.shapes.settings import ConfigurationError, Shape, shape_of
from reference.shapes.tally import Tally

MOST_STEPS = 50_000
"""Calls and tensors on the way through a model, those of models in it each time they are called."""


class Tensor(NamedTuple):
    """A tensor on its way: its shape, what it sees, and whether the shape is only said."""

    shape: Shape | None
    field: Field | None = None
    is_declared: bool = False


UNKNOWN = Tensor(None)


def count_model(
    configuration: str | bytes | Mapping[str, Any], weights: Mapping[str, Sequence[Weight]] | None = None
) -> ModelCount:
    """Count a model: shapes, parameters, products and receptive fields, layer by layer.

    **Multiply-adds** are the products of a weight and an input, each of which is added to a sum: those of
    dense layers, convolutions, recurrent layers and dot products, for one example (the batch axis is left
    out). What a window multiplies with zeros around the image counts; a transposed convolution multiplies
    each element of its input with the whole kernel. Biases, activations, pooling, normalisations and
    whatever scales element by element do not count. A layer that is called twice multiplies twice.

    Args:
        configuration: The text of ``model.to_json()``, or what it or ``model.get_config()`` holds.
        weights: What layers that are not known here returned, by their names as in the result.

    Returns:
        The counts.

    Raises:
        ConfigurationError: If no Keras would build such a model, or it is out of all proportion.

    >>> flatten = {"module": "keras.layers", "class_name": "Flatten", "config": {"name": "flatten"}}
    >>> dense = {"name": "dense", "units": 10, "use_bias": True}
    >>> dense = {"module": "keras.layers", "class_name": "Dense", "config": dense}
    >>> model = {"name": "m", "build_input_shape": [None, 28, 28, 1], "layers": [flatten, dense]}
    >>> [(layer.output_shape, layer.parameters) for layer in count_model(model).layers]
    [((784,), 0), ((10,), 7850)]
    """
    try:
        return _counted(read_configuration(configuration), _Walk(weights or {}))
    except RecursionError:
        raise ConfigurationError("expected a configuration that is less deep") from None


def _counted(top: Layer, walk: _Walk) -> ModelCount:
    inputs: list[Tensor] = []
    if top.model is None:
        walk.visit(top, Call(()), inputs, "", is_frozen=False)
        outputs: Sequence[Tensor] = [UNKNOWN]
    else:
        inputs = _inputs_of(top.model)
        outputs = walk.run(top.model, inputs, "", is_frozen=not top.is_trainable)
    layers = tuple([tally.layer_count() for tally in walk.tallies.values()])
    return ModelCount(
        top.name,
        layers,
        tuple([tensor.shape for tensor in inputs]),
        tuple([tensor.shape for tensor in outputs]),
        _sum([layer.parameters for layer in layers]),
        _sum([layer.trainable for layer in layers]),
        _sum([layer.multiply_adds for layer in layers]),
        receptive_field(outputs[0].field) if outputs else None,
    )


class _Walk:
    """One way through a model, and what was counted on it."""

    def __init__(self, weights: Mapping[str, Sequence[Weight]]) -> None:
        self.tallies: dict[str, Tally] = {}
        self._firsts: dict[str, Layer] = {}
        self._weights = weights
        self._steps = 0

    def run(self, model: Model, inputs: Sequence[Tensor], path: str, *, is_frozen: bool) -> list[Tensor]:
        """Lead tensors through a model; return its outputs."""
        made: dict[tuple[int, int], Sequence[Tensor]] = {}
        if len(inputs) != len(model.inputs):
            raise ConfigurationError(f"{path}: expected {len(model.inputs)} inputs, received {len(inputs)}")
        for at, tensor in zip(model.inputs, inputs, strict=True):
            made[at, 0] = (tensor,)
        for at, number in model.order:
            if (at, number) in made:
                continue
            layer = model.layers[at]
            call = layer.calls[number]
            self._steps += 1 + len(call.tensors)
            if self._steps > MOST_STEPS:
                raise ConfigurationError(f"expected a model of at most {MOST_STEPS} steps")
            tensors = [
                _taken(made[each.layer, each.call], each.tensor, each.declared) for each in call.tensors
            ]
            if len(tensors) == 1 and tensors[0].shape is None and len(layer.declared) == 1:
                tensors = [Tensor(layer.declared[0], None, True)]
            made[at, number] = self.visit(layer, call, tensors, path, is_frozen=is_frozen)
        return [_taken(made[each.layer, each.call], each.tensor, None) for each in model.outputs]

    def visit(
        self, layer: Layer, call: Call, tensors: Sequence[Tensor], path: str, *, is_frozen: bool
    ) -> Sequence[Tensor]:
        """Count one call of a layer; return its outputs."""
        name = path + layer.name
        is_frozen = is_frozen or not layer.is_trainable
        if layer.model is not None:
            arranged = _arranged(layer.model, call, tensors)
            return self.run(layer.model, arranged, f"{name}/", is_frozen=is_frozen)
        if layer.kind not in MERGING:
            tensors = tensors if layer.kind in OPERATIONS else tensors[:1]
        tally = self.tallies.get(name)
        if tally is None:
            first = self._firsts.setdefault(layer.name, layer)
            is_possibly_shared = first is not layer and first.settings.values == layer.settings.values
            tally = self.tallies[name] = Tally(name, layer.kind, is_possibly_shared=is_possibly_shared)
        try:
            shapes = [tensor.shape for tensor in tensors if tensor.shape is not None]
            if not shapes or len(shapes) < len(tensors):
                raise Uncounted
            counted = self._count(layer, call, shapes)
        except Uncounted:
            tally.add_unknown(self._weights.get(name), is_frozen=is_frozen)
            return [UNKNOWN]
        except ValueError as error:
            raise ConfigurationError(f"{name} ({layer.kind}): {error}") from None
        field = tensors[0].field
        if len(tensors) > 1:
            along = None
            if layer.kind.endswith("Concatenate"):
                (along,) = layer.settings.axes("axis", len(counted.shapes[0]))
            rank = len(counted.shapes[0])
            aligned = [
                None if tensor.field is None else shift(tensor.field, rank - len(shape))
                for tensor, shape in zip(tensors, shapes, strict=True)
            ]
            field = join(aligned, along=along)
        seen = None if field is None else counted.view(field)
        is_declared = any(tensor.is_declared for tensor in tensors)
        trainable = 0 if is_frozen else counted.parameters - counted.fixed
        tally.add(counted, trainable, receptive_field(seen), is_declared=is_declared)
        return [Tensor(shape, seen, is_declared) for shape in counted.shapes]

    def _count(self, layer: Layer, call: Call, shapes: Sequence[Shape]) -> Counted:
        """Count one call of a layer that is no model, or that a wrapper holds.

        Raises:
            Uncounted: If the layer is not known here.
            ConfigurationError: If it cannot be.
        """
        if not layer.is_keras_own:
            raise Uncounted
        if layer.model is not None:
            return self._count_model(layer.model, shapes)
        if layer.kind == "TimeDistributed" and layer.inner:
            return checked(each_step(self._count_inner(layer.inner[0], step_of(shapes[0])), shapes[0]))
        if layer.kind == "Bidirectional" and layer.inner:
            ways = [self._count_inner(layer.inner[at], shapes[0]) for at in (0, -1)]
            return checked(both_ways(layer.settings, *ways))
        if layer.kind in OPERATIONS:
            if not call.is_plain:
                raise Uncounted
            return checked(OPERATIONS[layer.kind](layer.settings, shapes))
        if layer.kind not in COUNTERS:
            raise Uncounted
        return checked(COUNTERS[layer.kind](layer.settings, shapes))

    def _count_inner(self, layer: Layer, shape: Shape) -> Counted:
        """Count a layer that a wrapper holds: of one that is not trained, everything is fixed."""
        counted = self._count(layer, Call(()), [shape])
        if layer.is_trainable:
            return counted
        return Counted(
            counted.shapes, counted.parameters, counted.parameters, counted.multiply_adds, counted.view
        )

    def _count_model(self, model: Model, shapes: Sequence[Shape]) -> Counted:
        """Count a model that a wrapper holds; what it does to the receptive field is not followed."""
        walk = _Walk({})
        walk._steps = self._steps
        outputs = walk.run(model, [Tensor(shape) for shape in shapes], "", is_frozen=False)
        self._steps = walk._steps
        layers = [tally.layer_count() for tally in walk.tallies.values()]
        total = _sum([layer.parameters for layer in layers])
        trainable = _sum([layer.trainable for layer in layers])
        if total is None or trainable is None or any(tensor.shape is None for tensor in outputs):
            raise Uncounted
        return Counted(
            tuple([tensor.shape for tensor in outputs if tensor.shape is not None]),
            total,
            total - trainable,
            _sum([layer.multiply_adds for layer in layers]),
            lambda _field: None,
        )


def _inputs_of(model: Model) -> list[Tensor]:
    """Return a model's inputs, of the shapes that its input layers have."""
    tensors = []
    for index, at in enumerate(model.inputs):
        declared = model.layers[at].settings.values.get("batch_shape")
        if declared is None:
            tensors.append(UNKNOWN)
            continue
        shape = shape_of("batch_shape", declared)
        field = field_of_input(index, shape, channels_first=model.channels_first) if shape else None
        tensors.append(Tensor(shape, field if len(model.inputs) <= MOST_INPUTS else None))
    return tensors


def _taken(outputs: Sequence[Tensor], index: int, declared: Shape | None) -> Tensor:
    """Return one output of a call, with the shape that it is said to have where none is known."""
    if index >= len(outputs) and outputs[0].shape is not None:
        raise ConfigurationError(f"expected a tensor among {len(outputs)} outputs, received {index}")
    tensor = outputs[index] if index < len(outputs) else UNKNOWN
    return Tensor(declared, None, True) if tensor.shape is None and declared is not None else tensor


def _arranged(model: Model, call: Call, tensors: Sequence[Tensor]) -> Sequence[Tensor]:
    """Return the tensors of a call in the order of a model's inputs."""
    if call.keys is None or call.keys == model.input_keys:
        return tensors
    by_key = dict(zip(call.keys, tensors, strict=True)) if len(call.keys) == len(tensors) else {}
    names = [model.layers[at].name for at in model.inputs]
    if not all(name in by_key for name in names):
        raise ConfigurationError(f"expected inputs by the names {', '.join(names)}")
    return [by_key[name] for name in names]


def _sum(numbers: Sequence[int | None]) -> int | None:
    """Return a sum, None if one of the numbers is not known."""
    return None if None in numbers else sum(known("number", number) for number in numbers)
