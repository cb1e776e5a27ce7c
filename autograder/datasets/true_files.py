"""The true files of MNIST, Fashion-MNIST and CIFAR-10: known by their digests, never fetched."""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from autograder.datasets.arrays import Labelled
from autograder.datasets.formats import BATCHES, GARMENTS, read_batches, read_idx
from autograder.errors import ConfigError


@dataclass(frozen=True)
class Original:
    """One form in which a data set's true files may lie in a folder.

    Attributes:
        digests: Of each file, by its path from that folder: SHA-256, or MD5 where nobody publishes another.
        read: Returns the training and the test part, given where each file is.
    """

    digests: Mapping[str, str]
    read: Callable[[Mapping[str, Path]], tuple[Labelled, Labelled]]


def _read_npz(paths: Mapping[str, Path]) -> tuple[Labelled, Labelled]:
    [path] = paths.values()
    with np.load(path, allow_pickle=False) as arrays:
        train = Labelled(arrays["x_train"], arrays["y_train"].astype(np.int64))
        return train, Labelled(arrays["x_test"], arrays["y_test"].astype(np.int64))


def _read_garments(paths: Mapping[str, Path]) -> tuple[Labelled, Labelled]:
    return read_idx({path.name: path for path in paths.values()})


def _read_archive(paths: Mapping[str, Path]) -> tuple[Labelled, Labelled]:
    [path] = paths.values()
    with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as archive:

        def open_batch(name: str) -> bytes:
            file = archive.extractfile(f"{BATCHES}/{name}")
            return file.read() if file is not None else b""

        return read_batches(open_batch)


def _read_extracted(paths: Mapping[str, Path]) -> tuple[Labelled, Labelled]:
    named = {path.name: path for path in paths.values()}
    return read_batches(lambda name: named[name].read_bytes())


_GARMENTS = {
    "train-images-idx3-ubyte.gz": "08dc20ab1689590a0bcd66e874647b6ee8464e2d501b5a3f1f78831db19a3fdc",
    "train-labels-idx1-ubyte.gz": "b0197879cbda89f3dc7b894f9fd52b858e68ea4182b6947c9d8c2b67e5f18dcc",
    "t10k-images-idx3-ubyte.gz": "78dcbbfb5a27efaf1b6c1d616caca68560be8766c5bffcb2791df9273a534229",
    "t10k-labels-idx1-ubyte.gz": "42bd18137a62d5998cdeae52bf3a0676ac6b706f5cf8439b47bb5b151ae3dccf",
}
_BATCHES = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
}
_ARCHIVE = "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"

MNIST = (
    Original(
        {"mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"},
        _read_npz,
    ),
)
FASHION_MNIST = (
    Original({f"{GARMENTS}/{name}": digest for name, digest in _GARMENTS.items()}, _read_garments),
)
CIFAR10 = (
    Original({"cifar-10-python.tar.gz": _ARCHIVE}, _read_archive),
    Original({f"{BATCHES}-target_archive": _ARCHIVE}, _read_archive),  # as Keras 3 stores it
    Original({f"{BATCHES}.tar.gz": _ARCHIVE}, _read_archive),  # as Keras 2 did
    *(
        Original({f"{folder}/{name}": digest for name, digest in _BATCHES.items()}, _read_extracted)
        for folder in (BATCHES, f"{BATCHES}-target/{BATCHES}")
    ),
)


def keras_cache() -> Path:
    """Return the folder in which Keras keeps the data sets that it has fetched."""
    return Path(os.environ.get("KERAS_HOME") or Path.home() / ".keras") / "datasets"


@dataclass(frozen=True)
class Found:
    """True files that are there, each with the right digest."""

    original: Original
    paths: Mapping[str, Path]

    def read(self) -> tuple[Labelled, Labelled]:
        """Return the training and the test part."""
        return self.original.read(self.paths)


def find(originals: Sequence[Original], folders: Sequence[Path]) -> Found | None:
    """Return the first true files among some folders, or None.

    Raises:
        ConfigError: If files of these names are there whose digests are others, and no true ones.
    """
    wrong = []
    for original, paths in _present(originals, folders):
        odd = [path for name, path in paths.items() if not _is_true(path, original.digests[name])]
        if not odd:
            return Found(original, paths)
        wrong += odd
    if wrong:
        raise ConfigError(
            f"{', '.join(map(str, wrong))}: expected the files that Keras fetches; their digests differ: "
            "perhaps a download was cut short. Fetch them anew, or take them away"
        )
    return None


def _present(
    originals: Sequence[Original], folders: Sequence[Path]
) -> Iterator[tuple[Original, Mapping[str, Path]]]:
    for folder in folders:
        for original in originals:
            paths = {name: folder / name for name in original.digests}
            if all(path.is_file() for path in paths.values()):
                yield original, paths


def _is_true(path: Path, digest: str) -> bool:
    algorithm = "sha256" if len(digest) == 64 else "md5"
    with path.open("rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest() == digest
