"""The same numbers each time: seeds, deterministic operations, and a fixed number of threads."""

from __future__ import annotations

import contextlib
import random
import sys
import types
from collections.abc import Sequence

import numpy as np

from autograder.wire.surroundings import Surroundings
from autograder.worker.shims.hooks import Change

_SEEDS = 2**31
_STEP = 1_000_003  # from one run of a submission to the next


def own_seed() -> int:
    """Return a number that comes of the seed of this process. Its generators stay as they are."""
    generator = random.Random()  # noqa: S311
    generator.setstate(random.getstate())
    return generator.getrandbits(31)


def begin(surroundings: Surroundings, seed: int) -> None:
    """Set the generators before a submission's file runs, where the assignment trains models."""
    if surroundings.threads:
        set_seeds(seed, surroundings.run)


def set_seeds(seed: int, run: int) -> None:
    """Set Python's and NumPy's generators, and Keras' where that is imported, for a run of a submission."""
    seed = (seed + run * _STEP) % _SEEDS
    random.seed(seed)
    np.random.seed(seed)
    if (keras := sys.modules.get("keras")) is not None:
        keras.utils.set_random_seed(seed)


def changes(surroundings: Surroundings, seed: int) -> Sequence[tuple[str, Change]]:
    """Return what to change once Keras was imported; nothing where the assignment trains no model."""
    if not surroundings.threads:
        return ()

    def change(_: types.ModuleType) -> None:
        be_deterministic(surroundings.threads)
        set_seeds(seed, surroundings.run)

    return (("keras", change),)


def be_deterministic(threads: int) -> None:
    """Have the backend that is imported compute the same each time, with so many threads.

    What has computed already, in a plain process, keeps its threads.
    """
    if (tensorflow := sys.modules.get("tensorflow")) is not None:
        with contextlib.suppress(RuntimeError):
            tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
            tensorflow.config.threading.set_inter_op_parallelism_threads(1)
        tensorflow.config.experimental.enable_op_determinism()
    if (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(threads)
        torch.use_deterministic_algorithms(mode=True, warn_only=True)
