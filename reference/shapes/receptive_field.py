"""The receptive field: how many elements of the input, along each spatial axis, one output element sees.

Along one axis, ``w`` neighbouring elements of a tensor together see a number of the input's that every
layer changes, from the last to the first:

- a window that spans ``span`` elements and moves by ``stride`` takes ``w`` to ``span + stride * (w - 1)``;
- an enlargement by ``factor`` takes it to ``(w - 1 + spread) // factor + 1``, where ``spread`` is the span of
  a transposed kernel less 1, or ``taps * factor - 1`` where each element is made of ``taps``;
- what looks at all of an axis (a dense layer, global pooling, a recurrent layer, a normalisation over it)
  sees what all its elements see, and so does everything after it.

What counts is the place that sees most: after an enlargement, elements see more or less by turns, and
windows that move by several may happen upon the others alone. Where paths meet, the longest counts. Zeros
around an image count as its elements: the field may be larger than the image. Where a window slides over
axes that were folded into another, nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from reference.shapes.settings import LARGEST, Shape

MOST_INPUTS = 16
"""Of a tensor that more inputs reach, the field is unknown."""

_MOST_ENLARGEMENTS = 64


class Enlargement(NamedTuple):
    """``w`` elements after it see ``((w - 1) * numerator + spread) // factor + 1`` before it.

    Attributes:
        size: What one element before it sees of the input, in elements.
        step: How far apart in the input two neighbours before it look.
        numerator: 1, or what a resizing reduces ``factor`` by.
        spread: See the module.
        factor: See the module.
    """

    size: int
    step: int
    numerator: int
    spread: int
    factor: int


class Axis(NamedTuple):
    """What elements of a tensor see along one spatial axis of an input.

    Attributes:
        before: The enlargements on the way, first to last.
        size: What one element sees since the last of them, in elements.
        step: How far apart two neighbours look there.
        length: The elements along the axis; None where this is open.
        place: Which axis of the tensor this one is; None if it was folded into others.
    """

    before: tuple[Enlargement, ...]
    size: int
    step: int
    length: int | None
    place: int | None

    @property
    def is_settled(self) -> bool:
        """Whether nothing that looks along it can see more."""
        return self.length == 1 or self.step == 0

    def seen(self, elements: int = 1) -> int:
        """Return how many of the input's elements so many neighbours see."""
        count = self.size + self.step * (elements - 1)
        for each in reversed(self.before):
            count = ((count - 1) * each.numerator + each.spread) // each.factor
            count = each.size + each.step * count
        return count


class Window(NamedTuple):
    """What slides along an axis: how far it reaches, how it moves, and how many places it has."""

    span: int
    stride: int
    length: int | None


Field: TypeAlias = Mapping[int, tuple[Axis, ...]]
"""By input of the model, its spatial axes."""

View: TypeAlias = Callable[[Field], Field | None]
"""What a layer does to a field; None for unknown."""


def field_of_input(index: int, shape: Shape, *, channels_first: bool) -> Field:
    """Return the field of an input's elements: each sees itself. An input of one axis has it as spatial.

    >>> field_of_input(0, (28, 27, 3), channels_first=False)[0][1].length
    27
    """
    if len(shape) == 1:
        return {index: (Axis((), 1, 1, shape[0], 0),)}
    places = range(1, len(shape)) if channels_first else range(len(shape) - 1)
    return {index: tuple([Axis((), 1, 1, shape[place], place) for place in places])}


def receptive_field(field: Field | None) -> tuple[int, ...] | None:
    """Return the elements seen along each spatial axis of the input: of several, that with the most axes.

    Where several inputs have as many, the largest number along each axis.

    >>> field = field_of_input(0, (28, 28, 1), channels_first=False)
    >>> receptive_field(slide(field, {0: Window(3, 2, 13), 1: Window(3, 2, 13)}))
    (3, 3)
    """
    if not field:
        return None
    most = max(len(axes) for axes in field.values())
    seen = [[axis.seen() for axis in axes] for axes in field.values() if len(axes) == most]
    largest = tuple([max(counts) for counts in zip(*seen, strict=True)])
    return None if any(count > LARGEST for count in largest) else largest


def slide(field: Field, windows: Mapping[int, Window]) -> Field | None:
    """Return the field after windows that slide along axes of the tensor, by place."""
    moves = any(window.span > 1 or window.stride > 1 for window in windows.values())

    def after(axis: Axis) -> Axis | None:
        window = windows.get(axis.place) if axis.place is not None else None
        if window is None:
            return None if axis.place is None and moves and not axis.is_settled else axis
        size = axis.size + axis.step * (window.span - 1)
        return Axis(axis.before, size, axis.step * window.stride, window.length, axis.place)

    return _each(field, after)


