"""Submissions in a zip, as a learning platform hands them out; nothing is written to the disk."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.errors import ConfigError, Unreadable
from autograder.submission.files import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    Entry,
    Submission,
    UnreadableSubmission,
    bounded,
    read_submission,
)
from autograder.submission.naming import JUNK, safe_name

MAX_RATIO = 200
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
    ValueError,
)


def looks_like_zip(path: Path, main: str) -> bool:
    """Return whether a file is to be opened as a zip: by its name, or by what it is, but never a source."""
    if path.suffix.lower() == ".zip":
        return True
    return path.suffix != PurePosixPath(main).suffix and zipfile.is_zipfile(path)


def in_zip(path: Path, main: str) -> list[Submission | UnreadableSubmission]:
    """Return the submissions in a zip.

    Raises:
        ConfigError: If it cannot be opened.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _FAULTS as error:
        raise ConfigError(f"expected a zip that can be opened; {path}: {error}") from None
    with archive:
        return _group(list(_entries(archive)), path.stem, main)


def _group(
    entries: list[Entry], name: str, main: str, levels: int = MAX_DEPTH
) -> list[Submission | UnreadableSubmission]:
    """Return the submissions of a zip, whose first level, or only folder's level, is the students."""
    tops = {path.parts[0] for path, _ in entries}
    if levels and len(tops) == 1 and all(len(path.parts) > 1 for path, _ in entries):
        inside = [(PurePosixPath(*path.parts[1:]), read) for path, read in entries]
        only_file = all(len(path.parts) == 1 for path, _ in inside)
        if not only_file or PurePosixPath(main) not in {path for path, _ in inside}:
            return _group(inside, next(iter(tops)), main, levels - 1)
    if PurePosixPath(main) in {path for path, _ in entries}:
        if others := sorted(path.parts[0] for path, _ in entries if path.parts[1:] == (main,)):
            raise ConfigError(
                f"expected one submission or a folder of them; the zip holds {main} itself and in "
                f"{', '.join(map(safe_name, others[:5]))}"
            )
        return [read_submission(name, entries, main)]
    students: dict[str, list[Entry]] = {}
    for path, read in entries:
        if path.parts[0].startswith("."):
            continue
        if len(path.parts) == 1 and path.suffix == PurePosixPath(main).suffix:
            students.setdefault(path.stem, []).append((PurePosixPath(main), read))
        elif len(path.parts) > 1:
            students.setdefault(path.parts[0], []).append((PurePosixPath(*path.parts[1:]), read))
    return [read_submission(student, files, main) for student, files in students.items()]


def _entries(archive: zipfile.ZipFile) -> Iterator[Entry]:
    for info in archive.infolist():
        name = info.filename.replace("\\", "/")
        if name.endswith("/") or set(name.split("/")) & JUNK:
            continue
        yield _inside(name), partial(_read, archive, info)


def _inside(name: str) -> PurePosixPath:
    """Return the path without what would lead out of the folder; reading it then says so."""
    parts = [part for part in name.split("/") if part not in ("", ".", "..")]
    return PurePosixPath(*parts or ["(no name)"])


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    path = info.filename.replace("\\", "/")
    name = safe_name(PurePosixPath(path).name)
    if ".." in path.split("/") or path.startswith("/"):
        raise Unreadable(f"expected paths inside the archive; received {safe_name(path)}")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise Unreadable(f"expected files and folders; {name} is neither")
    if info.flag_bits & _ENCRYPTED:
        raise Unreadable(f"expected an archive without a password; {name} is encrypted")
    if info.compress_type not in _METHODS:
        raise Unreadable(f"expected the ordinary compression of a zip; {name} has another")
    if info.file_size > MAX_RATIO * max(1, info.compress_size) and info.file_size > _RATIO_COUNTS_BYTES:
        raise Unreadable(f"expected a compression of at most {MAX_RATIO} to 1; {name} has more")
    try:
        with archive.open(info) as file:
            return bounded(name, file.read(MAX_FILE_BYTES + 1))
    except _FAULTS as error:
        raise Unreadable(f"{name} cannot be unpacked: {error}") from None
