"""The problems of the assignment `output-sizes`: the functions, the lecture's examples, the draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

import reference.parameters as ref
from autograder.problems import output_sizes_mistakes as mistakes
from autograder.problems.network_shapes import NETWORK_SHAPES
from autograder.problems.problem import Case, Inputs, Problem, nothing_to_round
from reference.shapes import conv_output_size, symmetric_padding

_SMALLEST_RESULT = 8  # larger than any printed one, so that no example's answer is right by chance


def _output_size_magnitude(
    size: int, kernel_size: int, stride: int = 1, padding: int = 0
) -> npt.NDArray[Any]:
    """Return what a quotient that is not rounded is made of: it is told apart in float32 too."""
    return np.asarray((size + kernel_size + 2 * padding) / stride)


def _same_padding_magnitude(kernel_size: int) -> npt.NDArray[Any]:
    return np.asarray(kernel_size / 2)


def _draw_output_size(rng: np.random.Generator) -> list[Case]:
    # group, kernel size, stride, padding, what is left over at the edge
    plans = [
        ("basic", 2, 1, 0, 0),
        ("basic", 3, 1, 0, 0),
        ("basic", 4, 1, 0, 0),
        ("basic", 5, 1, 0, 0),
        ("basic", 7, 1, 0, 0),
        ("padding", 3, 1, 1, 0),
        ("padding", 4, 1, 1, 0),
        ("padding", 5, 1, 3, 0),
        ("padding", 7, 1, 2, 0),
        ("padding", 101, 1, 50, 0),
        ("stride", 3, 2, 0, 0),
        ("stride", 4, 2, 0, 1),
        ("stride", 5, 3, 0, 2),
        ("stride", 2, 3, 0, 1),
        ("stride", 7, 4, 0, 3),
        ("stride", 3, 4, 1, 0),
        ("stride", 6, 5, 2, 3),
        ("stride", 4, 6, 1, 5),
        ("stride", 1, 5, 0, 1),
    ]
    results = rng.choice(np.arange(_SMALLEST_RESULT, 90), len(plans), replace=False).tolist()
    cases = [
        Case(group, _sized((result - 1) * stride + left_over, kernel_size, stride, padding))
        for (group, kernel_size, stride, padding, left_over), result in zip(plans, results, strict=True)
    ]
    size, kernel_size = rng.integers(5, 200), rng.integers(5, 20)
    degenerate: list[tuple[str, Inputs]] = [
        ("basic", {"size": int(size), "kernel_size": 1}),
        ("basic", {"size": int(kernel_size), "kernel_size": int(kernel_size)}),
        ("stride", {"size": int(kernel_size) + 1, "kernel_size": int(kernel_size), "stride": 2}),
    ]
    return cases + [Case(group, inputs, is_degenerate=True) for group, inputs in degenerate]


def _sized(room: int, kernel_size: int, stride: int, padding: int) -> Inputs:
    """Return the inputs with this room left beside the kernel; those that are the default are left out."""
    size = room + kernel_size - 2 * padding
    options = {"stride": (stride, 1), "padding": (padding, 0)}
    given = {name: value for name, (value, default) in options.items() if value != default}
    return {"size": size, "kernel_size": kernel_size, **given}


def _draw_same_padding(rng: np.random.Generator) -> list[Case]:
    halves = rng.choice(np.arange(3, 51), 6, replace=False).tolist()
    cases = [Case("odd", {"kernel_size": 2 * half + 1}) for half in halves]
    return [*cases, Case("odd", {"kernel_size": 1}, is_degenerate=True)]


def _distinct(draw: Callable[[], Inputs], result: Callable[..., int], taken: set[int]) -> Inputs:
    """Return drawn inputs whose result is none of those that were there before."""
    while True:
        inputs = draw()
        if (found := result(**inputs)) not in taken:
            taken.add(found)
            return inputs


def _draw_conv_parameters(rng: np.random.Generator) -> list[Case]:
    def number(low: int, high: int, other_than: int = 0) -> int:
        return int(rng.choice([each for each in range(low, high + 1) if each != other_than]))

    def drawn(group: str, most: int) -> Inputs:
        in_channels, height = number(2, most), number(2, 7)
        is_pair = group == "pair" or (group == "no_bias" and most > 9)
        return {
            "kernel_size": (height, number(1, 7, other_than=height)) if is_pair else height,
            "in_channels": in_channels,
            "filters": number(2, 2 * most, other_than=in_channels),
            **({"use_bias": False} if group == "no_bias" else {}),
        }

    taken = {ref.conv_parameters(**example.inputs) for example in _CONV_EXAMPLES}
    plans = [(group, most) for group in ("square", "pair", "no_bias") for most in (4, 4, 9, 30, 64)]
    cases = [
        Case(
            group,
            _distinct(lambda group=group, most=most: drawn(group, most), ref.conv_parameters, taken),  # type: ignore[misc]
        )
        for group, most in plans
    ]
    one = {"kernel_size": 1, "in_channels": 1, "filters": number(2, 9)}
    return [
        *cases,
        Case("square", one, is_degenerate=True),
        Case("pair", {**one, "kernel_size": (1, 1)}, is_degenerate=True),
        Case("no_bias", {**one, "use_bias": False}, is_degenerate=True),
    ]


def _draw_dense_parameters(rng: np.random.Generator) -> list[Case]:
    def drawn(group: str, most: int) -> Inputs:
        inputs, units = rng.choice(np.arange(2, most + 1), 2, replace=False).tolist()
        return {"inputs": inputs, "units": units, **({"use_bias": False} if group == "no_bias" else {})}

    taken = {ref.dense_parameters(**example.inputs) for example in _DENSE_EXAMPLES}
    plans = [(group, most) for group in ("bias", "no_bias") for most in (9, 9, 30, 200, 1500)]
    cases = [
        Case(
            group,
            _distinct(lambda group=group, most=most: drawn(group, most), ref.dense_parameters, taken),  # type: ignore[misc]
        )
        for group, most in plans
    ]
    inputs = int(rng.integers(3, 50))
    return [
        *cases,
        Case("bias", {"inputs": inputs, "units": 1}, is_degenerate=True),
        Case("no_bias", {"inputs": 1, "units": 1, "use_bias": False}, is_degenerate=True),
    ]


def _example(group: str, title: str, **inputs: Any) -> Case:
    return Case(group, inputs, title)


_CONV_EXAMPLES = (
    _example("square", "32 filters of 3×3 on a colour image", kernel_size=3, in_channels=3, filters=32),
    _example("square", "64 filters of 3×3 on 32 feature maps", kernel_size=3, in_channels=32, filters=64),
    _example("pair", "16 filters of 5×3 on a colour image", kernel_size=(5, 3), in_channels=3, filters=16),
    _example(
        "no_bias",
        "two 3×3 filters on a grey image",
        kernel_size=3,
        in_channels=1,
        filters=2,
        use_bias=False,
    ),
)
_DENSE_EXAMPLES = (
    _example("bias", "28×28 pixels to a code of 32", inputs=784, units=32),
    _example("bias", "a code of 32 to 28×28 pixels", inputs=32, units=784),
    _example("no_bias", "1,024 values to 64", inputs=1024, units=64, use_bias=False),
)

PROBLEMS = (
    Problem(
        name="output_size",
        signature="output_size(size, kernel_size, stride=1, padding=0)",
        positional=2,
        reference=conv_output_size,
        magnitude=_output_size_magnitude,
        groups=("basic", "padding", "stride"),
        examples=(
            _example("basic", "6 elements, a kernel of 3", size=6, kernel_size=3),
            _example("padding", "the same with a zero on each side", size=6, kernel_size=3, padding=1),
            _example("stride", "the same in steps of 2", size=6, kernel_size=3, stride=2),
        ),
        draw=_draw_output_size,
        misconceptions=mistakes.OUTPUT_SIZE,
    ),
    Problem(
        name="same_padding",
        signature="same_padding(kernel_size)",
        positional=1,
        reference=symmetric_padding,
        magnitude=_same_padding_magnitude,
        groups=("odd",),
        examples=(
            _example("odd", "a kernel of 3", kernel_size=3),
            _example("odd", "a kernel of 5", kernel_size=5),
        ),
        draw=_draw_same_padding,
        misconceptions=mistakes.SAME_PADDING,
    ),
    Problem(
        name="conv_parameters",
        signature="conv_parameters(kernel_size, in_channels, filters, use_bias=True)",
        positional=3,
        reference=ref.conv_parameters,
        magnitude=nothing_to_round,
        groups=("square", "pair", "no_bias"),
        examples=_CONV_EXAMPLES,
        draw=_draw_conv_parameters,
        misconceptions=mistakes.CONV_PARAMETERS,
    ),
    Problem(
        name="dense_parameters",
        signature="dense_parameters(inputs, units, use_bias=True)",
        positional=2,
        reference=ref.dense_parameters,
        magnitude=nothing_to_round,
        groups=("bias", "no_bias"),
        examples=_DENSE_EXAMPLES,
        draw=_draw_dense_parameters,
        misconceptions=mistakes.DENSE_PARAMETERS,
    ),
    NETWORK_SHAPES,
)
