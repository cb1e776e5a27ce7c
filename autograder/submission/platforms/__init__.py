"""How learning platforms hand out what was handed in: a module each, and the plain layouts.

Each says at its top what its download looks like and what a student's id is in it. ``arranged`` asks one
after the other, and takes the first that knows its own.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.submission.platforms.arrival import Arrival, Layout, Place
from autograder.submission.platforms.canvas import canvas
from autograder.submission.platforms.gradescope import gradescope
from autograder.submission.platforms.moodle import moodle
from autograder.submission.platforms.nbgrader import nbgrader
from autograder.submission.platforms.plain import listed, one_submission, students

__all__ = ["Arrival", "Layout", "Place", "arranged"]

_MOST_WRAPPERS = 8


def arranged(top: Place, name: str, main: str, *, opens_wrappers: bool) -> Layout:
    """Return whose what is in a collected folder or zip.

    A platform's download is also found in a folder around it. A plain class or submission is so in a zip
    only, where the folder is the zip's; in a folder, a folder is a student.

    Args:
        top: The folder, or the zip's top.
        name: What it is called: the student, if it is one submission.
        main: The file that the assignment asks for.
        opens_wrappers: Whether the only folder at the top is opened for a plain layout too.

    Raises:
        Unreadable: If the folder cannot be listed.
        ConfigError: If it cannot be told what it is.
    """
    inside = top.inside()
    if (found := one_submission(top, inside, name, main)) is not None:
        return found
    if (found := _of_platform(name, inside, main)) is not None:
        return found
    place, within = top, inside
    for _ in range(_MOST_WRAPPERS):
        if len(within) != 1 or not within[0].is_folder:
            break
        place, within = within[0], listed(within[0])
        if (found := _of_platform(place.name, within, main)) is not None:
            return found
    if not opens_wrappers or place is top:
        return students(inside, main)
    return one_submission(place, within, place.name, main) or students(within, main)


def _of_platform(name: str, inside: Sequence[Place], main: str) -> Layout | None:
    return (
        gradescope(inside, main)
        or moodle(inside, main)
        or canvas(inside, main)
        or nbgrader(name, inside, main)
    )