def enlarge(field: Field, by: Mapping[int, tuple[int, int, int, int | None]]) -> Field | None:
    """Return the field after axes were enlarged: by place (numerator, spread, factor, new length)."""

    def after(axis: Axis) -> Axis | None:
        found = by.get(axis.place) if axis.place is not None else None
        if found is None:
            return None if axis.place is None and not axis.is_settled else axis
        numerator, spread, factor, length = found
        if axis.step == 0:
            return axis._replace(length=length)
        if len(axis.before) == _MOST_ENLARGEMENTS:
            return None
        last = Enlargement(axis.size, axis.step, numerator, spread, factor)
        return Axis((*axis.before, last), 1, 1, length, axis.place)

    return _each(field, after)


def resize(field: Field, lengths: Mapping[int, int | None]) -> Field | None:
    """Return the field after elements were added around axes or cut off, by place."""

    def after(axis: Axis) -> Axis | None:
        if axis.place is None:
            return axis if axis.is_settled else None
        return axis._replace(length=lengths[axis.place]) if axis.place in lengths else axis

    return _each(field, after)


def mix(field: Field, places: Collection[int], rank: int, *, keeps: bool = False) -> Field | None:
    """Return the field after every element along some axes was looked at.

    Args:
        field: The field before.
        places: The axes.
        rank: How many axes the tensor has.
        keeps: Whether the axes stay as long as they were, as in a normalisation.
    """
    everything = len(places) == rank

    def after(axis: Axis) -> Axis | None:
        if axis.place is None and not everything:
            return axis if axis.is_settled else None
        if axis.place is not None and axis.place not in places:
            return axis
        if axis.length is None:
            return None
        return Axis((), axis.seen(axis.length), 0, axis.length if keeps else 1, axis.place if keeps else None)

    return _each(field, after)


def move(field: Field, places: Sequence[int | None]) -> Field | None:
    """Return the field after axes changed places; ``places[old]`` is the new one, None for folded."""

    def after(axis: Axis) -> Axis:
        if axis.place is None or axis.place < 0:
            return axis
        return axis._replace(place=places[axis.place])

    return _each(field, after)


def join(fields: Iterable[Field | None], *, along: int | None = None) -> Field | None:
    """Return the field where tensors meet: of each axis, that of the longest path.

    Args:
        fields: The fields of all of them.
        along: The axis along which they are put together; None if they are not.
    """
    joined: dict[int, tuple[Axis, ...]] = {}
    for field in fields:
        if field is None:
            return None
        for index, axes in field.items():
            if index in joined:
                axes = tuple(map(_longer, joined[index], axes))  # noqa: PLW2901 - one name for one thing
            joined[index] = axes
    if len(joined) > MOST_INPUTS:
        return None
    return joined if along is None else move_folded(joined, along)


def move_folded(field: Field, along: int) -> Field | None:
    """Return the field after something was put beside the tensor along an axis: where, is not known."""
    return _each(field, lambda axis: axis._replace(place=None) if axis.place == along else axis)


def apart(field: Field, view: View) -> Field | None:
    """Return the field after a layer that looks at each step alone: axis 0 is not touched by the view."""

    if any(axis.place is None and not axis.is_settled for axes in field.values() for axis in axes):
        return None
    seen = view(shift(field, -1))
    return None if seen is None else shift(seen, 1)


def shift(field: Field, by: int) -> Field:
    """Return the field after so many axes were put before all others, or taken away there."""

    def shifted(axis: Axis) -> Axis:
        return axis if axis.place is None else axis._replace(place=axis.place + by)

    if not by:
        return field
    return {index: tuple([shifted(axis) for axis in axes]) for index, axes in field.items()}


def _each(field: Field, after: Callable[[Axis], Axis | None]) -> Field | None:
    """Return the field with every axis changed; None if what is after one of them is unknown."""
    changed: dict[int, tuple[Axis, ...]] = {}
    for index, axes in field.items():
        new = []
        for axis in axes:
            now = after(axis)
            if now is None or now.size > LARGEST or now.step > LARGEST:
                return None
            new.append(now)
        changed[index] = tuple(new)
    return changed


def _longer(one: Axis, other: Axis) -> Axis:
    """Return what sees more: one element of it, or else many."""
    longer = max(one, other, key=lambda axis: (axis.seen(), axis.seen(64)))
    if one.place != other.place or one.length != other.length:
        if one.length == 1 or other.length == 1:  # it is repeated along the other
            kept = other if one.length == 1 else one
            return longer._replace(length=kept.length, place=kept.place)
        return longer._replace(place=None)
    return longer
