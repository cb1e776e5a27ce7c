"""The hidden cases of the assignment `tensors`.

About half of the cases of every group come as TensorFlow tensors, the others as arrays. TensorFlow does not
mix types, so that its tensors meet factors and biases of their own type only.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.problems.draws import numbers
from autograder.problems.problem import Case

Array = npt.NDArray[Any]
Shape = tuple[int, ...]


def _values(rng: np.random.Generator, shape: Shape, dtype: str) -> Array:
    """Return an array as `numbers` draws it, also one without axes."""
    return np.asarray(numbers(rng, shape, dtype)).reshape(shape)


def _alternating(cases: list[Case]) -> list[Case]:
    """Return the cases, every second one of each group as tensors."""
    return [
        replace(case, as_tensors=sum(each.group == case.group for each in cases[:number]) % 2 == 1)
        for number, case in enumerate(cases)
    ]


_OF_THE_HANDOUT = ((3, 2, 5), (3, 2, 4, 5))


def draw_describe(rng: np.random.Generator) -> list[Case]:
    """Return tensors of every rank from 1 to 4, and of odd shapes."""
    ranks = [("shapes", rank) for rank in (1, 1, 2, 2, 3, 3, 4, 4)]
    plans = [(group, _shape(rng, rank)) for group, rank in ranks]
    a, b, c = rng.choice(np.arange(3, 9), 3, replace=False).tolist()
    special = [(1, a), (b, 1), (a, 1, c), (1, b, c, 1), (a, b, 2, c, 3), (2, 1, c, 2, b), (0,), (a, 0)]
    plans += [("special", shape) for shape in special]
    dtypes = ("float64", "float32", "int64", "int32", "uint8")
    cases = [
        Case(group, {"tensor": _values(rng, shape, dtypes[number % len(dtypes)])})
        for number, (group, shape) in enumerate(plans)
    ]
    scalars = [
        Case("special", {"tensor": _values(rng, (), dtype)}, is_degenerate=True)
        for dtype in ("float64", "int64", "float32", "int32")
    ]
    return _alternating(cases + scalars)


def _shape(rng: np.random.Generator, rank: int) -> tuple[int, ...]:
    """Return a shape of axes that differ, and not one of the handout's: its answers are printed there."""
    while True:
        shape = tuple(int(length) for length in rng.choice(np.arange(2, 9), rank, replace=False))
        if shape not in _OF_THE_HANDOUT:
            return shape


def draw_first_second_last(rng: np.random.Generator) -> list[Case]:
    """Return vectors of different values, down to a length of 2."""
    lengths = [5, 5, 9, 9, 3, 3, 12, 12, 2, 2]
    dtypes = ("int64", "float64", "float32", "int32", "uint8")
    return _alternating(
        [
            Case("vector", {"vector": _different(rng, length, dtypes[number % len(dtypes)])})
            for number, length in enumerate(lengths)
        ]
    )


def _different(rng: np.random.Generator, length: int, dtype: str) -> Array:
    """Return a vector without equal values."""
    drawn = rng.choice(np.arange(40, 250), length, replace=False)
    return drawn.astype(dtype) if "int" in dtype else (drawn / 8).astype(dtype)


def draw_to_row(rng: np.random.Generator) -> list[Case]:
    """Return columns, and other shapes."""
    plans: list[tuple[str, Shape, str]] = [
        ("column", (int(length), 1), dtype)
        for length, dtype in zip(
            rng.choice(np.arange(4, 12), 6, replace=False),
            ("float64", "float32", "int64", "int32", "uint8", "float64"),
            strict=True,
        )
    ]
    plans += [
        ("any", (5,), "int64"),
        ("any", (6,), "float32"),
        ("any", (3, 4), "float64"),
        ("any", (5, 2), "int32"),
        ("any", (4, 4), "uint8"),
        ("any", (2, 3, 4), "float32"),
        ("any", (3, 5, 2), "int64"),
        ("any", (2, 3, 2, 4), "float64"),
    ]
    cases = [Case(group, {"tensor": _values(rng, shape, dtype)}) for group, shape, dtype in plans]
    small = [
        Case("any", {"tensor": _values(rng, shape, "float64")}, is_degenerate=True)
        for shape in ((), (1, 6), (1,))
    ]
    return _alternating(cases + small)


