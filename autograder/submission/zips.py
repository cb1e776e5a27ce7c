"""Submissions in a zip, as a learning platform hands them out; nothing is written to the disk."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.errors import ConfigError, Unreadable
from autograder.submission.files import MAX_DEPTH, Entry, NotRead, bounded, too_large
from autograder.submission.forms import is_source
from autograder.submission.naming import JUNK, safe_name

MAX_RATIO = 200
MAX_INNER_ENTRIES = 10_000  # of all zips of a hand-in together
_MOST_PARTS = 4 * MAX_DEPTH
_RATIO_COUNTS_BYTES = 1024 * 1024
# Other methods may ask for memory that no bound of ours sees.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    OverflowError,
    ValueError,
)
_DIRECTORY_ENTRY = b"PK\x01\x02"


def looks_like_zip(path: Path) -> bool:
    """Return whether a file is to be opened as a zip: by its name, or by what it is, but never a source."""
    if path.suffix.lower() == ".zip":
        return True
    return not is_source(path.name) and zipfile.is_zipfile(path)


@contextmanager
def opened(path: Path) -> Iterator[list[Entry]]:
    """Give the files of a zip, which can be read as long as the context lasts.

    Raises:
        ConfigError: If it cannot be opened.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _FAULTS as error:
        raise ConfigError(f"expected a zip that can be opened; {path}: {error}") from None
    with archive:
        yield list(_entries(archive))


def unpacked(name: str, data: bytes) -> list[Entry]:
    """Return the files of a zip within a hand-in, which is opened in memory.

    Raises:
        Unreadable: If it cannot be opened, or holds too much.
    """
    require_few_entries([data], safe_name(name))
    try:
        return list(_entries(zipfile.ZipFile(io.BytesIO(data))))
    except _FAULTS as error:
        raise Unreadable(f"{safe_name(name)} cannot be opened as a zip: {error}") from None


def require_few_entries(zips: Sequence[bytes], name: str) -> None:
    """Raise ``Unreadable`` if zips that are to be opened together list too much, before one is opened.

    Each entry takes memory as soon as its zip is opened, whatever is read of it later.
    """
    if sum(data.count(_DIRECTORY_ENTRY) for data in zips) > MAX_INNER_ENTRIES:
        holds = "hold" if len(zips) > 1 else "holds"
        raise Unreadable(f"expected at most {MAX_INNER_ENTRIES} files; {name} {holds} more")


@dataclass(frozen=True)
class InZip:
    """A folder or a file at or below the top of a collected zip: a `Place`.

    Attributes:
        below: Its path below the top.
        is_folder: Whether it is a folder.
        found: The files below it; of a file, itself, as often as the zip has it.
    """

    below: PurePosixPath
    is_folder: bool
    found: tuple[Entry, ...]
    is_link: bool = False

    @property
    def name(self) -> str:
        return self.below.name

    def inside(self) -> list[InZip]:
        """Return what a folder holds, in order, less what is hidden."""
        grouped: dict[tuple[str, bool], list[Entry]] = {}
        for path, read in self.found:
            if path.parts[0].startswith("."):
                continue
            is_folder = len(path.parts) > 1
            relative = PurePosixPath(*path.parts[1:]) if is_folder else path
            grouped.setdefault((path.parts[0], is_folder), []).append((relative, read))
        return [
            InZip(self.below / name, is_folder, tuple(found))
            for (name, is_folder), found in sorted(grouped.items(), key=lambda item: item[0])
        ]

    def entries(self) -> Iterator[Entry]:
        """Return the files below a folder, or the file itself."""
        return iter(self.found)

    def read(self, most: int) -> bytes:
        """Return a file's bytes."""
        return self.found[0][1](most)


def _entries(archive: zipfile.ZipFile) -> Iterator[Entry]:
    for info in archive.infolist():
        name = info.filename.replace("\\", "/")
        if name.endswith("/") or set(name.split("/")) & JUNK:
            continue
        yield _inside(name), partial(_read, archive, info)


def _inside(name: str) -> PurePosixPath:
    """Return the path without what would lead out of the folder; reading it then says so.

    Of one that is too deep anyhow, no more is kept than tells so: a long name is cheap to pack.
    """
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    return PurePosixPath(*parts[:_MOST_PARTS] or ["(no name)"])


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    path = info.filename.replace("\\", "/")
    name = safe_name(PurePosixPath(path).name)
    if ".." in path.split("/") or path.startswith("/"):
        raise Unreadable(f"expected paths inside the archive; received {safe_name(path)}")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise NotRead(f"expected files and folders; {name} is neither", "no plain file")
    if info.flag_bits & _ENCRYPTED:
        raise Unreadable(f"expected an archive without a password; {name} is encrypted")
    if info.compress_type not in _METHODS:
        raise Unreadable(f"expected the ordinary compression of a zip; {name} has another")
    if info.file_size > MAX_RATIO * max(1, info.compress_size) and info.file_size > _RATIO_COUNTS_BYTES:
        raise Unreadable(f"expected a compression of at most {MAX_RATIO} to 1; {name} has more")
    if info.file_size > most:  # else a file of many could be unpacked for nothing
        raise too_large(name, most)
    try:
        with archive.open(info) as file:
            return bounded(name, file.read(most + 1), most)
    except _FAULTS as error:
        raise Unreadable(f"{name} cannot be unpacked: {error}") from None
