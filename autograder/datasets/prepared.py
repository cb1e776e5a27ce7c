"""A data set on the disk: ``DIR/NAME/public`` for submissions, beside it a manifest and what is held back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np

from autograder.datasets.arrays import Labelled, none_of
from autograder.datasets.sets import DataSet, Kind, set_named
from autograder.errors import ConfigError

MANIFEST = "prepared.json"
PUBLIC = "public"
HELD_BACK = "held_back.npz"
SCHEMA = "autograder/data/v1"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was prepared.

    Attributes:
        name: Of the data set.
        kind: Where its samples come from.
        digest: Of all samples, those held back among them.
        train: How many samples there are to train with.
        test: How many public ones to test with.
        held_back: How many are kept from submissions; 0 where hidden samples are drawn each time.
        files: The digest of each public file, by its path from the public folder.
        held_back_digest: Of the file with what is held back; empty where there is none.
        made_from: The true files' names and digests, where there are some.
    """

    schema: str
    name: str
    kind: Kind
    digest: str
    train: int
    test: int
    held_back: int
    files: dict[str, str]
    held_back_digest: str = ""
    made_from: dict[str, str] = {}


@dataclass(frozen=True)
class Prepared:
    """A data set that is there.

    Attributes:
        place: Its folder, ``DIR/NAME``.
        manifest: What is in it.
    """

    place: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Its name, as configurations say it."""
        return self.manifest.name

    @property
    def kind(self) -> Kind:
        """Where its samples come from."""
        return self.manifest.kind

    @property
    def is_stand_in(self) -> bool:
        """Whether it stands in the place of a real set whose files are missing."""
        return self.manifest.kind is Kind.STAND_IN

    @property
    def digest(self) -> str:
        """Of all its samples, whatever files they are in: a threshold belongs to one digest."""
        return self.manifest.digest

    @property
    def folder(self) -> Path:
        """The folder that submissions read. Nothing that they may not see is in it."""
        return self.place / PUBLIC

    @property
    def description(self) -> DataSet:
        """What the data set is, prepared or not."""
        return set_named(self.name)

    @property
    def about(self) -> str:
        """What was made in the true files' place; empty where it was made of these."""
        return self.description.made if self.kind is not Kind.REAL else ""

    @property
    def masked(self) -> tuple[str, ...]:
        """Files of installed packages that no submission may read: what is held back is in them."""
        return self.description.masked if self.is_stand_in else ()

    @property
    def is_whole(self) -> bool:
        """Whether what is held back is here too: in a student's kit it is not."""
        return not self.manifest.held_back or (self.place / HELD_BACK).is_file()

    @property
    def is_outdated(self) -> bool:
        """Whether this version of the toolkit makes other samples than these."""
        return self.kind is not Kind.REAL and self.digest != self.description.digest

    def public(self) -> tuple[Labelled, Labelled]:
        """Return the training and the test part, as submissions find them."""
        return self.description.form.read(self.folder)

    def held_back(self) -> Labelled:
        """Return the samples that are held back.

        Raises:
            ConfigError: If they are not here, as in a student's kit, or not those that were prepared.
        """
        if not self.manifest.held_back:
            return none_of(self.public()[1])
        path = self.place / HELD_BACK
        if not path.is_file():
            raise ConfigError(
                f"{self.name}: expected the samples that are held back, in {path}; there are none, as in a "
                "student's kit. Work is graded with: autograder data prepare " + self.name
            )
        if file_digest(path) != self.manifest.held_back_digest:
            raise ConfigError(f"{path}: expected what was prepared; it was changed. {again(self.name)}")
        with np.load(path, allow_pickle=False) as arrays:
            return Labelled(arrays["inputs"], arrays["labels"].astype(np.int64))


def again(name: str) -> str:
    """Return what to do about a data set that is damaged."""
    return f"Prepare it again: autograder data prepare {name}"


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(place: Path) -> Prepared | None:
    """Return the data set that is prepared in a folder, or None.

    Raises:
        ConfigError: If what is there is damaged.
    """
    path = place / MANIFEST
    if not path.is_file():
        return None
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: expected what `autograder data prepare` writes; {error}") from None
    if manifest.schema != SCHEMA or manifest.name != place.name:
        raise ConfigError(
            f"{path}: expected {SCHEMA} of {place.name}; received {manifest.schema} of {manifest.name}. "
            f"{again(place.name)}"
        )
    return Prepared(place, manifest)


def differences(prepared: Prepared) -> list[str]:
    """Return in what a data set's files are not those that were prepared; nothing where they are."""
    there = {
        path.relative_to(prepared.folder).as_posix(): path
        for path in sorted(prepared.folder.rglob("*"))
        if not path.is_dir()
    }
    wanted = prepared.manifest.files
    found = [f"{PUBLIC}/{name} is missing" for name in wanted if name not in there]
    found += [f"{PUBLIC}/{name} was added" for name in there if name not in wanted]
    found += [
        f"{PUBLIC}/{name} was changed"
        for name, path in there.items()
        if name in wanted and (path.is_symlink() or file_digest(path) != wanted[name])
    ]
    hidden = prepared.place / HELD_BACK
    if hidden.is_file() and file_digest(hidden) != prepared.manifest.held_back_digest:
        found.append(f"{HELD_BACK} was changed")
    return found
