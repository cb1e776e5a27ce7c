"""From a student's files to a submission.

What is digested is what runs: the bytes are copied into memory once, and the worker gets that copy.
"""

from __future__ import annotations

import hashlib
import mmap
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from autograder.errors import Unreadable
from autograder.submission.naming import safe_name, safe_path

MIB = 1024 * 1024
MAX_FILE_BYTES = 8 * MIB
MAX_NOTEBOOK_BYTES = 64 * MIB  # most of it figures
MAX_NOTEBOOKS_BYTES = 96 * MIB
MAX_TOTAL_BYTES = 32 * MIB  # beside the notebooks
MAX_DEPTH = 8
TOO_LARGE = "too large"
_PACKED_CODE = (".pyc", ".pyo", ".so", ".pyd", ".dll", ".dylib", ".zip", ".pyz", ".egg", ".whl", ".pth")


class NotRead(Unreadable):
    """A link, a device, or too large: left out, unless it may be the file asked for.

    Attributes:
        why: In two words.
    """

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


Read = Callable[[int], bytes]
"""Read a file of at most so many bytes, or raise ``Unreadable``; ``NotRead`` where it may be left out."""

Entry = tuple[PurePosixPath, Read]
"""A path below a student's folder, and how to read it."""


@dataclass(frozen=True)
class SubmittedFile:
    """A file of a submission: its path below the submission's folder, and its bytes.

    Large ones lie in a file of the grader's own that has no name, so that a class's notebooks take no memory.
    ``origin`` is the path that it was read from, if any; finding the file asked for changes the other one.
    """

    path: str
    data: bytes | mmap.mmap
    origin: str = field(default="", compare=False)

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
        raise too_large(name, most)
    return data


def too_large(name: str, most: int) -> NotRead:
    """Return what says that a file is larger than so many bytes."""
    limit = f"{most // MIB} MiB" if most >= MIB else f"{most} bytes"
    return NotRead(f"expected files of at most {limit}; {safe_name(name)} is larger", TOO_LARGE)


def is_zip_name(name: str) -> bool:
    """Return whether a file is called as a zip is."""
    return name.lower().endswith(".zip")


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
