"""A model that is one chain of layers, to be changed in one thing and counted again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.checks.counted_model import CountedModel, count_configuration
from reference.shapes.model import count_model
from reference.shapes.settings import ConfigurationError, Shape

MOST_LAYERS = 400
_SLIDING = {"padding": "valid", "data_format": "channels_last"}
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "Conv": {"kernel_size": 3, "strides": 1, "dilation_rate": 1, "groups": 1, "use_bias": True, **_SLIDING},
    "MaxPooling": {"pool_size": 2, "strides": None, **_SLIDING},
    "AveragePooling": {"pool_size": 2, "strides": None, **_SLIDING},
    "Global": {"data_format": "channels_last", "keepdims": False},
    "Dense": {"use_bias": True},
    "Flatten": {"data_format": "channels_last"},
    "Dropout": {"rate": 0.5},
    "UpSampling": {"size": 2, "data_format": "channels_last", "interpolation": "nearest"},
    "BatchNormalization": {"axis": -1, "center": True, "scale": True},
}
_NEEDED = {"Conv": "filters", "Dense": "units"}


@dataclass(frozen=True)
class Link:
    """A layer of a chain: its name, by which it is known again, its class, its settings."""

    name: str
    kind: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Chain:
    """A chain of Keras' own layers, and the shape of its input without the batch axis."""

    input_shape: Shape
    links: tuple[Link, ...]

    def count(self) -> CountedModel | None:
        """Return what it comes to; None where no Keras would build it."""
        try:
            counted = count_configuration(self._configuration())
        except ConfigurationError:
            return None
        return counted if counted.total is not None else None

    def total(self) -> int | None:
        """Return how many parameters it has: sooner told than all that it comes to."""
        try:
            return count_model(self._configuration()).total
        except ConfigurationError:
            return None

    def _configuration(self) -> dict[str, Any]:
        layers: list[dict[str, Any]] = [
            {
                "module": "keras.layers",
                "class_name": "InputLayer",
                "config": {"name": "input", "batch_shape": [None, *self.input_shape]},
            }
        ]
        for at, link in enumerate(self.links):
            module, kind = "keras.layers", link.kind
            if kind.startswith("ops."):
                module, kind = "keras.src.ops.nn", kind.removeprefix("ops.")
            config = {**link.settings, "name": str(at)}
            layers.append({"module": module, "class_name": kind, "config": config})
        return {"module": "keras", "class_name": "Sequential", "config": {"name": "chain", "layers": layers}}

    def with_settings(self, places: Collection[int], changes: Mapping[int, Mapping[str, Any]]) -> Chain:
        """Return a chain some of whose layers have other settings; strides stay as large as a pooling."""
        links = list(self.links)
        for at in places:
            before, new = links[at].settings, dict(changes[at])
            if "pool_size" in new and "strides" not in new and is_as_large(before):
                new["strides"] = None
            links[at] = replace(links[at], settings={**before, **new})
        return replace(self, links=tuple(links))

    def without(self, at: int) -> Chain:
        """Return a chain with a layer less."""
        return replace(self, links=(*self.links[:at], *self.links[at + 1 :]))

    def moved(self, at: int, to: int) -> Chain:
        """Return a chain with a layer at an earlier place."""
        links = self.links
        return replace(self, links=(*links[:to], links[at], *links[to:at], *links[at + 1 :]))

    def with_layer(self, at: int, kind: str, settings: Mapping[str, Any], *, in_place: bool = False) -> Chain:
        """Return a chain with a layer more, or with another in the place of one.

        Args:
            at: Where it comes to stand.
            kind: Its class.
            settings: What is known of its settings; the others are as usual.
            in_place: Whether it takes the place of the layer that is there.

        Raises:
            ValueError: If too little is known of it.
        """
        usual = next((values for prefix, values in _DEFAULTS.items() if kind.startswith(prefix)), None)
        if usual is None or any(kind.startswith(k) and name not in settings for k, name in _NEEDED.items()):
            raise ValueError(f"expected the settings of a layer; too little is known of {kind}")
        link = Link(f"{kind} {at}, which is not there", kind, {**usual, **settings})
        return replace(self, links=(*self.links[:at], link, *self.links[at + in_place :]))


def chain_of(counted: CountedModel) -> Chain | None:
    """Return a counted model as a chain of known layers; None where it is none, or too long."""
    layers = counted.facts
    if not counted.has_graph or len(counted.inputs) != 1 or not 0 < len(layers) <= MOST_LAYERS:
        return None
    links = []
    for at, facts in enumerate(layers):
        is_next = facts.inputs == (at - 1,) and facts.is_output == (at == len(layers) - 1)
        if not is_next or facts.settings is None:
            return None
        again = f", call {facts.call + 1}" if facts.call else ""
        links.append(Link(f"{facts.name}{again}", facts.kind, facts.settings))
    chain = Chain(counted.inputs[0], tuple(links))
    return chain if chain.total() == counted.total else None


def axes_of(value: object) -> Sequence[Any]:
    """Return a setting for each axis: one number stands for itself."""
    return value if isinstance(value, list | tuple) else [value]


def listed(values: Sequence[Any]) -> str:
    """Return values as people list them.

    >>> listed([1, 2, 3])
    '1, 2 and 3'
    """
    texts = [str(value) for value in values]
    return ", ".join(texts[:-1]) + " and " + texts[-1] if len(texts) > 1 else texts[0]


def is_as_large(settings: Mapping[str, Any]) -> bool:
    """Return whether a pooling's strides are those of its size."""
    strides = settings.get("strides")
    return strides is None or list(axes_of(strides)) == list(axes_of(settings.get("pool_size")))
