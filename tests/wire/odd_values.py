"""What no harmless worker says: texts, numbers and arrays from a seeded generator."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from autograder.wire import messages

TEXTS = (
    "",
    "a",
    "double",
    "x" * 300,
    "\x1b[2J",
    "\u202e",
    "é\n\r\t",
    "\x00",
    "=1+1",
    "]]>",
    "\U0001f600",
    "0",
)
NUMBERS = (0, 1, -1, 2**31, 2**53 + 1, -(2**63), 2**64 - 1)
FLOATS = (0.0, -0.0, 1.5, float("nan"), float("inf"), float("-inf"), 1e308, 5e-324)
DTYPES = ("?", "i1", "u1", "i4", "i8", "f2", "f4", "f8", "c8", "c16")


def text(rng: random.Random) -> str:
    """Return a text that is not harmless."""
    return rng.choice(TEXTS)


def error(rng: random.Random) -> messages.Error:
    """Return an exception, as a worker tells it."""
    lines = [
        messages.Traceback(text(rng), rng.choice(NUMBERS), text(rng), text(rng))
        for _ in range(rng.randrange(3))
    ]
    return messages.Error(text(rng), text(rng) * rng.randrange(20), lines)


def value(rng: random.Random, depth: int = 3) -> Any:
    """Return a value that travels."""
    match rng.randrange(8 if depth else 5):
        case 0:
            return rng.choice((None, True, False))
        case 1:
            return rng.choice(NUMBERS)
        case 2:
            return rng.choice(FLOATS)
        case 3:
            return text(rng)
        case 4:
            return array(rng)
        case 5:
            return [value(rng, depth - 1) for _ in range(rng.randrange(4))]
        case 6:
            return tuple(value(rng, depth - 1) for _ in range(rng.randrange(4)))
    return {text(rng): value(rng, depth - 1) for _ in range(rng.randrange(4))}


def array(rng: random.Random) -> Any:
    """Return an array of any dtype and shape."""
    shape = tuple(rng.choice((0, 1, 2, 3, 5)) for _ in range(rng.randrange(5)))
    numbers = np.random.default_rng(rng.getrandbits(32)).integers(-100, 100, shape)
    made = numbers.astype(rng.choice(DTYPES))
    if made.dtype.kind in "fc" and made.size and rng.random() < 0.3:
        made.flat[0] = rng.choice((np.nan, np.inf, -np.inf))
    return made
