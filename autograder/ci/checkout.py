"""The assignment and the submission, in what a service has checked out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from autograder.config import CONFIGS, Assignment, all_functions_of, load, slugs
from autograder.errors import ConfigError
from autograder.reports.entry import Trust
from autograder.submission import (
    AmbiguousSubmission,
    Submission,
    UnreadableSubmission,
    one_hand_in,
    safe_name,
    starters,
)
from autograder.submission.files import is_zip_name
from autograder.submission.forms import is_version, other_form
from autograder.submission.naming import safe_path

Attempt: TypeAlias = Submission | UnreadableSubmission | AmbiguousSubmission
SUBMISSION = "submission"


def find_assignment(course: Path, slug: str | None, place: Path) -> Assignment:
    """Return the assignment that was named, else the only one, else the one whose file is there.

    Args:
        course: The folder of the course.
        slug: The assignment, where it was named.
        place: The folder or file to be graded.

    Raises:
        ConfigError: If it is not clear which is meant.
    """
    known = slugs(course)
    if slug is not None or len(known) == 1:
        return load(course, slug or known[0])
    every = [load(course, each) for each in known]
    names = _names(place)
    exact = [each for each in every if names & _forms(each)]
    alike = [each for each in every if any(is_version(name, form) for name in names for form in _forms(each))]
    for found in (exact, alike):
        if len(found) == 1:
            return found[0]
    expected = ", ".join(f"{each.config.file} ({each.slug})" for each in every) or "no assignment at all"
    received = ", ".join(map(safe_name, sorted(names)[:8])) or "nothing"
    raise ConfigError(
        f"which assignment of {course / CONFIGS}? expected one file of {expected} in {place}; received "
        f"{received}. Name it: autograder ci ASSIGNMENT"
    )


def _forms(assignment: Assignment) -> set[str]:
    """Return what the file that is asked for may be called: a notebook may come for a Python file."""
    main = assignment.config.file
    return {main, other_form(main)}


def _names(place: Path) -> set[str]:
    if place.is_file():
        return {place.name}
    return {path.name for path in place.iterdir() if path.is_file()} if place.is_dir() else set()


def find_place(given: Path | None, asked: Trust | None) -> Path:
    """Return where the submission is: as named, else here; a graded run looks for a folder ``submission``.

    Raises:
        ConfigError: If there is nothing; or, for a graded run, a link, which the student may have laid to
            what the instructor has.
    """
    if given is None and asked is not Trust.GRADED:
        return Path()
    place = given or Path(SUBMISSION)
    if not place.exists():
        raise ConfigError(
            f"expected the student's work in {place}; there is nothing. Check the commit out there, or "
            "name its folder with --submission PATH"
        )
    if asked is Trust.GRADED and (link := _link_on_the_way(place)) is not None:
        raise ConfigError(
            f"expected the student's work itself in {safe_path(str(place))}; {safe_path(str(link))} is a "
            "symbolic link, which may lead to the work of somebody else. Name the folder of the checkout: "
            "--submission PATH"
        )
    return place


def _link_on_the_way(place: Path) -> Path | None:
    """Return a symbolic link on the way to a place: from the working directory, where it lies below that."""
    here = Path.cwd()
    below = place.relative_to(here) if place.is_relative_to(here) else place
    passed = [place] if below.is_absolute() else [here / each for each in (below, *below.parents)][:-1]
    return next((each for each in passed if each.is_symlink()), None)


def read_attempt(place: Path, assignment: Assignment) -> Attempt:
    """Return what is to be graded, or why it cannot be; each function may come in a file of its own.

    What was handed out, unchanged in the folder that it came in, is no submission yet.
    """
    main = assignment.config.file
    handed_out = starters(assignment.course, assignment.slug, main)
    found = one_hand_in(place, main, all_functions_of(assignment.config), handed_out)
    if isinstance(found, AmbiguousSubmission):
        shown = ", ".join(found.candidates[:5])
        return replace(
            found, question=f"which file is to be graded: {shown}? Keep one, or name it: --submission"
        )
    if isinstance(found, Submission):
        [own] = [file for file in found.files if file.path == found.main]
        if "/" in own.origin and own.digest() in handed_out:
            begin = safe_path(own.origin)
            return UnreadableSubmission(
                found.id,
                f"there is no submission yet: expected {main} in the top folder; it is not there. Begin with "
                f"{begin}: copy it there",
                found.received,
            )
    return found


def paths_of(attempt: Attempt, place: Path, main: str, top: Path) -> dict[str, str]:
    """Return where a submission's files are, below the top of the checkout, by the path that they have in it.

    Left out is what lies in a zip, which has no lines there, or was put together.
    """
    if not isinstance(attempt, Submission) or is_zip_name(place.name):
        return {}
    found = {}
    names = {file.path: file.origin for file in attempt.files} if place.is_dir() else {main: ""}
    for name, origin in names.items():
        path = place / PurePosixPath(origin) if place.is_dir() else place
        if path.is_file():
            found[name] = _below(path, top)
    return found


def zip_of(attempt: Attempt, place: Path, top: Path) -> str:
    """Return which zip the file asked for lies in, below the top of the checkout; empty where in none."""
    if not isinstance(attempt, Submission):
        return ""
    if place.is_file():
        return _below(place, top) if is_zip_name(place.name) else ""
    [origin] = [file.origin for file in attempt.files if file.path == attempt.main]
    above = [place / folder for folder in PurePosixPath(origin).parents]
    return next((_below(each, top) for each in above if is_zip_name(each.name) and each.is_file()), "")


def _below(path: Path, top: Path) -> str:
    full = path.resolve()
    try:
        return full.relative_to(top.resolve()).as_posix()
    except ValueError:
        return full.name
