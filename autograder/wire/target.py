"""How a function is called that has another signature than its problem: where each value goes."""

from __future__ import annotations

from typing import Literal

import msgspec

FRAMEWORKS = ("tensorflow", "torch")
"""The frameworks whose tensors a submission may be given."""


class Slot(msgspec.Struct, frozen=True, array_like=True):
    """Where one value of a call goes, where it does not simply go to the function by its position.

    Attributes:
        to: To what is called; with a class, also to its constructor, or onto the object as an attribute.
        name: The keyword or the attribute; by position where it is empty.
        make: What the worker makes of it: an object of a dictionary, a function of its name, an array of
            which an element counts as a number, with whatever axes.
    """

    to: Literal["call", "construct", "attribute"] = "call"
    name: str = ""
    make: Literal["", "object", "function", "counting"] = ""


class Target(msgspec.Struct, frozen=True, array_like=True):
    """How all cases of a request are called, and what of the outcome travels.

    Attributes:
        slots: Of each value, where it goes.
        methods: The names of a method of the class that is called; none where a function is.
        element: Which element of what is returned travels.
        attribute: Which attribute travels: of the object, else of what is returned.
        argument: Which value travels, once it has been written into.
        tensors: Whether a submission that uses one of these frameworks gets tensors of it.
    """

    slots: list[Slot]
    methods: list[str] = []
    element: int | str | None = None
    attribute: str = ""
    argument: int | None = None
    tensors: bool = False
