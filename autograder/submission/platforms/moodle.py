"""Moodle's "Download all submissions".

For each student a folder ``Ada Lovelace_12345_assignsubmission_file_`` and, where the assignment takes
text, ``…_assignsubmission_onlinetext_`` beside it; newer versions leave the last ``_`` out. Downloaded
"not in folders", each file is ``Ada Lovelace_12345_assignsubmission_file_convolution.py``. The number is the
participant's in this assignment, as in the grading worksheet ("Participant 12345"); with anonymous
submissions the name is the word "Participant", in the site's language; a team's folder has the group's name
and number, and ``Default group_assignsubmission_file_`` has none. Only the last attempt is in a download, and
neither its time nor its lateness.

The id is the name; with the number behind it where several share the name, or it is "Participant".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from autograder.submission.files import Entry
from autograder.submission.platforms.arrival import (
    Arrival,
    Layout,
    Place,
    contents,
    folder_name,
    is_zipped,
    source_of,
    told_apart,
)
from autograder.submission.platforms.plain import students

_FOLDER = re.compile(r"(?P<who>.+?)_assignsubmission_(?P<plugin>[a-z]+)_?", re.DOTALL)
_FILE = re.compile(r"(?P<who>.+?)_assignsubmission_(?P<plugin>[a-z]+)_(?P<file>(?!\.\.?\Z).+)", re.DOTALL)
_ANONYMOUS = "Participant"


def moodle(inside: Sequence[Place], main: str) -> Layout | None:
    """Return the layout of Moodle's download, or None if it is none."""
    parts: dict[tuple[str, str], list[tuple[Place, re.Match[str]]]] = {}
    others: list[Place] = []
    for place in inside:
        if (match := _match(place)) is None:
            others.append(place)
        else:
            parts.setdefault(_who(match["who"]), []).append((place, match))
    if not parts:
        return None
    ids = told_apart(parts, " ")
    rest = students(others, main)
    arrivals = [_arrival(who, ids[who], found) for who, found in parts.items()]
    return Layout([*arrivals, *rest.arrivals], rest.left_over)


def _match(place: Place) -> re.Match[str] | None:
    if place.is_folder or is_zipped(place):
        whole = _FOLDER.fullmatch(folder_name(place))
        if whole is not None or place.is_folder:
            return whole
    return _FILE.fullmatch(place.name)


def _who(text: str) -> tuple[str, str]:
    name, _, number = text.rpartition("_")
    return (name, number) if name and number.isdecimal() else (text, "")


def _arrival(who: tuple[str, str], identity: str, found: list[tuple[Place, re.Match[str]]]) -> Arrival:
    name, number = who
    if name == _ANONYMOUS and number:
        identity = f"{name} {number}"
    return Arrival(
        student=identity,
        person="_".join(who),
        source=", ".join(source_of(place) for place, _ in found[:3]),
        entries=lambda: _entries(found),
        name=name,
        also=(f"{_ANONYMOUS} {number}",) if number else (),
    )


def _entries(found: Iterable[tuple[Place, re.Match[str]]]) -> Iterator[Entry]:
    """Return the files that were handed in; what was typed in, and the like, in a folder beside them."""
    for place, match in found:
        beside = PurePosixPath() if match["plugin"] == "file" else PurePosixPath(match["plugin"])
        if match.re is _FILE:
            for _, read in place.entries():
                yield beside / match["file"], read
        else:
            for path, read in contents(place)():
                yield beside / path, read
