"""From a case that fails to a small one that still does: what a person can work out by hand.

Nothing here knows what a function computes. Ever simpler versions of its inputs are proposed, and whoever
asks says which of them still fail; what the reference refuses does not count as failing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import numpy as np

from autograder.checks.simplifying import fewer_lines, simpler, simpler_arrays

Inputs = dict[str, Any]
Size = tuple[int, int, int, float]

BATCH = 64
"""How many candidates are tried in one trip to a sandbox."""

_BEYOND = 1e300  # what infinity and NaN count as


def shrink(
    inputs: Mapping[str, Any],
    fails: Callable[[Sequence[Inputs]], Sequence[bool]],
    *,
    rounds: int = 100,
    budget: int = 100,
    keep: Collection[str] = (),
) -> Inputs:
    """Return the smallest inputs that still fail, as far as one step at a time leads there.

    Each round proposes candidates a batch at a time, goes on from the simplest that fails, and the search
    ends where none does. It takes the same steps every time.

    Args:
        inputs: The inputs of a case that fails.
        fails: Whether each of some candidates fails; False where the reference raises.
        rounds: The most steps.
        budget: The most batches, each of at most `BATCH` candidates.
        keep: Arguments that are not left out, nor made 0, whatever the reference says of it.
    """
    best = dict(inputs)
    tried = {_key(best)}
    for _ in range(rounds):
        candidates = _new(best, keep, tried)
        failing: list[Inputs] = []
        while not failing:
            batch = list(islice(candidates, BATCH))
            if not batch or budget <= 0:
                return best
            budget -= 1
            failing = [candidate for candidate, does in zip(batch, fails(batch), strict=True) if does]
        best = min(failing, key=size)
    return best


def smaller(inputs: Mapping[str, Any], keep: Collection[str] = ()) -> Iterator[Inputs]:
    """Propose simpler versions of a case's inputs, the greatest leaps first, none of them twice.

    Options are left out; arrays lose rows, columns, channels, alone and together; lists lose items; numbers
    become small. Types stay, also of arrays' elements. A candidate may be out of the function's domain.

    Args:
        inputs: The arguments by name.
        keep: Arguments that are not left out, nor made 0; arrays, lists and tuples never are left out.
    """
    seen = {_key(inputs)}
    for candidate in _proposed(dict(inputs), keep):
        key = _key(candidate)
        if key not in seen:
            seen.add(key)
            yield candidate


def size(inputs: Mapping[str, Any]) -> Size:
    """Return how much there is to take in: elements, options, numbers with a fraction, their sum.

    >>> size({"image": np.array([[1, -2]]), "stride": 2}) < size({"image": np.array([[1, 2, 0]])})
    True
    """
    numbers = [number for value in inputs.values() for number in _numbers(value)]
    total = sum(min(abs(number), _BEYOND) if not math.isnan(abs(number)) else _BEYOND for number in numbers)
    fractions = sum(bool(abs(number) % 1 != 0) for number in numbers)
    return sum(map(_elements, inputs.values())), len(inputs), fractions, float(total)


def _new(inputs: Inputs, keep: Collection[str], tried: set[bytes]) -> Iterator[Inputs]:
    """Return what is simpler than the inputs and was not tried before."""
    now = size(inputs)
    for candidate in smaller(inputs, keep):
        key = _key(candidate)
        if key not in tried and size(candidate) < now:
            tried.add(key)
            yield candidate


def _proposed(inputs: Inputs, keep: Collection[str]) -> Iterator[Inputs]:
    arrays = {name: value for name, value in inputs.items() if isinstance(value, np.ndarray)}
    others = {name: value for name, value in inputs.items() if name not in arrays}
    options = [name for name, value in others.items() if _is_option(value) and name not in keep]
    for names in (options, *([name] for name in options)):
        yield {name: value for name, value in inputs.items() if name not in names}
    for cut in fewer_lines(arrays):
        yield {**inputs, **cut}
    for name, value in others.items():
        for candidate in simpler(value):
            if name not in keep or candidate is False or candidate != 0:  # a size of 0 is no size
                yield {**inputs, name: candidate}
    for changed in simpler_arrays(arrays):
        yield {**inputs, **changed}


def _is_option(value: Any) -> bool:
    return not isinstance(value, np.ndarray | list | tuple | dict)


def _elements(value: Any, depth: int = 0) -> int:
    if isinstance(value, np.ndarray):
        return int(value.size)
    if isinstance(value, list | tuple):
        return sum(_elements(item, depth + 1) for item in value)
    if isinstance(value, Mapping):
        return sum(_elements(item, depth + 1) for item in value.values())
    return int(depth > 0)


def _numbers(value: Any) -> list[Any]:
    if isinstance(value, np.ndarray):
        return [] if value.dtype.kind not in "biufc" else list(value.ravel().tolist())
    if isinstance(value, list | tuple):
        return [number for item in value for number in _numbers(item)]
    if isinstance(value, Mapping):
        return [number for item in value.values() for number in _numbers(item)]
    return [value] if isinstance(value, int | float | complex | np.number | np.bool_) else []


def _key(value: Any) -> bytes:
    """Return bytes that two inputs share only if they are the same, types included."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype.str}{value.shape}".encode() + value.tobytes()
    if isinstance(value, Mapping):
        return (
            b"{" + b",".join(repr(name).encode() + b":" + _key(item) for name, item in value.items()) + b"}"
        )
    if isinstance(value, list | tuple):
        return type(value).__name__.encode() + b"(" + b",".join(map(_key, value)) + b")"
    return f"{type(value).__name__} {value!r}".encode()
