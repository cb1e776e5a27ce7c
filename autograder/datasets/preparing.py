"""Preparing a data set: from its true files where they are, else from what stands in their place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from autograder.datasets import true_files
from autograder.datasets.arrays import Split, digest_of, hold_back
from autograder.datasets.drawing import Draws
from autograder.datasets.formats import write_npz
from autograder.datasets.prepared import (
    HELD_BACK,
    MANIFEST,
    PUBLIC,
    SCHEMA,
    Manifest,
    Prepared,
    file_digest,
    read,
)
from autograder.datasets.sets import HELD_BACK_OF_REAL, DataSet, Kind, set_named
from autograder.datasets.true_files import Found


def prepare(name: str, folder: Path, *, sources: Sequence[Path] | None = None) -> Prepared:
    """Prepare a data set in ``folder/name``; what was prepared there before is replaced.

    The public part is written as `keras.datasets` reads it, what is held back into a file beside it that its
    owner alone may read.

    Args:
        name: Of the data set.
        folder: Where prepared data sets are.
        sources: The folders in which its true files may be; `folder` and Keras' cache, where nothing is
            given. Nothing is ever fetched.

    Raises:
        ConfigError: If there is no such set, if files are there whose digests are wrong, or if what a
            stand-in is made from is not installed.
    """
    described = set_named(name)
    if sources is None:
        sources = (folder, true_files.keras_cache())
    found = true_files.find(described.originals, sources)
    parts = described.make() if found is None else _held_back_of(described, found)
    kind = described.kind if found is None else Kind.REAL
    made_from = dict(found.original.digests) if found is not None else {}
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / name
    with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=folder) as temporary:
        made = Path(temporary) / name
        manifest = _write(described, parts, kind, made_from, made)
        if place.exists():
            place.rename(Path(temporary) / "earlier")
        try:
            made.rename(place)
        except OSError:  # somebody else has prepared it meanwhile
            other = read(place)
            if other is None or other.digest != manifest.digest:
                raise
            return other
    return Prepared(place, manifest)


def _held_back_of(described: DataSet, found: Found) -> Split:
    train, test = found.read()
    return hold_back(train, test, HELD_BACK_OF_REAL, Draws(f"autograder {described.name}".encode()))


def _write(described: DataSet, parts: Split, kind: Kind, made_from: dict[str, str], place: Path) -> Manifest:
    """Write all files of a data set into a new folder."""
    public, hidden = place / PUBLIC, place / HELD_BACK
    public.mkdir(parents=True)
    described.form.write(public, parts.train, parts.test)
    for path in (place, public, *public.rglob("*")):  # a sandbox's user id owns nothing
        path.chmod(0o755 if path.is_dir() else 0o644)
    if len(parts.held_back):
        os.close(os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        write_npz(hidden, {"inputs": parts.held_back.inputs, "labels": parts.held_back.labels})
    files = [path for path in sorted(public.rglob("*")) if path.is_file()]
    manifest = Manifest(
        schema=SCHEMA,
        name=described.name,
        kind=kind,
        digest=digest_of(parts),
        train=len(parts.train),
        test=len(parts.test),
        held_back=len(parts.held_back),
        files={path.relative_to(public).as_posix(): file_digest(path) for path in files},
        held_back_digest=file_digest(hidden) if hidden.exists() else "",
        made_from=made_from,
    )
    (place / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    (place / MANIFEST).chmod(0o644)
    return manifest
