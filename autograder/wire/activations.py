"""Functions that travel by their name: activations, which some signatures take as an argument."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np


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
