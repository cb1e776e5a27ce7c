"""nbgrader's ``submitted/<student>/<assignment>/``, with ``timestamp.txt`` where the exchange wrote one.

It is known by the name ``submitted``, of the collected folder, of the only one in it, or of one beside
nbgrader's others. Elsewhere it is known by a ``timestamp.txt`` of most students, whose folders hold no files
themselves: no student alone can make a class look so, and write the time, or keep it from looking so. The
exchange keeps the last attempt only.

Which of the folders is this assignment's: the one that is called as the assignment, by its slug or title;
else of several the one in which most students have the file asked for; else, for each student, the one that
holds it. Who has none of that name has handed in nothing for this assignment, and is no hand-in.

The id is the student's folder, which is nbgrader's id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from autograder.errors import Unreadable
from autograder.submission.files import Entry
from autograder.submission.naming import safe_name
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


def nbgrader(name: str, inside: Sequence[Place], main: str, titles: Sequence[str] = ()) -> Layout | None:
    """Return the layout of nbgrader's folder, or None if it is none.

    Args:
        name: What the collected folder is called.
        inside: What it holds.
        main: The file that the assignment asks for.
        titles: What the assignment's folders may be called.
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
        is_nbgrader = 2 * sum(map(_is_stamped, found)) > len(found)
    if not is_nbgrader:
        return None
    usual = [student for student in found if student.assignments and not student.has_files]
    taken = {student.folder.below for student in usual}
    rest = students([place for place in inside if place.below not in taken], main)
    wanted = _wanted(usual, main, titles)
    here = [student for student in usual if wanted is None or _folders(student, wanted)]
    elsewhere = [safe_name(student.folder.name) for student in usual if student not in here]
    arrivals = [_arrival(student, main, wanted) for student in here]
    return Layout([*arrivals, *rest.arrivals], rest.left_over, elsewhere)


def _wanted(found: Sequence[_Student], main: str, titles: Sequence[str]) -> str | None:
    """Return what this assignment's folders are called, as it is compared, or None where nothing tells."""
    names = {_key(below.name) for student in found for below in student.assignments}
    for title in map(_key, titles):
        if title in names:
            return title
    if len(names) == 1:
        return None
    with_it = Counter(
        _key(below.name) for student in found for below in student.assignments if _has(below, main)
    ).most_common(2)
    is_told = with_it and (len(with_it) == 1 or with_it[0][1] > with_it[1][1])
    return with_it[0][0] if is_told else None


def _folders(student: _Student, wanted: str) -> list[Place]:
    return [below for below in student.assignments if _key(below.name) == wanted]


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _has(folder: Place, main: str) -> bool:
    return any(file.name == main for file in listed(folder))


def _student(folder: Place) -> _Student:
    inside = listed(folder)
    folders = [below for below in inside if below.is_folder]
    return _Student(folder, folders, len(folders) < len(inside))


def _is_stamped(student: _Student) -> bool:
    return any(below.name == _TIMESTAMP for folder in student.assignments for below in listed(folder))


def _arrival(student: _Student, main: str, wanted: str | None) -> Arrival:
    assignment = _assignment(student.assignments if wanted is None else _folders(student, wanted), main)
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
        assignments = [below for below in assignments if _has(below, main)]
    return assignments[0] if len(assignments) == 1 else None


def _time(assignment: Place) -> datetime | None:
    for below in listed(assignment):
        if below.name == _TIMESTAMP:
            try:
                return parse_time(below.read(_LONGEST_TIMESTAMP).decode())
            except (Unreadable, UnicodeDecodeError):
                return None
    return None
