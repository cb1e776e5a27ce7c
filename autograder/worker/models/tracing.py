"""A class of models as the graph that its `call` makes of symbols. No data goes through it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograder.wire.models import Axes
from autograder.worker.models.walking import tried


def symbols(keras: Any, shapes: Sequence[Axes]) -> Any:
    """Return symbolic inputs of shapes without the batch axis: one, or a list of several."""
    made = [keras.Input(tuple(shape)) for shape in shapes]
    return made[0] if len(made) == 1 else made


def shapes_given(model: Any) -> list[Axes]:
    """Return the shape that a model's `build` was given, without the batch axis; nothing where none was.

    Keras marks a class of models as built by `build` alone, though its layers have no weights yet.
    """
    told: Any = tried(lambda: model.get_build_config()["input_shape"], None)
    is_shape = isinstance(told, list | tuple) and len(told) > 1
    if not is_shape or not all(type(length) is int or length is None for length in told):
        return []
    return [list(told[1:])]


def graph_of(model: Any, keras: Any, shapes: Sequence[Axes]) -> Any:
    """Return a functional model of the layers that a model's `call` goes through; None if it is not whole.

    Args:
        model: The model; it is built.
        keras: Keras.
        shapes: Of its inputs, without the batch axis.

    Raises:
        Exception: Whatever `call` raises that does more than Keras' layers and operations do.
    """
    if not shapes:
        return None
    given = symbols(keras, shapes)
    graph = keras.Model(given, model.call(given))
    is_whole = {id(weight) for weight in graph.weights} == {id(weight) for weight in model.weights}
    return graph if is_whole else None
