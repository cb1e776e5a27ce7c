"""Activations by one name, wherever they stand: in a layer, as a layer of their own, as an operation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_args

from autograder.config.keras_layers import Activation

LAYERS = frozenset({"Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"}) | {
    f"ops.{name}"
    for name in (
        *("Relu", "Relu6", "LeakyRelu", "Elu", "Selu", "Gelu", "Silu", "Sigmoid", "HardSigmoid", "HardSilu"),
        *("Tanh", "Softmax", "LogSoftmax", "LogSigmoid", "Softplus", "Softsign", "Exp", "Mish"),
    )
}
"""Layers and operations that only apply an activation."""

NONE = "linear"
_KNOWN = frozenset(get_args(Activation))
_OTHER_NAMES = {
    "swish": "silu",
    "hard_swish": "hard_silu",
    "exp": "exponential",
    "softmax_v2": "softmax",  # TensorFlow's
    "leaky_re_lu": "leaky_relu",
    "re_lu": "relu",
    "re_lu6": "relu6",
}
_IDEMPOTENT = {"relu", "relu6", NONE}
_COUPLED = {"softmax", "log_softmax"}  # one number of theirs depends on the others


def snake(name: str) -> str:
    """Return a class's name as Keras writes it in a configuration.

    >>> snake("SparseCategoricalCrossentropy"), snake("LeakyReLU"), snake("mse")
    ('sparse_categorical_crossentropy', 'leaky_relu', 'mse')
    """
    parts = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name.replace("ReLU", "Relu"))
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", parts).lower()


def activation_named(value: object) -> str | None:
    """Return the name of an activation as a layer's configuration has it; None of one of one's own.

    >>> activation_named(None), activation_named("ReLU"), activation_named("swish")
    ('linear', 'relu', 'silu')
    >>> activation_named({"class_name": "function", "config": "my_own"})
    """
    if value is None:
        return NONE
    if isinstance(value, Mapping):
        kind, config = value.get("class_name"), value.get("config")
        if kind == "function":
            return activation_named(config) if isinstance(config, str) else None
        if not isinstance(kind, str) or kind not in LAYERS - {"Activation"}:
            return None
        return activation_of(kind, config if isinstance(config, Mapping) else {})
    name = snake(str(value)[:60])
    name = _OTHER_NAMES.get(name, name)
    return name if name in _KNOWN else None


def activation_of(kind: str, settings: Mapping[str, Any]) -> str | None:
    """Return the name of the activation that a layer of its own applies; None of one that has no name.

    >>> activation_of("ReLU", {"max_value": 6.0}), activation_of("ops.Softmax", {})
    ('relu6', 'softmax')
    """
    if kind == "Activation":
        return activation_named(settings.get("activation"))
    if kind in ("ReLU", "ops.Relu"):
        most = settings.get("max_value")
        if settings.get("threshold") or most not in (None, 6):
            return None
        return "leaky_relu" if settings.get("negative_slope") else "relu" if most is None else "relu6"
    return activation_named(kind.removeprefix("ops."))


def together(first: str, second: str) -> str:
    """Return what two activations come to, one after the other.

    >>> together("linear", "relu"), together("relu", "relu"), together("softmax", "softmax")
    ('relu', 'relu', 'softmax then softmax')
    """
    if first == NONE or (first == second and first in _IDEMPOTENT):
        return second
    return first if second == NONE else f"{first} then {second}"


def goes_past_max_pooling(name: str) -> bool:
    """Return whether it is the same before and after max pooling: each number alone, and never falling."""
    return name not in _COUPLED | {"gelu", "silu", "hard_silu", "mish"} and " " not in name
