"""Submissions in folders: each file opened once, never through a link."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.errors import Unreadable
from autograder.submission.files import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    Entry,
    NotRead,
    Submission,
    UnreadableSubmission,
    bounded,
)
from autograder.submission.forms import is_source, named_as
from autograder.submission.naming import ENVIRONMENT, JUNK, safe_name
from autograder.submission.reading import read_submission


def own_work(file: Path, main: str) -> Submission | UnreadableSubmission:
    """Return a student's own file as a submission, with the Python files beside it that it may import.

    Args:
        file: The file, however it is called.
        main: The name that the assignment asks for; a notebook may come in a Python file's place.
    """
    main = named_as(file.name, main) if is_source(file.name) else main
    beside = sorted(path for path in file.parent.glob("*.py") if path.name not in (file.name, main))
    entries: list[Entry] = [(PurePosixPath(main), partial(read_file, file))]
    entries += [(PurePosixPath(path.name), partial(read_file, path)) for path in beside if path.is_file()]
    return read_submission(file.parent.resolve().name, entries, main)


@dataclass(frozen=True)
class OnDisk:
    """A folder or a file at or below the collected folder: a `Place`."""

    path: Path
    below: PurePosixPath
    is_folder: bool
    is_link: bool = False

    @property
    def name(self) -> str:
        return self.below.name

    def inside(self) -> list[OnDisk]:
        """Return what a folder holds, in order, less junk and what is hidden.

        Raises:
            Unreadable: If it cannot be read.
        """
        return [
            OnDisk(Path(entry.path), self.below / entry.name, is_folder, entry.is_symlink())
            for entry in _scan(self.path)
            if entry.name not in JUNK and not entry.name.startswith(".")
            for is_folder in [entry.is_dir(follow_symlinks=False)]
        ]

    def entries(self) -> Iterator[Entry]:
        """Return the files below a folder, or the file itself."""
        if self.is_folder:
            return _entries(self.path)
        return iter([(PurePosixPath(self.path.name), partial(read_file, self.path))])

    def read(self, most: int) -> bytes:
        """Return a file's bytes."""
        return read_file(self.path, most)


def read_file(path: Path, most: int = MAX_FILE_BYTES) -> bytes:
    """Return a regular file's bytes, opened once, without following a link.

    Raises:
        Unreadable: If it cannot be read; `NotRead` if it is none, or too large.
    """
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    name = safe_name(path.name)
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotRead(f"expected files and folders; {name} is a link", "a link") from None
        if error.errno == errno.ENXIO:  # a socket
            raise _special(name) from None
        raise Unreadable(f"{name} cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _special(name)
    with os.fdopen(descriptor, "rb") as file:
        return bounded(path.name, file.read(most + 1), most)


def _special(name: str) -> NotRead:
    return NotRead(f"expected files and folders; {name} is neither", "no plain file")


def _entries(folder: Path) -> Iterator[Entry]:
    """Return the files below a folder, in order, less junk. Links and special files cannot be read."""

    def walk(place: Path, depth: int) -> Iterator[Entry]:
        inside = _scan(place)
        if depth > 1 and any(entry.name in ENVIRONMENT for entry in inside):
            return
        for entry in inside:
            if entry.name in JUNK:
                continue
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                if depth >= MAX_DEPTH:
                    raise Unreadable(f"expected folders at most {MAX_DEPTH} deep; received more")
                yield from walk(path, depth + 1)
            else:
                yield PurePosixPath(path.relative_to(folder).as_posix()), partial(read_file, path)

    return walk(folder, 1)


def _scan(place: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise Unreadable(f"{safe_name(place.name)} cannot be read: {error.strerror}") from None
