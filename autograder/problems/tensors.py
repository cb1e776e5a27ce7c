"""The problems of the assignment `tensors`: the functions, the lecture's examples, the draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

import reference.tensors as ref
from autograder.problems import tensors_draws as draws
from autograder.problems import tensors_mistakes as mistakes
from autograder.problems.problem import Case, Problem, nothing_to_round

Array = npt.NDArray[Any]

_FIBONACCI = np.array([0, 1, 1, 2, 3, 5, 8, 13, 21, 34])
_VECTOR = np.array([1, 2, 3])
_TWO = np.array(2)
_MATRIX = np.array([[1, 2, 3], [4, 5, 6]])


def _absolute(values: npt.ArrayLike) -> Array:
    return np.abs(np.asarray(values, dtype=np.float64))


def _largest(**inputs: Array) -> Array:
    """Return the magnitude of what copies values: float32 cannot hold each of them exactly."""
    [values] = inputs.values()
    return np.asarray(np.max(_absolute(values), initial=0.0))


def _scale_magnitude(tensor: Array, factor: Array) -> Array:
    result: Array = _absolute(tensor) * _absolute(factor)
    return result


def _add_bias_magnitude(images: Array, biases: Array) -> Array:
    result: Array = _absolute(images) + _absolute(biases)
    return result


def _example(group: str, title: str, *, as_tensors: bool = False, **inputs: Any) -> Case:
    return Case(group, inputs, title, as_tensors=as_tensors)


def _counted(*shape: int) -> Array:
    """Return 0, 1, 2, … in a shape."""
    return np.arange(np.prod(shape)).reshape(shape)


PROBLEMS = (
    Problem(
        name="describe",
        signature="describe(tensor)",
        positional=1,
        reference=ref.describe,
        magnitude=nothing_to_round,
        groups=("shapes", "special"),
        examples=(
            _example("shapes", "a vector of ten", tensor=_FIBONACCI),
            _example("shapes", "shape (3, 2, 5)", tensor=_counted(3, 2, 5)),
            _example(
                "shapes",
                "shape (3, 2, 4, 5), a TensorFlow tensor",
                as_tensors=True,
                tensor=_counted(3, 2, 4, 5),
            ),
            _example("special", "a scalar", tensor=np.array(4)),
            _example("special", "one image of MNIST", tensor=np.zeros((1, 28, 28, 1), np.uint8)),
        ),
        draw=draws.draw_describe,
        misconceptions=mistakes.DESCRIBE,
    ),
    Problem(
        name="first_second_last",
        signature="first_second_last(vector)",
        positional=1,
        reference=ref.first_second_last,
        magnitude=_largest,
        groups=("vector",),
        examples=(
            _example("vector", "Fibonacci's numbers", vector=_FIBONACCI),
            _example(
                "vector",
                "three floats, a TensorFlow tensor",
                as_tensors=True,
                vector=np.array([0.5, -1.5, 2.5], np.float32),
            ),
        ),
        draw=draws.draw_first_second_last,
        misconceptions=mistakes.FIRST_SECOND_LAST,
    ),
    Problem(
        name="to_row",
        signature="to_row(tensor)",
        positional=1,
        reference=ref.to_row,
        magnitude=_largest,
        groups=("column", "any"),
        examples=(
            _example("column", "a column of three", tensor=np.array([[1], [2], [3]])),
            _example("any", "a 2×3 matrix, a TensorFlow tensor", as_tensors=True, tensor=_MATRIX),
        ),
        draw=draws.draw_to_row,
        misconceptions=mistakes.TO_ROW,
    ),
    Problem(
        name="scale",
        signature="scale(tensor, factor)",
        positional=2,
        reference=ref.scale,
        magnitude=_scale_magnitude,
        groups=("number", "vector", "axes", "photograph"),
        examples=(
            _example("number", "a vector times 2", tensor=_VECTOR, factor=2),
            _example(
                "number",
                "TensorFlow tensors, the factor a scalar",
                as_tensors=True,
                tensor=_VECTOR,
                factor=_TWO,
            ),
            _example("vector", "a vector times a vector", tensor=_VECTOR, factor=np.array([2, 2, 2])),
            _example("vector", "a factor for each column", tensor=_MATRIX, factor=np.array([1, 10, 100])),
            _example("axes", "a factor for each row", tensor=_MATRIX, factor=np.array([[10], [100]])),
            _example(
                "photograph", "uint8 times 2", tensor=np.array([[100, 200], [50, 250]], np.uint8), factor=2
            ),
        ),
        draw=draws.draw_scale,
        misconceptions=mistakes.SCALE,
    ),
    Problem(
        name="add_bias",
        signature="add_bias(images, biases)",
        positional=2,
        reference=ref.add_bias,
        magnitude=_add_bias_magnitude,
        groups=("batch", "equal_lengths"),
        examples=(
            _example(
                "batch",
                "two images of 1×2 pixels, two channels",
                images=_counted(2, 1, 2, 2),
                biases=np.array([10, 20]),
            ),
            _example(
                "equal_lengths",
                "2×2×2×2, TensorFlow tensors",
                as_tensors=True,
                images=_counted(2, 2, 2, 2),
                biases=np.array([10, 20]),
            ),
        ),
        draw=draws.draw_add_bias,
        misconceptions=mistakes.ADD_BIAS,
    ),
    Problem(
        name="to_batch",
        signature="to_batch(image)",
        positional=1,
        reference=ref.to_batch,
        magnitude=_largest,
        groups=("grey", "colour"),
        examples=(
            _example("grey", "2×3 pixels", image=_MATRIX),
            _example("colour", "1×2 pixels, a TensorFlow tensor", as_tensors=True, image=_counted(1, 2, 3)),
        ),
        draw=draws.draw_to_batch,
        misconceptions=mistakes.TO_BATCH,
    ),
)
