"""The NumPy convolution layer against TensorFlow's, on the CPU, in float32 with padding "same".

Both keep their default threads. They take turns in one process, and each gets the machine to itself: a
pause lets the other's threads, which go on spinning for some milliseconds after a product, fall asleep.
The figure of a size is the ratio of the two medians.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.figures import Figure, run
from reference.convolution import conv2d_layer

SIZES = (
    # (images, height, width, channels), 3×3 filters
    ((64, 28, 28, 1), 32),
    ((64, 32, 32, 3), 32),
    ((64, 28, 28, 32), 64),
    ((32, 14, 14, 64), 64),
    ((1, 224, 224, 3), 16),
)
ROUNDS = 25
PAUSE_SECONDS = 0.02


def measure() -> list[Figure]:
    """Return the times at every size, their ratios, and the geometric mean of these."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf  # noqa: PLC0415 - slow, and loud unless told otherwise first

    rng = np.random.default_rng(0)
    figures, ratios = [], []
    with tf.device("CPU:0"):
        for shape, features in SIZES:
            images = rng.standard_normal(shape, dtype=np.float32)
            filters = rng.standard_normal((3, 3, shape[3], features), dtype=np.float32)
            tensors = tf.constant(images), tf.constant(filters)
            ours, theirs = interleaved(
                partial(conv2d_layer, images, filters, padding="same"),
                partial(tf.nn.conv2d, *tensors, strides=1, padding="SAME"),
            )
            name = f"{'×'.join(map(str, shape))} · 3×3 → {features}"
            ratios.append(ours / theirs)
            figures += [
                Figure(f"{name}, reference", ours * 1e3, "ms"),
                Figure(f"{name}, TensorFlow", theirs * 1e3, "ms"),
                Figure(f"{name}, ratio", ours / theirs, "×", 3.0, "lower"),
            ]
    return [
        *figures,
        Figure("geometric mean of the ratios", statistics.geometric_mean(ratios), "×", 2.0, "lower"),
    ]


def interleaved(*functions: Callable[[], object]) -> list[float]:
    """Return the median seconds of each function, called in turn; the first call of each does not count."""
    seconds: list[list[float]] = [[] for _ in functions]
    for _ in range(ROUNDS + 1):
        for times, function in zip(seconds, functions, strict=True):
            time.sleep(PAUSE_SECONDS)
            start = time.perf_counter()
            function()
            times.append(time.perf_counter() - start)
    return [statistics.median(times[1:]) for times in seconds]


if __name__ == "__main__":
    run("kernels", measure)
