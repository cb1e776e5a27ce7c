"""Wrong values, whatever is pooled: the names and explanations of the mistakes, and integers.

A pair of texts is the start of a `Misconception`: its name, and what to tell the student.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.problems.convolution_mistakes.integers import truncated, wrapped
from autograder.problems.problem import Misconception

Array = npt.NDArray[Any]
Pool = Callable[..., Array]

FROM_ZERO = (
    "maximum starts at 0",
    "Your maximum is never below 0, since the search starts there. Start from the first element, or −∞.",
)
OVERFLOW = (
    "integer overflow",
    "You compute in the image's own integer type: uint8 wraps around at 256. Convert to floats first.",
)
MAX_FOR_AVERAGE = (
    "maximum instead of average",
    "You take the largest element of each window, not the mean.",
)
AVERAGE_FOR_MAX = (
    "average instead of maximum",
    "You take the mean of each window, not its largest element.",
)
SUM = ("sum instead of average", "You add the elements up, and do not divide by how many there are.")
IMAGE_TYPE = (
    "result of the image's type",
    "Your result has the image's integer type and loses its fractions. Make it an array of floats.",
)


def after(pool: Pool, change: Callable[[Array], Array]) -> Pool:
    return lambda *inputs, **options: change(pool(*inputs, **options))


def cut(pool: Pool) -> tuple[Misconception, ...]:
    text = ("cut to integers", "You cut every value to an integer: the result must keep its fractions.")
    return (
        Misconception(*text, after(pool, truncated)),
        Misconception(*text, after(pool, np.floor)),
    )


def held(sums: Array, like: Array) -> Array:
    """Return sums as a variable of the image's own type would hold them."""
    is_whole = np.issubdtype(like.dtype, np.integer)
    return wrapped(np.rint(sums), like).astype(np.float64) if is_whole else sums
