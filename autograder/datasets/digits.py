"""What stands in MNIST's place: the 1,797 handwritten digits of scikit-learn, 8×8, enlarged to 28×28."""

from __future__ import annotations

import gzip
import hashlib
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from autograder.datasets.arrays import Labelled, Split
from autograder.datasets.drawing import Draws
from autograder.datasets.varying import varied
from autograder.datasets.warping import to_bytes
from autograder.errors import ConfigError

FILE = "sklearn/datasets/data/digits.csv.gz"
"""Where they are, from the folder of installed packages."""
ORIGINALS, HELD_BACK = 1_000, 500
_DIGEST = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"
_SIDE, _LARGE, _FULL = 8, 20, 28
_BRIGHTEST = 16


def split() -> Split:
    """Return the digits in three parts, the same ones each time.

    Those to train with come twice, as they are and varied; those to test with are varied once, as hidden ones
    are: what is found on them is what is to be expected.

    Raises:
        ConfigError: If scikit-learn is not installed, or its digits are others.
    """
    small, labels = _read()
    draws = Draws(b"digits in MNIST's place")
    every = Labelled(enlarged(small), labels).take(draws.order("split", len(labels)))
    parts = np.split(np.arange(len(labels)), [ORIGINALS, len(labels) - HELD_BACK])
    train, test, hidden = (every.take(part) for part in parts)
    again = varied(train, draws.below("train"))
    both = Labelled(np.concatenate([train.inputs, again.inputs]), np.tile(train.labels, 2))
    return Split(both.take(draws.order("train", len(both))), varied(test, draws.below("test")), hidden)


def enlarged(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images of 8×8 with values up to 16 as MNIST has them: 20×20 in a frame of 28×28, up to 255."""
    places = (np.arange(_LARGE) + 0.5) * _SIDE / _LARGE - 0.5
    places = np.clip(places, 0.0, _SIDE - 1.0)
    first = np.minimum(np.floor(places).astype(np.int64), _SIDE - 2)
    rest = places - first
    rows = images[:, first] * (1.0 - rest)[:, None] + images[:, first + 1] * rest[:, None]
    large = rows[:, :, first] * (1.0 - rest) + rows[:, :, first + 1] * rest
    full = np.zeros((len(images), _FULL, _FULL), np.uint8)
    edge = (_FULL - _LARGE) // 2
    full[:, edge:-edge, edge:-edge] = to_bytes(large * (255.0 / _BRIGHTEST))
    return full


def _read() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    found = find_spec("sklearn")
    folder = Path(found.origin).parents[1] if found is not None and found.origin else None
    if folder is None or not (folder / FILE).is_file():
        raise ConfigError(
            "what stands in MNIST's place is made from scikit-learn's digits; expected scikit-learn, which "
            "is not installed here: pip install scikit-learn"
        )
    text = gzip.decompress((folder / FILE).read_bytes())
    if hashlib.sha256(text).hexdigest() != _DIGEST:
        raise ConfigError(
            f"{folder / FILE}: expected the 1,797 digits of scikit-learn (sha256 {_DIGEST[:16]}…); received "
            "others: install scikit-learn anew"
        )
    rows = np.array([line.split(b",") for line in text.splitlines()], dtype=np.float64).astype(np.int64)
    images = rows[:, :-1].reshape(-1, _SIDE, _SIDE).astype(np.uint8)
    return images, rows[:, -1]
