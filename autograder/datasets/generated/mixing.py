"""Colours that differ, and samples in any order."""

from __future__ import annotations

import numpy as np

from autograder.datasets.arrays import Inputs, Labelled, Labels
from autograder.datasets.drawing import Draws
from autograder.datasets.generated.canvas import Floats

_LEAST_DISTANCE = 105.0


def contrasting(draws: Draws, count: int) -> tuple[Floats, Floats]:
    """Return two colours for each picture, of shape (count, 1, 1, 3), that are easily told apart.

    Each of the two may be the lighter one: how bright a picture is says nothing of what is in it.
    """
    first = draws.uniform("first colour", (count, 1, 1, 3), 0.0, 255.0)
    step = draws.uniform("step", (count, 1, 1, 3), -1.0, 1.0)
    largest = np.maximum(np.max(np.abs(step), axis=-1, keepdims=True), 1e-6)
    length = draws.uniform("length", (count, 1, 1, 1), _LEAST_DISTANCE, 127.0)
    step = step / largest * length
    away = np.where((first + step < 0.0) | (first + step > 255.0), -step, step)
    return first, np.clip(first + away, 0.0, 255.0)


def shuffled(draws: Draws, inputs: Inputs, labels: Labels) -> Labelled:
    """Return samples in any order."""
    order = draws.order("order", len(labels))
    return Labelled(inputs[order], labels[order].astype(np.int64))
