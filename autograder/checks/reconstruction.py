"""What an autoencoder's outputs and codes come to, in numbers: computed here, from arrays alone.

Images are rows of numbers, shape (N, pixels), from 0 for black to 1 for white.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.wire.training import Preparation

Numbers = npt.NDArray[Any]
_BYTE = 255.0
_DIRECTIONS = 32  # of each sample: the estimate's error is far below what a bound can ask for
_STEP = 1e-3  # of each pixel: the rounding of float32 stays far below
_LEAST_ERROR = 1e-10  # a PSNR of 100 dB
_MOST = 1e12  # of a number that is looked at: what is beyond is as wrong, and its square is finite


class NotImages(Exception):
    """What was predicted is no image for each sample; the message says what it is."""


def rows_of(images: Numbers) -> Numbers:
    """Return images of bytes as rows from 0 to 1.

    >>> rows_of(np.array([[[0, 255], [51, 0]]], np.uint8)).tolist()
    [[0.0, 1.0, 0.2, 0.0]]
    """
    return images.reshape(len(images), -1) / _BYTE


@dataclass(frozen=True)
class Range:
    """From what a model puts out to greys from 0 to 1: ``output * factor + offset``, and that in words.

    Of logits it is the sigmoid.
    """

    factor: Numbers | float
    offset: Numbers | float
    said: str
    is_logits: bool = False


def ranges_of(preparation: Preparation) -> tuple[Range, ...]:
    """Return the ranges that a model's outputs may be in: the usual ones, and that of its inputs."""
    usual = (
        Range(1.0, 0.0, "0..1"),
        Range(0.5, 0.5, "-1..1"),
        Range(1 / _BYTE, 0.0, "0..255"),
        Range(1.0, 0.0, "logits of 0..1", is_logits=True),
    )
    factors, offsets = np.array(preparation.factors), np.array(preparation.offsets)
    sizes = np.abs(factors)
    if not np.all((sizes > 1 / _MOST) & (sizes < _MOST) & (np.abs(offsets) < _MOST)):
        return usual
    channels = len(factors)
    pixels = math.prod(preparation.shape)
    if pixels % channels:
        return usual
    by_pixel = pixels // channels if channels > 1 else 1
    inverse = np.tile(1 / (factors * _BYTE), by_pixel), np.tile(-offsets / (factors * _BYTE), by_pixel)
    return (*usual, Range(*inverse, "as the inputs"))


def outputs_of(predicted: object, like: Numbers, preparation: Preparation) -> Numbers:
    """Return what was predicted as rows, in the range of its own.

    Args:
        predicted: What a process gave back.
        like: The images that it was to give back, samples first.
        preparation: How its inputs were prepared.

    Raises:
        NotImages: If it is no image for each sample, or not all are numbers.
    """
    count, pixels = len(like), math.prod(like.shape[1:])
    found = np.asarray(predicted)
    if found.dtype.kind not in "fiub" or not found.ndim or len(found) != count:
        raise NotImages(f"expected {count:,} images; received {found.dtype} of shape {found.shape}")
    each = math.prod(found.shape[1:])
    if each != pixels:
        raise NotImages(
            f"expected as many numbers as go in, {pixels:,} for a sample; the model gives {each:,} back"
        )
    with np.errstate(invalid="ignore"):  # a NaN of a kind that is told
        found = found.astype(np.float64)
    if not np.isfinite(found).all():
        bad = int((~np.isfinite(found.reshape(count, -1))).any(axis=1).sum())
        raise NotImages(
            f"expected numbers; what it gives back for {bad:,} of {count:,} samples is NaN or infinite"
        )
    found = bounded(found)
    own, put_in = like.shape[1:], tuple(preparation.shape)
    is_first = put_in == own[-1:] + own[:-1] != own and found.shape[1:] == put_in
    return (np.moveaxis(found, 1, -1) if is_first else found).reshape(count, -1)


def bounded(numbers: Numbers) -> Numbers:
    """Return numbers, those that are too large to be squared as large as they may be.

    >>> bounded(np.array([-1e300, 0.5])).tolist()
    [-1000000000000.0, 0.5]
    """
    return np.clip(numbers, -_MOST, _MOST)


def fitting_range(outputs: Numbers, targets: Numbers, ranges: Sequence[Range]) -> Range:
    """Return the range by which outputs are nearest to what they should be.

    >>> usual = ranges_of(Preparation([1 / 255], [0.0], [2], "float32", "0..1"))
    >>> fitting_range(np.array([[-1.0, 0.9]]), np.array([[0.0, 1.0]]), usual).said
    '-1..1'
    """
    return min(ranges, key=lambda each: mean_squared_error(in_range(outputs, each), targets))


