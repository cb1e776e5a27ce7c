"""Reading a student's files: bounded in number and size. What may be left out is, and is named.

Nothing that is left out is read. Refused as a whole is what no honest hand-in has: paths that lead out,
archives that swell.
"""

from __future__ import annotations

import itertools
import mmap
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from autograder.errors import Unreadable
from autograder.submission.files import (
    MAX_DEPTH,
    MAX_FILE_BYTES,
    MAX_NOTEBOOK_BYTES,
    MAX_NOTEBOOKS_BYTES,
    MAX_TOTAL_BYTES,
    MIB,
    TOO_LARGE,
    Entry,
    NotRead,
    Read,
    Submission,
    SubmittedFile,
    UnreadableSubmission,
    is_zip_name,
    submission,
)
from autograder.submission.forms import is_notebook, is_source, is_version, other_form
from autograder.submission.naming import ENVIRONMENT, JUNK, safe_name, safe_path

MAX_FILES = 500
MAX_LISTED = 10_000
MAX_NAME_BYTES = 255
_IN_MEMORY_BYTES = MIB // 4
_NAMED = 8
_VersionRank = tuple[bool, int]  # whether it comes in the other form, and its depth


def read_submission(name: str, entries: Iterable[Entry], main: str) -> Submission | UnreadableSubmission:
    """Return a student's submission, or why there is none.

    Args:
        name: The student, as the folder or file is called.
        entries: The files.
        main: The file that the assignment asks for.
    """
    notes: list[str] = []
    try:
        files = read_files(entries, notes, main)
        _require_main(files, main)
    except Unreadable as error:
        return UnreadableSubmission(safe_name(name), str(error))
    return submission(safe_name(name), files, main, notes)


def read_files(entries: Iterable[Entry], notes: list[str], main: str) -> list[SubmittedFile]:
    """Return a student's files in order, and add to the notes what had to be changed or left out.

    Left out are links, devices, files that are too large, and what is too many or too much: first what is no
    code, and lies deep.

    Args:
        entries: The files.
        notes: Where to add what is to be said of them.
        main: The file that the assignment asks for. Where it may be among what would be left out, nothing is
            read.

    Raises:
        Unreadable: If one of them cannot be read or sent, or there are more than can be listed.
    """
    listed = [(_version_rank(path, main), path, read) for path, read in _listed(entries, notes)]
    listed.sort(key=_place_in_line)
    files: dict[str, SubmittedFile] = {}
    left_out: dict[str, list[PurePosixPath]] = {}
    room, room_of_notebooks = MAX_TOTAL_BYTES, MAX_NOTEBOOKS_BYTES
    nearest = None
    for version, path, read in listed:
        try:
            if len(files) >= MAX_FILES:
                raise NotRead(f"expected at most {MAX_FILES} files; there are more", "too many files")
            data = _read(path, read, room_of_notebooks if is_notebook(path.name) else room)
        except NotRead as reason:
            if version is not None and (nearest is None or version <= nearest):
                raise
            left_out.setdefault(reason.why, []).append(path)
            continue
        if version is not None and nearest is None:
            nearest = version
        if is_notebook(path.name):
            room_of_notebooks -= len(data)
        else:
            room -= len(data)
        key = str(path).casefold()
        if key in files:
            both = f"{safe_path(str(path))} and {safe_path(files[key].path)}"
            raise Unreadable(f"expected file names that differ; received {both}")
        files[key] = SubmittedFile(str(path), _kept(data), str(path))
    for key in files:
        for folder in PurePosixPath(key).parents:
            if str(folder) in files:
                name = safe_path(files[str(folder)].path)
                raise Unreadable(f"expected a file or a folder of one name; {name} is both")
    notes += [_left_out(why, paths) for why, paths in left_out.items()]
    return [files[key] for key in sorted(files)]


def _listed(entries: Iterable[Entry], notes: list[str]) -> list[Entry]:
    """Return the files less junk, by the paths under which they go into the worker."""
    found = list(itertools.islice(entries, MAX_LISTED + 1))
    if len(found) > MAX_LISTED:
        raise Unreadable(f"expected at most {MAX_LISTED} files; there are more")
    environments = {path.parent for path, _ in found if path.name in ENVIRONMENT and len(path.parts) > 1}
    return [
        (_sendable(path, notes), read)
        for path, read in found
        if not set(path.parts) & JUNK and not (environments and environments & set(path.parents))
    ]


def _place_in_line(entry: tuple[_VersionRank | None, PurePosixPath, Read]) -> tuple[object, ...]:
    """Return the order in which files are read: what may be asked for, then code, then the rest."""
    version, path, _ = entry
    return version is None, version or (False, 0), not is_source(path.name), len(path.parts), str(path)


def _version_rank(path: PurePosixPath, main: str) -> _VersionRank | None:
    """Return how likely a file is the one asked for, the likeliest lowest; None if it is not."""
    if not is_source(path.name):
        return None
    for is_other, form in enumerate((main, other_form(main))):
        if is_version(path.name, form):
            return bool(is_other), len(path.parts)
    return None


def _read(path: PurePosixPath, read: Read, room: int) -> bytes:
    most = _most_bytes(path.name)
    try:
        data = read(min(most, room))
    except NotRead as reason:
        if room < most and reason.why == TOO_LARGE:
            raise _too_much(path.name) from None
        raise
    if len(data) > room:
        raise _too_much(path.name)
    return data


def _too_much(name: str) -> NotRead:
    most, what = (MAX_NOTEBOOKS_BYTES, "of notebooks") if is_notebook(name) else (MAX_TOTAL_BYTES, "in all")
    return NotRead(
        f"expected at most {most // MIB} MiB {what}; there is more", f"beyond {most // MIB} MiB {what}"
    )


def _left_out(why: str, paths: Sequence[PurePosixPath]) -> str:
    names = ", ".join(safe_path(str(path)) for path in paths[:_NAMED])
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return f"left out, {why}: {names}{more}"


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
