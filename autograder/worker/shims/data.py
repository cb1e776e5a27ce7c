"""Files that a submission asks for by paths of its own: from the data folder, or an error that tells."""

from __future__ import annotations

import builtins
import contextlib
import errno
import functools
import io
import os
import re
from pathlib import Path
from typing import Any

from autograder.worker.shims.notes import Notes

_MOST_LISTED = 12
_MOST_FILES = 20_000
_MOST_LINKS = 1_000
_MOST_NOTED = 12
_CODE = (
    ".py",
    ".pyc",
    ".pyd",
    ".so",
    ".pth",
    ".egg",
    ".zip",
    ".whl",
)  # never linked where it could be imported
_ABOVE = {"", ".", "..", "~"}
_WRITING = re.compile("[wax+]")


class Files:
    """Where files are looked for: among the submission's own, and in the data folder.

    Args:
        home: The folder of the submission.
        folder: The assignment's data folder, if it has one.
        notes: Where it is noted what stood for what.
    """

    def __init__(self, home: Path, folder: Path | None, notes: Notes) -> None:
        self.home, self.folder, self.notes = home, folder, notes
        self._noted = 0

    def note(self, asked: str, found: Path) -> None:
        """Note that a file stood for one that is not there; of very many, only that there were more."""
        self._noted += 1
        if self._noted > _MOST_NOTED:
            self.notes.add("more files were read by other paths than those that were asked for")
        elif self.folder is not None and found.resolve().is_relative_to(self.folder.resolve()):
            name = found.resolve().relative_to(self.folder.resolve()).as_posix()
            self.notes.add(f"{asked} was read from the data folder: {name}")
        else:
            self.notes.add(f"{asked} was read from the submission: {found.relative_to(self.home).as_posix()}")

    def find(self, asked: str) -> Path | None:
        """Return the file that a path means that is not there: by as much of its end as fits, or by its name.

        ``/content/drive/MyDrive/course/train.csv`` is ``course/train.csv`` of the data folder, else
        ``train.csv`` there, else the one file of this name anywhere in it.
        """
        parts = [part for part in re.split(r"[/\\]", asked) if part not in _ABOVE]
        for root in (self.home, self.folder):
            for first in range(len(parts) if root is not None else 0):
                assert root is not None
                path = root.joinpath(*parts[first:])
                with contextlib.suppress(OSError, ValueError):
                    if path.is_file():
                        return path
        named = self.by_name.get(parts[-1], []) if parts else []
        return named[0] if len(named) == 1 else None

    def in_data(self, asked: str) -> Path | None:
        """Return the file of the data folder that a path or the end of an address means."""
        if self.folder is None:
            return None
        found = Files(self.folder, self.folder, self.notes)
        found.__dict__["by_name"] = self.by_name
        return found.find(asked)

    def why_not(self, asked: str) -> str:
        """Return in words that something is not there, and what is."""
        if self.folder is None:
            there = "this assignment has no data folder"
        else:
            names = sorted(
                path.relative_to(self.folder).as_posix() for each in self.by_name.values() for path in each
            )
            more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
            there = f"the data folder has {', '.join(names[:_MOST_LISTED]) or 'no file'}{more}"
        return f"asked for {asked}; {there}, and there is no network while work is graded"

    @functools.cached_property
    def by_name(self) -> dict[str, list[Path]]:
        """All files of the data folder, by name."""
        found: dict[str, list[Path]] = {}
        count = 0
        for place, _, names in os.walk(self.folder) if self.folder is not None else ():
            for name in names:
                found.setdefault(name, []).append(Path(place, name))
            count += len(names)
            if count > _MOST_FILES:
                break
        return found


def install(files: Files) -> None:
    """Have files be found: by links beside the submission's own, and when opening one fails.

    What is opened for writing is opened where the submission says.
    """
    _link(files)
    real = builtins.open

    @functools.wraps(real)
    def open_or_find(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        if _writes(file, mode):
            _make_own(files, file, mode)
        try:
            return real(file, mode, *arguments, **named)
        except FileNotFoundError as error:
            found = _other(files, file, mode)
            if found is None:
                raise _told(files, error, file, mode) from None
        return real(found, mode, *arguments, **named)

    builtins.open = open_or_find
    vars(io)["open"] = open_or_find


def _writes(file: object, mode: object) -> bool:
    return isinstance(mode, str) and bool(_WRITING.search(mode)) and isinstance(file, str | os.PathLike)


def _make_own(files: Files, file: Any, mode: str) -> None:
    """Put an own file in the place of a link to the data, which is to be changed: data stay as they are."""
    with contextlib.suppress(OSError, ValueError):
        if files.folder is not None and Path(file).is_symlink():
            target = Path(file).resolve()
            if target.is_relative_to(files.folder.resolve()):
                Path(file).unlink()
                if "w" not in mode and "x" not in mode:
                    Path(file).write_bytes(target.read_bytes())


def _other(files: Files, file: object, mode: object) -> Path | None:
    if not isinstance(file, str | os.PathLike) or _writes(file, mode):
        return None
    path = os.fspath(file)
    found = files.find(path) if isinstance(path, str) else None
    if found is not None:
        files.note(path, found)
    return found


def _told(files: Files, error: FileNotFoundError, file: object, mode: object) -> FileNotFoundError:
    """Return an error that says what there is, where there is data; else the one that came."""
    if files.folder is None or not isinstance(file, str | os.PathLike) or _writes(file, mode):
        return error
    return FileNotFoundError(errno.ENOENT, f"No such file: {files.why_not(os.fsdecode(file))}", file)


def _link(files: Files) -> None:
    """Put links to the data beside the submission's files, where it has none of that name.

    Folders are made anew, so that something can be written into them, unless there are too many files. Above
    them is ``input``, as on Kaggle, and, where the home folder is the worker's own, Keras's cache.
    """
    if files.folder is None:
        return
    with contextlib.suppress(OSError):
        top = sorted(files.folder.iterdir())
        every = [path for paths in files.by_name.values() for path in paths]
        for path in every if len(every) <= _MOST_LINKS else top[:_MOST_LINKS]:
            link = files.home / path.relative_to(files.folder)
            with contextlib.suppress(OSError):
                link.parent.mkdir(parents=True, exist_ok=True)
                link_data(path, link)
        with contextlib.suppress(OSError):
            (files.home.parent / "input").symlink_to(files.folder)
        if is_own_home(files.home):
            cache = files.home.parent / ".keras" / "datasets"
            cache.mkdir(parents=True)
            for path in top[:_MOST_LINKS]:
                (cache / path.name).symlink_to(path)


def link_data(path: Path, link: Path) -> None:
    """Put a link to data in a place, unless it is code there.

    Raises:
        OSError: If there is something already, or nothing can be written there.
    """
    if not path.name.endswith(_CODE) and not link.name.endswith(_CODE):
        link.symlink_to(path)


def is_own_home(home: Path) -> bool:
    """Return whether the user's folder is the worker's own: in a plain process it is somebody's real one."""
    return os.environ.get("HOME") == str(home.parent)
