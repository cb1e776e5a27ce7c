"""The file asked for, in what a student handed in: by its name, as a copy, in a folder, or the only one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import PurePosixPath

from autograder.errors import AutograderError, Unreadable
from autograder.submission.files import Entry, SubmittedFile, is_zip_name, read_files
from autograder.submission.forms import named_as, other_form
from autograder.submission.naming import safe_path
from autograder.submission.parts import put_together
from autograder.submission.zips import require_few_entries, unpacked


@dataclass(frozen=True)
class Found:
    """The file asked for was found.

    Attributes:
        files: All files as they go into the worker, the one asked for under its name at the top.
        main: That name, in the form in which it came: of a Python file, or of a notebook.
        notes: Where it was found, and what was left out.
    """

    files: list[SubmittedFile]
    main: str
    notes: list[str]


@dataclass(frozen=True)
class Undecided:
    """Several files fit, and nothing tells which is meant; by their paths, safe to show."""

    candidates: tuple[str, ...]


def find(
    files: list[SubmittedFile], main: str, choice: str | None = None, functions: Sequence[str] = ()
) -> Found | Undecided:
    """Return where the file asked for is in a hand-in.

    The versions of a file are the file itself, by its name, whatever the case, and copies that a browser or
    an operating system made (see `is_version`). Those at the top come first, then those in the folders
    nearest to it; then the only file of its kind. Where there is no version, zips are opened, as folders.
    Where a Python file is asked for, a notebook in its place is as good, and the other way round.

    Args:
        files: What was handed in.
        main: The file that the assignment asks for.
        choice: The path of the file that was decided on, if there was a question.
        functions: What it is to define: there may be a file for each of these in its place (see ``parts``).

    Raises:
        Unreadable: If no file fits, or a zip cannot be opened.
        ChoiceNotThere: If the chosen file is not there.
    """
    if choice is not None:
        return _found_by_choice(files, main, choice)
    other = other_form(main)
    candidates = _versions(files, main) or _versions(files, other)
    if not candidates:
        files = _with_opened_zips(files, main)
        candidates = _versions(files, main) or _versions(files, other)
        if not candidates and (together := put_together(files, named_as(".py", main), functions)) is not None:
            return Found(together[0], named_as(".py", main), together[1])
        candidates = candidates or _of_kind(files, main) or _of_kind(files, other)
    if not candidates:
        raise Unreadable(f"expected the file {main}; received {_names(files[:8]) or 'nothing'}")
    if len({file.digest() for file in candidates}) > 1:
        return Undecided(tuple(safe_path(file.path) for file in candidates))
    notes = [f"{safe_path(file.path)} is the same file again" for file in candidates[1:4]]
    return _moved(files, candidates[0], main, notes)


class ChoiceNotThere(AutograderError):
    """The file that was decided on is not there; the message says what is."""


def _found_by_choice(files: list[SubmittedFile], main: str, choice: str) -> Found:
    if (chosen := _named(files, choice)) is None:
        files = _with_opened_zips(files, main)
        chosen = _named(files, choice)
    if chosen is None:
        of_kind = [*_of_kind(files, main), *_of_kind(files, other_form(main))]
        raise ChoiceNotThere(_names(of_kind or files) or "nothing")
    return _moved(files, chosen, main, [])


@cache
def _copies(stem: str) -> re.Pattern[str]:
    number = r"(?: ?\(\d{1,3}\)|[-_ ]\d{1,3})"
    copy = r"(?: -)? (?:copy|copie|copia|kopie)(?: ?\(\d{1,3}\)| \d{1,3})?"
    before = r"(?:copy of |copie de |copia de |copia di |kopie von )?"
    return re.compile(f"{before}{re.escape(stem)}(?:{number}|{copy}){{0,2}}", re.IGNORECASE)


def is_version(name: str, main: str) -> bool:
    """Return whether a file's name is that of the file asked for, or of a copy of it.

    >>> [is_version(name, "net.py") for name in ("Net.py", "net (1).py", "net-2.py", "net_3.PY")]
    [True, True, True, True]
    >>> [is_version(name, "net.py") for name in ("Copy of net.py", "net - Copy (2).py", "Kopie von net.py")]
    [True, True, True]
    >>> [is_version(name, "net.py") for name in ("net copy 2.py", "net_final.py", "my_net.py", "net.py.txt")]
    [True, False, False, False]
    """
    path, asked = PurePosixPath(name), PurePosixPath(main)
    if path.suffix.casefold() != asked.suffix.casefold():
        return False
    return _copies(asked.stem).fullmatch(path.stem) is not None


def _versions(files: Sequence[SubmittedFile], main: str) -> list[SubmittedFile]:
    """Return the versions that are nearest to the top, the likeliest first."""
    found = [file for file in files if is_version(PurePosixPath(file.path).name, main)]
    nearest = min((_depth(file) for file in found), default=0)
    same = [file for file in found if _depth(file) == nearest]
    return sorted(same, key=lambda file: _likelihood(file, main))


def _depth(file: SubmittedFile) -> int:
    return file.path.count("/")


def _likelihood(file: SubmittedFile, main: str) -> tuple[int, str]:
    name = PurePosixPath(file.path).name
    return (0 if name == main else 1 if name.casefold() == main.casefold() else 2), file.path


def _of_kind(files: Sequence[SubmittedFile], main: str) -> list[SubmittedFile]:
    suffix = PurePosixPath(main).suffix.casefold()
    return [
        file
        for file in files
        for name in [PurePosixPath(file.path)]
        if name.suffix.casefold() == suffix and not name.name.startswith((".", "__init__."))
    ]


def _names(files: Sequence[SubmittedFile]) -> str:
    return ", ".join(safe_path(file.path) for file in files[:20])


def _named(files: Sequence[SubmittedFile], path: str) -> SubmittedFile | None:
    return next((file for file in files if path in (file.path, safe_path(file.path))), None)


def _with_opened_zips(files: list[SubmittedFile], main: str) -> list[SubmittedFile]:
    """Return the files with each zip opened in its place, as a folder of its name; zips in it stay closed.

    Raises:
        Unreadable: If one cannot be opened, and no file beside it could be the one asked for.
    """
    try:
        return _opened(files)
    except Unreadable:
        if _of_kind(files, main) or _of_kind(files, other_form(main)):
            return files
        raise


def _opened(files: list[SubmittedFile]) -> list[SubmittedFile]:
    zips = [file for file in files if is_zip_name(file.path)]
    if not zips:
        return files
    name = safe_path(zips[0].path) + (f" and {len(zips) - 1} other zips" if len(zips) > 1 else "")
    require_few_entries([bytes(file.data) for file in zips], name)
    entries: list[Entry] = []
    for file in files:
        path = PurePosixPath(file.path)
        if is_zip_name(path.name):
            entries += [(path / inner, read) for inner, read in unpacked(path.name, bytes(file.data))]
        else:
            entries.append((path, partial(_data_of, file)))
    return read_files(entries, [])


def _data_of(file: SubmittedFile, _: int) -> bytes:
    return bytes(file.data)


def _moved(files: list[SubmittedFile], found: SubmittedFile, main: str, notes: list[str]) -> Found:
    """Return the files as seen from the folder of the one that was found, which is called as asked for.

    What lies elsewhere keeps its path, and is left out where another file has it now.
    """
    main = named_as(found.path, main)
    if found.path == main:
        return Found(files, main, notes)
    folder = PurePosixPath(found.path).parent
    moved = {main.casefold(): replace(found, path=main)}
    near: list[SubmittedFile] = []
    far: list[SubmittedFile] = []
    for file in files:
        path = PurePosixPath(file.path)
        if path.is_relative_to(folder) and folder.parts:
            near.append(replace(file, path=path.relative_to(folder).as_posix()))
        elif file is not found:
            far.append(file)
    own_name = PurePosixPath(found.path).name
    is_imported = len(_of_kind(files, main)) > 1 and not is_version(own_name, main)
    near = [file for file in near if file.path != own_name]
    if is_imported:  # perhaps: the others know it by the name that it had
        near.append(replace(found, path=own_name))
    left_out = [file for file in (*near, *far) if not _placed(file, moved)]
    notes = [f"found as {safe_path(found.path)}; it runs as {main}", *notes]
    if left_out:
        notes.append(f"left out, since another file has the name: {_names(left_out)}")
    return Found([moved[key] for key in sorted(moved)], main, notes)


def _placed(file: SubmittedFile, moved: dict[str, SubmittedFile]) -> bool:
    """Put a file in its own place, if that is free: no file there, above or below."""
    key = file.path.casefold()
    is_free = (
        key not in moved
        and not any(str(above) in moved for above in PurePosixPath(key).parents)
        and not any(other.startswith(key + "/") for other in moved)
    )
    if is_free:
        moved[key] = file
    return is_free
