"""What is made of plain data where it is used: objects, activations, arrays that count as numbers."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt


def identity(z: Any) -> Any:
    """Return z."""
    return z


def relu(z: Any) -> Any:
    """Return z where it is positive, else 0."""
    return np.maximum(z, 0)


def sigmoid(z: Any) -> Any:
    """Return the logistic function of z."""
    return 1 / (1 + np.exp(-z))


def tanh(z: Any) -> Any:
    """Return the hyperbolic tangent of z."""
    return np.tanh(z)


ACTIVATIONS: Mapping[str, Callable[[Any], Any]] = {
    each.__name__: each for each in (identity, relu, sigmoid, tanh)
}


class CountingArray(np.ndarray[Any, Any]):
    """An array of which one element counts as a number, whatever its axes: so it was before NumPy 2.4."""

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())


def _as_counting(value: npt.NDArray[Any]) -> Any:
    return value.view(CountingArray) if isinstance(value, np.ndarray) else value


MAKES: Mapping[str, Callable[[Any], Any]] = {
    "": identity,
    "object": lambda value: types.SimpleNamespace(**value),
    "function": ACTIVATIONS.__getitem__,
    "counting": _as_counting,
}
"""What a slot makes of a value."""
