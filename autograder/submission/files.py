"""From a student's files to a submission.

What is digested is what runs: the bytes are copied into memory once, and the worker gets that copy.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from autograder.errors import Unreadable
from autograder.submission.forms import is_notebook
from autograder.submission.naming import JUNK, safe_name, safe_path

_MIB = 1024 * 1024
MAX_FILE_BYTES = 8 * _MIB
MAX_NOTEBOOK_BYTES = 64 * _MIB  # most of it figures
MAX_NOTEBOOKS_BYTES = 96 * _MIB
MAX_TOTAL_BYTES = 32 * _MIB  # beside the notebooks
_IN_MEMORY_BYTES = _MIB // 4
MAX_FILES = 500
MAX_DEPTH = 8
MAX_NAME_BYTES = 255
_PACKED_CODE = (".pyc", ".pyo", ".so", ".pyd", ".dll", ".dylib", ".zip", ".pyz", ".egg", ".whl", ".pth")

Read = Callable[[int], bytes]
"""Read a file of at most so many bytes, or raise ``Unreadable``."""

Entry = tuple[PurePosixPath, Read]
"""A path below a student's folder, and how to read it."""


@dataclass(frozen=True)
class SubmittedFile:
    """A file of a submission: its path below the submission's folder, and its bytes.

    Large ones lie in a file of the grader's own that has no name, so that a class's notebooks take no memory.
    """

    path: str
    data: bytes | mmap.mmap

    def mentions(self, word: bytes) -> bool:
        """Return whether some bytes occur in the file."""
        return re.search(re.escape(word), self.data) is not None

    def digest(self) -> str:
        """Return a digest of the bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Received:
    """How a hand-in reached us: what the platform tells, ``None`` where it does not.

    Attributes:
        attempt: 1, 2, …
        time: When it was handed in; aware where the platform gives a zone.
        is_late: By the platform's flag, else by the due date and the time.
        name: The person's name as the platform writes it, to be shown.
        source: The folder or file it came from, below the collected path, safe to show.
    """

    attempt: int
    time: datetime | None
    is_late: bool | None
    name: str | None
    source: str


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Attributes:
        id: The student, as the folder or file is called.
        files: Every file that goes into the worker.
        main: The path of the file that the assignment names.
        digest: Of the paths and bytes of all files.
        notes: What was left out, or found under another name.
        received: How it reached us.
    """

    id: str
    files: tuple[SubmittedFile, ...]
    main: str
    digest: str
    notes: tuple[str, ...] = ()
    received: Received | None = None


@dataclass(frozen=True)
class UnreadableSubmission:
    """A hand-in that cannot be graded as it lies there, and why. A row of its own, never a stop."""

    id: str
    reason: str
    received: Received | None = None


@dataclass(frozen=True)
class AmbiguousSubmission:
    """A hand-in in which several files fit, and nothing tells which is meant. A row with a question.

    Attributes:
        id: The student.
        question: What to decide, and where to write it.
        candidates: The paths of the files that fit, safe to show.
        received: How it reached us.
    """

    id: str
    question: str
    candidates: tuple[str, ...]
    received: Received


def read_submission(name: str, entries: Iterable[Entry], main: str) -> Submission | UnreadableSubmission:
    """Return a student's submission, or why there is none.

    Args:
        name: The student, as the folder or file is called.
        entries: The files.
        main: The file that the assignment asks for.
    """
    notes: list[str] = []
    try:
        files = read_files(entries, notes)
        _require_main(files, main)
    except Unreadable as error:
        return UnreadableSubmission(safe_name(name), str(error))
    return submission(safe_name(name), files, main, notes)


def submission(
    identity: str,
    files: list[SubmittedFile],
    main: str,
    notes: Iterable[str] = (),
    received: Received | None = None,
) -> Submission:
    """Return a submission of files that were read, in order, with its digest and what is to be noted."""
    files, packed = _without_packed_code(files)
    all_notes = (*notes, *packed, *_shadowing(files, main))
    return Submission(identity, tuple(files), main, _digest(files), all_notes, received)


def bounded(name: str, data: bytes, most: int) -> bytes:
    """Return a file's bytes if they are not too many."""
    if len(data) > most:
        limit = f"{most // _MIB} MiB" if most >= _MIB else f"{most} bytes"
        raise Unreadable(f"expected files of at most {limit}; {safe_name(name)} is larger")
    return data


def is_zip_name(name: str) -> bool:
    """Return whether a file is called as a zip is."""
    return name.lower().endswith(".zip")


