"""What each kind of layer comes to, one topic a file."""

from reference.shapes.layers import (
    convolution,
    dense,
    elementwise,
    merging,
    normalization,
    pooling,
    recurrent,
    reshaping,
)
from reference.shapes.layers.counted import Counters

COUNTERS: Counters = {
    **convolution.COUNTERS,
    **dense.COUNTERS,
    **elementwise.COUNTERS,
    **merging.COUNTERS,
    **normalization.COUNTERS,
    **pooling.COUNTERS,
    **recurrent.COUNTERS,
    **reshaping.COUNTERS,
}
"""By the name of the layer's class in Keras."""
