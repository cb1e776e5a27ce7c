"""A model as a graph: layers, their calls, and which tensor goes where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reference.shapes.settings import ConfigurationError, Settings, Shape


@dataclass(frozen=True, slots=True)
class Reference:
    """One tensor of a graph.

    Attributes:
        layer: The index of the layer that made it.
        call: Which of the layer's calls.
        tensor: Which of the call's outputs.
        declared: The shape that the configuration says it has; None if it says none.
    """

    layer: int
    call: int
    tensor: int
    declared: Shape | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a layer.

    Attributes:
        tensors: What it was called with.
        keys: Their keys, if they came in a dictionary.
        is_plain: Whether it took nothing but tensors and single numbers.
    """

    tensors: tuple[Reference, ...]
    keys: tuple[str, ...] | None = None
    is_plain: bool = True


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer.

    Attributes:
        name: Its name in its model.
        kind: The name of its class; with ``ops.`` before it, an operation of ``keras.ops``.
        settings: Its configuration.
        is_keras_own: Whether the class is one of Keras' own.
        is_trainable: Whether training may change its weights.
        declared: The shapes of its inputs that the configuration says; empty if it says none.
        calls: Its calls in the model.
        inner: The layers that it wraps.
        model: What it is, if it is a model.
    """

    name: str
    kind: str
    settings: Settings
    is_keras_own: bool
    is_trainable: bool
    declared: tuple[Shape, ...] = ()
    calls: tuple[Call, ...] = ()
    inner: tuple[Layer, ...] = ()
    model: Model | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A sequential or functional model.

    Attributes:
        layers: Its layers, input layers too.
        inputs: Which of them are its inputs, in order.
        input_keys: The keys of the inputs, if it takes a dictionary.
        outputs: Its output tensors, in order.
        order: All calls, each after those that it takes tensors from: (layer, call).
        channels_first: Whether the first of its layers that has channels has them first.
    """

    layers: tuple[Layer, ...]
    inputs: tuple[int, ...]
    input_keys: tuple[str, ...] | None
    outputs: tuple[Reference, ...]
    order: tuple[tuple[int, int], ...]
    channels_first: bool


def in_order(layers: Sequence[Layer]) -> tuple[tuple[int, int], ...]:
    """Return all calls of a graph, each after those that it depends on.

    Raises:
        ConfigurationError: If a call depends on itself, or on one that there is not.
    """
    done: dict[tuple[int, int], bool] = {}
    order = []
    for at, layer in enumerate(layers):
        for number in range(len(layer.calls)):
            stack = [(at, number)]
            while stack:
                node = stack[-1]
                if done.get(node):
                    stack.pop()
                elif node in done:
                    done[node] = True
                    order.append(stack.pop())
                else:
                    done[node] = False
                    stack += _missing(layers, node, done)
    return tuple(order)


def _missing(
    layers: Sequence[Layer], node: tuple[int, int], done: dict[tuple[int, int], bool]
) -> list[tuple[int, int]]:
    """Return the calls that a call still waits for."""
    missing = []
    for reference in layers[node[0]].calls[node[1]].tensors:
        before = (reference.layer, reference.call)
        if reference.call >= len(layers[reference.layer].calls):
            name = layers[reference.layer].name
            raise ConfigurationError(f"{name}: expected {reference.call + 1} calls or more")
        if done.get(before) is False:
            raise ConfigurationError(f"{layers[node[0]].name}: the layer's input depends on its own output")
        if before not in done:
            missing.append(before)
    return missing
