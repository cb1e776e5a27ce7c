"""Calling a function as its target says, with fresh copies, and taking what of the outcome travels."""

from __future__ import annotations

import contextlib
import inspect
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograder.wire.making import MAKES
from autograder.wire.target import FRAMEWORKS, Slot, Target


class Answer(NamedTuple):
    """What came of a call.

    Attributes:
        value: What travels of it.
        changed: The values that were changed in place, by their position or keyword.
        type_name: The type of what was returned.
    """

    value: Any
    changed: list[str]
    type_name: str


def answer(
    function: Callable[..., Any],
    positional: Sequence[Any],
    named: Mapping[str, Any],
    *,
    as_tensors: bool,
    target: Target | None = None,
) -> Answer:
    """Call a function with copies of its arguments.

    Args:
        function: Of the student; a class, where the target has methods.
        positional: Arguments, which stay as they are; with a target, one for each of its slots.
        named: More of them; none with a target.
        as_tensors: Whether it is given its arrays as TensorFlow tensors.
        target: How it is called, where not simply by position and by name.
    """
    if target is not None and target.tensors and not as_tensors:
        return _answer_in_kind(function, positional, target)
    return _answer(function, positional, named, "tensorflow" if as_tensors else None, target)


def _answer_in_kind(function: Callable[..., Any], positional: Sequence[Any], target: Target) -> Answer:
    """Call a function with the tensors of what its file uses; with arrays, where it cannot take tensors.

    A file may import a framework and be written in NumPy all the same.
    """
    framework = _framework_of(function)
    try:
        return _answer(function, positional, {}, framework, target)
    except Exception as error:
        if framework is None:
            raise
        with contextlib.suppress(Exception):
            return _answer(function, positional, {}, None, target)
        raise error


def _answer(
    function: Callable[..., Any],
    positional: Sequence[Any],
    named: Mapping[str, Any],
    framework: str | None,
    target: Target | None,
) -> Answer:
    fresh, fresh_named = [_fresh(item) for item in positional], _fresh(dict(named))
    given, given_named = fresh, fresh_named
    if framework is not None:
        make = _maker_of_tensors(framework)
        given, given_named = _tensors(fresh, make), _tensors(fresh_named, make)
    if target is None:
        returned = value = function(*given, **given_named)
    else:
        returned, value = _aim(function, target, given)
    written = None if target is None else target.argument
    changed = [
        str(index)
        for index, item in enumerate(positional)
        if index != written and _differs(item, fresh[index])
    ]
    changed += [key for key, item in named.items() if _differs(item, fresh_named[key])]
    is_tuple = isinstance(returned, tuple) and target is not None  # also one with names
    return Answer(value, changed, "tuple" if is_tuple else type(returned).__name__[:100])


def _aim(function: Callable[..., Any], target: Target, values: Sequence[Any]) -> tuple[Any, Any]:
    """Return what a call returns, and what travels of all that it leaves behind."""
    made = [MAKES[slot.make](value) for slot, value in zip(target.slots, values, strict=True)]
    held: Any = None
    called = function
    if target.methods:
        held = _called(function, "construct", target.slots, made)
        for slot, value in zip(target.slots, made, strict=True):
            if slot.to == "attribute":
                setattr(held, slot.name, value)
        there = [name for name in target.methods if hasattr(held, name)]
        called = getattr(held, (there or target.methods)[0])
    returned = _called(called, "call", target.slots, made)
    if target.argument is not None:
        return returned, made[target.argument]
    if target.attribute:
        return returned, getattr(held if target.methods else returned, target.attribute)
    return returned, _element(returned, target.element)


def _called(function: Callable[..., Any], to: str, slots: Sequence[Slot], values: Sequence[Any]) -> Any:
    pairs = [(slot.name, value) for slot, value in zip(slots, values, strict=True) if slot.to == to]
    return function(
        *(value for name, value in pairs if not name), **{name: value for name, value in pairs if name}
    )


def _element(value: Any, element: int | str | None) -> Any:
    """Return an element of what was returned; the whole, where that is the bare result."""
    if isinstance(element, str):
        return value[element] if isinstance(value, Mapping) else value
    is_several = isinstance(value, tuple) or (isinstance(value, list) and not _is_rows(value))
    if element is None or not is_several:
        return value
    if element >= len(value):
        raise IndexError(f"what is returned has {len(value)} elements; element {element} is expected")
    return value[element]


def _is_rows(value: list[Any]) -> bool:
    """Return whether a list may be an array by itself, not an array and something besides."""
    if any(isinstance(item, tuple | dict | str) or item is None for item in value):
        return False
    return len({np.shape(item) if not isinstance(item, list) else None for item in value}) <= 1


def _framework_of(function: Callable[..., Any]) -> str | None:
    """Return the framework that the file which defines a function, or a class, uses; None for neither."""
    members = list(vars(function).values()) if isinstance(function, type) else [function]
    defined = next((each for each in members if isinstance(each, types.FunctionType)), None)
    names = inspect.unwrap(defined).__globals__ if defined is not None else {}
    found = (_framework_in(value) for value in list(names.values()))
    return next((each for each in found if each is not None), None)


def _framework_in(value: object) -> str | None:
    if isinstance(value, types.ModuleType):
        origin = value.__name__
    elif isinstance(value, types.FunctionType | type):
        origin = str(value.__module__)
    else:
        return None
    parts = origin.split(".")
    return next((name for name in FRAMEWORKS if any(part.startswith(name) for part in parts)), None)


def _fresh(value: Any) -> Any:
    """Return a copy that the function may change."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if type(value) is str:  # as it is where it stands in a source: `mode is "max"` is asked for, too
        return sys.intern(value)
    if isinstance(value, list | tuple):
        return type(value)(_fresh(item) for item in value)
    if isinstance(value, dict):
        return {key: _fresh(item) for key, item in value.items()}
    return value


def _maker_of_tensors(framework: str) -> Callable[[Any], Any]:
    """Return what makes a tensor of an array; the framework is imported only where a case asks for it."""
    if framework == "torch":
        import torch  # noqa: PLC0415

        return torch.as_tensor  # type: ignore[no-any-return]
    import tensorflow  # noqa: PLC0415

    return tensorflow.convert_to_tensor  # type: ignore[no-any-return]


def _tensors(value: Any, make: Callable[[Any], Any]) -> Any:
    """Return a value with tensors in the place of its arrays."""
    if isinstance(value, np.ndarray):
        return make(value)
    if isinstance(value, list | tuple):
        return type(value)(_tensors(item, make) for item in value)
    if isinstance(value, dict):
        return {key: _tensors(item, make) for key, item in value.items()}
    return value


def _differs(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        return bool(before.shape != after.shape or before.tobytes() != after.tobytes())
    if isinstance(before, list | tuple | dict):
        return bool(repr(before) != repr(after))
    return False
