"""Known wrong ways to write the functions of the assignment `convolution`, most specific first.

Each variant makes one mistake and is right otherwise, so that the answers it gives are those of a
student who made that mistake.
"""

from __future__ import annotations

from autograder.problems.convolution_mistakes.image import CONV2D
from autograder.problems.convolution_mistakes.layer import CONV2D_LAYER
from autograder.problems.convolution_mistakes.signal import CONVOLVE1D

__all__ = ["CONV2D", "CONV2D_LAYER", "CONVOLVE1D"]
