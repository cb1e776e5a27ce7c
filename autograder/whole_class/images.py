"""The hidden images that a class's autoencoders are judged on, check by check."""

from __future__ import annotations

import numpy as np

from autograder.checks.hidden_images import HiddenImages
from autograder.config.autoencoders import AutoencoderCheckConfig
from autograder.datasets import (
    HiddenSet,
    Prepared,
    anomalies_among,
    anomalies_from,
    foreign_set,
    noisy,
)
from autograder.errors import ConfigError


def hidden_images(
    check: AutoencoderCheckConfig, prepared: Prepared, hidden: HiddenSet, seed: bytes, data: str
) -> HiddenImages:
    """Return what the autoencoders of one check are judged on.

    Where noise is to be taken off, one half of the samples is given clean, and the other with noise: no
    process gets an image in both ways.

    Args:
        check: What is asked.
        prepared: The data set.
        hidden: Its hidden samples.
        seed: The secret seed.
        data: The data set, in words.

    Raises:
        ConfigError: If the classes that are normal are not some of its classes.
    """
    count = min(check.samples, len(hidden))
    shown = HiddenSet(hidden.inputs[:count], hidden.labels[:count])
    train, _ = prepared.public()
    images, normal = train.inputs, () if check.anomalies is None else check.anomalies.normal
    if normal:
        images = images[np.isin(train.labels, normal)]
    parts = [shown]
    if check.denoising is not None:
        half = count // 2
        parts = [
            HiddenSet(shown.inputs[start:end], shown.labels[start:end])
            for start, end in ((0, half), (half, count))
        ]
    try:
        given, is_odd = _with_odd(check, parts[0], seed)
        pairs = None
        if check.denoising is not None:
            pairs = noisy(_of(parts[1], normal), seed, check.denoising.sigma)
    except ValueError as error:
        raise ConfigError(f"{check.name}: {error}") from None
    if is_odd.all() or not len(images):
        raise ConfigError(f"{check.name}: expected normal classes that {prepared.name} has")
    return HiddenImages(
        data,
        prepared.digest,
        prepared.is_stand_in,
        given,
        is_odd,
        given[:0] if pairs is None else pairs.inputs,
        given[:0] if pairs is None else pairs.targets,
        images,
    )


def _with_odd(check: AutoencoderCheckConfig, hidden: HiddenSet, seed: bytes) -> tuple[np.ndarray, np.ndarray]:
    asked = check.anomalies
    if asked is None:
        return hidden.inputs, np.zeros(len(hidden), np.bool_)
    if asked.normal:
        found = anomalies_among(hidden, asked.normal)
    else:
        foreign = foreign_set(asked.foreign or "", seed, len(hidden))
        found = anomalies_from(hidden, foreign, seed)
    return found.inputs, found.is_anomaly


def _of(hidden: HiddenSet, normal: tuple[int, ...]) -> HiddenSet:
    """Return the samples of normal classes; all, where none are named."""
    if not normal:
        return hidden
    chosen = np.isin(hidden.labels, normal)
    return HiddenSet(hidden.inputs[chosen], hidden.labels[chosen])
