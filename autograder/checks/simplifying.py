"""Steps towards something simpler: of the axes of arrays, of arrays' values, of numbers and lists."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from itertools import combinations, islice, product
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Axis = tuple[str, int]
Lines = npt.NDArray[np.intp]

_MOST_GROUPS = 60
_MOST_SINGLE_LINES = 10
_MOST_SINGLE_VALUES = 24


def fewer_lines(arrays: Mapping[str, Array]) -> Iterator[dict[str, Array]]:
    """Take lines out of arrays: all but one, a half, one.

    An axis loses them alone, or together with axes of the same length: the channels of images and of
    filters belong together. At last axes of two arrays that have the same place do, whatever their length.
    """
    groups = list(islice(_groups(arrays), _MOST_GROUPS))
    for stage in (_one, _halves, _all_but_an_end, _all_but_one_within):
        for group in groups:
            name, axis = group[0]
            for lines in stage(arrays[name].shape[axis]):
                yield _taken(arrays, dict.fromkeys(group, lines))
    for stage in (_halves, _all_but_an_end):
        for first, second in combinations(_axes(arrays), 2):
            lengths = [arrays[name].shape[axis] for name, axis in (first, second)]
            if first[0] != second[0] and first[1] == second[1] and lengths[0] != lengths[1]:
                for lines, others in zip(*map(stage, lengths), strict=False):
                    yield _taken(arrays, {first: lines, second: others})


def simpler_arrays(arrays: Mapping[str, Array]) -> Iterator[dict[str, Array]]:
    """Make the values of arrays simpler, of all at once or of one: zeros, ones, small ones, one alone."""
    for change in (np.zeros_like, np.ones_like, _counted, np.sign, _rounded, _clipped, _halved):
        changed = {name: _kept_type(change, array) for name, array in arrays.items()}
        if len(arrays) > 1 and change is not np.zeros_like:
            yield changed
        for name, array in changed.items():
            yield {name: array}
    for name, array in arrays.items():
        for single in _single_values(array) if array.dtype.kind in "biufc" else ():
            yield {name: single}


def simpler(value: Any) -> Iterator[Any]:
    """Return simpler values of the same type, the simplest first; none of text."""
    match value:
        case bool():
            yield from [False] if value else []
        case int():
            sign = 1 if value > 0 else -1
            steps = (0, 1, 2, 3, -value, sign * (abs(value) // 2), value - 2 * sign, value - sign)
            yield from (n for n in steps if n != value)
        case float():
            finite = [float(int(value)), value / 2] if math.isfinite(value) else []
            yield from (n for n in (0.0, 1.0, abs(value), *finite) if n != value)
        case list():
            yield from _shorter(value)
            yield from _simpler_items(value)
        case tuple():
            if len(set(map(repr, value))) > 1:
                yield from ((item,) * len(value) for item in value)
            yield from map(tuple, _simpler_items(list(value)))
        case dict():
            names = list(value)
            for values in _simpler_items(list(value.values())):
                yield dict(zip(names, values, strict=True))


def _shorter(items: list[Any]) -> Iterator[list[Any]]:
    half = len(items) // 2
    if len(items) > 1:
        yield items[: max(half, 1)]
        yield items[half:]
    for index in range(len(items)):
        yield items[:index] + items[index + 1 :]


def _simpler_items(items: list[Any]) -> Iterator[list[Any]]:
    for index, item in enumerate(items):
        for other in simpler(item):
            yield [*items[:index], other, *items[index + 1 :]]


def _groups(arrays: Mapping[str, Array]) -> Iterator[tuple[Axis, ...]]:
    """Return each axis alone, then those of equal length: one of each of some arrays, and all there are."""
    by_length: dict[int, dict[str, list[Axis]]] = {}
    for name, axis in _axes(arrays):
        yield ((name, axis),)
        by_length.setdefault(arrays[name].shape[axis], {}).setdefault(name, []).append((name, axis))
    for of_array in by_length.values():
        everywhere = tuple(axis for axes in of_array.values() for axis in axes)
        if len(everywhere) > 1:
            yield everywhere
        for count in range(2, len(of_array) + 1):
            for some in combinations(of_array.values(), count):
                yield from (group for group in product(*some) if group != everywhere)


def _axes(arrays: Mapping[str, Array]) -> list[Axis]:
    """Return the axes that can lose a line."""
    return [
        (name, axis)
        for name, array in arrays.items()
        for axis, length in enumerate(array.shape)
        if length > 1
    ]


def _taken(arrays: Mapping[str, Array], lines: Mapping[Axis, Lines]) -> dict[str, Array]:
    changed: dict[str, Array] = {}
    for (name, axis), kept in lines.items():
        changed[name] = np.take(changed.get(name, arrays[name]), kept, axis)
    return changed


def _one(length: int) -> list[Lines]:
    return [np.arange(1)] if length > 2 else []


def _halves(length: int) -> list[Lines]:
    return [np.arange((length + 1) // 2), np.arange(length // 2, length)]


def _all_but_an_end(length: int) -> list[Lines]:
    return [np.arange(length - 1), np.arange(1, length)]


def _all_but_one_within(length: int) -> list[Lines]:
    return [np.delete(np.arange(length), line) for line in range(1, min(length - 1, _MOST_SINGLE_LINES))]


def _kept_type(change: Callable[[Array], Array], array: Array) -> Array:
    if array.dtype.kind not in "biufc":
        return array
    changed = np.asarray(change(array))
    return (changed + 0.0 if array.dtype.kind in "fc" else changed).astype(array.dtype)  # −0 becomes 0


def _counted(array: Array) -> Array:
    return np.arange(1, array.size + 1).reshape(array.shape)


def _rounded(array: Array) -> Array:
    return np.rint(array) if array.dtype.kind in "fc" else array


def _clipped(array: Array) -> Array:
    return np.clip(array, 0 if array.dtype.kind == "u" else -9, 9) if array.dtype.kind in "iuf" else array


def _halved(array: Array) -> Array:
    return np.trunc(array / 2) if array.dtype.kind in "iuf" else array


def _single_values(array: Array) -> Iterator[Array]:
    """Leave one value alone, or make one zero or one."""
    places = list(islice(np.ndindex(*array.shape), _MOST_SINGLE_VALUES))
    for place in places:
        alone = np.zeros_like(array)
        alone[place] = 1
        yield alone
    for number, place in product((0, 1), places):
        changed = array.copy()
        changed[place] = number
        yield changed
