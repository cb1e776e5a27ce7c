"""From the accuracies of a reference model to a threshold, and the share of good work that misses it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FAILING = 0.01
"""The share of good work that may stay below a proposed threshold."""
_HALF_PERCENT = 0.005  # accuracies count in whole percents
_STEPS = 20_001
_MOST_STEPS = 100_000
_FAR = 400.0  # of a t distribution, from where on it is nothing


@dataclass(frozen=True)
class Spread:
    """What several trainings of one model reached.

    Attributes:
        accuracies: What each reached.
        samples: On how many hidden samples.
    """

    accuracies: tuple[float, ...]
    samples: int

    @property
    def mean(self) -> float:
        """Their mean."""
        return math.fsum(self.accuracies) / len(self.accuracies)

    @property
    def deviation(self) -> float:
        """Their standard deviation, or that of sampling alone, if it is larger: a few may agree by chance."""
        mean, count = self.mean, len(self.accuracies)
        found = math.sqrt(math.fsum((each - mean) ** 2 for each in self.accuracies) / (count - 1))
        share = min(1 - 1 / self.samples, max(1 / self.samples, mean))
        return max(found, math.sqrt(share * (1 - share) / self.samples))

    def failing(self, threshold: float) -> float:
        """Return the estimated share of such trainings that stay below a threshold, in whole percents.

        >>> few = Spread((0.95, 0.96, 0.97, 0.96, 0.96), 1000)
        >>> round(few.failing(0.96), 2), round(few.failing(0.90), 3)
        (0.28, 0.001)
        """
        count = len(self.accuracies)
        distance = (threshold - _HALF_PERCENT - self.mean) / (self.deviation * math.sqrt(1 + 1 / count))
        return _below(distance, count - 1)


def propose(spread: Spread) -> float:
    """Return the highest accuracy in whole percents that at most one in a hundred good trainings misses.

    >>> propose(Spread((0.95, 0.96, 0.97, 0.96, 0.96), 1000))
    0.93
    """
    percents = range(100, -1, -1)
    return next(each / 100 for each in percents if each == 0 or spread.failing(each / 100) <= FAILING)


@dataclass(frozen=True)
class Measured:
    """What several trainings of one autoencoder reached in one part.

    Attributes:
        reached: What each did.
        is_more_better: Whether more of it is better.
        step: How finely it is told to students: no spread counts as smaller than half of that.
    """

    reached: tuple[float, ...]
    is_more_better: bool
    step: float

    def failing(self, bound: float) -> float:
        """Return the estimated share of such trainings that miss a bound.

        >>> few = Measured((0.010, 0.011, 0.012, 0.011, 0.011), False, 0.0001)
        >>> round(few.failing(0.011), 2), round(few.failing(0.015), 3)
        (0.48, 0.003)
        """
        mean, count = math.fsum(self.reached) / len(self.reached), len(self.reached)
        found = math.sqrt(math.fsum((each - mean) ** 2 for each in self.reached) / (count - 1))
        spread = max(found, self.step / 2) * math.sqrt(1 + 1 / count)
        missed_by = bound - self.step / 2 - mean if self.is_more_better else mean - bound - self.step / 2
        return _below(missed_by / spread, count - 1)


def propose_bound(measured: Measured) -> float:
    """Return the strictest bound that at most one in a hundred good trainings misses, in steps.

    >>> propose_bound(Measured((0.010, 0.011, 0.012, 0.011, 0.011), False, 0.0001))
    0.0139
    >>> propose_bound(Measured((4.0, 4.2, 4.1), True, 0.1))
    3.3
    """
    worst = min(measured.reached) if measured.is_more_better else max(measured.reached)
    way = -1 if measured.is_more_better else 1
    first = round(worst / measured.step)
    bounds = (max(0, first + way * number) * measured.step for number in range(_MOST_STEPS))
    found = next((each for each in bounds if measured.failing(each) <= FAILING), 0.0)
    return float(f"{found:.6g}")


def _below(t: float, freedom: int) -> float:
    """Return how likely a number of Student's distribution is below `t`."""
    points = np.linspace(0.0, min(abs(t), _FAR), _STEPS)
    scale = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    heights = scale * (1 + points**2 / freedom) ** (-(freedom + 1) / 2)
    half = float(np.sum((heights[1:] + heights[:-1]) / 2 * np.diff(points)))
    return min(1.0, 0.5 + half) if t > 0 else max(0.0, 0.5 - half)


def in_order(accuracies: Sequence[float]) -> tuple[float, ...]:
    """Return accuracies as a record keeps them."""
    return tuple(round(each, 4) for each in accuracies)
