"""Known wrong ways to write the functions of the assignment `pooling`, most specific first.

Each variant makes one mistake and is right otherwise, so that the answers it gives are those of a
student who made that mistake.
"""

from __future__ import annotations

from autograder.problems.pooling_mistakes.feature_maps import GLOBAL_AVERAGE_POOL, GLOBAL_MAX_POOL
from autograder.problems.pooling_mistakes.windows import AVERAGE_POOL2D, L2_POOL2D, MAX_POOL2D

__all__ = ["AVERAGE_POOL2D", "GLOBAL_AVERAGE_POOL", "GLOBAL_MAX_POOL", "L2_POOL2D", "MAX_POOL2D"]
