"""What a layer's configuration sets, each value checked as it is read: it comes from a student's process."""

from __future__ import annotations

import reprlib
from collections.abc import Collection, Mapping
from typing import Any, TypeAlias

Shape: TypeAlias = tuple[int | None, ...]
"""Lengths of a tensor's axes, without the batch axis; None where a length is open."""

LARGEST = 2**53
"""No length, number of parameters or span may be larger."""

MOST_AXES = 16
"""No tensor may have more axes."""

LONGEST_NAME = 200
"""Characters of a name."""


class ConfigurationError(ValueError):
    """A model's configuration that cannot be: no Keras writes it, or it is larger than any model is.

    Args:
        message: What is wrong; names in it may be long, and are cut off.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message[:1_000])


class Settings:
    """The settings of one layer.

    Attributes:
        values: What the configuration says, as it says it.
    """

    __slots__ = ("values",)

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def integer(self, name: str, *, least: int = 1, default: int | None = None) -> int:
        """Return an integer.

        Raises:
            ConfigurationError: If it is missing and there is no default, or too small, or no integer.
        """
        value = self.values.get(name, default)
        return whole(name, value, least=least)

    def integers(self, name: str, count: int, *, least: int = 1) -> tuple[int, ...]:
        """Return as many integers; one alone stands for all of them.

        Raises:
            ConfigurationError: If they are missing, too small, of another number, or no integers.
        """
        value = self.values.get(name)
        if not isinstance(value, list | tuple):
            return (whole(name, value, least=least),) * count
        if len(value) != count:
            raise ConfigurationError(f"{name}: expected {count} integers, received {shown(value)}")
        return tuple([whole(name, number, least=least) for number in value])

    def axes(self, name: str, rank: int) -> tuple[int, ...]:
        """Return the axes that it names, sorted, without the batch axis: 0 is the first after it.

        Raises:
            ConfigurationError: If there is no such axis, or it is the batch axis.
        """
        value = self.values.get(name)
        numbers = value if isinstance(value, list | tuple) else [value]
        if len(numbers) > MOST_AXES:
            raise ConfigurationError(f"{name}: expected at most {MOST_AXES} axes, received {len(numbers)}")
        return tuple(sorted(axis_at(name, number, rank) for number in numbers))

    def flag(self, name: str, default: bool | None = None) -> bool:
        """Return True or False.

        Raises:
            ConfigurationError: If it is neither.
        """
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise ConfigurationError(f"{name}: expected true or false, received {shown(value)}")
        return value

    def choice(self, name: str, among: Collection[str]) -> str:
        """Return one of some words.

        Raises:
            ConfigurationError: If it is none of them.
        """
        value = self.values.get(name)
        if not isinstance(value, str) or value not in among:
            expected = ", ".join(sorted(among))
            raise ConfigurationError(f"{name}: expected one of {expected}; received {shown(value)}")
        return value

    def is_channels_first(self) -> bool:
        """Return whether the channels come before the spatial axes.

        Raises:
            ConfigurationError: If the data format is none that Keras has.
        """
        return self.choice("data_format", ("channels_last", "channels_first")) == "channels_first"


def whole(name: str, value: object, *, least: int = 1) -> int:
    """Return an integer that is not out of all proportion.

    Raises:
        ConfigurationError: If it is none, less than ``least`` or larger than `LARGEST`.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= LARGEST:
        raise ConfigurationError(f"{name}: expected an integer of at least {least}, received {shown(value)}")
    return value


def axis_at(name: str, value: object, rank: int) -> int:
    """Return an axis without the batch axis, from Keras' number for it: 1 and ``-rank`` become 0.

    Raises:
        ConfigurationError: If a tensor of ``rank`` axes has no such axis, or it is the batch axis.
    """
    axis = whole(name, value, least=-MOST_AXES)
    place = axis - 1 if axis >= 0 else rank + axis
    if not 0 <= place < rank:
        raise ConfigurationError(f"{name}: expected an axis of {rank} after the batch axis, received {axis}")
    return place


def shape_of(name: str, value: object) -> Shape:
    """Return a shape without its batch axis, from one with it.

    Raises:
        ConfigurationError: If it is no list of positive integers and nulls, or has too many axes.
    """
    if not isinstance(value, list | tuple) or not 1 <= len(value) <= MOST_AXES + 1:
        raise ConfigurationError(f"{name}: expected a shape, received {shown(value)}")
    return tuple([None if length is None else whole(name, length) for length in value[1:]])


def name_of(value: object) -> str:
    """Return a name.

    Raises:
        ConfigurationError: If it is no text, or empty, or too long.
    """
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        raise ConfigurationError(f"name: expected 1 to {LONGEST_NAME} characters, received {shown(value)}")
    return value


def shown(value: object) -> str:
    """Return a value as an error shows it, short whatever it is."""
    try:
        return reprlib.repr(value)
    except ValueError:  # Python writes no number of thousands of digits
        return "a number that is too long to be shown"
