"""What is counted of a Keras model otherwise than Keras counts it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from reference.shapes.counts import LayerCount
from reference.shapes.model import count_model


def disagreements(model: Any) -> list[str]:
    """Return what is counted of a Keras model from its JSON otherwise than Keras counts it; empty if nothing.

    Args:
        model: A built Sequential or functional model.
    """
    counted = count_model(model.to_json())
    found = [*_compared("total", counted.total, model.count_params())]
    trained = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    found += _compared("trainable", counted.trainable, trained)
    shapes = tuple(tuple(each.shape[1:]) for each in model.outputs)
    found += _compared("output shapes", counted.output_shapes, shapes)
    by_name = {layer.name: layer for layer in counted.layers}
    expected = dict(_layers_of(model, "", is_trainable=True))
    ours, theirs = by_name.keys() - expected.keys(), expected.keys() - by_name.keys()
    found += _compared("layers of one side only", sorted(ours), sorted(theirs))
    for name in by_name.keys() & expected.keys():
        found += _of_one(by_name[name], *expected[name])
    return found


def _of_one(counted: LayerCount, layer: Any, is_trainable: bool) -> Iterator[str]:
    name = f"{counted.name} ({counted.kind})"
    nodes = [tensor.shape for node in layer._inbound_nodes for tensor in node.output_tensors]
    shapes = tuple(tuple(shape[1:]) for shape in nodes)
    if len(counted.output_shapes) == len(shapes):
        yield from _compared(
            f"{name}: shapes", sorted(counted.output_shapes, key=str), sorted(shapes, key=str)
        )
    elif not set(shapes) >= set(counted.output_shapes):
        yield f"{name}: shapes: counted {counted.output_shapes}, Keras {shapes}"
    if hasattr(layer, "count_params"):
        yield from _compared(f"{name}: parameters", counted.parameters, layer.count_params())
        trained = sum(math.prod(weight.shape) for weight in layer.trainable_weights) if is_trainable else 0
        yield from _compared(f"{name}: trainable", counted.trainable, trained)


def _compared(what: str, ours: object, theirs: object) -> Iterator[str]:
    if ours != theirs:
        yield f"{what}: counted {ours}, Keras {theirs}"


def _layers_of(model: Any, path: str, *, is_trainable: bool) -> Iterator[tuple[str, tuple[Any, bool]]]:
    """Return every layer and operation of a model and of the models in it, by its name in a count."""
    is_trainable = is_trainable and model.trainable
    operations = model.layers if hasattr(model, "_functional") else model._operations
    for layer in operations:
        if type(layer).__name__ == "InputLayer":
            continue
        if hasattr(layer, "_functional") or hasattr(layer, "_operations"):
            yield from _layers_of(layer, f"{path}{layer.name}/", is_trainable=is_trainable)
        else:
            yield path + layer.name, (layer, is_trainable)
