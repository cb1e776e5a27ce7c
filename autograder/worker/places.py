"""Values of the loaded submission that are not returned by a call: variables, entries of dictionaries."""

from __future__ import annotations

import types
from collections.abc import Sequence

from autograder.wire.messages import Error, Place
from autograder.wire.values import Encoded, WireError, encode_value
from autograder.worker.plain import plain

_MOST_TAGS = 20
Found = tuple[Encoded, list[bytes], str] | Error
"""A value as it travels, the bytes of its arrays, and its type in the worker; or why there is none."""


class Places:
    """Looks values up, now or as they stood after a cell.

    Args:
        wanted: The places that are to be looked at after the cells of their tag.
    """

    def __init__(self, wanted: Sequence[Place] = ()) -> None:
        self._wanted = tuple(wanted)
        self._kept: dict[Place, Found] = {}
        self._in_file: Sequence[str] = ()

    @property
    def tags(self) -> frozenset[str]:
        """The tags of the cells that matter."""
        return frozenset(place.after for place in self._wanted if place.after is not None)

    def know_tags(self, tags: Sequence[str]) -> None:
        """Take note of the tags that a file has, for whoever asks for one that it has not."""
        self._in_file = list(dict.fromkeys(tags))

    def keep(self, module: types.ModuleType, tags: Sequence[str]) -> None:
        """Look at the places that belong to a cell that has just run."""
        for place in self._wanted:
            if place.after in tags:
                self._kept[place] = look_up(module, place)

    def find(self, module: types.ModuleType, place: Place) -> Found:
        """Return what is at a place."""
        if place.after is None:
            return look_up(module, place)
        return self._kept.get(place) or Error("LookupError", self._why_nothing(place.after), [])

    def _why_nothing(self, tag: str) -> str:
        if tag in self._in_file:
            return f"no cell with the tag {tag} has run"
        found = (
            f"the tags there are {', '.join(self._in_file[:_MOST_TAGS])}"
            if self._in_file
            else "there is no tag"
        )
        return (
            f'no cell has the tag {tag} (in a Python file, by the line # %% tags=["{tag}"] above it); {found}'
        )


def look_up(module: types.ModuleType, place: Place) -> Found:
    """Return a value as it travels, or what is missing, or why it cannot travel (an error without a type)."""
    try:
        value = vars(module).get(place.variable, _NOTHING)
        if value is _NOTHING:
            return Error("NameError", f"there is no variable {place.variable}", [])
        if place.entry is not None:
            if not isinstance(value, dict):
                return Error("TypeError", f"{place.variable} is no dictionary but a {_type(value)}", [])
            value = dict.get(value, place.entry, _NOTHING)
            if value is _NOTHING:
                return Error("KeyError", f"{place.variable} has no entry {place.entry!r}", [])
        buffers: list[bytes] = []
        return encode_value(plain(value), buffers), buffers, _type(value)
    except WireError as error:
        return Error("", str(error), [])
    except Exception as error:  # an array-like of the submission's own, that does not convert
        return Error(type(error).__name__, "this value cannot be read", [])


_NOTHING = object()


def _type(value: object) -> str:
    return type(value).__name__[:100]
