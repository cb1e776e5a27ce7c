"""Layouts: the axes of an array as the problem has them, and as a student's function has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class InexpressibleError(ValueError):
    """A case that a foreign signature has no way to say."""


@dataclass(frozen=True)
class Layout:
    """A change of layout.

    Attributes:
        here: The axes as the problem has them, a letter each.
        there: The axes as the function has them; ``1`` is one of length 1 that is not here.
        is_list: Whether the first axis there is a list's.
    """

    here: str
    there: str
    is_list: bool = False

    def forward(self, value: Any) -> Any:
        """Return an array as the function has it.

        Raises:
            InexpressibleError: If the array has other axes, or one is lost that is longer than 1.

        >>> Layout("NHWC", "NCHW").forward(np.zeros((2, 5, 6, 3))).shape
        (2, 3, 5, 6)
        """
        array = np.asarray(value)
        if array.ndim != len(self.here):
            raise InexpressibleError(f"an array of shape {array.shape}, where the axes are {self.here}")
        lost = tuple(place for place, letter in enumerate(self.here) if letter not in self.there)
        if long := [
            f"{self.here[place]} = {array.shape[place]}" for place in lost if array.shape[place] != 1
        ]:
            raise InexpressibleError(f"more than one along an axis that it does not have, {', '.join(long)}")
        kept = [letter for letter in self.here if letter in self.there]
        turned = array.squeeze(lost).transpose([kept.index(each) for each in self.there if each != "1"])
        full = np.expand_dims(turned, tuple(n for n, each in enumerate(self.there) if each == "1"))
        return list(full) if self.is_list else full

    def backward(self, value: Any) -> Array:
        """Return an array of the function's as the problem has it.

        Raises:
            ValueError: If it has other axes.
        """
        array = np.asarray(value)
        if array.ndim != len(self.there):
            raise ValueError(f"expected an array with the axes {self.there}; received shape {array.shape}")
        letters = [each for each in self.there if each != "1"]
        full = array.squeeze(tuple(n for n, each in enumerate(self.there) if each == "1"))
        full = full.transpose([letters.index(each) for each in self.here if each in letters])
        lost = tuple(place for place, letter in enumerate(self.here) if letter not in letters)
        return np.expand_dims(full, lost)


def layout_of(text: str) -> Layout | None:
    """Return the layout that a configuration writes, none for an empty text.

    Raises:
        ValueError: If a letter is there twice, or on the right alone.

    >>> layout_of("HWCF -> [F]HWC")
    Layout(here='HWCF', there='FHWC', is_list=True)
    """
    if not text:
        return None
    here, there = (part.strip() for part in text.split("->"))
    found = re.fullmatch(r"(?:\[([A-Z])\])?([A-Z1]*)", there)
    assert found is not None
    there = (found[1] or "") + found[2]
    letters = [each for each in there if each != "1"]
    if len(set(here)) != len(here) or len(set(letters)) != len(letters):
        raise ValueError(f'expected each letter once on each side; received "{text}"')
    if odd := [each for each in letters if each not in here]:
        raise ValueError(f'expected letters of the left side; received {", ".join(odd)} in "{text}"')
    return Layout(here, there, found[1] is not None)
