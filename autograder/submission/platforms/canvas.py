"""Canvas' "Download Submissions": flat files, ``lovelaceada_LATE_123_456_convolution.py``.

The name is the sortable one, small letters, without what is no letter or digit; then ``LATE`` if it is, the
user's number and the file's. An assignment graded anonymously has ``anon_X1y2Z_456_convolution.py``; what was
typed in, or is a link, ``lovelaceada_123_text.html`` and ``…_link.html``. Canvas calls a file that a student
hands in again ``convolution-1.py``, ``convolution-2.py``: attempts in that order. A download holds the last
attempt only, and several where downloads were put together. Files that come with it are given back the
names that the student gave them.

The id is the name; with the user's number where several share it. The lateness is Canvas' flag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.submission.files import Entry, is_zip_name
from autograder.submission.forms import is_source, other_form
from autograder.submission.platforms.arrival import Arrival, Layout, Place, source_of, told_apart
from autograder.submission.platforms.plain import students

_NAME = r"(?:(?P<name>\w+?)_)??(?:(?P<late>LATE)_)?(?P<user>\d+|anon_[A-Za-z0-9]+)"
_UPLOAD = re.compile(_NAME + r"_(?P<number>\d+)_(?P<file>(?!\.\.?\Z).+)", re.DOTALL)
_TYPED = re.compile(_NAME + r"_(?P<file>(?:text|link)\.html)")
_LONGEST_NAME = 255
_AGAIN = re.compile(r"(?P<stem>.+)-(?P<again>[1-9]\d{0,2})", re.DOTALL)


@dataclass(frozen=True)
class _File:
    """An uploaded file.

    Attributes:
        given: What Canvas calls it, behind the numbers.
        own: What the student called it: less the ``-1`` that Canvas gave it.
        again: That number, 0 where there is none.
    """

    place: Place
    name: str
    user: str
    is_late: bool
    number: int
    given: str
    own: str
    again: int


def canvas(inside: Sequence[Place], main: str) -> Layout | None:
    """Return the layout of Canvas' download, or None if most of what could be graded is called otherwise."""
    by_user: dict[tuple[str, str], list[_File]] = {}
    others: list[Place] = []
    fitting = 0
    for place in inside:
        if (file := _file(place)) is None:
            others.append(place)
            fitting -= _could_be_graded(place)
        else:
            by_user.setdefault((file.name, file.user), []).append(file)
            fitting += _could_be_graded(place) or not file.number
    if fitting <= 0:
        return None
    ids = told_apart(by_user, "_")
    rest = students(others, main)
    arrivals = [
        _arrival(ids[who], attempt, version, [(version.own, version), *_beside(version, files)])
        for who, files in by_user.items()
        for attempt, version in _attempts(files, main)
    ]
    return Layout([*arrivals, *rest.arrivals], rest.left_over)


def _could_be_graded(place: Place) -> bool:
    return not place.is_folder and (is_source(place.name) or is_zip_name(place.name))


def _file(place: Place) -> _File | None:
    if place.is_folder or len(place.name) > _LONGEST_NAME:
        return None
    match = _UPLOAD.fullmatch(place.name) or _TYPED.fullmatch(place.name)
    if match is None:
        return None
    given = PurePosixPath(match["file"])
    again = _AGAIN.fullmatch(given.stem)
    return _File(
        place=place,
        name=match["name"] or "",
        user=match["user"],
        is_late=match["late"] is not None,
        number=int(match.groupdict().get("number") or 0),
        given=given.name,
        own=again["stem"] + given.suffix if again else given.name,
        again=int(again["again"]) if again else 0,
    )


def _attempts(files: list[_File], main: str) -> list[tuple[int, _File]]:
    """Return the versions of the file asked for, numbered; else of the only file that could be it."""
    sources = [file for file in files if is_source(file.own)]
    fitting = sources or [file for file in files if is_zip_name(file.own)]
    versions = [file for file in fitting if file.own.casefold() == main.casefold()]
    versions = versions or [file for file in fitting if file.own.casefold() == other_form(main).casefold()]
    if not versions:
        versions = fitting if len({file.own for file in fitting}) == 1 else files[:1]
    attempts: list[tuple[int, _File]] = []
    last = 0
    for version in sorted(versions, key=lambda file: (file.again, file.number)):
        last = max(last, version.again) + 1
        attempts.append((last, version))
    return attempts


def _beside(version: _File, files: list[_File]) -> Iterator[tuple[str, _File]]:
    """Return what belongs to an attempt: of each file, the last version up to it; sources by their names."""
    by_name: dict[str, list[_File]] = {}
    for file in files:
        if file.own != version.own:
            name = file.own if is_source(file.own) else file.given
            by_name.setdefault(name, []).append(file)
    for name, versions in by_name.items():
        up_to_it = [file for file in versions if file.again <= version.again]
        choose = max if up_to_it else min
        yield name, choose(up_to_it or versions, key=lambda file: (file.again, file.number))


def _arrival(identity: str, attempt: int, version: _File, files: list[tuple[str, _File]]) -> Arrival:
    def entries() -> Iterator[Entry]:
        for name, file in files:
            for _, read in file.place.entries():
                yield PurePosixPath(name), read

    return Arrival(
        student=identity,
        person=f"{version.name}_{version.user}",
        source=source_of(version.place),
        entries=entries,
        attempt=attempt,
        is_late=version.is_late,
        name=version.name or None,
        also=(version.user,),
    )
