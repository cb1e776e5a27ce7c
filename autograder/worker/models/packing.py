"""A model as arrays, and of arrays a model again: its configuration, and its weights by name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from autograder.wire.models import MAX_WEIGHTS
from autograder.wire.training import MAX_WEIGHT_BYTES, MAX_WEIGHT_MIB
from autograder.worker.models.describing import as_graph, configuration_of
from autograder.worker.models.walking import is_keras_own, said_of, tried
from autograder.worker.plain import plain

_MIB = 1024 * 1024
_COMPILED = "compile_config"
_MOST_NAMED = 5
_MOST_SAID = 60
_WITHOUT_LAYERS = frozenset({"config", "datasets", "export", "models", "saving", "utils"})
"""Parts of Keras whose functions read files, load models or lift its guards: no layer is made of them."""
Numbers = npt.NDArray[Any]


class NotRebuilt(Exception):
    """A model cannot be made of its configuration and its weights; the message says why."""


class Packed(NamedTuple):
    """What travels of a model.

    Attributes:
        arrays: The text of its configuration as bytes, then its weights; nothing where it has no text.
        paths: The weights' names.
        unwritten: Why another process cannot make it anew, where it cannot.
    """

    arrays: list[Numbers]
    paths: list[str]
    unwritten: str


def pack(model: Any, keras: Any, shape: Sequence[int] | None) -> Packed:
    """Return what travels of a model; of a student's class, the graph that it is or that its `call` makes.

    Args:
        model: The model.
        keras: The module.
        shape: Of one sample as the model takes it, where that is known.
    """
    if not is_keras_own(model):
        given = [] if shape is None else [[None, *shape]]
        graph = as_graph(model, keras, given)  # its weights are the model's, in the order of the graph
        model = model if graph is None else graph
    text, unwritten = configuration_of(model, keras)
    try:
        own = list(model.weights)
        weights = [np.asarray(plain(np.asarray(weight))) for weight in own]
        paths = [str(tried(lambda each=weight: each.path, "")) for weight in own]  # type: ignore[misc]
    except Exception as error:  # a student's class, or one that is not built
        return Packed([], [], unwritten or f"its weights cannot be read: {said_of(error)}")
    size = sum(weight.nbytes for weight in weights)
    if len(weights) > MAX_WEIGHTS or size > MAX_WEIGHT_BYTES:
        said = f"its {len(weights):,} weights take {size / _MIB:,.0f} MiB; {MAX_WEIGHT_MIB} are taken at most"
        return Packed([], [], said)
    if not text:
        return Packed([], [], unwritten)
    return Packed([np.frombuffer(text, np.uint8), *weights], paths, "")


def unpack(arrays: Sequence[Numbers], paths: Sequence[str], keras: Any) -> Any:
    """Return the model that arrays make: of Keras' own layers alone, nothing of it is code.

    Args:
        arrays: As `pack` returns them.
        paths: The weights' names.
        keras: The module.

    Raises:
        NotRebuilt: If they make none.
    """
    try:
        configuration = json.loads(arrays[0].tobytes().decode())
        own = sorted(_own_classes(configuration))
    except (ValueError, IndexError, RecursionError):
        raise NotRebuilt("its configuration is no text that can be read") from None
    if own:
        raise NotRebuilt(f"it has {', '.join(own[:_MOST_NAMED])}, which only its own code makes")
    try:
        model = keras.saving.deserialize_keras_object(
            _uncompiled(configuration), custom_objects={}, safe_mode=True
        )
    except Exception as error:  # layers of the student's own, Lambda, or no configuration at all
        raise NotRebuilt(f"it cannot be made of its configuration: {said_of(error)}") from None
    if not isinstance(model, keras.Model):
        raise NotRebuilt(f"its configuration makes a {type(model).__name__}, no model")
    _fill(model.weights, arrays[1:], paths)
    return model


def _own_classes(configuration: Any) -> set[str]:
    """Return what in a configuration is no class or function of Keras' own, or holds code."""
    if isinstance(configuration, list):
        return {name for each in configuration for name in _own_classes(each)}
    if not isinstance(configuration, dict):
        return set()
    inside = {name for key, each in configuration.items() if key != _COMPILED for name in _own_classes(each)}
    name, module = configuration.get("class_name"), configuration.get("module")
    if isinstance(name, str) and "config" in configuration and not name.startswith("__"):
        called = configuration["config"] if name == "function" else name
        parts = module.split(".") if isinstance(module, str) else [""]
        is_keras = parts[0] in ("keras", "builtins")
        if name == "function" and _WITHOUT_LAYERS.intersection(parts):
            is_keras = False
        if name in ("Lambda", "TFSMLayer"):
            return {f"a layer of the kind {name}"}
        if not is_keras:
            return inside | {str(called)[:_MOST_SAID]}
    coded = {"__lambda__": {"a lambda"}, "__typespec__": {"a class by its name"}}
    return inside | (coded.get(name, set()) if isinstance(name, str) else set())


def _uncompiled(configuration: Any) -> Any:
    """Return a configuration without what models are compiled with: a loss may be the student's own."""
    if isinstance(configuration, Mapping):
        return {key: _uncompiled(each) for key, each in configuration.items() if key != _COMPILED}
    if isinstance(configuration, list):
        return [_uncompiled(each) for each in configuration]
    return configuration


def _fill(own: Sequence[Any], weights: Sequence[Numbers], paths: Sequence[str]) -> None:
    """Give a model its weights: by their names where these are the same, else in their order."""
    if len(own) != len(weights):
        raise NotRebuilt(f"its configuration asks for {len(own)} weights; it has {len(weights)}")
    given = dict(zip(paths, weights, strict=False))
    names = [weight.path for weight in own]
    if len(given) == len(weights) == len(set(names)) and set(given) == set(names):
        weights = [given[name] for name in names]
    for weight, values in zip(own, weights, strict=True):
        if tuple(weight.shape) != values.shape:
            raise NotRebuilt(
                f"its configuration asks for {tuple(weight.shape)} in {weight.path}; it has {values.shape}"
            )
        weight.assign(values)
