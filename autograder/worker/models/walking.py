"""Going through what a model is made of. A student's class may answer anything, or raise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

_DEEPEST = 20
_MOST = 5_000
_MOST_SAID = 200
_T = TypeVar("_T")


def tried(read: Callable[[], _T], otherwise: _T) -> _T:
    """Return what can be read of a model, or something else where reading it raises."""
    try:
        return read()
    except Exception:  # whatever a student's property raises
        return otherwise


def is_model(value: object, base: type) -> bool:
    """Return whether a value is a model, by its type: what its class says of itself does not count."""
    return issubclass(type(value), base)


def is_keras_own(layer: object) -> bool:
    """Return whether a layer is of one of Keras' own classes."""
    return str(type(layer).__module__).partition(".")[0] == "keras"


def layers_of(model: Any) -> list[Any]:
    """Return a model's own layers; none where it does not tell."""
    none: list[Any] = []
    return tried(lambda: list(model.layers), none)[:_MOST]


def name_of(layer: Any) -> str:
    """Return the name that a layer or a model has."""
    return tried(lambda: str(layer.name), "?")


def leaves(
    model: Any, base: type, *, into_own_only: bool = False, path: str = "", depth: int = 0
) -> Iterator[tuple[str, Any]]:
    """Return the layers of a model, and of models in it, by name: ``outer/inner``; without input layers.

    Args:
        model: The model.
        base: Keras' class of models.
        into_own_only: Whether a model in it of a student's own class is a layer like others.
        path: What comes before the names.
        depth: In how many models it is.
    """
    for layer in layers_of(model):
        if type(layer).__name__ == "InputLayer":
            continue
        name = f"{path}{name_of(layer)}"
        if is_model(layer, base) and depth < _DEEPEST and (is_keras_own(layer) or not into_own_only):
            yield from leaves(layer, base, into_own_only=into_own_only, path=f"{name}/", depth=depth + 1)
        else:
            yield name, layer


def models_within(model: Any, base: type, depth: int = 0) -> Iterator[Any]:
    """Return the models in a model."""
    for layer in layers_of(model):
        if is_model(layer, base) and depth < _DEEPEST:
            yield layer
            yield from models_within(layer, base, depth + 1)


def said_of(error: BaseException) -> str:
    """Return an exception in a line."""
    message = " ".join(tried(lambda: str(error), "").split())[:_MOST_SAID]
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