def read_files(entries: Iterable[Entry], notes: list[str]) -> list[SubmittedFile]:
    """Return a student's files in order, and add to the notes what had to be changed.

    Raises:
        Unreadable: If one of them cannot be read or sent, or there are too many or too much.
    """
    files: dict[str, SubmittedFile] = {}
    total = of_notebooks = 0
    for given, read in entries:
        if set(given.parts) & JUNK:
            continue
        path = _sendable(given, notes)
        if len(files) >= MAX_FILES:
            raise Unreadable(f"expected at most {MAX_FILES} files; there are more")
        data = read(_most_bytes(path.name))
        total += len(data)
        of_notebooks += len(data) if is_notebook(path.name) else 0
        if total - of_notebooks > MAX_TOTAL_BYTES:
            raise Unreadable(f"expected at most {MAX_TOTAL_BYTES // _MIB} MiB in all; there is more")
        if of_notebooks > MAX_NOTEBOOKS_BYTES:
            raise Unreadable(
                f"expected at most {MAX_NOTEBOOKS_BYTES // _MIB} MiB of notebooks; there is more"
            )
        key = str(path).casefold()
        if key in files:
            both = f"{safe_path(str(path))} and {safe_path(files[key].path)}"
            raise Unreadable(f"expected file names that differ; received {both}")
        files[key] = SubmittedFile(str(path), _kept(data))
    for key in files:
        for folder in PurePosixPath(key).parents:
            if str(folder) in files:
                name = safe_path(files[str(folder)].path)
                raise Unreadable(f"expected a file or a folder of one name; {name} is both")
    return [files[key] for key in sorted(files)]


def _most_bytes(name: str) -> int:
    if is_zip_name(name):
        return MAX_TOTAL_BYTES
    return MAX_NOTEBOOK_BYTES if is_notebook(name) else MAX_FILE_BYTES


def _kept(data: bytes) -> bytes | mmap.mmap:
    """Return a large file's bytes from a copy on the disk that nobody else can open."""
    if len(data) < _IN_MEMORY_BYTES:
        return data
    with tempfile.TemporaryFile() as copy:
        copy.write(data)
        copy.flush()
        return mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ)


def _sendable(path: PurePosixPath, notes: list[str]) -> PurePosixPath:
    """Return the path under which a file goes into the worker: its own, unless that is no text."""
    if not path.parts or ".." in path.parts or path.is_absolute():
        raise Unreadable(f"expected paths inside the folder; received {safe_path(str(path))}")
    if len(path.parts) > MAX_DEPTH:
        raise Unreadable(f"expected folders at most {MAX_DEPTH} deep; received {len(path.parts)}")
    parts = [part if _is_text(part) else safe_name(part) for part in path.parts]
    if any(len(part.encode()) > MAX_NAME_BYTES for part in parts):
        raise Unreadable(
            f"expected file names of at most {MAX_NAME_BYTES} bytes; {safe_name(path.name)} … is longer"
        )
    sendable = PurePosixPath(*parts)
    if sendable != path:
        notes.append(f"a file's name is not UTF-8; it is called {safe_path(str(sendable))} here")
    return sendable


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _require_main(files: list[SubmittedFile], main: str) -> None:
    if main not in {file.path for file in files}:
        there = ", ".join(safe_path(file.path) for file in files[:8]) or "nothing"
        raise Unreadable(f"expected the file {main}; received {there}")


def _without_packed_code(files: list[SubmittedFile]) -> tuple[list[SubmittedFile], list[str]]:
    """Return the files that may run or be read, and a note of the others: nobody could look through them."""
    packed = [file for file in files if file.path.lower().endswith(_PACKED_CODE)]
    if not packed:
        return files, []
    names = ", ".join(safe_path(file.path) for file in packed[:8])
    more = f" and {len(packed) - 8} more" if len(packed) > 8 else ""
    note = f"left out, since compiled or packed code cannot be looked through: {names}{more}"
    kept = [file for file in files if not file.path.lower().endswith(_PACKED_CODE)]
    return kept, [note]


def _shadowing(files: list[SubmittedFile], main: str) -> Iterator[str]:
    names = {"numpy", "scipy", "tensorflow", "keras", "matplotlib", "sklearn", "pandas", "PIL"}
    for file in files:
        name = PurePosixPath(file.path).parts[0].removesuffix(".py")
        if name in names and file.path != main:
            path = safe_path(file.path)
            yield f"{path} has the name of an installed package, which is imported instead of it"


def _digest(files: list[SubmittedFile]) -> str:
    digest = hashlib.sha256()
    for file in files:
        for part in (file.path.encode(), file.data):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
    return "sha256:" + digest.hexdigest()
