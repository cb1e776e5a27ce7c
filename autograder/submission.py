"""Submissions, as files: read once, bounded, without following links. Nothing here parses them.

What is digested is what runs: the bytes are copied into memory once, and the worker gets that copy.
"""

from __future__ import annotations

import hashlib
import os
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from autograder.errors import ConfigError, Unreadable

_MIB = 1024 * 1024
MAX_FILE_BYTES = 8 * _MIB
MAX_TOTAL_BYTES = 32 * _MIB
MAX_FILES = 500
MAX_DEPTH = 8
MAX_RATIO = 200
_RESERVED = frozenset({"cases", "seed", "class.json", "seed.tmp"})
_JUNK = frozenset(
    {"__pycache__", "__MACOSX", ".git", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", ".venv"}
)


@dataclass(frozen=True)
class SubmittedFile:
    """A file of a submission: its path below the submission's folder, and its bytes."""

    path: str
    data: bytes


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Attributes:
        id: The student, as the folder or file is called.
        files: Every file that goes into the worker.
        main: The path of the file that the assignment names.
        digest: Of the paths and bytes of all files.
        notes: What was left out, or found under another name.
    """

    id: str
    files: tuple[SubmittedFile, ...]
    main: str
    digest: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnreadableSubmission:
    """A hand-in that cannot be graded as it lies there, and why. A row of its own, never a stop."""

    id: str
    reason: str


Entry = tuple[PurePosixPath, Callable[[], bytes]]
"""A path below the folder of students, and how to read it, bounded."""


def collect(path: Path, main: str) -> list[Submission | UnreadableSubmission]:
    """Return the submissions in a folder of students (folders or files), one submission, or a zip.

    Args:
        path: The folder, file or zip.
        main: The file that the assignment asks for.

    Raises:
        ConfigError: If there is nothing at `path`, or nothing in it.
    """
    if path.is_symlink() or not path.exists():
        raise ConfigError(f"expected a folder, a file or a zip of submissions; there is none at {path}")
    if path.is_file() and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            found = _group(list(_zip_entries(archive)), path.stem, main)
    elif path.is_file():
        found = [_student(path.stem, [(PurePosixPath(main), partial(_read_file, path))], main)]
    else:
        found = _from_folder(path, main)
    if not found:
        raise ConfigError(f"expected submissions in {path}; it holds none")
    return _with_unique_ids(sorted(found, key=lambda submission: submission.id))


def _from_folder(folder: Path, main: str) -> list[Submission | UnreadableSubmission]:
    if (folder / main).is_file():
        return [_student(folder.resolve().name, _read_entries(folder), main)]
    found: list[Submission | UnreadableSubmission] = []
    for entry in sorted(folder.iterdir()):
        if entry.name in _JUNK or entry.name.startswith("."):
            continue
        if entry.is_dir() and not entry.is_symlink():
            found.append(_student(entry.name, _read_entries(entry), main))
        elif entry.suffix == PurePosixPath(main).suffix or entry.is_symlink():
            found.append(_student(entry.stem, [(PurePosixPath(main), partial(_read_file, entry))], main))
    return found


def _group(entries: list[Entry], name: str, main: str) -> list[Submission | UnreadableSubmission]:
    """Return the submissions of a zip, whose first level, or only folder's level, is the students."""
    tops = {path.parts[0] for path, _ in entries}
    if len(tops) == 1 and all(len(path.parts) > 1 for path, _ in entries):
        inside = [(PurePosixPath(*path.parts[1:]), read) for path, read in entries]
        only_file = all(len(path.parts) == 1 for path, _ in inside)
        if not only_file or PurePosixPath(main) not in {path for path, _ in inside}:
            return _group(inside, next(iter(tops)), main)
    if PurePosixPath(main) in {path for path, _ in entries}:
        return [_student(name, entries, main)]
    students: dict[str, list[Entry]] = {}
    for path, read in entries:
        if len(path.parts) == 1 and path.suffix == PurePosixPath(main).suffix:
            students.setdefault(path.stem, []).append((PurePosixPath(main), read))
        elif len(path.parts) > 1:
            students.setdefault(path.parts[0], []).append((PurePosixPath(*path.parts[1:]), read))
    return [_student(student, files, main) for student, files in students.items()]


def _student(
    name: str, entries: list[Entry] | Iterator[Entry], main: str
) -> Submission | UnreadableSubmission:
    identity = safe_name(name)
    try:
        files = _read_all(entries)
        _require_main(files, main)
    except Unreadable as error:
        return UnreadableSubmission(identity, str(error))
    digest = hashlib.sha256()
    for file in files:
        for part in (file.path.encode("utf-8", "surrogateescape"), file.data):
            digest.update(len(part).to_bytes(8, "little") + part)
    notes = tuple(_shadowing(files, main))
    return Submission(identity, tuple(files), main, "sha256:" + digest.hexdigest(), notes)


def _read_all(entries: list[Entry] | Iterator[Entry]) -> list[SubmittedFile]:
    files: dict[str, SubmittedFile] = {}
    total = 0
    for path, read in entries:
        if set(path.parts) & _JUNK:
            continue
        if len(path.parts) > MAX_DEPTH:
            raise Unreadable(f"expected folders at most {MAX_DEPTH} deep; received {len(path.parts)}")
        data = read()
        total += len(data)
        if len(files) >= MAX_FILES:
            raise Unreadable(f"expected at most {MAX_FILES} files; there are more")
        if total > MAX_TOTAL_BYTES:
            raise Unreadable(f"expected at most {MAX_TOTAL_BYTES // _MIB} MiB in all; there is more")
        key = str(path).casefold()
        if key in files:
            raise Unreadable(f"expected file names that differ; received {path} and {files[key].path}")
        files[key] = SubmittedFile(str(path), data)
    return [files[key] for key in sorted(files)]


def _require_main(files: list[SubmittedFile], main: str) -> None:
    if main not in {file.path for file in files}:
        there = ", ".join(safe_name(file.path) for file in files[:8]) or "nothing"
        raise Unreadable(f"expected the file {main}; received {there}")


def _shadowing(files: list[SubmittedFile], main: str) -> Iterator[str]:
    names = {"numpy", "scipy", "tensorflow", "keras", "matplotlib", "sklearn", "pandas", "PIL"}
    for file in files:
        name = PurePosixPath(file.path).parts[0].removesuffix(".py")
        if name in names and file.path != main:
            yield f"{file.path} has the name of an installed package, which is imported instead of it"


def _read_entries(folder: Path) -> Iterator[Entry]:
    """Return the files below a folder, in order. Links and special files make it unreadable."""

    def walk(place: Path, depth: int) -> Iterator[Entry]:
        for entry in sorted(os.scandir(place), key=lambda item: item.name):
            if entry.name in _JUNK:
                continue
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                if depth >= MAX_DEPTH:
                    raise Unreadable(f"expected folders at most {MAX_DEPTH} deep; received more")
                yield from walk(path, depth + 1)
            else:
                yield PurePosixPath(path.relative_to(folder).as_posix()), partial(_read_file, path)

    return walk(folder, 1)


def _read_file(path: Path) -> bytes:
    """Return a regular file's bytes, opened once, without following a link."""
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        descriptor = os.open(path, flags)
    except OSError as error:
        raise Unreadable(f"{safe_name(path.name)} cannot be read: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as file:
        kind = os.fstat(descriptor)
        if not stat.S_ISREG(kind.st_mode):
            raise Unreadable(f"expected files and folders; {safe_name(path.name)} is neither")
        data = file.read(MAX_FILE_BYTES + 1)
    return _bounded(path.name, data)


def _bounded(name: str, data: bytes) -> bytes:
    if len(data) > MAX_FILE_BYTES:
        raise Unreadable(
            f"expected files of at most {MAX_FILE_BYTES // _MIB} MiB; {safe_name(name)} is larger"
        )
    return data


def _zip_entries(archive: zipfile.ZipFile) -> Iterator[Entry]:
    for info in archive.infolist():
        if info.is_dir():
            continue
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if set(path.parts) & _JUNK:
            continue
        yield _inside(path), partial(_read_member, archive, info)


def _inside(path: PurePosixPath) -> PurePosixPath:
    """Return the path with what would lead out of the folder taken away; reading it then says so."""
    return PurePosixPath(*[part for part in path.parts if part not in ("..", "/")] or ["(no name)"])


def _read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    name = safe_name(info.filename)
    if ".." in PurePosixPath(info.filename.replace("\\", "/")).parts or info.filename.startswith("/"):
        raise Unreadable(f"expected paths inside the archive; received {name}")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise Unreadable(f"expected files and folders; {name} is neither")
    if info.file_size > MAX_RATIO * max(1, info.compress_size) and info.file_size > _MIB:
        raise Unreadable(f"expected a compression of at most {MAX_RATIO} to 1; {name} has more")
    try:
        with archive.open(info) as file:
            return _bounded(info.filename, file.read(MAX_FILE_BYTES + 1))
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise Unreadable(f"{name} cannot be unpacked: {error}") from None


def safe_name(name: str) -> str:
    """Return a name that can be shown, and be a folder's: control characters and separators escaped."""
    shown = "".join(
        character if character.isprintable() and character not in '/\\:*?"<>|' else f"%{ord(character):02X}"
        for character in name.encode("utf-8", "backslashreplace").decode("utf-8")
    )
    shown = shown[:100].strip(" ")
    return "_" if shown in ("", ".", "..") else shown


def _with_unique_ids(
    found: list[Submission | UnreadableSubmission],
) -> list[Submission | UnreadableSubmission]:
    """Return them with ids that differ, also where case does not count, and are no file of ours."""
    taken = set(_RESERVED)
    unique: list[Submission | UnreadableSubmission] = []
    for submission in found:
        identity, number = submission.id, 2
        while identity.casefold() in taken:
            identity, number = f"{submission.id}~{number}", number + 1
        taken.add(identity.casefold())
        if isinstance(submission, Submission):
            unique.append(
                Submission(identity, submission.files, submission.main, submission.digest, submission.notes)
            )
        else:
            unique.append(UnreadableSubmission(identity, submission.reason))
    return unique
