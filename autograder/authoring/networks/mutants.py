"""A reference network changed in one place: one setting of a layer, or a layer less."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

# No relu in the place of none: before a pooling and another relu it would change nothing.
_OTHER_ACTIVATIONS = {"tanh": "relu", "softmax": "sigmoid"}
_ELSE = "tanh"
_DOUBLED = ("filters", "units")
_TURNED = {"valid": "same", "same": "valid"}


class ChangedNetwork(NamedTuple):
    """What was changed, in words, and the configuration that came of it."""

    said: str
    configuration: dict[str, Any]


def changed_networks(configuration: Mapping[str, Any]) -> Iterator[ChangedNetwork]:
    """Yield a network once for each layer and each of its filters, kernel, padding, units and activation.

    After these it lacks one layer. Not all can be built.

    >>> from reference.models import configuration
    >>> [each.said for each in changed_networks(configuration("autoencoder_32"))][:3]
    ['code: units 32 → 64', "code: activation 'relu' → 'tanh'", 'reconstructions: units 784 → 1568']
    """
    places = list(_places(configuration))
    for path in places:
        settings = _at(configuration, path)["config"]
        for name, value in _changes(settings):
            changed = copy.deepcopy(dict(configuration))
            _at(changed, path)["config"][name] = value
            yield ChangedNetwork(
                f"{settings.get('name')}: {name} {_shown(settings[name])} → {_shown(value)}", changed
            )
    for path in places:
        changed = copy.deepcopy(dict(configuration))
        if _drop(changed, path):
            layer = _at(configuration, path)
            yield ChangedNetwork(f"{layer['config'].get('name')} ({layer['class_name']}) left out", changed)


def _places(configuration: Mapping[str, Any], path: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    """Yield where layers are, those of models in the model too: indices from the outermost on."""
    for at, layer in enumerate(_at(configuration, path)["config"].get("layers", ())):
        if "layers" in layer["config"]:
            yield from _places(configuration, (*path, at))
        elif layer["class_name"] != "InputLayer":
            yield (*path, at)


def _at(configuration: Any, path: tuple[int, ...]) -> Any:
    for at in path:
        configuration = configuration["config"]["layers"][at]
    return configuration


def _changes(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name in _DOUBLED:
        if isinstance(settings.get(name), int):
            yield name, 2 * settings[name]
    kernel = settings.get("kernel_size")
    if isinstance(kernel, list):
        yield "kernel_size", [length + 2 for length in kernel]
    if settings.get("padding") in _TURNED:
        yield "padding", _TURNED[settings["padding"]]
    if isinstance(settings.get("activation"), str):
        yield "activation", _OTHER_ACTIVATIONS.get(settings["activation"], _ELSE)


def _drop(configuration: dict[str, Any], path: tuple[int, ...]) -> bool:
    """Take a layer out; return False where it joins several tensors, and cannot be left out alone."""
    model = _at(configuration, path[:-1])["config"]
    layer = model["layers"].pop(path[-1])
    if "input_layers" not in model:
        return True
    sources: list[list[Any]] = []
    _histories(layer.get("inbound_nodes", ()), sources)
    if len(sources) != 1:
        return False
    name = layer["config"]["name"]
    users: list[list[Any]] = []
    for other in model["layers"]:
        _histories(other.get("inbound_nodes", ()), users)
    ends = model["output_layers"]
    users += [ends] if ends and isinstance(ends[0], str) else ends
    for user in users:
        if user[0] == name:
            user[:] = sources[0]
    return True


def _histories(value: Any, found: list[list[Any]]) -> None:
    """Collect where the tensors of calls come from: ``[layer, call, tensor]``."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "keras_history":
                found.append(inner)
            else:
                _histories(inner, found)
    elif isinstance(value, list | tuple):
        for inner in value:
            _histories(inner, found)


def _shown(value: Any) -> str:
    return "×".join(map(str, value)) if isinstance(value, list) else repr(value)
