"""Known wrong ways to write the functions of the assignment `tensors`, most specific first.

Each variant makes one mistake and is right otherwise, so that the answers it gives are those of a
student who made that mistake.
"""

from __future__ import annotations

from autograder.problems.tensors_mistakes.arithmetic import ADD_BIAS, SCALE
from autograder.problems.tensors_mistakes.axes import DESCRIBE, FIRST_SECOND_LAST, TO_BATCH, TO_ROW

__all__ = ["ADD_BIAS", "DESCRIBE", "FIRST_SECOND_LAST", "SCALE", "TO_BATCH", "TO_ROW"]
