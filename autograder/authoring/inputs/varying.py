"""Other values of the same kind: of an array, a number, a text, a list of dictionaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

Item = TypeVar("Item")

_LARGEST_INTEGER = 4_096
_LONGEST_LIST = 12


def one_of(items: Sequence[Item], rng: np.random.Generator) -> Item:
    """Return one item, whatever its type; NumPy's `choice` would make arrays of them."""
    return items[int(rng.integers(len(items)))]


def other_values(array: Array, rng: np.random.Generator) -> Array:
    """Return an array like another: with zeros, equal, negative, permuted, random or large values."""
    if array.dtype.kind not in "biuf" or array.size == 0:
        return array.copy()
    match rng.integers(8):
        case 0:
            changed: Array = np.zeros(array.shape)
        case 1:
            changed = np.full(array.shape, rng.choice(array.ravel()))
        case 2:
            changed = -np.abs(array.astype(np.float64))
        case 3:
            changed = rng.permutation(array.ravel()).reshape(array.shape)
        case 4:
            changed = array * rng.integers(0, 2, array.shape)
        case 5:
            changed = rng.integers(-3, 4, array.shape)
        case 6:
            changed = rng.normal(0, 10, array.shape)
        case _:
            changed = np.where(rng.integers(0, 2, array.shape), _largest(array.dtype), array)
    return another_type(np.asarray(changed), array.dtype)


def another_type(array: Array, dtype: np.dtype[Any]) -> Array:
    """Return an array in another type, its values brought into the type's range.

    >>> another_type(np.array([-1.5, 300.0]), np.dtype(np.uint8))
    array([  2, 255], dtype=uint8)
    """
    if array.dtype.kind not in "biuf" or dtype.kind not in "biuf":
        return array.copy()
    if dtype.kind == "b":
        return np.asarray(array.astype(np.float64) > 0)
    if dtype.kind in "iu":
        array = np.asarray(np.rint(np.nan_to_num(array.astype(np.float64))))
        array = np.abs(array) if dtype.kind == "u" else array
        limits = np.iinfo(dtype)
        array = np.clip(array, max(limits.min, -(2**31)), min(limits.max, 2**31))
    return np.asarray(array, dtype)


def varied(value: Any, among: Sequence[Any], rng: np.random.Generator) -> Any:
    """Return another value of the same kind, which may by chance be the same.

    Args:
        value: A number, a text, a pair, a list, a dictionary.
        among: Values that stand in the same place elsewhere.
        rng: The generator.
    """
    match value:
        case bool():
            return not value
        case int():
            least = min([value, *(other for other in among if isinstance(other, int))])
            floor = min(least, 1) if least >= 0 else -_LARGEST_INTEGER  # sizes stay sizes
            steps = [value - 2, value - 1, value + 1, value + 2, 2 * value, 3 * value, value // 2, 1, 0]
            return int(np.clip(one_of(steps, rng), floor, _LARGEST_INTEGER))
        case float():
            return one_of([-value, 2 * value, value + 0.5, 0.0, float(rng.normal(0, 10))], rng)
        case tuple() if value:
            index = int(rng.integers(len(value)))
            return (*value[:index], varied(value[index], [], rng), *value[index + 1 :])
        case list():
            return _varied_list(
                value, [item for other in among if isinstance(other, list) for item in other], rng
            )
        case dict() if value:
            return _varied_dictionary(value, among, rng)
        case _:
            return one_of(among, rng) if among else value


def _varied_list(items: list[Any], others: Sequence[Any], rng: np.random.Generator) -> list[Any]:
    """Drop, repeat, exchange or change an item, or put in one that stands in another list."""
    if not items:
        return [one_of(others, rng)] if others else []
    index, second = (int(number) for number in rng.integers(len(items), size=2))
    match rng.integers(5):
        case 0:
            return items[:index] + items[index + 1 :]
        case 1:
            changed = items[: index + 1] + items[index:]
        case 2:
            changed = list(items)
            changed[index], changed[second] = changed[second], changed[index]
        case 3 if others:
            changed = [*items[:index], one_of(others, rng), *items[index:]]
        case _:
            changed = [*items[:index], varied(items[index], others, rng), *items[index + 1 :]]
    return changed[:_LONGEST_LIST]


def _varied_dictionary(
    value: Mapping[str, Any], others: Sequence[Any], rng: np.random.Generator
) -> dict[str, Any]:
    """Change one value, or take it from a dictionary like this one, which may have a key more or less."""
    alike = [other for other in others if isinstance(other, dict) and _text(other) == _text(value)]
    if alike and rng.integers(2):
        return dict(one_of(alike, rng))
    names = [name for name, item in value.items() if not isinstance(item, str)]
    if not names:
        return dict(value)
    name = one_of(names, rng)
    return {**value, name: varied(value[name], [], rng)}


def _text(value: Mapping[str, Any]) -> Any:
    """Return what tells the kind of a dictionary: its first value, where that is a text."""
    first = next(iter(value.values()), None)
    return first if isinstance(first, str) else None


def _largest(dtype: np.dtype[Any]) -> float:
    """Return the largest value of a type, within reason: squares of it can still be added up."""
    return min(float(np.iinfo(dtype).max), 30_000.0) if dtype.kind in "iu" else 1_000.0
