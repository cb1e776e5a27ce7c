"""Wrong ways to convolve a signal with a kernel."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

import reference.convolution as ref
from autograder.problems.convolution_mistakes.integers import wrapped
from autograder.problems.problem import Misconception

Array = npt.NDArray[Any]


def _correlated(signal: Array, kernel: Array) -> Array:
    return ref.convolve1d(signal, np.flip(kernel))


def _overflowing1d(signal: Array, kernel: Array) -> Array:
    return wrapped(ref.convolve1d(signal, kernel), signal)


def _off_by_one1d(signal: Array, kernel: Array) -> Array:
    return ref.convolve1d(signal, kernel)[:-1]


CONVOLVE1D = (
    Misconception(
        "kernel not flipped",
        "Your kernel is not flipped: this is cross-correlation. The convolution of signal processing "
        "flips it: y[m] = Σ kernel[j] · signal[m − j].",
        _correlated,
    ),
    Misconception(
        "only full overlaps",
        "You keep only the places where the kernel lies on the signal completely ('valid'). The full "
        "convolution has n + k − 1 values.",
        lambda signal, kernel: ref.convolve1d(signal, kernel, mode="valid"),
    ),
    Misconception(
        "output as long as the signal",
        "Your result is cut to the signal's length ('same'). The full convolution has n + k − 1 values.",
        lambda signal, kernel: ref.convolve1d(signal, kernel, mode="same")[: len(signal)],
    ),
    Misconception(
        "last value missing",
        "The last value is missing: the full convolution has n + k − 1 values.",
        _off_by_one1d,
    ),
    Misconception(
        "integer overflow",
        "Your result has the integer type of the signal and wraps around: uint8 ends at 255. Convert to a "
        "wider type before you multiply.",
        _overflowing1d,
    ),
)
