"""Files of the results folder, written whole or not at all; and what is left of a grader that was killed."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

HISTORY = "history"
RUNS = "runs"
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)  # of whatever lies there
_LEFTOVER = re.compile(r"(?:\.[^/]+|[^/]+-[0-9a-f]{16})\.\d+\.tmp")  # of `write_whole`, and of frozen cases


def write_whole(path: Path, data: bytes, mode: int) -> None:
    """Write a file whole or not at all: into another one beside it, which then takes its name."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, _NEW_FILE, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def clear_leftovers(folder: Path, submissions: Iterable[str]) -> None:
    """Remove half-written files of a grader that was killed: regular files of our names, in our places."""
    for place in (folder, folder / RUNS, folder / "cases"):
        _clear(place)
    for submission in submissions:
        _clear_reports(folder / submission)
        for attempt in _folders(folder / submission / "attempts"):
            _clear_reports(attempt)


def _clear_reports(place: Path) -> None:
    if not place.is_symlink():
        _clear(place)
        _clear(place / HISTORY)


def _clear(place: Path) -> None:
    """Remove the half-written files that lie in a folder itself."""
    for entry in _entries(place):
        if _LEFTOVER.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
            with contextlib.suppress(OSError):
                Path(entry.path).unlink()


def _folders(place: Path) -> list[Path]:
    return [Path(entry.path) for entry in _entries(place) if entry.is_dir(follow_symlinks=False)]


def _entries(place: Path) -> list[os.DirEntry[str]]:
    """Return what lies in a folder; nothing where there is none, or it is a link."""
    if place.is_symlink():
        return []
    try:
        with os.scandir(place) as entries:
            return list(entries)
    except OSError:
        return []