def draw_scale(rng: np.random.Generator) -> list[Case]:
    """Return tensors with factors that are numbers, vectors or repeated along axes; and photographs."""
    # group, tensor, its dtype, the factor's shape (none: a number of Python's own) and dtype, as tensors
    plans: list[tuple[str, Shape, str, Shape | None, str, bool]] = [
        ("number", (4,), "float64", None, "float64", False),
        ("number", (3, 5), "int64", None, "float64", False),
        ("number", (2, 3, 4), "int64", None, "int64", False),
        ("number", (6,), "float64", (), "int64", False),
        ("number", (5,), "int32", None, "int64", True),
        ("number", (3, 2), "float32", None, "float64", True),
        ("number", (2, 4, 3), "float64", (), "float64", True),
        ("number", (4, 2), "float32", (), "float32", True),
        ("vector", (5,), "int64", (5,), "float64", False),
        ("vector", (3, 4), "float64", (4,), "int64", False),
        ("vector", (4, 4), "int64", (4,), "float64", False),
        ("vector", (2, 3, 5), "float64", (5,), "float64", False),
        ("vector", (6,), "float32", (6,), "float32", True),
        ("vector", (5, 3), "int32", (3,), "int32", True),
        ("vector", (3, 3), "float64", (3,), "float64", True),
        ("axes", (3, 4), "float64", (3, 1), "float64", False),
        ("axes", (4, 4), "int64", (4, 1), "float64", False),
        ("axes", (2, 3, 4), "float64", (3, 1), "int64", False),
        ("axes", (4, 3, 2), "float64", (1, 3, 1), "float64", False),
        ("axes", (3, 5), "float32", (3, 1), "float32", True),
        ("axes", (5, 5), "int64", (5, 1), "int64", True),
        ("axes", (3, 4, 3), "float64", (3, 1, 1), "float64", True),
    ]
    cases = []
    for group, shape, dtype, factor_shape, factor_dtype, as_tensors in plans:
        factor = _values(rng, factor_shape or (), factor_dtype)
        inputs: dict[str, Any] = {
            "tensor": _values(rng, shape, dtype),
            "factor": factor.item() if factor_shape is None else factor,
        }
        cases.append(Case(group, inputs, as_tensors=as_tensors))
    photographs: list[tuple[Shape, bool]] = [
        ((4, 5), False),
        ((2, 4, 3), False),
        ((6, 2), False),
        ((3, 7), True),
        ((5, 3), True),
        ((3, 4, 2), True),
    ]
    for number, (shape, as_tensors) in enumerate(photographs):
        photograph = np.maximum(_values(rng, shape, "uint8"), 90)
        by = float(rng.integers(13, 60)) / 8 if number == 0 else int(rng.integers(3, 9))
        cases.append(Case("photograph", {"tensor": photograph, "factor": by}, as_tensors=as_tensors))
    one = {"tensor": _values(rng, (1,), "float64"), "factor": _values(rng, (1,), "float64")}
    return [*cases, Case("vector", one, is_degenerate=True)]


def draw_add_bias(rng: np.random.Generator) -> list[Case]:
    """Return batches, also such that all axes are of one length."""
    plans = [
        ("batch", (2, 4, 5, 3), "float64", "float64", False),
        ("batch", (3, 5, 4, 2), "int64", "float64", False),
        ("batch", (2, 3, 6, 4), "uint8", "float64", False),
        ("batch", (2, 3, 4, 3), "float64", "int64", False),
        ("batch", (4, 6, 2, 3), "uint8", "float32", False),
        ("batch", (2, 5, 3, 4), "float32", "float32", True),
        ("batch", (3, 2, 4, 5), "int32", "int32", True),
        ("batch", (1, 4, 6, 2), "float64", "float64", True),
        ("equal_lengths", (3, 3, 3, 3), "float64", "float64", False),
        ("equal_lengths", (2, 4, 4, 4), "int64", "float64", False),
        ("equal_lengths", (4, 4, 4, 4), "uint8", "int64", False),
        ("equal_lengths", (5, 5, 5, 5), "float32", "float32", True),
        ("equal_lengths", (2, 3, 3, 3), "int64", "int64", True),
        ("equal_lengths", (4, 4, 4, 4), "float64", "float64", True),
    ]
    cases = [
        Case(
            group,
            {"images": _values(rng, shape, dtype), "biases": _biases(rng, shape[-1], bias_dtype)},
            as_tensors=as_tensors,
        )
        for group, shape, dtype, bias_dtype, as_tensors in plans
    ]
    grey = {"images": _values(rng, (1, 4, 3, 1), "float64"), "biases": _biases(rng, 1, "float64")}
    return [*cases, Case("batch", grey, is_degenerate=True)]


def _biases(rng: np.random.Generator, channels: int, dtype: str) -> Array:
    """Return biases that differ from each other."""
    drawn = rng.choice([-1, 1]) * rng.choice(np.arange(5, 80), channels, replace=False)
    return np.asarray(drawn if "int" in dtype else drawn / 16 + 1 / 64, dtype=dtype)


def draw_to_batch(rng: np.random.Generator) -> list[Case]:
    """Return grey and colour images."""
    plans = [
        ("grey", (4, 6), "float64"),
        ("grey", (5, 3), "float32"),
        ("grey", (7, 4), "uint8"),
        ("grey", (3, 8), "int64"),
        ("grey", (5, 5), "float64"),
        ("grey", (6, 2), "uint8"),
        ("colour", (4, 5, 3), "uint8"),
        ("colour", (6, 4, 3), "float32"),
        ("colour", (3, 7, 2), "float64"),
        ("colour", (5, 2, 4), "int64"),
        ("colour", (4, 4, 4), "float64"),
        ("colour", (5, 3, 1), "float32"),
    ]
    cases = [Case(group, {"image": _values(rng, shape, dtype)}) for group, shape, dtype in plans]
    return _alternating([*cases, Case("grey", {"image": _values(rng, (1, 1), "int64")}, is_degenerate=True)])
