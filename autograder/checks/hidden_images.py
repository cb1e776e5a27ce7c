"""What autoencoders are judged on: hidden images, noisy ones, odd ones; and what they are measured by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from autograder.checks.reconstruction import Numbers, mean_squared_error, rows_of
from autograder.wire.training import Preparation

if TYPE_CHECKING:
    from reference.pca import PCA

_MOST_EXAMPLES = 5_000  # of a principal component analysis


@dataclass(frozen=True)
class HiddenImages:
    """Hidden images of one check, as the data have them: bytes, samples first.

    Attributes:
        data: The data set, in words.
        digest: Of the data set.
        is_stand_in: Whether it stands in the place of a real one.
        images: What models are to give back; odd ones among them.
        is_odd: Which of them are odd.
        noisy: Other images, with noise; none where none are asked for.
        clean: The same without. They enter no sandbox.
        train: Training images of the kinds that are normal.
    """

    data: str
    digest: str
    is_stand_in: bool
    images: Numbers
    is_odd: Numbers
    noisy: Numbers
    clean: Numbers
    train: Numbers

    @property
    def inputs(self) -> Numbers:
        """All that models are given, clean images first."""
        return np.concatenate([self.images, self.noisy])

    @property
    def normal(self) -> Numbers:
        """The images that are not odd."""
        return np.asarray(self.images[~self.is_odd])

    def can_be(self, preparation: Preparation) -> bool:
        """Return whether samples can be prepared so: a worker may say what it likes of their shape."""
        return math.prod(preparation.shape) == math.prod(self.images.shape[1:])

    @cached_property
    def error_of_mean(self) -> float:
        """The mean squared error of whoever gives back the mean training image each time."""
        return mean_squared_error(rows_of(self.train).mean(axis=0), rows_of(self.normal))

    def error_of_pca(self, code_size: int) -> float:
        """Return the mean squared error of a principal component analysis whose code is as large."""
        from reference.pca import PCA, reconstruction_error  # noqa: PLC0415  # not in a student's kit

        whole = self._pca
        return reconstruction_error(PCA(whole.mean, whole.components[:code_size]), rows_of(self.normal))

    @cached_property
    def _pca(self) -> PCA:
        from reference.pca import fit  # noqa: PLC0415  # the same

        every = np.linspace(0, len(self.train) - 1, min(len(self.train), _MOST_EXAMPLES))
        examples = rows_of(self.train[np.rint(every).astype(int)])
        return fit(examples, min(examples.shape))
