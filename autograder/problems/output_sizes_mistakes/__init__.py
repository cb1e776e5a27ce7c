"""Known wrong ways to write the functions of the assignment `output-sizes`, most specific first.

Each variant makes one mistake and is right otherwise, so that the answers it gives are those of a
student who made that mistake.
"""

from __future__ import annotations

from autograder.problems.output_sizes_mistakes.counts import (
    CONV_PARAMETERS,
    DENSE_PARAMETERS,
    OUTPUT_SIZE,
    SAME_PADDING,
)
from autograder.problems.output_sizes_mistakes.networks import NETWORK_SHAPES

__all__ = ["CONV_PARAMETERS", "DENSE_PARAMETERS", "NETWORK_SHAPES", "OUTPUT_SIZE", "SAME_PADDING"]
