"""What is said of one part that a model is asked for."""

from __future__ import annotations

from typing import NamedTuple

from autograder.results import ModelPart

TITLES = {
    "input_shape": "input shape",
    "output_shape": "output shape",
    "parameters": "parameters",
    "trainable": "trained parameters",
    "layers": "layers",
    "pattern": "pattern of layers",
    "last_activation": "last activation",
    "fits_loss": "last activation and loss",
    "loss": "loss",
    "optimizer": "optimiser",
    "learning_rate": "learning rate",
    "metrics": "metrics",
}
"""What the parts are called."""


class Verdict(NamedTuple):
    """Whether a part is right, both sides in words, and what to say where it is not.

    Attributes:
        name: The part, as the configuration calls it.
        passed: Whether it is right; None where a person has to say.
        expected: What is expected.
        received: What there is.
        said: What is wrong, as a clause; empty for ``expected …; received …``.
        share: How much of it is right, from 0 to 1, where it earns in part; None where it does not.
    """

    name: str
    passed: bool | None
    expected: str
    received: str
    said: str = ""
    share: float | None = None

    def part(self, worth: float) -> ModelPart:
        """Return the same with its points."""
        share = self.share if self.share is not None else 1.0
        earned = worth if self.passed else 0.0
        if self.passed is False and self.share is not None:
            earned = round(worth * share, 2)
        return ModelPart(
            name=self.name,
            passed=self.passed,
            score=earned,
            max_score=worth,
            expected=self.expected,
            received=self.received,
        )

    def in_words(self) -> str:
        """Return what is wrong."""
        return self.said or f"{TITLES[self.name]}: expected {self.expected}; received {self.received}"
