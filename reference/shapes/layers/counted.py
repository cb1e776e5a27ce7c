"""What is counted of one layer, and the way there: a kind of layer is a function of settings and shapes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from reference.shapes.receptive_field import Field, View
from reference.shapes.settings import LARGEST, MOST_AXES, ConfigurationError, Settings, Shape


class Uncounted(Exception):
    """A layer of which nothing is known here but its name."""


def unchanged(field: Field) -> Field:
    """Return the field as it is."""
    return field


def unknown(_field: Field) -> None:
    """Return that the field is not known."""


@dataclass(frozen=True, slots=True)
class Counted:
    """One call of one layer.

    Attributes:
        shapes: The shapes of its outputs.
        parameters: The numbers that it keeps, trained or not.
        fixed: Those among them that no training changes even where the layer is trained.
        multiply_adds: See :func:`reference.shapes.model.count_model`; None where a length is open.
        view: What it does to the receptive field.
    """

    shapes: tuple[Shape, ...]
    parameters: int = 0
    fixed: int = 0
    multiply_adds: int | None = 0
    view: View = unchanged


Counter: TypeAlias = Callable[[Settings, Sequence[Shape]], Counted]
"""Counts one call, from the settings and the shapes of the inputs. Raises ConfigurationError, Uncounted."""

Counters: TypeAlias = Mapping[str, Counter]
"""By kind of layer."""


def only(shapes: Sequence[Shape], rank: int | None = None) -> Shape:
    """Return the shape of a layer's first input.

    Raises:
        ConfigurationError: If there is none, or it has another number of axes.
    """
    if not shapes:
        raise ConfigurationError("expected an input, received none")
    if rank is not None and len(shapes[0]) != rank:
        raise ConfigurationError(f"expected an input of {rank} axes, received shape {shapes[0]}")
    return shapes[0]


def known(name: str, length: int | None) -> int:
    """Return a length that may not be open.

    Raises:
        ConfigurationError: If it is.
    """
    if length is None:
        raise ConfigurationError(f"{name}: expected a length, received an open one")
    return length


def product(lengths: Iterable[int | None]) -> int | None:
    """Return the product of lengths, None if one is open."""
    total = 1
    for length in lengths:
        if length is None:
            return None
        total *= length
    return total


def shape_text(shape: Shape) -> str:
    """Return a shape as errors show it."""
    return f"({', '.join('open' if length is None else str(length) for length in shape)})"


def checked(counted: Counted) -> Counted:
    """Return what was counted, if it is not out of all proportion.

    Raises:
        ConfigurationError: If a shape has too many axes, or a number is larger than `LARGEST`.
    """
    for shape in counted.shapes:
        if len(shape) > MOST_AXES:
            raise ConfigurationError(f"expected at most {MOST_AXES} axes, received {len(shape)}")
        for length in shape:
            if length is not None and not 0 < length <= LARGEST:
                raise ConfigurationError(
                    f"expected lengths from 1 to 2**53, received shape {shape_text(shape)}"
                )
    if max(counted.parameters, counted.multiply_adds or 0) > LARGEST**4:
        bits = math.log2(max(counted.parameters, counted.multiply_adds or 0))
        raise ConfigurationError(
            f"expected fewer than 2**212 parameters and products, received 2**{bits:.0f}"
        )
    return counted
