"""What else 'same' padding may mean, for the problems in `layers` that have it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from autograder.problems.draws import Array
from autograder.problems.problem import Convention
from reference import same_customs as customs

_MISSING = "((size - 1) * stride + kernel size - size)"
_TEXTS: Mapping[str, tuple[customs.Custom, str, str]] = {
    "same_by_ceiling": (
        customs.by_ceiling,
        "'same' keeps the size, zeros rounded up",
        f"'same' pads ceil({_MISSING} / 2) on each side, whatever the stride, and every window counts.",
    ),
    "same_by_ceiling_cut": (
        customs.by_ceiling_cut,
        "'same' keeps the size exactly, zeros rounded up",
        f"'same' pads ceil({_MISSING} / 2) on each side, and the output is cut to the input's size.",
    ),
    "same_by_floor": (
        customs.by_floor,
        "'same' keeps the size, zeros rounded down",
        f"'same' pads {_MISSING} // 2 on each side, whatever the stride: the input's size, or one less.",
    ),
    "same_with_one_more": (
        customs.with_one_more,
        "'same' keeps the size, one zero more",
        f"'same' pads {_MISSING} // 2 + 1 on each side, whatever the stride: the input's size, or more.",
    ),
    "same_keeping_size": (
        customs.keeping_size,
        "'same' keeps the size, odd zero below and right",
        f"'same' pads {_MISSING} in all, the odd one below and on the right, and keeps the input's size.",
    ),
    "same_by_half": (
        customs.by_half,
        "'same' pads half a kernel",
        "'same' pads kernel size // 2 on each side, whatever the stride, and every window counts.",
    ),
    "same_by_half_cut": (
        customs.by_half_cut,
        "'same' pads half a kernel, odd zero above and left",
        "'same' pads kernel size // 2 on each side, and the output is cut to ceil(size / stride).",
    ),
    "same_by_half_down": (
        customs.by_half_down,
        "'same' pads half a kernel less one",
        "'same' pads (kernel size - 1) // 2 on each side, whatever the stride, and every window counts.",
    ),
    "same_by_half_after": (
        customs.by_half_after,
        "'same' pads half a kernel, odd zero below and right",
        "'same' pads kernel size - 1 in all, whatever the stride, the odd one below and on the right.",
    ),
}


def conventions_of(
    reference: Callable[..., Array], magnitude: Callable[..., Array]
) -> Mapping[str, Convention]:
    """Return the conventions of a problem whose reference and magnitude take a custom: `same`."""
    return {
        key: Convention(name, explanation, _by(reference, custom), _by(magnitude, custom))
        for key, (custom, name, explanation) in _TEXTS.items()
    }


def _by(function: Callable[..., Array], custom: customs.Custom) -> Callable[..., Any]:
    return functools.partial(function, same=custom)
