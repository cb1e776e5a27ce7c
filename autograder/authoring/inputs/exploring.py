"""Inputs around given cases, but broader: they tell a mutant that none can catch from a hole in the cases.

What belongs together is learnt from the cases: axes that are equally long in every case stay so, and an
option takes values near those that it has somewhere. A reference accepts most of what comes out, and
refuses the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.authoring.inputs.varying import another_type, one_of, other_values, varied
from autograder.problems.problem import Inputs

Array = npt.NDArray[Any]
Axis = tuple[str, int]

_MOST_ELEMENTS = 4_000
_MOST_CHANGES = 3


@dataclass(frozen=True)
class _Neighbourhood:
    """What is known of a function's inputs.

    Attributes:
        cases: The cases.
        linked: Groups of axes that are equally long in every case.
        values: The values that each argument has that is no array.
    """

    cases: Sequence[Inputs]
    linked: Sequence[frozenset[Axis]]
    values: Mapping[str, Sequence[Any]]


def explored(cases: Sequence[Inputs], rng: np.random.Generator, count: int) -> Iterator[Inputs]:
    """Return inputs of the same kind as the cases', each one to three changes away from one of them.

    Args:
        cases: The inputs to start from.
        rng: The generator.
        count: How many to return; none without cases.
    """
    near = _Neighbourhood(cases, linked_axes(cases), _values(cases))
    for _ in range(count if cases else 0):
        inputs = dict(one_of(cases, rng))
        for _ in range(rng.integers(1, _MOST_CHANGES + 1)):
            inputs = _changed(inputs, near, rng)
        yield {
            name: value.copy() if isinstance(value, np.ndarray) else value for name, value in inputs.items()
        }


def linked_axes(cases: Sequence[Inputs]) -> list[frozenset[Axis]]:
    """Return the groups of axes, of one array or several, that are equally long in every case.

    >>> cases = [{"x": np.ones((2, 3)), "y": np.ones(3)}, {"x": np.ones((3, 4)), "y": np.ones(4)}]
    >>> [sorted(group) for group in linked_axes(cases)]
    [[('x', 0)], [('x', 1), ('y', 0)]]
    """
    lengths: dict[Axis, dict[int, int]] = {}
    for number, case in enumerate(cases):
        for name, value in case.items():
            for axis, length in enumerate(np.shape(value) if isinstance(value, np.ndarray) else ()):
                lengths.setdefault((name, axis), {})[number] = length
    groups: list[frozenset[Axis]] = []
    for place, of_case in lengths.items():
        for index, group in enumerate(groups):
            if all(_agree(of_case, lengths[other]) for other in group):
                groups[index] = group | {place}
                break
        else:
            groups.append(frozenset({place}))
    return groups


def _agree(first: Mapping[int, int], second: Mapping[int, int]) -> bool:
    both = first.keys() & second.keys()
    return bool(both) and all(first[number] == second[number] for number in both)


def _values(cases: Sequence[Inputs]) -> dict[str, list[Any]]:
    values: dict[str, list[Any]] = {}
    for case in cases:
        for name, value in case.items():
            if not isinstance(value, np.ndarray):
                values.setdefault(name, []).append(value)
    return values


def _changed(inputs: dict[str, Any], near: _Neighbourhood, rng: np.random.Generator) -> dict[str, Any]:
    """Return inputs with one change: of a length, of values, of a type or of what is no array."""
    arrays = [name for name, value in inputs.items() if isinstance(value, np.ndarray)]
    changes = [_other_length, _other_length, _other_values, _other_type] if arrays else []
    changes += [_other_option] * (2 if near.values else 0)
    if not changes:
        return inputs
    return one_of(changes, rng)(inputs, near, rng)


def _other_length(inputs: dict[str, Any], near: _Neighbourhood, rng: np.random.Generator) -> dict[str, Any]:
    """Make an axis, and those that go with it, longer or shorter; values are drawn from those there are."""
    groups = [group for group in near.linked if any(name in inputs for name, _ in group)]
    if not groups:
        return inputs
    group = one_of(groups, rng)
    present = [(name, axis) for name, axis in group if axis < np.ndim(inputs.get(name, 0))]
    if not present:
        return inputs
    name, axis = min(present)
    length = np.shape(inputs[name])[axis]
    others = [np.shape(case[name])[axis] for case in near.cases if axis < np.ndim(case.get(name, 0))]
    steps = [1, 2, length - 1, length + 1, length + 2, 2 * length, one_of(others, rng)]
    new = max(int(one_of(steps, rng)), 1)
    changed = dict(inputs)
    for name, axis in sorted(present):
        array = changed[name]
        shape = (*array.shape[:axis], new, *array.shape[axis + 1 :])
        if array.size == 0 or np.prod(shape) > _MOST_ELEMENTS:
            return inputs
        changed[name] = rng.choice(array.ravel(), shape)
    return changed


def _other_values(inputs: dict[str, Any], _near: _Neighbourhood, rng: np.random.Generator) -> dict[str, Any]:
    names = [name for name, value in inputs.items() if isinstance(value, np.ndarray)]
    name = one_of(names, rng)
    return {**inputs, name: other_values(inputs[name], rng)}


def _other_type(inputs: dict[str, Any], near: _Neighbourhood, rng: np.random.Generator) -> dict[str, Any]:
    """Take the types of arrays that another case has: of all of them, or of one."""
    other = one_of(near.cases, rng)
    names = [
        name
        for name, value in inputs.items()
        if isinstance(value, np.ndarray) and isinstance(other.get(name), np.ndarray)
    ]
    if names and rng.integers(2):
        names = [one_of(names, rng)]
    return {**inputs, **{name: another_type(inputs[name], other[name].dtype) for name in names}}


def _other_option(inputs: dict[str, Any], near: _Neighbourhood, rng: np.random.Generator) -> dict[str, Any]:
    """Change an argument that is no array, add one that another case has, leave out what another lacks."""
    names = sorted(near.values)
    name = one_of(names, rng)
    among = near.values[name]
    if isinstance(inputs.get(name), np.ndarray):
        return inputs
    if name in inputs and len(among) < len(near.cases) and not rng.integers(4):
        return {other: value for other, value in inputs.items() if other != name}
    new = one_of(among, rng)
    if name in inputs and rng.integers(4):
        new = varied(inputs[name], among, rng)
    order = [*inputs, *([name] if name not in inputs else [])]
    return {other: new if other == name else inputs[other] for other in order}
