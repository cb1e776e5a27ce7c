"""What a model is made of, as plain data: its configuration's text, and the shapes of its weights."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograder.wire.models import (
    MAX_AXES,
    MAX_CONFIGURATION_BYTES,
    MAX_LAYERS,
    MAX_TENSORS,
    MAX_WEIGHTS,
    OWN_WEIGHTS,
    Axes,
    LayerSeen,
    ModelSeen,
    WeightSeen,
)
from autograder.worker.models.compiled import compiled_of
from autograder.worker.models.finding import Found
from autograder.worker.models.tracing import graph_of, shapes_given, symbols
from autograder.worker.models.walking import is_keras_own, leaves, name_of, said_of, tried
from autograder.worker.shims.watching import Watch


def describe_model(
    found: Found,
    id: int,  # noqa: A002
    input_shapes: Sequence[Axes],
    watch: Watch,
) -> tuple[ModelSeen, bytes]:
    """Return what travels of a model, and the text of its configuration; empty where it has none.

    Args:
        found: The model.
        id: Of the request.
        input_shapes: For which inputs it is built, where it is not built yet. What its own `build` was given
            comes before that, where it is of the same rank.
        watch: What was compiled and fitted.
    """
    model, keras, notes = found.model, found.keras, list(found.notes)
    inputs, outputs = _shapes(tried(lambda: model.inputs, ())), _shapes(tried(lambda: model.outputs, ()))
    was_built = _is_built(model, keras)
    is_whole = bool(inputs and outputs and was_built)
    own = [] if is_whole else shapes_given(model)
    if own and (not input_shapes or [len(own[0])] == list(map(len, input_shapes))):
        input_shapes = own
    if not is_whole and input_shapes:
        try:
            given = symbols(keras, input_shapes)
            outputs = _shapes(keras.tree.flatten(model(given)))
            inputs = _shapes(keras.tree.flatten(given))
        except Exception as error:  # a student's `call` may raise anything
            notes.append(f"for an input of shape {_shown(input_shapes)} it raises {said_of(error)}")
        else:
            if not was_built:
                notes.append(
                    f"it was not built yet: it was built for an input of shape {_shown(input_shapes)}"
                )
    text, unwritten = configuration_of(model, keras, inputs)
    seen = ModelSeen(
        id,
        found.place,
        type(model).__name__,
        _is_built(model, keras),
        _layers(model, keras),
        inputs,
        outputs,
        unwritten,
        compiled_of(model, keras, watch),
        notes,
        watch.fits_of(model),
    )
    return seen.cut(), text


def _is_built(model: Any, keras: Any) -> bool:
    parts = [model, *(layer for _, layer in leaves(model, keras.Model))]
    return all(tried(lambda each=part: bool(each.built), False) for part in parts)  # type: ignore[misc]


def _layers(model: Any, keras: Any) -> list[LayerSeen]:
    """Return the layers with their weights; last, the weights that are in no layer."""
    numbers: dict[int, int] = {}
    layers = [
        LayerSeen(name, type(layer).__name__, _weights(layer, numbers))
        for name, layer in list(leaves(model, keras.Model, into_own_only=True))[:MAX_LAYERS]
    ]
    known = set(numbers)
    rest = [weight for weight in _weights_of(model) if id(weight) not in known]
    if rest:
        name = name_of(model)
        layers.append(LayerSeen(name, OWN_WEIGHTS, _numbered(rest, numbers)))
    return layers


def _weights(layer: Any, numbers: dict[int, int]) -> list[WeightSeen]:
    return _numbered(_weights_of(layer), numbers)


def _weights_of(layer: Any) -> list[Any]:
    return tried(lambda: list(layer.weights)[:MAX_WEIGHTS], [])


def _numbered(weights: Iterable[Any], numbers: dict[int, int]) -> list[WeightSeen]:
    seen = []
    for weight in weights:
        shape = tried(lambda each=weight: [int(length) for length in each.shape][:MAX_AXES], None)  # type: ignore[misc]
        if shape is not None:
            number = numbers.setdefault(id(weight), len(numbers))
            seen.append(WeightSeen(number, shape, tried(lambda each=weight: bool(each.trainable), True)))  # type: ignore[misc]
    return seen


def _shapes(tensors: Any) -> list[Axes]:
    """Return the shapes of tensors, with the batch axis."""
    listed: Sequence[Any] = tried(lambda: list(tensors or ()), [])
    found = [
        tried(lambda each=tensor: [None if n is None else int(n) for n in each.shape], None)  # type: ignore[misc]
        for tensor in listed[:MAX_TENSORS]
    ]
    return [shape[:MAX_AXES] for shape in found if shape is not None]


def as_graph(model: Any, keras: Any, inputs: Sequence[Axes] = ()) -> Any:
    """Return the functional model that a model is, or that its `call` makes of symbols; else None.

    Args:
        model: The model.
        keras: Keras.
        inputs: The shapes of its inputs, with the batch axis, where they are known.
    """
    graph = tried(lambda: keras.Model(model.inputs, model.outputs), None)
    if graph is None and not is_keras_own(model):
        graph = tried(lambda: graph_of(model, keras, [shape[1:] for shape in inputs]), None)
    return graph


def configuration_of(model: Any, keras: Any, inputs: Sequence[Axes] = ()) -> tuple[bytes, str]:
    """Return the text of a model's configuration, or nothing and why.

    A student's class is written as the graph that it is, where it is one, else as the graph that its `call`
    makes of symbols, where its weights are all in it: what it overrides has no say.

    Args:
        model: The model.
        keras: Keras.
        inputs: The shapes of its inputs, with the batch axis, where they are known.
    """
    text, reason = None, ""
    if is_keras_own(model):
        text, reason = _written(model)
    if text is None:
        graph = as_graph(model, keras, inputs)
        if graph is not None:
            text, reason = _written(graph)
        elif not reason:
            reason = (
                f"{type(model).__name__} is a class of its own, of which no configuration tells the layers"
            )
    if text is not None and len(text) > MAX_CONFIGURATION_BYTES:
        return b"", f"its configuration has {len(text):,} bytes; {MAX_CONFIGURATION_BYTES:,} are read at most"
    return text or b"", reason if text is None else ""


def _written(model: Any) -> tuple[bytes | None, str]:
    try:
        text = model.to_json()
    except Exception as error:  # layers without a configuration
        return None, f"its configuration cannot be written: {said_of(error)}"
    if type(text) is not str:
        return None, "its configuration cannot be written: to_json returns no text"
    return text.encode("utf-8", "replace"), ""


def _shown(shapes: Sequence[Axes]) -> str:
    return " and ".join(str(tuple(shape)) for shape in shapes)
