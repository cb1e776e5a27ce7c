"""How learning platforms hand out what was handed in: a module each, and the plain layouts.

Each says at its top what its download looks like and what a student's id is in it. ``arranged`` asks one
after the other, and takes the first that knows its own.

Where a platform's layout is looked for: at the top of what the instructor named; in the only folder there,
if its name is the platform's own, ``assignment_77_export``; and, where a zip was named, in the only folder at
its top, unless that holds the file asked for itself. Nowhere else: what is in a student's folder or zip was
made by the student, who could pose there as others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from autograder.errors import ConfigError, Unreadable
from autograder.submission.naming import safe_name
from autograder.submission.platforms.arrival import (
    Arrival,
    Layout,
    Place,
    contents,
    folder_name,
    is_zipped,
)
from autograder.submission.platforms.canvas import canvas
from autograder.submission.platforms.gradescope import WRAPPER, gradescope
from autograder.submission.platforms.moodle import moodle
from autograder.submission.platforms.nbgrader import nbgrader
from autograder.submission.platforms.plain import listed, one_submission, students
from autograder.submission.zips import InZip

__all__ = ["Arrival", "Layout", "Place", "arranged"]

_MOST_WRAPPERS = 8


def arranged(top: Place, name: str, main: str, *, opens_wrappers: bool, titles: Sequence[str] = ()) -> Layout:
    """Return whose what is in a collected folder or zip.

    A platform's download is looked for where the module says. A plain class or submission is found in a
    folder around it in a zip only, where the folder is the zip's; in a folder, a folder is a student.

    Args:
        top: The folder, or the zip's top.
        name: What it is called: the student, if it is one submission.
        main: The file that the assignment asks for.
        opens_wrappers: Whether it is a zip, of which the only folder at the top is opened.
        titles: What the assignment may be called, where a platform has a folder for each.

    Raises:
        Unreadable: If the folder cannot be listed.
        ConfigError: If it cannot be told what it is.
    """
    inside = top.inside()
    if (found := one_submission(top, inside, name, main)) is not None:
        return found
    if (found := _of_platform(name, inside, main, titles)) is not None:
        return found
    place, within = top, inside
    for depth in range(_MOST_WRAPPERS):
        if len(within) != 1 or not within[0].is_folder:
            break
        is_platforms = WRAPPER.fullmatch(within[0].name) is not None
        if not (opens_wrappers or is_platforms):
            break
        place, within = within[0], listed(within[0])
        if (found := one_submission(place, within, place.name, main)) is not None:
            return found
        if depth == 0 or is_platforms:
            found = _of_platform(place.name, within, main, titles)
        if found is not None:
            return found
    if opens_wrappers:
        return students(within, main)
    found = students(inside, main)
    packed = [place for place in inside if place.is_folder or is_zipped(place)]
    is_lone = len(found.arrivals) == len(packed) == 1 and _looks_like_one(packed[0], main, titles)
    return replace(found, lone=safe_name(packed[0].name) if is_lone else None)


def _looks_like_one(place: Place, main: str, titles: Sequence[str]) -> bool:
    """Return whether a folder or a zip may be a platform's download: one too large for a student's is."""
    try:
        top = place
        if is_zipped(place):
            top = InZip(PurePosixPath(folder_name(place)), is_folder=True, found=tuple(contents(place)()))
        return _of_platform(top.name, listed(top), main, titles) is not None
    except (ConfigError, Unreadable):
        return True


def _of_platform(name: str, inside: Sequence[Place], main: str, titles: Sequence[str]) -> Layout | None:
    return (
        gradescope(inside, main)
        or moodle(inside, main)
        or canvas(inside, main)
        or nbgrader(name, inside, main, titles)
    )
