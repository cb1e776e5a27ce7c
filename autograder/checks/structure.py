"""Judging results that are no arrays: dictionaries, and sequences whose items differ in shape."""

from __future__ import annotations

import numbers
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.checks.comparison import Difference, Kind, as_array, compare, has_more_than
from autograder.results.counting import counted

Array = npt.NDArray[Any]
_MOST_SHOWN = 8
_MOST_TIMES, _MOST_BESIDES = 4, 1_000  # items of lists, by what is expected: more is not looked through


def differ(
    expected: Any, value: Any, distance: Callable[[Array], float], *, strict_type: bool = False
) -> Difference | None:
    """Return in what a value differs from the expected one, or None.

    Args:
        expected: An array, a number, a text, or a list, tuple or dictionary of such.
        value: What was returned, as plain data.
        distance: How far an element of an array may be off, for the array that was received.
        strict_type: Whether arrays must have the reference's dtype.
    """
    match expected:
        case dict():
            return _differ_dictionary(expected, value, distance, strict_type=strict_type)
        case list() | tuple():
            return _differ_sequence(expected, value, distance, strict_type=strict_type)
        case None | str():
            if type(value) is type(expected) and value == expected:
                return None
            return Difference(Kind.VALUES, f"expected {expected!r}; received {_brief(value)}")
    wanted = np.asarray(expected)
    if has_more_than(value, _MOST_TIMES * wanted.size + _MOST_BESIDES):
        return Difference(Kind.SHAPE, f"expected {_count(wanted.size)}; received lists of many more")
    received = as_array(value)
    if isinstance(received, Difference):
        return _of_number(received) if wanted.ndim == 0 else received
    kept = value if isinstance(value, tuple) else received
    return compare(wanted, kept, distance(received), strict_type=strict_type)


def _differ_dictionary(
    expected: dict[str, Any], value: Any, distance: Callable[[Array], float], *, strict_type: bool
) -> Difference | None:
    keys = ", ".join(map(repr, expected))
    if not isinstance(value, dict):
        what = _brief(value)
        return Difference(Kind.TYPE, f"expected a dictionary with the keys {keys}; received {what}")
    if value.keys() != expected.keys():
        received = ", ".join(map(repr, list(value)[:_MOST_SHOWN])) or "none"
        return Difference(
            Kind.TYPE, f"expected a dictionary with the keys {keys}; received the keys {received}"
        )
    for key, item in expected.items():
        if (found := differ(item, value[key], distance, strict_type=strict_type)) is not None:
            return _at(f"[{key!r}]", found)
    return None


def _differ_sequence(
    expected: Sequence[Any], value: Any, distance: Callable[[Array], float], *, strict_type: bool
) -> Difference | None:
    if isinstance(value, np.ndarray) and value.ndim:
        if len(value) > len(expected) + _MOST_BESIDES:
            return Difference(Kind.SHAPE, f"expected {counted(len(expected), 'item')}; received {len(value)}")
        value = list(value)
    if isinstance(value, list | tuple) and len(value) > len(expected) + _MOST_BESIDES:
        return Difference(Kind.SHAPE, f"expected {counted(len(expected), 'item')}; received {len(value)}")
    if not isinstance(value, list | tuple):
        return Difference(Kind.TYPE, f"expected {_brief(expected)}; received {_brief(value)}")
    if all(map(_is_number, expected)) and all(map(_is_number, value)):
        received = list(map(_plain, value))
        is_right = len(received) == len(expected) and all(
            differ(item, each, distance) is None for item, each in zip(expected, received, strict=True)
        )
        kind = Kind.VALUES if len(received) == len(expected) else Kind.SHAPE
        explanation = f"expected {_brief(expected)}; received {_brief(type(value)(received))}"
        return None if is_right else Difference(kind, explanation)
    if len(value) != len(expected):
        return Difference(Kind.SHAPE, f"expected {counted(len(expected), 'item')}; received {len(value)}")
    for number, (item, each) in enumerate(zip(expected, value, strict=True)):
        if (found := differ(item, each, distance, strict_type=strict_type)) is not None:
            return _at(f"[{number}]", found)
    return None


def _count(size: int) -> str:
    return "a single number" if size == 1 else f"{size:,} values"


def _of_number(difference: Difference) -> Difference:
    """Return the same of a value that should be a single number."""
    return Difference(
        difference.kind, difference.explanation.replace("expected an array", "expected a number")
    )


def _at(place: str, found: Difference) -> Difference:
    separator = "" if found.explanation.startswith("[") else ": "
    return Difference(found.kind, f"{place}{separator}{found.explanation}")


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Number | np.generic) or (
        isinstance(value, np.ndarray) and value.ndim == 0
    )


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic | np.ndarray) else value


def _brief(value: Any) -> str:
    """Return a value in a few characters, or what it is."""
    if isinstance(value, dict):
        return "a dictionary"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, list | tuple) and not all(map(_is_number, value)):
        return f"a {type(value).__name__} of {counted(len(value), 'item')}"
    if isinstance(value, list | tuple) and len(value) > _MOST_SHOWN:
        return f"a {type(value).__name__} of {len(value)} numbers"
    text = repr(type(value)(map(_plain, value)) if isinstance(value, list | tuple) else _plain(value))
    return text if len(text) <= 60 else f"{text[:60]}…"
