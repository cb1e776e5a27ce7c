"""What a model predicts: in pieces that travel, and in a process without a byte of the submission."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.observation import Allowance, Observation, Raised, Returned, TrainedModel
from autograder.runners.one_worker import OneWorker
from autograder.runners.requests import request_prediction
from autograder.wire.messages import Error
from autograder.wire.training import Preparation, Rebuild
from autograder.wire.values import MIB, encode_value

_PIECE_BYTES = 24 * MIB
_LARGEST_NUMBER = 8  # bytes of one, as it comes back
Numbers = npt.NDArray[Any]


def pieces_of(inputs: Numbers, preparation: Preparation) -> list[Numbers]:
    """Return samples in pieces that fit into a frame, also if what comes back is as large as what went in."""
    sample = max(inputs.nbytes // max(1, len(inputs)), _LARGEST_NUMBER * math.prod(preparation.shape))
    count = max(1, _PIECE_BYTES // max(1, sample))
    return [inputs[start : start + count] for start in range(0, max(1, len(inputs)), count)]


def joined(seen: Sequence[Observation]) -> Observation:
    """Return the predictions of all pieces as one array, or the first that is none."""
    arrays: list[Numbers] = []
    for each in seen:
        if not isinstance(each, Returned):
            return each
        if not isinstance(each.value, np.ndarray):
            return Raised(Error("", "expected predictions as an array", []))
        arrays.append(each.value)
    try:
        return Returned(np.concatenate(arrays))
    except ValueError:
        shapes = ", ".join(str(each.shape) for each in arrays[:3])
        return Raised(Error("", f"expected predictions of one shape for each sample; received {shapes}", []))


def refereed(
    worker: OneWorker,
    model: TrainedModel,
    inputs: Numbers,
    preparation: Preparation,
    threads: int,
    allowance: Allowance,
    layer: str = "",
) -> Observation:
    """Return what a model predicts that is made of its configuration and weights alone.

    Args:
        worker: Ready, and without a submission. It has ended when this returns.
        model: The model.
        inputs: Samples.
        preparation: How they are prepared.
        threads: How many of the processor's threads compute.
        allowance: What this may take.
        layer: The layer whose output is asked for, where it is not the model's.
    """
    buffers: list[bytes] = []
    encoded = encode_value(list(model.arrays), buffers)
    request = Rebuild(0, encoded, model.told.paths, threads)
    [made] = worker.observe(request, buffers, 1, allowance)
    seen = [made]
    if isinstance(made, Returned):
        seen = []
        for number, piece in enumerate(pieces_of(inputs, preparation), start=1):
            asked, sent = request_prediction(number, piece, preparation, layer=layer)
            seen += worker.observe(asked, sent, 1, allowance)
            if not isinstance(seen[-1], Returned):
                break
    if not worker.is_over:
        worker.end()
    return joined(seen) if isinstance(made, Returned) else made