def in_range(outputs: Numbers, found: Range) -> Numbers:
    """Return outputs as greys from 0 to 1; what is beyond stays beyond.

    >>> in_range(np.array([[0.0, 800.0]]), Range(1.0, 0.0, "logits of 0..1", is_logits=True)).tolist()
    [[0.5, 1.0]]
    """
    if found.is_logits:
        return np.asarray(0.5 + 0.5 * np.tanh(0.5 * outputs))
    return np.asarray(outputs * found.factor + found.offset)


def errors_of(outputs: Numbers, targets: Numbers) -> Numbers:
    """Return the mean squared error of each sample, shape (N,).

    >>> errors_of(np.array([[0.0, 1.0], [0.5, 0.5]]), np.array([[0.0, 0.0], [0.5, 0.5]])).tolist()
    [0.5, 0.0]
    """
    return np.asarray(np.square(outputs - targets).mean(axis=1))


def mean_squared_error(outputs: Numbers, targets: Numbers) -> float:
    """Return the mean squared error over all samples and pixels."""
    return float(np.square(outputs - targets).mean())


def peak_signal_to_noise(error: float) -> float:
    """Return the peak signal-to-noise ratio of a mean squared error, in decibels; 100 at most.

    >>> peak_signal_to_noise(0.01)
    20.0
    """
    return round(-10 * math.log10(max(error, _LEAST_ERROR)), 9)


def roc_auc(scores: Numbers, is_odd: Numbers) -> float:
    """Return the area under the ROC curve: how often an odd sample scores above one that is not.

    Args:
        scores: Shape (N,), larger for what is taken for odd.
        is_odd: Shape (N,), some true and some not.

    Ties count half [Hanley and McNeil (1982), as the statistic of Wilcoxon].

    >>> roc_auc(np.array([0.1, 0.4, 0.4, 0.9]), np.array([False, False, True, True]))
    0.875
    """
    _, which, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[which]
    odd = int(is_odd.sum())
    above = ranks[is_odd].sum() - odd * (odd + 1) / 2
    return float(above / (odd * (len(is_odd) - odd)))


def silent_share(codes: Numbers, below: float) -> float:
    """Return the share of a code's numbers that are silent.

    Args:
        codes: Shape (N, code size).
        below: What counts as silent, as a share of the median over units that are ever active of each one's
            largest activity. A code that is made smaller as a whole is as silent as before.

    >>> silent_share(np.array([[0.0, 2.0, 0.0], [0.0, 0.01, 4.0]]), 0.01)
    0.6666666666666666
    """
    sizes = np.abs(codes)
    loudest = sizes.max(axis=0)
    if not loudest.any():
        return 1.0
    return float((sizes <= below * np.median(loudest[loudest > 0])).mean())


def spread_of(codes: Numbers) -> float:
    """Return the variance of codes, shape (N, code size), summed over their numbers.

    >>> spread_of(np.array([[0.0, 1.0], [2.0, 1.0]]))
    1.0
    """
    return float(codes.var(axis=0).sum())


def probes(images: Numbers) -> Numbers:
    """Return images of bytes a small step to and fro, in directions of which each pixel takes a share.

    Shape (2, directions, N, …) as one axis of samples, float32, in bytes: for :func:`contraction`.
    """
    shape = (_DIRECTIONS, *images.shape)
    signs = np.where(np.random.default_rng(1).integers(0, 2, shape, np.int8) > 0, 1.0, -1.0)
    steps = (signs * (_STEP * _BYTE)).astype(np.float32)
    wide = images.astype(np.float32)
    return np.concatenate([(wide + steps), (wide - steps)]).reshape(-1, *images.shape[1:])


def contraction(codes: Numbers) -> float:
    """Return the mean squared Frobenius norm of the Jacobian of the code by the image, from 0 to 1.

    Args:
        codes: Of the :func:`probes`, in their order: shape (2 · directions · N, code size).

    Along a direction v of plus and minus ones the expectation of ``|J v|²`` is the norm [Hutchinson (1990)];
    ``J v`` is a central difference. Where the code is of a sigmoid, this is the penalty of Rifai et al.
    (2011), which `reference.penalties.contractive_penalty` computes from weights.

    >>> images = np.array([[100, 50]], np.uint8)
    >>> code = probes(images) / 255 @ np.array([[3.0], [4.0]])  # J is (3, 4)
    >>> 22.0 < contraction(code) < 28.0
    True
    """
    fro = codes.astype(np.float64).reshape(2, len(codes) // 2, -1)
    slopes = (fro[0] - fro[1]) / (2 * _STEP)
    return float(np.square(slopes).sum(axis=1).mean())
