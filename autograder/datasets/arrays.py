"""A data set in memory: what submissions may read, and what is held back from them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograder.datasets.drawing import Draws

Inputs = NDArray[np.uint8] | NDArray[np.int16]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Labelled:
    """Inputs, samples first, and the number of each one's class."""

    inputs: Inputs
    labels: Labels

    def take(self, indices: NDArray[np.int64]) -> Labelled:
        """Return some of the samples, in the order of the indices."""
        return Labelled(self.inputs[indices], self.labels[indices])

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class Split:
    """A data set's parts.

    Attributes:
        train: What models are trained with; public.
        test: What submissions may test themselves with; public.
        held_back: What no submission may see; empty where that is drawn anew each time.
    """

    train: Labelled
    test: Labelled
    held_back: Labelled


def digest_of(parts: Split) -> str:
    """Return the digest of all samples, whatever files they are in."""
    digest = hashlib.sha256()
    for part in (parts.train, parts.test, parts.held_back):
        for array in (part.inputs, part.labels):
            plain = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
            digest.update(f"{plain.dtype.str} {plain.shape}\n".encode() + plain.tobytes())
    return "sha256:" + digest.hexdigest()


def none_of(part: Labelled) -> Labelled:
    """Return no samples, of the same kind."""
    return Labelled(part.inputs[:0], part.labels[:0])


def hold_back(train: Labelled, test: Labelled, count: int, draws: Draws) -> Split:
    """Take samples out of a test set whose length is known everywhere, so that it keeps it.

    In the places of those that are held back, others of the test set are shown a second time: programs that
    say ``reshape(10000, 784)`` go on working.

    Args:
        train: Stays as it is.
        test: What is taken from.
        count: How many are held back.
        draws: Says which.
    """
    order = draws.order("held back", len(test))
    hidden, kept = order[:count], order[count:]
    shown = np.arange(len(test))
    shown[hidden] = kept[draws.integers("shown again", count, len(kept))]
    return Split(train, test.take(shown), test.take(np.sort(hidden)))
