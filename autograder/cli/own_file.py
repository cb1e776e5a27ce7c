"""Which file of a student's is meant, and which assignment it belongs to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.course import course_folder

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from autograder.config import Assignment


@dataclass(frozen=True)
class OwnFile:
    """A student's file.

    Attributes:
        file: The file.
        assignment: What it is checked by.
        notes: What to say of its name.
    """

    file: Path
    assignment: Assignment
    notes: tuple[str, ...] = ()


def find_own_file(path: Path, course: Path | None, slug: str | None) -> OwnFile:
    """Return the file that a path means, itself or as the folder that holds it.

    Args:
        path: A file or a folder.
        course: The course, where it was named.
        slug: The assignment, where it was named.

    Raises:
        click.UsageError: If there is no such file, or it is not clear what is meant; it says what to do.
    """
    from autograder.submission.forms import is_source, is_version, other_form

    folder = path if path.is_dir() else path.parent
    every = _assignments(course_folder(course, folder if folder.is_dir() else None), slug)
    if not path.exists():
        begin = "".join(_begin(each, folder) for each in every if each.config.file == path.name)
        raise click.UsageError(f"there is no {path}{begin}")
    names = sorted(file_names(path))
    if slug is not None and path.is_file():
        return OwnFile(path, every[0])
    if path.is_file() and is_source(path.name) and len(every) == 1:  # a kit: what else could it be?
        return _under_its_name(path, every[0])
    for form in (lambda name: name, other_form):
        exact = [each for each in every if form(each.config.file) in names]
        if len(exact) == 1:
            _require_one_form(exact[0], folder, names)
            return OwnFile(folder / form(exact[0].config.file), exact[0])
        if exact:
            break
    versions = [
        (each, name)
        for each in every
        for name in names
        if is_version(name, each.config.file) or is_version(name, other_form(each.config.file))
    ]
    if not exact and len(versions) == 1:
        [(found, name)] = versions
        return _under_its_name(folder / name, found)
    if path.is_dir() and len(every) == 1:
        raise click.UsageError(_what_is_missing(every[0], path, [name for _, name in versions]))
    raise click.UsageError(which_is_meant(every, names))


def _under_its_name(file: Path, assignment: Assignment) -> OwnFile:
    """Return a file as the assignment's, and say what it is to be called."""
    from autograder.submission.forms import named_as

    meant = named_as(file.name, assignment.config.file)
    note = f"{file.name} is taken as {meant}: hand it in under that name"
    return OwnFile(file, assignment, () if file.name == meant else (note,))


def _require_one_form(assignment: Assignment, folder: Path, names: Collection[str]) -> None:
    """Raise where the file lies there as a Python file and as a notebook, and either may be meant."""
    from autograder.errors import Unreadable
    from autograder.submission import SubmittedFile, starters
    from autograder.submission.contents import is_rival
    from autograder.submission.files import MAX_NOTEBOOK_BYTES
    from autograder.submission.folders import read_file
    from autograder.submission.forms import other_form

    main = assignment.config.file
    both = (main, other_form(main))
    if not all(name in names for name in both):
        return
    try:
        found, other = (SubmittedFile(name, read_file(folder / name, MAX_NOTEBOOK_BYTES)) for name in both)
    except Unreadable:
        return  # that is said of the file itself
    handed_out = starters(assignment.course, assignment.slug, main)
    if not {found.digest(), other.digest()} & handed_out and is_rival(other, found):
        raise click.UsageError(
            f"{both[0]} and {both[1]} are both there, with other code in each: handed in together, they are "
            "a question to your instructor. Hand in one of them, and check that one: autograder check PATH"
        )


def file_names(path: Path) -> set[str]:
    """Return the name of a file, or those of the Python files and notebooks in a folder."""
    from autograder.submission.forms import is_source

    if not path.is_dir():
        return {path.name}
    return {entry.name for entry in path.iterdir() if is_source(entry.name) and entry.is_file()}


def which_is_meant(every: Sequence[Assignment], names: Collection[str]) -> str:
    """Return the question which assignment some files belong to."""
    expected = ", ".join(f"{each.config.file} ({each.slug})" for each in every) or "no assignment at all"
    there = ", ".join(sorted(names)) or "no Python file"
    return f"which assignment? expected one of: {expected}; received {there}. Name it with --assignment SLUG"


def _assignments(course: Path, slug: str | None) -> list[Assignment]:
    from autograder.config import load, slugs

    return [load(course, name) for name in (slugs(course) if slug is None else [slug])]


def _what_is_missing(assignment: Assignment, folder: Path, similar: Sequence[str]) -> str:
    from autograder.submission.forms import is_version, other_form, unveiled

    main = assignment.config.file
    missing = f"expected {main} in {folder.resolve()}; it is not there"
    if similar:
        return f"{missing}, but {', '.join(similar)}. Name one: autograder check PATH"
    for name in sorted(entry.name for entry in folder.iterdir() if entry.is_file()):
        own = unveiled(name)
        if own != name and (is_version(own, main) or is_version(own, other_form(main))):
            return f"{missing}, but {name} is: rename it to {own}"
    return f"{missing}{_begin(assignment, folder) or '. Name it: autograder check PATH'}"


def _begin(assignment: Assignment, folder: Path) -> str:
    """Return where the file to start from is, if there is one."""
    main = assignment.config.file
    course = assignment.course
    for starter in (
        folder / "starter",
        course / "starter",
        course / "assignments" / assignment.slug / "starter",
    ):
        if (starter / main).is_file():
            return f". Begin with {os.path.relpath(starter / main)}: copy it here"
    return ""
