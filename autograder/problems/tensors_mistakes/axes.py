"""Wrong ways to describe, index and reshape a tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

import reference.tensors as ref
from autograder.problems.problem import Misconception

Array = npt.NDArray[Any]


def _described(
    *,
    rank: Callable[[Array], Any] = np.ndim,
    shape: Callable[[Array], Any] = np.shape,
    size: Callable[[Array], Any] = np.size,
) -> Callable[..., dict[str, Any]]:
    """Return a variant by what it takes for a tensor's rank, shape and size."""
    return lambda tensor: {"rank": rank(tensor), "shape": shape(tensor), "size": size(tensor)}


DESCRIBE = (
    Misconception(
        "rank and size exchanged",
        "Rank and size are exchanged: the rank is the number of axes, the size the number of elements.",
        _described(rank=np.size, size=np.ndim),
    ),
    Misconception(
        "rank is the number of elements",
        "You give the number of elements as the rank. It is the number of axes, whatever their lengths.",
        _described(rank=np.size),
    ),
    Misconception(
        "rank of a matrix",
        "You give the rank of linear algebra, the number of independent rows. A tensor's rank is its number "
        "of axes.",
        _described(rank=lambda tensor: np.asarray(np.linalg.matrix_rank(tensor)).tolist()),
    ),
    Misconception(
        "length of the first axis as size",
        "Your size is the length of the first axis, as len() gives it. It is the number of all elements.",
        _described(size=len),
    ),
    Misconception(
        "lengths added up",
        "Your size is the sum of the lengths of the axes. The number of elements is their product.",
        _described(size=lambda tensor: sum(tensor.shape)),
    ),
    Misconception(
        "size in bytes",
        "Your size is the memory in bytes. Asked for is the number of elements.",
        _described(size=lambda tensor: tensor.nbytes),
    ),
    Misconception(
        "first axis left out",
        "Your shape leaves the first axis out, as if it were a batch. Every axis counts.",
        _described(rank=lambda tensor: len(tensor.shape[1:]), shape=lambda tensor: tensor.shape[1:]),
    ),
    Misconception(
        "axes of length 1 left out",
        "You leave out axes of length 1. They count, in the rank and in the shape.",
        _described(
            rank=lambda tensor: np.squeeze(tensor).ndim, shape=lambda tensor: np.squeeze(tensor).shape
        ),
    ),
    Misconception(
        "scalar taken for a vector",
        "You give a scalar one axis. It has none: its rank is 0 and its shape ().",
        lambda tensor: ref.describe(np.atleast_1d(tensor)),
    ),
    Misconception(
        "shape from the last axis",
        "Your shape has the axes in the opposite order.",
        _described(shape=lambda tensor: tensor.shape[::-1]),
    ),
)

FIRST_SECOND_LAST = (
    Misconception(
        "counted from 1",
        "You count from 1. The first value has the index 0, the second the index 1.",
        lambda vector: vector[[1, 2, -1]],
    ),
    Misconception(
        "last but one",
        "Your last value is the last but one: the index of the last is n − 1, or −1.",
        lambda vector: vector[[0, 1, -2]],
    ),
    Misconception(
        "the first three",
        "Your last value is the third. The index −1 counts from the end.",
        lambda vector: vector[[0, 1, 2]],
    ),
    Misconception(
        "from the end",
        "You return the last value first.",
        lambda vector: vector[[-1, 1, 0]],
    ),
    Misconception(
        "second value left out",
        "You return two values: first and last. The second is asked for too.",
        lambda vector: vector[[0, -1]],
    ),
    Misconception(
        "slices for values",
        "You return pieces of length 1: vector[0:1] is a vector of one value, vector[0] is the value.",
        lambda vector: (vector[0:1], vector[1:2], vector[-1:]),
    ),
)

TO_ROW = (
    Misconception(
        "no row, but a vector",
        "Your result has one axis: the shape is (n,). A row has two, (1, n).",
        lambda tensor: tensor.reshape(-1),
    ),
    Misconception(
        "column for a row",
        "Your result is a column, of shape (n, 1). A row has the shape (1, n).",
        lambda tensor: tensor.reshape(-1, 1),
    ),
    Misconception(
        "transposed",
        "You transpose, which makes a row of a column, but of nothing else. Reshape to (1, n).",
        lambda tensor: tensor.T,
    ),
    Misconception(
        "first index varies fastest",
        "Your elements come in another order. Go along the last axis first, row by row, as reshape does.",
        lambda tensor: tensor.reshape(1, -1, order="F"),
    ),
    Misconception(
        "first axis kept",
        "You keep the first axis, as one flattens a batch. Here all elements go into one row.",
        lambda tensor: tensor.reshape(tensor.shape[0], -1),
    ),
    Misconception(
        "axis put in front",
        "You put an axis of length 1 in front and keep the others. The result has two axes, (1, n).",
        lambda tensor: tensor[None],
    ),
)


def _channels(image: Array) -> Array:
    return image[..., None] if image.ndim == 2 else image


TO_BATCH = (
    Misconception(
        "channels missing",
        "A grey image has no channel axis in your batch: the shape must be (1, H, W, 1).",
        lambda image: image[None],
    ),
    Misconception(
        "batch axis missing",
        "Your result has no batch axis: it comes first, and is 1 long.",
        _channels,
    ),
    Misconception(
        "batch axis last",
        "You put the batch axis last. It comes first: (1, H, W, C).",
        lambda image: _channels(image)[..., None],
    ),
    Misconception(
        "channels first",
        "Your channels come before height and width. They come last: (1, H, W, C).",
        lambda image: np.moveaxis(_channels(image), -1, 0)[None],
    ),
    Misconception(
        "colour taken for grey",
        "You give colour images another axis of channels. They have one already: (1, H, W, C).",
        lambda image: image[None, ..., None],
    ),
    Misconception(
        "rows and columns exchanged",
        "Rows and columns are exchanged in your batch.",
        lambda image: _channels(image).swapaxes(0, 1)[None],
    ),
    Misconception(
        "reshaped to width by height",
        "You reshape to (1, W, H, C), which tears the rows apart. The height comes before the width.",
        lambda image: _channels(image).reshape(1, image.shape[1], image.shape[0], -1),
    ),
)
