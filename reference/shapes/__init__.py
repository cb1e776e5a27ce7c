"""Shapes and counts, in pure integers: sizes of sliding windows, and what a Keras model is made of.

The sizes are at hand here; :func:`reference.shapes.model.count_model` counts a whole model.
"""

from reference.shapes.sizes import (
    Padding,
    PerAxis,
    Sides,
    conv_output_size,
    explicit_padding,
    pair,
    same_padding,
    symmetric_padding,
)

__all__ = [
    "Padding",
    "PerAxis",
    "Sides",
    "conv_output_size",
    "explicit_padding",
    "pair",
    "same_padding",
    "symmetric_padding",
]
