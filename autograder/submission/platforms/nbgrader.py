"""nbgrader's ``submitted/<student>/<assignment>/``, with ``timestamp.txt`` where the exchange wrote one.

It is known by the name ``submitted``, of the collected folder, of the only one in it, or of one beside
nbgrader's others. Elsewhere it is known by a ``timestamp.txt`` of each student, whose folders hold no files
themselves: no student alone can make a class look so, and write the time. Of several assignments it is the
one that holds the file asked for. The exchange keeps the last attempt only.

The id is the student's folder, which is nbgrader's id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from autograder.errors import Unreadable
from autograder.submission.files import Entry
from autograder.submission.platforms.arrival import Arrival, Layout, Place, source_of
from autograder.submission.platforms.plain import listed, students
from autograder.submission.platforms.times import parse_time

_SUBMITTED = "submitted"
_OTHERS = frozenset({"source", "release", "autograded", "feedback", "gradebook.db", "nbgrader_config.py"})
_TIMESTAMP = "timestamp.txt"
_LONGEST_TIMESTAMP = 1024


@dataclass(frozen=True)
class _Student:
    folder: Place
    assignments: Sequence[Place]
    has_files: bool


def nbgrader(name: str, inside: Sequence[Place], main: str) -> Layout | None:
    """Return the layout of nbgrader's folder, or None if it is none.

    Args:
        name: What the collected folder is called.
        inside: What it holds.
        main: The file that the assignment asks for.
    """
    names = {place.name for place in inside}
    for place in inside:
        if place.is_folder and place.name == _SUBMITTED and (len(names) == 1 or names & _OTHERS):
            name, inside = _SUBMITTED, listed(place)
            break
    found: list[_Student] = []
    for place in inside:
        if not place.is_folder:
            continue
        student = _student(place)
        if student.has_files and name != _SUBMITTED:
            return None
        found.append(student)
    if name == _SUBMITTED:
        is_nbgrader = any(student.assignments for student in found)
    else:
        is_nbgrader = bool(found) and all(_is_stamped(student) for student in found)
    if not is_nbgrader:
        return None
    usual = [student for student in found if student.assignments and not student.has_files]
    taken = {student.folder.below for student in usual}
    rest = students([place for place in inside if place.below not in taken], main)
    return Layout([*(_arrival(student, main) for student in usual), *rest.arrivals], rest.left_over)


def _student(folder: Place) -> _Student:
    inside = listed(folder)
    folders = [below for below in inside if below.is_folder]
    return _Student(folder, folders, len(folders) < len(inside))


def _is_stamped(student: _Student) -> bool:
    return any(below.name == _TIMESTAMP for folder in student.assignments for below in listed(folder))


def _arrival(student: _Student, main: str) -> Arrival:
    assignment = _assignment(student.assignments, main)
    time = _time(assignment) if assignment is not None else None

    def entries() -> Iterator[Entry]:
        for path, read in (assignment or student.folder).entries():
            if time is None or path != PurePosixPath(_TIMESTAMP):
                yield path, read

    name = student.folder.name
    return Arrival(name, name, source_of(assignment or student.folder), entries, time=time)


def _assignment(assignments: Sequence[Place], main: str) -> Place | None:
    """Return the only assignment, else the only one that holds the file asked for, else None."""
    if len(assignments) > 1:
        assignments = [below for below in assignments if any(file.name == main for file in listed(below))]
    return assignments[0] if len(assignments) == 1 else None


def _time(assignment: Place) -> datetime | None:
    for below in listed(assignment):
        if below.name == _TIMESTAMP:
            try:
                return parse_time(below.read(_LONGEST_TIMESTAMP).decode())
            except (Unreadable, UnicodeDecodeError):
                return None
    return None
