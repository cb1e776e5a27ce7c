"""How a model's inputs are prepared: as the handout says, as its `fit` saw them, or as it fits best.

No model is called here: shapes and ranges tell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from autograder.wire.models import DataSeen
from autograder.wire.training import Contract, Dtype, Preparation

Numbers = npt.NDArray[Any]
Usual = Literal["0..1", "-1..1", "0..255"]
USUAL: tuple[Usual, ...] = ("0..1", "-1..1", "0..255")
_BOUNDS = {"0..1": (0.0, 1.0), "-1..1": (-1.0, 1.0)}
_SLACK = 0.02
_LEAST_SPAN = 0.5  # of a range that is to be known by what fit saw of it
_LARGE = 8.0  # numbers above are not rescaled
_DTYPES = ("float32", "float16", "float64", "uint8")


class Unfitting(Exception):
    """Samples of this shape cannot be brought to what the model takes; the message says both shapes."""


class Samples(NamedTuple):
    """What the samples of a data set are like: the shape of one, and the numbers' range.

    Attributes:
        shape: Of one sample.
        low: The smallest number that their dtype is used for.
        high: The largest.
    """

    shape: tuple[int, ...]
    low: float
    high: float

    @classmethod
    def of(cls, inputs: Numbers) -> Samples:
        """Return what samples are like; of bytes the range is that of a byte."""
        if inputs.dtype == np.uint8:
            return cls(inputs.shape[1:], 0.0, 255.0)
        low, high = float(inputs.min()), float(inputs.max())
        return cls(inputs.shape[1:], low, high if high > low else low + 1.0)


def by_contract(samples: Samples, contract: Contract, scale: Usual, shape: Sequence[int]) -> Preparation:
    """Return how samples are prepared by the handout; what it leaves open, by `scale`.

    Args:
        samples: What they are like.
        contract: What the handout says.
        scale: The range, where it is left open.
        shape: Of one sample, as the model takes it.
    """
    dtype = "float32" if contract.dtype == "auto" else contract.dtype
    if contract.scale == "standard" or contract.mean:
        mean, std = contract.mean or [0.0], contract.std or [1.0]
        count = max(len(mean), len(std))
        mean, std = [(each * count)[:count] for each in (mean, std)]
        factors = [1.0 / each for each in std]
        offsets = [-m / s for m, s in zip(mean, std, strict=True)]
        return Preparation(factors, offsets, list(shape), dtype, f"less {mean}, by {std}")
    chosen = scale if contract.scale == "auto" else contract.scale
    return _usual(samples, chosen, shape, dtype)


def by_fit(samples: Samples, seen: DataSeen, shape: Sequence[int]) -> tuple[Preparation, bool] | None:
    """Return how samples are prepared by what `fit` saw, and whether its range is one of the usual ones.

    None where it was not looked at, as of a stream.
    """
    if seen.least is None or seen.most is None or seen.most <= seen.least:
        return None
    dtype: Any = seen.dtype if seen.dtype in _DTYPES else "float32"
    if seen.most > _LARGE and seen.least >= 0:
        return _usual(samples, "0..255", shape, dtype), True
    for scale in ("0..1", "-1..1"):
        low, high = _BOUNDS[scale]
        is_inside = low - _SLACK <= seen.least and seen.most <= high + _SLACK
        spans = seen.most - seen.least >= _LEAST_SPAN * (high - low)
        if is_inside and spans and (scale == "0..1" or seen.least < -_LEAST_SPAN):
            return _usual(samples, scale, shape, dtype), True
    factor = (seen.most - seen.least) / (samples.high - samples.low)
    offset = seen.least - factor * samples.low
    said = f"from {seen.least:.3g} to {seen.most:.3g}"
    return Preparation([factor], [offset], list(shape), dtype, said), False


def _usual(samples: Samples, scale: Usual, shape: Sequence[int], dtype: Dtype) -> Preparation:
    if scale == "0..255":
        return Preparation([1.0], [0.0], list(shape), dtype, "0..255, as they are")  # type: ignore[arg-type]
    low, high = _BOUNDS[scale]
    factor = (high - low) / (samples.high - samples.low)
    offset = low - factor * samples.low
    return Preparation([factor], [offset], list(shape), dtype, scale)  # type: ignore[arg-type]


def shape_for(
    samples: Samples, contract: Contract, taken: Sequence[int | None] | None, first: str
) -> list[int]:
    """Return the shape of one sample as a model takes it.

    Args:
        samples: What they are like.
        contract: What the handout says.
        taken: The shape that the model takes, None where it is not built.
        first: The class of its first layer, by which one that is not built is told.

    Raises:
        Unfitting: If samples cannot be brought to it.
    """
    own = samples.shape
    forms = {"image": own, "channel": (*own, 1), "flat": (math.prod(own),)}
    if contract.layout != "auto":
        return list(forms[contract.layout])
    if taken is None:
        dense = first == "Dense" and len(own) > 1
        convolved = "Conv2D" in first and len(own) == 2
        return list(forms["flat" if dense else "channel" if convolved else "image"])
    others = [(1, *own), own[-1:] + own[:-1]] if len(own) > 1 else []  # channels first
    for form in (*forms.values(), *others):
        if len(form) == len(taken) and all(
            n in (None, length) for n, length in zip(taken, form, strict=True)
        ):
            return list(form)
    wanted = tuple("any" if n is None else n for n in taken)
    raise Unfitting(f"it takes inputs of shape {_shown(wanted)}; the data have {_shown(own)}")


def prepare(preparation: Preparation, inputs: Numbers) -> Numbers:
    """Return samples as a model takes them.

    >>> flat = Preparation([1 / 255], [0.0], [4], "float32", "0..1")
    >>> prepare(flat, np.array([[[0, 255], [51, 102]]], np.uint8)).round(1).tolist()
    [[0.0, 1.0, 0.20000000298023224, 0.4000000059604645]]

    Raises:
        ValueError: If they cannot be brought to that shape.
    """
    factors, offsets = (np.array(each, np.float32) for each in (preparation.factors, preparation.offsets))
    if len(factors) == 1 and factors[0] == 1 and offsets[0] == 0:
        changed = inputs
    elif len(factors) == 1:
        changed = inputs.astype(np.float32)
        changed *= factors[0]
        changed += offsets[0]
    else:
        changed = inputs.astype(np.float32) * factors + offsets
    shape = tuple(preparation.shape)
    is_first = len(shape) == changed.ndim - 1 > 1 and shape == changed.shape[-1:] + changed.shape[1:-1]
    if is_first and shape != changed.shape[1:]:
        changed = np.moveaxis(changed, -1, 1)
    return changed.reshape(len(inputs), *shape).astype(preparation.dtype, copy=False)


def _shown(shape: Sequence[object]) -> str:
    return f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
