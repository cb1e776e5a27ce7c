"""The file asked for, in what a student handed in: by its name, as a copy, in a folder, or the only one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath

from autograder.errors import AutograderError, Unreadable
from autograder.submission.contents import by_content, code_lines, defined_in, is_rival
from autograder.submission.files import Entry, SubmittedFile, is_zip_name
from autograder.submission.forms import is_version, named_as, other_form, unveiled
from autograder.submission.naming import safe_path
from autograder.submission.parts import put_together
from autograder.submission.reading import read_files
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
    files: list[SubmittedFile],
    main: str,
    choice: str | None = None,
    functions: Sequence[str] = (),
    starters: Collection[str] = (),
) -> Found | Undecided:
    """Return where the file asked for is in a hand-in.

    The versions of a file are the file itself, by its name, whatever the case, and copies that a browser or
    an operating system made (see `is_version`). Those at the top come first, then those in the folders
    nearest to it; then one with one more ending (``net.py.txt``); then the file, of either kind, that defines
    the functions; then the only one of its kind. Where there is no version, zips are opened, as folders.
    Where a Python file is asked for, a notebook in its place is as good, and the other way round: both, with
    other code in each, are a question, unless the one in the other form lies deeper. What was handed out to
    start from is no version while it is unchanged and another file fits.

    Args:
        files: What was handed in.
        main: The file that the assignment asks for.
        choice: The path of the file that was decided on, if there was a question.
        functions: What it is to define: there may be a file for each of these in its place (see ``parts``).
        starters: The digests of what was handed out to start from.

    Raises:
        Unreadable: If no file fits, or a zip cannot be opened.
        ChoiceNotThere: If the chosen file is not there.
    """
    files, notes = by_content(files)
    if choice is not None:
        return _found_by_choice(files, main, choice)
    looked = _candidates(files, main, functions, starters, notes)
    if isinstance(looked, Found):
        return looked
    files, candidates = looked
    if not candidates:
        received = "; ".join([_names(files[:8]) or "nothing", *notes])
        raise Unreadable(f"expected the file {main}; received {received}")
    if len({file.digest() for file in candidates}) > 1:
        return Undecided(tuple(safe_path(file.path) for file in candidates))
    notes += [f"{safe_path(file.path)} is the same file again" for file in candidates[1:4]]
    return _moved(files, candidates[0], main, notes)


def _candidates(
    files: list[SubmittedFile],
    main: str,
    functions: Sequence[str],
    starters: Collection[str],
    notes: list[str],
) -> tuple[list[SubmittedFile], list[SubmittedFile]] | Found:
    """Return the files, with zips opened if that was needed, and those that fit; or parts, put together."""
    other = other_form(main)

    def versions(own: list[SubmittedFile]) -> list[SubmittedFile]:
        found, others = _versions(own, main), _versions(own, other)
        return [*found, *_rivals(others, found, notes)] if found else others

    own = [file for file in files if file.digest() not in starters] if starters else files
    every = _versions(files, main) or _versions(files, other)
    handed_out = [file for file in every if file not in own]
    is_in_place = any(_depth(file) == 0 for file in handed_out)
    is_in_place = is_in_place and not _veiled(own, main)
    if candidates := versions(own) or (handed_out if is_in_place else []):
        return files, candidates
    opened = _with_opened_zips(files, main, notes)
    own = [file for file in opened if file.digest() not in starters]
    candidates = versions(own)
    python = named_as(".py", main)
    if not candidates and (together := put_together(own, python, functions)) is not None:
        return Found(together[0], python, [*notes, *together[1]])
    candidates = candidates or _veiled(own, main) or _likely(own, main, functions, notes)
    return opened, candidates or versions(opened)


class ChoiceNotThere(AutograderError):
    """The file that was decided on is not there; the message says what is."""


def _found_by_choice(files: list[SubmittedFile], main: str, choice: str) -> Found:
    notes: list[str] = []
    if (chosen := _named(files, choice)) is None:
        files = _with_opened_zips(files, main, notes)
        chosen = _named(files, choice)
    if chosen is None:
        of_kind = [*_of_kind(files, main), *_of_kind(files, other_form(main))]
        raise ChoiceNotThere(_names(of_kind or files) or "nothing")
    return _moved(files, chosen, main, notes)


def _versions(files: Sequence[SubmittedFile], main: str) -> list[SubmittedFile]:
    """Return the versions that are nearest to the top, the likeliest first."""
    found = [file for file in files if is_version(PurePosixPath(file.path).name, main)]
    nearest = min((_depth(file) for file in found), default=0)
    same = [file for file in found if _depth(file) == nearest]
    return sorted(same, key=lambda file: _likelihood(file, main))


def _veiled(files: Sequence[SubmittedFile], main: str) -> list[SubmittedFile]:
    """Return the versions whose name has got one more ending, such as ``.txt``."""
    return [
        file
        for file in files
        for name in [PurePosixPath(file.path).name]
        if unveiled(name) != name
        and any(is_version(unveiled(name), form) for form in (main, other_form(main)))
    ]


def _likely(
    files: Sequence[SubmittedFile], main: str, functions: Sequence[str], notes: list[str]
) -> list[SubmittedFile]:
    """Return the files, whatever they are called, that define the functions; where none does, all of a kind.

    Where one defines what another lacks, both are returned: nothing tells which is meant. So is a file
    that is too large, or too damaged, to be looked through.
    """
    asked, others = _of_kind(files, main), _of_kind(files, other_form(main))
    if not functions or len(asked) + len(others) < 2:
        return asked or others
    looked = {file.path: defined_in(file, functions) for file in (*asked, *others)}
    defining = {path: names for path, names in looked.items() if names}
    most = max(map(len, defining.values()), default=0)
    best = {path for path, names in defining.items() if len(names) == most}
    if any(not names <= defining[path] for path in best for names in defining.values()):
        best = set(defining)
    best |= {path for path, names in looked.items() if names is None}
    if not best:
        return asked or others
    in_form, in_other = ([file for file in each if file.path in best] for each in (asked, others))
    if in_form and in_other:
        return [*in_form, *_rivals(in_other, in_form, notes)]
    return in_form or in_other


def _rivals(
    others: Sequence[SubmittedFile], found: Sequence[SubmittedFile], notes: list[str]
) -> list[SubmittedFile]:
    """Return which files in the other form may be meant as well as the versions found; note the exports."""
    rivals = []
    for file in others:
        if _depth(file) > _depth(found[0]):
            continue
        if is_rival(file, found[0]):
            rivals.append(file)
        elif code_lines(file):
            notes.append(f"{safe_path(file.path)} has the same code")
    return rivals


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


def _with_opened_zips(files: list[SubmittedFile], main: str, notes: list[str]) -> list[SubmittedFile]:
    """Return the files with each zip opened in its place, as a folder of its name; zips in it stay closed.

    Raises:
        Unreadable: If one cannot be opened, and no file beside it could be the one asked for.
    """
    try:
        return _opened(files, main, notes)
    except Unreadable:
        if _of_kind(files, main) or _of_kind(files, other_form(main)):
            return files
        raise


def _others(count: int) -> str:
    return f" and {count} other {'zip' if count == 1 else 'zips'}" if count else ""


def _opened(files: list[SubmittedFile], main: str, notes: list[str]) -> list[SubmittedFile]:
    zips = [file for file in files if is_zip_name(file.path)]
    if not zips:
        return files
    name = safe_path(zips[0].path) + (_others(len(zips) - 1))
    require_few_entries([bytes(file.data) for file in zips], name)
    entries: list[Entry] = []
    for file in files:
        path = PurePosixPath(file.path)
        if is_zip_name(path.name):
            entries += [(path / inner, read) for inner, read in unpacked(path.name, bytes(file.data))]
        else:
            entries.append((path, partial(_data_of, file)))
    return by_content(read_files(entries, notes, main))[0]


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
