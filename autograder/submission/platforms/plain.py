"""The plain layouts: one submission, or a folder with a folder, a file or a zip for each student.

A student's id is the name of the folder, or of the file without its ending.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from autograder.errors import ConfigError, Unreadable
from autograder.submission.files import Entry
from autograder.submission.forms import is_source, named_as, other_form
from autograder.submission.naming import safe_name
from autograder.submission.platforms.arrival import (
    Arrival,
    Layout,
    Place,
    contents,
    is_zipped,
    source_of,
)


def one_submission(place: Place, inside: Sequence[Place], name: str, main: str) -> Layout | None:
    """Return the layout of one student's own folder, which holds the file asked for; None if it is none.

    Raises:
        ConfigError: If folders inside hold the file too: is it one student, or a class?
    """
    if not _holds(inside, main):
        return None
    if others := [below.name for below in inside if below.is_folder and _holds(listed(below), main)]:
        raise ConfigError(
            f"expected one submission or a folder of them; {safe_name(name)} holds {main} itself and in "
            f"{', '.join(map(safe_name, others[:5]))}. Name the file for one submission, or take it away "
            "for a class"
        )
    return Layout([Arrival(name, name, safe_name(name), place.entries)])


def students(inside: Sequence[Place], main: str) -> Layout:
    """Return the layout of a class: a folder, a file or a zip for each student."""
    arrivals: list[Arrival] = []
    left_over: list[str] = []
    for place in inside:
        if place.is_folder:
            arrivals.append(Arrival(place.name, place.name + "/", source_of(place), contents(place)))
        elif is_source(place.name):
            arrivals.append(_only_file(place, main))
        elif is_zipped(place):
            name = PurePosixPath(place.name).stem
            arrivals.append(Arrival(name, place.name, source_of(place), contents(place)))
        elif place.is_link:
            arrivals.append(_only_file(place, main))
        else:
            left_over.append(safe_name(place.name))
    return Layout(arrivals, left_over)


def listed(place: Place) -> Sequence[Place]:
    """Return what a folder holds, or nothing where it cannot be read: that is said when it is collected."""
    try:
        return place.inside() if place.is_folder else ()
    except Unreadable:
        return ()


def _holds(inside: Sequence[Place], main: str) -> bool:
    names = {main, other_form(main)}
    return any(place.name in names and not place.is_folder for place in inside)


def _only_file(place: Place, main: str) -> Arrival:
    """A student's only file: whatever its name is, which is the student's, it is the one asked for."""

    def entries() -> Iterator[Entry]:
        for _, read in place.entries():
            yield PurePosixPath(named_as(place.name, main) if is_source(place.name) else main), read

    return Arrival(PurePosixPath(place.name).stem, place.name, source_of(place), entries)
