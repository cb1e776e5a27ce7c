"""A model with branches, whose layers' settings are changed to count it again; its wiring stays as it is."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from autograder.checks.counted_model import CountedModel, count_configuration
from autograder.checks.model_chain import MOST_LAYERS, Link, is_as_large
from reference.shapes.model import count_model
from reference.shapes.settings import ConfigurationError, Shape

_Path = tuple[int, ...]


@dataclass(frozen=True)
class Graph:
    """A model as its configuration has it.

    Attributes:
        input_shape: The shape of its input; of several, none.
        links: Its layers in the order in which they are called; one that is called again has no settings.
        configuration: Of the model.
        paths: Of each link, where in the configuration it stands.
    """

    input_shape: Shape
    links: tuple[Link, ...]
    configuration: Mapping[str, Any]
    paths: tuple[_Path, ...]

    def count(self) -> CountedModel | None:
        """Return what it comes to; None where no Keras would build it."""
        try:
            counted = count_configuration(self.configuration)
        except ConfigurationError:
            return None
        return counted if counted.total is not None else None

    def total(self) -> int | None:
        """Return how many parameters it has."""
        try:
            return count_model(self.configuration).total
        except ConfigurationError:
            return None

    def with_settings(self, places: Collection[int], changes: Mapping[int, Mapping[str, Any]]) -> Graph:
        """Return a graph some of whose layers have other settings; strides stay as large as a pooling."""
        links, configuration = list(self.links), self.configuration
        for at in places:
            before, new = links[at].settings, dict(changes[at])
            if "pool_size" in new and "strides" not in new and is_as_large(before):
                new["strides"] = None
            links[at] = replace(links[at], settings={**before, **new})
            configuration = _with(configuration, self.paths[at], new)
        return replace(self, links=tuple(links), configuration=configuration)


def graph_of(counted: CountedModel, text: str) -> Graph | None:
    """Return a counted model as a graph; None where its configuration does not tell all of it."""
    if not counted.has_graph or not 0 < len(counted.facts) <= MOST_LAYERS:
        return None
    try:
        configuration = json.loads(text)
        known = dict(_places(configuration, (), ""))
        paths = tuple(known[facts.name] for facts in counted.facts)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    links = tuple(
        Link(facts.name, facts.kind, (facts.settings or {}) if not facts.call else {})
        for facts in counted.facts
    )
    shape = counted.inputs[0] if len(counted.inputs) == 1 else ()
    graph = Graph(shape, links, configuration, paths)
    return graph if graph.total() == counted.total else None


def _places(model: Mapping[str, Any], path: _Path, prefix: str) -> Iterator[tuple[str, _Path]]:
    """Yield the layers of a model by name, those of models in it as ``outer/inner``, and where they stand."""
    for at, layer in enumerate(model["config"]["layers"]):
        name = prefix + layer["config"]["name"]
        yield name, (*path, at)
        if isinstance(layer["config"].get("layers"), list):
            yield from _places(layer, (*path, at), f"{name}/")


def _with(model: Mapping[str, Any], path: _Path, new: Mapping[str, Any]) -> Mapping[str, Any]:
    if not path:
        return {**model, "config": {**model["config"], **new}}
    layers = list(model["config"]["layers"])
    layers[path[0]] = _with(layers[path[0]], path[1:], new)
    return {**model, "config": {**model["config"], "layers": layers}}
