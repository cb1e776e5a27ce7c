"""Paths of Colab and Kaggle, where they are not: looked for, and written, below the submission's own folder.

What exists is never touched: only where the real function finds nothing is the path read anew.
"""

from __future__ import annotations

import builtins
import functools
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.worker.shims.data import Files
from autograder.worker.shims.notes import Notes

PLACES = (
    "/content/drive/MyDrive",
    "/content/drive/My Drive",
    "/content/gdrive/MyDrive",
    "/content/gdrive/My Drive",
    "/content/drive",
    "/content/gdrive",
    "/content",
    "/kaggle/input",
    "/kaggle/working",
    "/kaggle",
)
READING = ("stat", "lstat", "listdir", "scandir")
_WRITING = re.compile("[wax+]")


def install(files: Files, notes: Notes) -> None:
    """Have the functions of `os` that look at files, and `open` for writing, read these paths anew."""
    for name in READING:
        setattr(os, name, _again(getattr(os, name), lambda path: _there(files, path)))
    vars(os)["mkdir"] = _again(os.mkdir, lambda path: _own(files, path))
    vars(os)["chdir"] = _again(os.chdir, lambda path: _folder(files, notes, path))
    real = builtins.open

    @functools.wraps(real)
    def open_own(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        try:
            return real(file, mode, *arguments, **named)
        except OSError:
            own = _own(files, file) if isinstance(mode, str) and _WRITING.search(mode) else None
            if own is None:
                raise
            notes.add(f"{file} was written below the submission's own folder: there is no such place here")
            own.parent.mkdir(parents=True, exist_ok=True)
        return real(own, mode, *arguments, **named)

    builtins.open = open_own
    vars(io)["open"] = open_own


def _again(real: Callable[..., Any], other: Callable[[object], Path | None]) -> Callable[..., Any]:
    @functools.wraps(real)
    def function(path: Any = ".", *arguments: Any, **named: Any) -> Any:
        try:
            return real(path, *arguments, **named)
        except OSError:
            found = other(path)
            if found is None:
                raise
        return real(found, *arguments, **named)

    return function


def below(path: object) -> list[str] | None:
    """Return the parts of a path below one of the places; None of any other path.

    >>> below("/content/drive/MyDrive/week 3/x.csv"), below("/content"), below("/contents/x")
    (['week 3', 'x.csv'], [], None)
    """
    if not isinstance(path, str | os.PathLike):
        return None
    text = os.fspath(path)
    if not isinstance(text, str) or not text.startswith("/"):
        return None
    text = os.path.normpath(text)
    for place in PLACES:
        if text == place or text.startswith(place + "/"):
            return [part for part in text[len(place) :].split("/") if part]
    return None


def _there(files: Files, path: object) -> Path | None:
    """Return the file or folder that a path means: by as much of its end as fits."""
    parts = below(path)
    if parts is None:
        return None
    if not parts:
        return files.home  # where something can be written; links to the data lie there
    roots = [root for root in (files.home, files.folder) if root is not None]
    for root in roots:
        for first in range(len(parts)):
            found = root.joinpath(*parts[first:])
            if os.path.lexists(found):
                return found
    return None


def _own(files: Files, path: object) -> Path | None:
    """Return where a submission's own file or folder of that name is."""
    parts = below(path)
    return files.home.joinpath(*parts) if parts else None


def _folder(files: Files, notes: Notes, path: object) -> Path | None:
    """Return the folder to go to: where there is none of that name, the submission's own."""
    if below(path) is None:
        return None
    found = _there(files, path)
    if found is None or found == files.home:
        notes.add(f"there is no {os.fspath(path)!s}: the submission's own folder stood for it")  # type: ignore[call-overload]
        return files.home
    if files.folder is not None and found.is_relative_to(files.folder):
        found = files.home / found.relative_to(files.folder)  # where something can be written
        found.mkdir(parents=True, exist_ok=True)
    return found
