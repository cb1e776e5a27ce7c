"""From a case's inputs to the value of one argument."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.calling.layouts import InexpressibleError, layout_of
from autograder.calling.structure import Argument
from autograder.wire.making import ACTIVATIONS


def value_of(argument: Argument, inputs: Mapping[str, Any], dtype: str = "") -> Any:
    """Return what is given as an argument.

    Args:
        argument: What the configuration says of it.
        inputs: All inputs of the problem, those that a case leaves out by their defaults.
        dtype: What arrays are turned into; each stays what it is where it is empty.

    Raises:
        InexpressibleError: If the signature has no way to say it.

    >>> value_of(Argument(input="strides", form="number"), {"strides": (2, 2)})
    2
    >>> pad = Argument(input="padding", form="number", words={"valid": 0, "same": "SAME"})
    >>> [value_of(pad, {"padding": value}) for value in ("valid", "same", (1, 1))]
    [0, 'SAME', 1]
    """
    if argument.pack:
        return {each.name or each.input: value_of(each, inputs, dtype) for each in argument.pack}
    if argument.function:
        return argument.function
    if not argument.input:
        return argument.value
    value = inputs[argument.input]
    if value is None and argument.instead:
        value = inputs[argument.instead]
    if isinstance(value, str) and value in argument.words:
        value = argument.words[value]
        if isinstance(value, str | bool):
            return value  # as it is: `{ same = "same" }` beside `form = "number"`
    if argument.item is not None:
        value = _pair(argument, value)[argument.item]
    if argument.form:
        value = _in_form(argument, value)
    if argument.length is not None:
        return int(np.asarray(value).shape[argument.length])
    if isinstance(value, np.ndarray) and dtype:
        value = value.astype(dtype)
    layout = layout_of(argument.layout)
    if layout is not None:
        value = layout.forward(np.asarray(value, dtype=dtype or None))
    return value


def _in_form(argument: Argument, value: Any) -> Any:
    if argument.form == "function":
        if value not in ACTIVATIONS:
            raise InexpressibleError(f"{argument.input} of {value!r}, which is no activation")
        return value
    first, second = _pair(argument, value)
    if argument.form == "pair":
        return first, second
    if argument.form == "list":
        return [first, second]
    if first != second:
        raise InexpressibleError(f"{argument.input} of {value}, where it takes one number")
    return first


def _pair(argument: Argument, value: Any) -> tuple[Any, Any]:
    """Return a number twice, or the two that there are."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value, value
    if isinstance(value, list | tuple | np.ndarray) and len(value) == 2:
        first, second = (each.item() if isinstance(each, np.generic) else each for each in value)
        return first, second
    raise InexpressibleError(f"{argument.input} of {value!r}, where it takes numbers")
