"""How accurate predictions are: where the labels are, and nowhere else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[Any]
_Z = 1.959964  # of an interval of 95 %
_SURE = 3.0  # standard errors, of what chance does not do
_WORTH = 0.01  # of an accuracy: what is less is no difference
_LEAST_CONFUSED = 5  # samples, and this share of all, of which a word may be said
_SHARE_CONFUSED = 0.01
_MOST_OUTPUTS = 10_000  # for one sample: each becomes eight bytes here


class NotScores(Exception):
    """What was predicted is no score for each class; the message says what it is."""


@dataclass(frozen=True)
class Accuracy:
    """So many right of so many.

    >>> reached = Accuracy(950, 1000)
    >>> reached.value, round(reached.low, 3), round(reached.high, 3), reached.percent
    (0.95, 0.935, 0.962, 0.95)
    """

    right: int
    count: int

    @property
    def value(self) -> float:
        """The share of right ones."""
        return self.right / self.count

    @property
    def low(self) -> float:
        """The lower end of Wilson's interval of 95 %."""
        return self._end(-1.0)

    @property
    def high(self) -> float:
        """Its upper end."""
        return self._end(1.0)

    @property
    def percent(self) -> float:
        """The share in whole percents, as it counts and as students get to know it: a grade tells no more."""
        return whole_percent(self.value)

    def _end(self, sign: float) -> float:
        share, z, n = self.value, _Z, self.count
        spread = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
        return min(1.0, max(0.0, (share + z * z / (2 * n) + sign * spread) / (1 + z * z / n)))


def whole_percent(share: float) -> float:
    """Return a share in whole percents; a half is rounded up.

    >>> whole_percent(0.945), whole_percent(0.9449)
    (0.95, 0.94)
    """
    return math.floor(share * 100 + 0.5 + 1e-9) / 100


def guesses(scores: Numbers, count: int, classes: int) -> npt.NDArray[np.int64]:
    """Return the class that scores highest for each sample; logits, probabilities and sigmoids alike.

    Args:
        scores: What was predicted, samples first.
        count: How many samples there are.
        classes: How many classes. Of two, one score for each sample is enough.

    Raises:
        NotScores: If there is no score for each class, or not all are numbers.
    """
    if scores.dtype.kind not in "fiu" or not scores.ndim or len(scores) != count:
        raise NotScores(f"expected {count:,} rows of scores; received {scores.dtype} of shape {scores.shape}")
    outputs = math.prod(scores.shape[1:])
    if outputs > _MOST_OUTPUTS:
        raise NotScores(f"expected {classes} outputs, one for each class; it has {outputs:,}")
    with np.errstate(invalid="ignore"):  # a NaN of a kind that is told
        rows = scores.reshape(count, outputs).astype(np.float64)
    if not np.isfinite(rows).all():
        bad = int((~np.isfinite(rows)).any(axis=1).sum())
        raise NotScores(
            f"expected numbers; its predictions for {bad:,} of {count:,} samples are NaN or infinite"
        )
    if rows.shape[1] == 1 and classes == 2:
        is_logit = rows.min() < 0 or rows.max() > 1
        return (rows[:, 0] > (0.0 if is_logit else 0.5)).astype(np.int64)
    if rows.shape[1] < classes:
        raise NotScores(
            f"expected {classes} outputs, one for each class; it has {rows.shape[1]}: the last layer must "
            f"have {classes} units"
        )
    best: npt.NDArray[np.int64] = rows.argmax(axis=1)
    return best


def confusion_of(guessed: Numbers, labels: Numbers, classes: int) -> tuple[tuple[int, ...], ...]:
    """Return by true class how many samples were taken for each; guesses beyond the classes in a last column.

    >>> confusion_of(np.array([0, 1, 1]), np.array([0, 0, 1]), 2)
    ((1, 1), (0, 1))
    """
    columns = max(classes, int(guessed.max(initial=0)) + 1)
    columns = min(columns, classes + 1)
    flat = labels * columns + np.minimum(guessed, columns - 1)
    table = np.bincount(flat, minlength=classes * columns)[: classes * columns].reshape(classes, columns)
    return tuple(tuple(int(number) for number in row) for row in table)


def most_confused(confusion: Sequence[Sequence[int]]) -> tuple[int, int] | None:
    """Return the class that was taken for another one most, and for which; None where that is rare.

    Of what is rare nothing is said: it could tell of single samples.
    """
    table = np.array(confusion)
    square = table[:, : len(table)].copy()
    np.fill_diagonal(square, 0)
    true, guessed = (int(each) for each in np.unravel_index(square.argmax(), square.shape))
    least = max(_LEAST_CONFUSED, _SHARE_CONFUSED * table.sum())
    return (true, guessed) if square[true, guessed] >= least else None


def differ(one: Numbers, other: Numbers, labels: Numbers) -> bool:
    """Return whether two accuracies on the same samples differ by more than sampling explains (McNemar)."""
    only_one = int(((one == labels) & (other != labels)).sum())
    only_other = int(((one != labels) & (other == labels)).sum())
    apart = abs(only_one - only_other)
    return apart > _SURE * math.sqrt(only_one + only_other) and apart > _WORTH * len(labels)


def is_guessing(reached: Accuracy, labels: Numbers) -> bool:
    """Return whether an accuracy is no better than naming the most frequent class each time."""
    chance = np.bincount(labels).max() / len(labels)
    return bool(reached.value <= chance + _SURE * math.sqrt(chance * (1 - chance) / len(labels)))


def share_of(curve: Sequence[tuple[float, float]], threshold: float, accuracy: float) -> float:
    """Return the share of the points that an accuracy earns.

    Args:
        curve: Accuracies and shares, ascending; nothing for all or nothing.
        threshold: The accuracy that earns all.
        accuracy: In whole percents.

    >>> share_of([(0.8, 0.0), (0.95, 1.0)], 0.95, 0.89), share_of([], 0.95, 0.94)
    (0.6, 0.0)
    """
    if accuracy >= threshold:
        return 1.0
    if not curve:
        return 0.0
    accuracies, shares = zip(*curve, strict=True)
    if accuracy < accuracies[0]:
        return 0.0
    return round(float(np.interp(accuracy, accuracies, shares)), 4)
