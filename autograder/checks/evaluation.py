"""What models of an assignment are judged on: hidden samples, with their labels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.checks.accuracy import Numbers
from autograder.checks.hidden_images import HiddenImages
from autograder.wire.training import Preparation


@dataclass(frozen=True)
class Evaluation:
    """Hidden samples of a data set. The inputs go to workers; the labels stay here.

    Attributes:
        data: The data set, in words.
        digest: Of the data set.
        inputs: As those of the public part.
        labels: The number of each one's class.
        classes: The names of the classes.
        images: By its name, what each check of an autoencoder is judged on.
    """

    data: str
    digest: str
    inputs: Numbers
    labels: Numbers
    classes: tuple[str, ...]
    images: Mapping[str, HiddenImages] = field(default_factory=dict)

    def can_be(self, preparation: Preparation) -> bool:
        """Return whether samples can be prepared so: a worker may say what it likes of their shape."""
        return math.prod(preparation.shape) == math.prod(self.inputs.shape[1:])

    def first(self, count: int) -> Evaluation:
        """Return at most so many of the samples."""
        return Evaluation(self.data, self.digest, self.inputs[:count], self.labels[:count], self.classes)
