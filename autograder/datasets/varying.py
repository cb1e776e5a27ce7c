"""Images changed a little, each in its own way: so little that it stays what it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from autograder.datasets.arrays import Labelled
from autograder.datasets.drawing import Draws
from autograder.datasets.warping import to_bytes, warped

_HALF_TANGENT = 0.05  # of half the largest angle, about 6 degrees
_SHIFT = 1.2  # pixels
_SCALES = (0.95, 1.05)
_GRAIN = 4.0  # of 255


def varied(samples: Labelled, draws: Draws) -> Labelled:
    """Return images turned, scaled and shifted a little, with a little noise.

    Args:
        samples: Images of bytes, grey or in colour.
        draws: Say how each is changed.
    """
    count = len(samples)
    images: NDArray[np.uint8] = samples.inputs.astype(np.uint8)
    moved = warped(
        images,
        draws.uniform("shift", (count, 2), -_SHIFT, _SHIFT),
        draws.uniform("turn", count, -_HALF_TANGENT, _HALF_TANGENT),
        draws.uniform("scale", count, *_SCALES),
    )
    return Labelled(to_bytes(moved + draws.noise("grain", images.shape) * _GRAIN), samples.labels)
