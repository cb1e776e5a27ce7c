"""What models are scored on: samples that no submission has seen, made under a secret seed."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from autograder.datasets.arrays import Inputs, Labels
from autograder.datasets.drawing import Draws
from autograder.datasets.prepared import Prepared
from autograder.datasets.sets import set_named
from autograder.datasets.varying import varied
from autograder.datasets.warping import to_bytes
from autograder.errors import ConfigError


@dataclass(frozen=True)
class HiddenSet:
    """Samples to score a model on.

    Attributes:
        inputs: As those of the public test part: of its shape, but for the count, and its dtype.
        labels: The number of each one's class. They never enter a sandbox.
    """

    inputs: Inputs
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class NoisyPairs:
    """Inputs for a model that takes noise away.

    Attributes:
        inputs: With noise.
        targets: The same without, as hidden as labels are.
    """

    inputs: NDArray[np.uint8]
    targets: NDArray[np.uint8]


@dataclass(frozen=True)
class AnomalySet:
    """Inputs of which some are not like the others.

    Attributes:
        inputs: The samples.
        is_anomaly: Which of them are the odd ones.
    """

    inputs: Inputs
    is_anomaly: NDArray[np.bool_]


def hidden_set(prepared: Prepared, seed: bytes, count: int | None = None) -> HiddenSet:
    """Return samples to score models on: the same ones for the same seed, on every machine.

    Of a generated set they are drawn anew under the seed. Of the others they are the samples that were held
    back, each turned, scaled and shifted a little, with a little noise, in another order: whoever has the
    original file does not find them in it.

    Args:
        prepared: The data set.
        seed: The secret seed.
        count: How many; by default 1,000 of most generated sets, and of the others all that are held back.
            More than these are the same again, otherwise transformed.

    Raises:
        ConfigError: If the samples that are held back are not here, as in a student's kit.
        ValueError: If fewer than one is asked for.
    """
    if count is not None and count < 1:
        raise ValueError(f"expected at least one sample; received count={count}")
    draws = _draws(seed, f"hidden {prepared.name}")
    draw = prepared.description.draw
    if draw is not None and not prepared.manifest.held_back:
        drawn = draw(draws, count or prepared.description.drawn)
        return HiddenSet(drawn.inputs, drawn.labels)
    originals = prepared.held_back()
    rounds = -(-(count or len(originals)) // len(originals))
    order = np.concatenate([draws.order(f"round {number}", len(originals)) for number in range(rounds)])
    chosen = originals.take(order[:count])
    return HiddenSet(varied(chosen, draws).inputs, chosen.labels)


def foreign_set(name: str, seed: bytes, count: int) -> HiddenSet:
    """Return samples of another data set, drawn under the seed, which are odd among those of the first.

    They are what is made in the place of that set's true files, also where these are there.

    Args:
        name: Of the data set.
        seed: The secret seed.
        count: How many.

    Raises:
        ConfigError: If there is no such set, or its samples are not drawn.
    """
    draw = set_named(name).draw
    if draw is None:
        raise ConfigError(f"expected a data set whose samples are drawn; received {name}")
    drawn = draw(_draws(seed, f"foreign {name}"), count)
    return HiddenSet(drawn.inputs, drawn.labels)


def noisy(hidden: HiddenSet, seed: bytes, sigma: float) -> NoisyPairs:
    """Return hidden images with noise, and without.

    Args:
        hidden: Images.
        seed: The secret seed.
        sigma: The noise's standard deviation; 1 is the whole range from black to white.

    Raises:
        ValueError: If these are no images, or `sigma` is negative.
    """
    if hidden.inputs.dtype != np.uint8 or sigma < 0:
        raise ValueError(f"expected images and sigma ≥ 0; received {hidden.inputs.dtype} and sigma={sigma}")
    clean = hidden.inputs.astype(np.uint8)
    grain = _draws(seed, "noisy").noise("grain", clean.shape)
    return NoisyPairs(to_bytes(clean + grain * (255.0 * sigma)), clean)


def anomalies_among(hidden: HiddenSet, normal: Collection[int]) -> AnomalySet:
    """Return a hidden set in which all samples but those of some classes are anomalies.

    Raises:
        ValueError: If that leaves none of one kind.
    """
    is_anomaly = ~np.isin(hidden.labels, sorted(normal))
    if is_anomaly.all() or not is_anomaly.any():
        raise ValueError(
            f"expected classes of which some are normal and some not; received normal={sorted(normal)} "
            f"of {sorted(set(hidden.labels.tolist()))}"
        )
    return AnomalySet(hidden.inputs, is_anomaly)


def anomalies_from(hidden: HiddenSet, foreign: HiddenSet, seed: bytes) -> AnomalySet:
    """Return a hidden set with the samples of another one among them, which are the anomalies.

    Args:
        hidden: What is normal.
        foreign: What is not: of the same shape and dtype, but for the count.
        seed: The secret seed, which the order comes from.

    Raises:
        ValueError: If the two are of different shapes or dtypes.
    """
    if hidden.inputs.shape[1:] != foreign.inputs.shape[1:] or hidden.inputs.dtype != foreign.inputs.dtype:
        raise ValueError(
            f"expected samples of one kind; received {hidden.inputs.dtype} of {hidden.inputs.shape[1:]} and "
            f"{foreign.inputs.dtype} of {foreign.inputs.shape[1:]}"
        )
    inputs = np.concatenate([hidden.inputs, foreign.inputs])
    is_anomaly = np.arange(len(inputs)) >= len(hidden)
    order = _draws(seed, "anomalies").order("order", len(inputs))
    return AnomalySet(inputs[order], is_anomaly[order])


def _draws(seed: bytes, what: str) -> Draws:
    return Draws(hmac.digest(seed, what.encode(), "sha256"))
