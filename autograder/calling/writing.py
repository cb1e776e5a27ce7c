"""Calls in Python, as a student would write them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.wire.target import Slot


@dataclass(frozen=True)
class Said:
    """What a call is made of.

    Attributes:
        names: What each argument is called.
        slots: Where it goes.
        values: What is given.
        methods: The method that is called, where the function is a class.
        after: What is taken of the outcome, in Python.
        is_attribute: Whether that is an attribute.
        written: The argument that the result is written into, where it is.
        rows: Of each argument that is an array, the axis that runs along its rows; None where nothing tells.
    """

    names: Sequence[str]
    slots: Sequence[Slot]
    values: Sequence[Any]
    methods: Sequence[str]
    after: str = ""
    is_attribute: bool = False
    written: str = ""
    rows: Sequence[int | None] = ()


def said_call(function: str, said: Said, write: Callable[[str, Slot, Any], str] | None = None) -> str:
    """Return a call in Python.

    Args:
        function: The function, or the class.
        said: What the call is made of.
        write: Returns the text of a value, given its name and slot; by default `written`.

    >>> said_call("f", Said(["x", "n"], [Slot(), Slot("call", "n")], [np.zeros(2), 3], ()))
    'f(x, n=3)'
    """
    write = write or written
    texts: dict[str, list[str]] = {"construct": [], "attribute": [], "call": []}
    for name, slot, value in zip(said.names, said.slots, said.values, strict=True):
        texts[slot.to].append((f"{slot.name}=" if slot.name else "") + write(name, slot, value))
    call = ", ".join(texts["call"])
    if not said.methods:
        return f"{function}({call})"
    made = f"{function}({', '.join(texts['construct'])})"
    with_attributes = f" with {', '.join(texts['attribute'])}" if texts["attribute"] else ""
    return f"{made}.{said.methods[0]}({call}){with_attributes}"


def written(name: str, slot: Slot, value: Any) -> str:
    """Return a value of a call in a few characters: arrays and lists by the name of their argument."""
    if slot.make == "function":
        return str(value)
    if isinstance(value, dict) and slot.make == "object":
        inside = ", ".join(f"{key}={_short(key, item)}" for key, item in value.items())
        return f"SimpleNamespace({inside})"
    if isinstance(value, dict) and not any(isinstance(item, dict) for item in value.values()):
        return "{" + ", ".join(f'"{key}": {_short(key, item)}' for key, item in value.items()) + "}"
    return _short(name, value)


def _short(name: str, value: Any) -> str:
    is_long = isinstance(value, np.ndarray | dict) or (
        isinstance(value, list) and not (len(value) == 2 and all(isinstance(each, int) for each in value))
    )
    return name if is_long else repr(value)
