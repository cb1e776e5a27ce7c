"""Known wrong ways to write layers and their parts, most specific first.

Each variant makes one mistake and is right otherwise, so that the answers it gives are those of a
student who made that mistake. What fails in every case that it is wrong in is not here: an error message
tells more.
"""

from __future__ import annotations

from autograder.problems.layers_mistakes.convolving import CONV_FORWARD
from autograder.problems.layers_mistakes.kin import (
    CONVOLVE_CHANNELS,
    CONVOLVE_IMAGES,
    CORR2D_MULTI,
    CORR2D_MULTI_IN,
)
from autograder.problems.layers_mistakes.pooling import POOL_FORWARD, POOL_IMAGE
from autograder.problems.layers_mistakes.steps import CONV_SINGLE_STEP, ZERO_PAD

__all__ = [
    "CONVOLVE_CHANNELS",
    "CONVOLVE_IMAGES",
    "CONV_FORWARD",
    "CONV_SINGLE_STEP",
    "CORR2D_MULTI",
    "CORR2D_MULTI_IN",
    "POOL_FORWARD",
    "POOL_IMAGE",
    "ZERO_PAD",
]
