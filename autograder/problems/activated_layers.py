"""A layer with its activation, which the function is given: in half of the cases another one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.problems import layers_mistakes as mistakes
from autograder.problems.draws import Array
from autograder.problems.layers import CONV_FORWARD
from autograder.problems.layers_conventions import conventions_of
from autograder.problems.problem import Case, Misconception, Problem
from reference.activated_convolution import ACTIVATIONS, Activation, conv_activation
from reference.layers import conv_forward

_GIVEN: tuple[Activation, ...] = ("relu", "tanh")


def _magnitude(*, activation: Activation, **inputs: Any) -> Array:  # noqa: ARG001  # none makes errors larger
    return CONV_FORWARD.magnitude(**inputs)


def _activated(layer: Callable[..., Array]) -> Callable[..., Array]:
    """Return a layer without an activation as one that calls what it is given."""
    return lambda *, activation, **inputs: ACTIVATIONS[activation](layer(**inputs))


def _always(activation: Activation) -> Callable[..., Array]:
    """Return the layer that has one activation, whatever it is given."""
    return lambda **inputs: conv_activation(**{**inputs, "activation": activation})


def _without(*, activation: Activation, **inputs: Any) -> Array:  # noqa: ARG001  # the mistake
    return conv_forward(**inputs)


def _before_the_bias(images: Array, filters: Array, biases: Array, activation: str, **options: Any) -> Array:
    sums = conv_forward(images, filters, None, **options)
    return ACTIVATIONS[activation](sums) + biases


def _example(case: Case, activation: Activation) -> Case:
    return Case(case.group, _inputs(case, activation), f"{case.title}, {activation}")


def _drawn(cases: list[Case]) -> list[Case]:
    """Return cases with an activation each, so that each group has both."""
    number = dict.fromkeys((case.group for case in cases), 0)
    found = []
    for case in cases:
        activation = _GIVEN[number[case.group] % 2]
        number[case.group] += 0 if case.is_degenerate else 1
        inputs = _inputs(case, activation)
        found.append(Case(case.group, inputs, is_degenerate=case.is_degenerate))
    return found


def _inputs(case: Case, activation: Activation) -> dict[str, Any]:
    """Return a case's inputs with an activation; for one that ends at 1, numbers that it tells apart."""
    arrays = {name: case.inputs[name] for name in ("images", "filters", "biases")}
    options = {name: value for name, value in case.inputs.items() if name not in arrays}
    if activation == "tanh":
        arrays = {name: _tenth(name, values) for name, values in arrays.items()}
    return {**arrays, "activation": activation, **options}


def _tenth(name: str, values: Array) -> Array:
    dtype = values.dtype if values.dtype.kind == "f" else np.dtype(np.float64)
    return np.asarray(values / (20 if name == "biases" else 10), dtype)


MISTAKES = (
    Misconception(
        "activation not used",
        "You return the sums as they are: the result is activation(sums + bias), the function that is given.",
        _without,
    ),
    Misconception(
        "always relu",
        "You use relu whatever activation is given: call the function in the argument activation.",
        _always("relu"),
    ),
    Misconception(
        "always tanh",
        "You use tanh whatever activation is given: call the function in the argument activation.",
        _always("tanh"),
    ),
    Misconception(
        "always sigmoid",
        "You use sigmoid whatever activation is given: call the function in the argument activation.",
        _always("sigmoid"),
    ),
    Misconception(
        "activation before the bias",
        "You call the activation before the bias is added: it comes last, of the sum with the bias.",
        _before_the_bias,
    ),
    *(
        Misconception(each.name, each.explanation, _activated(each.function))
        for each in mistakes.CONV_FORWARD
    ),
)

PROBLEMS = (
    Problem(
        name="conv_activation",
        signature='conv_activation(images, filters, biases, activation, strides=(1, 1), padding="valid")',
        positional=4,
        reference=conv_activation,
        magnitude=_magnitude,
        groups=CONV_FORWARD.groups,
        examples=[_example(case, each) for case in CONV_FORWARD.examples for each in _GIVEN],
        draw=lambda rng: _drawn(list(CONV_FORWARD.draw(rng))),
        misconceptions=MISTAKES,
        conventions=conventions_of(conv_activation, _magnitude),
    ),
)
