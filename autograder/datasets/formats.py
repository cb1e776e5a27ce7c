"""The files in which submissions find a data set: those that `keras.datasets` reads, else an ``.npz``."""

from __future__ import annotations

import gzip
import io
import pickle
import pickletools
import struct
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograder.datasets.arrays import Labelled

GARMENTS = "fashion-mnist"
BATCHES = "cifar-10-batches-py"
_PARTS = (("train", "train"), ("test", "t10k"))
_TRAIN_BATCHES = 5
_SIDE = 32
_STRINGS = {"SHORT_BINBYTES": ord(pickle.SHORT_BINSTRING), "BINBYTES": ord(pickle.BINSTRING)}
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of a zip: a file's time says nothing


@dataclass(frozen=True)
class Format:
    """How a data set is written, and read again.

    Attributes:
        write: Writes the training and the test part into a folder.
        read: Returns both.
    """

    write: Callable[[Path, Labelled, Labelled], None]
    read: Callable[[Path], tuple[Labelled, Labelled]]


def npz(file: str, names: Sequence[str] = ()) -> Format:
    """Return the format of one file with ``x_train``, ``y_train``, ``x_test`` and ``y_test``.

    Args:
        file: Its name.
        names: Of the classes, if the file is to say them, as ``names``.
    """

    def write(folder: Path, train: Labelled, test: Labelled) -> None:
        arrays = {
            "x_train": train.inputs,
            "y_train": train.labels.astype(np.uint8),
            "x_test": test.inputs,
            "y_test": test.labels.astype(np.uint8),
        }
        write_npz(folder / file, arrays | ({"names": np.array(names)} if names else {}))

    def read(folder: Path) -> tuple[Labelled, Labelled]:
        with np.load(folder / file, allow_pickle=False) as arrays:
            train, test = (
                Labelled(arrays[f"x_{part}"], arrays[f"y_{part}"].astype(np.int64))
                for part in ("train", "test")
            )
        return train, test

    return Format(write, read)


def write_npz(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays into a compressed ``.npz`` whose entries bear no time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, np.ascontiguousarray(array), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", _FIRST_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data.getvalue())


def _write_idx(folder: Path, train: Labelled, test: Labelled) -> None:
    (folder / GARMENTS).mkdir()
    for part, (_, prefix) in zip((train, test), _PARTS, strict=True):
        for kind, array in (("images", part.inputs), ("labels", part.labels.astype(np.uint8))):
            head = struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape)
            path = folder / GARMENTS / f"{prefix}-{kind}-idx{array.ndim}-ubyte.gz"
            path.write_bytes(gzip.compress(head + array.tobytes(), mtime=0))


def read_idx(paths: Mapping[str, Path]) -> tuple[Labelled, Labelled]:
    """Return the training and the test part of four files in the format of MNIST.

    Args:
        paths: By name, such as ``t10k-labels-idx1-ubyte.gz``.
    """
    found = []
    for _, prefix in _PARTS:
        labels = np.frombuffer(
            gzip.decompress(paths[f"{prefix}-labels-idx1-ubyte.gz"].read_bytes()), np.uint8, offset=8
        )
        pixels = gzip.decompress(paths[f"{prefix}-images-idx3-ubyte.gz"].read_bytes())
        images = np.frombuffer(pixels, np.uint8, offset=16).reshape(len(labels), 28, 28)
        found.append(Labelled(images, labels.astype(np.int64)))
    train, test = found
    return train, test


def _read_idx_folder(folder: Path) -> tuple[Labelled, Labelled]:
    return read_idx({path.name: path for path in (folder / GARMENTS).iterdir()})


def _write_batches(folder: Path, train: Labelled, test: Labelled, names: Sequence[str]) -> None:
    (folder / BATCHES).mkdir()
    pieces = np.array_split(np.arange(len(train)), _TRAIN_BATCHES)
    batches = [(f"data_batch_{number}", train.take(piece)) for number, piece in enumerate(pieces, 1)]
    for name, batch in [*batches, ("test_batch", test)]:
        flat = batch.inputs.transpose(0, 3, 1, 2).reshape(len(batch), -1)
        content = {b"data": np.ascontiguousarray(flat), b"labels": batch.labels.tolist()}
        (folder / BATCHES / name).write_bytes(_pickled(content))
    meta = {b"label_names": [name.encode() for name in names], b"num_cases_per_batch": len(pieces[0])}
    (folder / BATCHES / "batches.meta").write_bytes(_pickled(meta))


def _pickled(content: Mapping[bytes, object]) -> bytes:
    """Return a pickle whose bytes are the strings of Python 2, as in CIFAR-10's own files.

    Who reads it with ``encoding="bytes"`` finds ``b"data"``, and with ``encoding="latin1"`` ``"data"``.
    """
    data = pickle.dumps(content, protocol=3)
    changed = bytearray(data)
    for opcode, _, position in pickletools.genops(data):
        if opcode.name in _STRINGS and position is not None:
            changed[position] = _STRINGS[opcode.name]
    return bytes(changed)


def read_batches(open_batch: Callable[[str], bytes]) -> tuple[Labelled, Labelled]:
    """Return the training and the test part of CIFAR-10's batches.

    Args:
        open_batch: Returns the content of one, by its name.

    Raises:
        pickle.UnpicklingError: If there is anything in one but numbers.
    """
    train = [_read_batch(open_batch(f"data_batch_{number}")) for number in range(1, _TRAIN_BATCHES + 1)]
    joined = Labelled(
        np.concatenate([batch.inputs for batch in train]), np.concatenate([batch.labels for batch in train])
    )
    return joined, _read_batch(open_batch("test_batch"))


def _read_batch(data: bytes) -> Labelled:
    content = _OnlyNumbers(io.BytesIO(data), encoding="bytes").load()
    images = content[b"data"].reshape(-1, 3, _SIDE, _SIDE).transpose(0, 2, 3, 1)
    return Labelled(np.ascontiguousarray(images), np.array(content[b"labels"], np.int64))


class _OnlyNumbers(pickle.Unpickler):
    """Makes arrays of what is pickled, and nothing else: whoever made the file runs no code here."""

    def find_class(self, module: str, name: str) -> object:
        places = {
            "_reconstruct": ("numpy.core.multiarray", "numpy._core.multiarray"),
            "ndarray": ("numpy",),
            "dtype": ("numpy",),
        }
        if module not in places.get(name, ()):
            raise pickle.UnpicklingError(f"expected numbers alone in a batch; received {module}.{name}")
        if name == "_reconstruct":
            return np.empty(0).__reduce__()[0]
        return super().find_class(module, name)


def _read_batches_folder(folder: Path) -> tuple[Labelled, Labelled]:
    return read_batches(lambda name: (folder / BATCHES / name).read_bytes())


IDX = Format(_write_idx, _read_idx_folder)


def batches(names: Sequence[str]) -> Format:
    """Return the format of CIFAR-10's batches, of any length.

    Args:
        names: Of the classes.
    """
    return Format(
        lambda folder, train, test: _write_batches(folder, train, test, names), _read_batches_folder
    )
