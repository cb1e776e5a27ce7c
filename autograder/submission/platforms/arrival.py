"""What a download is told apart into: one `Arrival` for each attempt of each person, not yet read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from typing import Protocol

from autograder.submission.files import MAX_TOTAL_BYTES, Entry, is_zip_name
from autograder.submission.naming import safe_name, safe_path
from autograder.submission.zips import unpacked


class Place(Protocol):
    """A folder or a file of what was collected, on the disk or in a zip."""

    @property
    def name(self) -> str: ...
    @property
    def below(self) -> PurePosixPath: ...
    @property
    def is_folder(self) -> bool: ...
    @property
    def is_link(self) -> bool: ...
    def inside(self) -> Sequence[Place]: ...
    def entries(self) -> Iterator[Entry]: ...
    def read(self, most: int) -> bytes: ...


@dataclass(frozen=True)
class Arrival:
    """One attempt of one person, as it came.

    Attributes:
        student: The id that the person is to have, if nobody else has it.
        person: What tells the person from others in this download.
        source: The folder or file, below the collected path.
        entries: Lists the files; raises ``Unreadable``.
        attempt: 1, 2, …
        time: When it was handed in, if the platform says so.
        is_late: The platform's flag, if it has one.
        name: The person's name as the platform writes it.
        also: Further ids that the platform gives the person.
        notes: What the student or the staff should know.
    """

    student: str
    person: str
    source: str
    entries: Callable[[], Iterable[Entry]]
    attempt: int = 1
    time: datetime | None = None
    is_late: bool | None = None
    name: str | None = None
    also: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layout:
    """All that arrived.

    Attributes:
        arrivals: The attempts.
        left_over: The names of what is nobody's.
        elsewhere: Who handed in for other assignments only.
        lone: The only folder or zip, if it looks as a platform's download and is taken for a student's.
    """

    arrivals: Sequence[Arrival]
    left_over: Sequence[str] = ()
    elsewhere: Sequence[str] = ()
    lone: str | None = None


def source_of(place: Place) -> str:
    """Return where something came from, safe to show."""
    return safe_path(place.below.as_posix())


def is_zipped(place: Place) -> bool:
    """Return whether a file is to be opened as a folder, by its name."""
    return not place.is_folder and is_zip_name(place.name)


def folder_name(place: Place) -> str:
    """Return a folder's name, and that of a zipped one without its ending."""
    return place.name[: -len(".zip")] if is_zipped(place) else place.name


def contents(place: Place) -> Callable[[], Iterable[Entry]]:
    """Return what lists the files below a folder or in a zipped one, which is opened only then."""
    return partial(_unzipped, place) if is_zipped(place) else place.entries


def _unzipped(place: Place) -> list[Entry]:
    return unpacked(place.name, place.read(MAX_TOTAL_BYTES))


def told_apart(people: Iterable[tuple[str, str]], separator: str) -> dict[tuple[str, str], str]:
    """Return an id for each person, given name and number: the name, with the number where it is shared.

    >>> told_apart([("Ada", "1"), ("Bo", "2"), ("ada", "3")], " ")
    {('Ada', '1'): 'Ada 1', ('Bo', '2'): 'Bo', ('ada', '3'): 'ada 3'}
    """
    all_people = dict.fromkeys(people)
    bearers: dict[str, int] = {}
    for name, _ in all_people:
        shown = safe_name(name).casefold()
        bearers[shown] = bearers.get(shown, 0) + 1
    ids: dict[tuple[str, str], str] = {}
    for name, number in all_people:
        is_shared = bool(number) and bearers[safe_name(name).casefold()] > 1
        ids[name, number] = f"{name}{separator}{number}" if name and is_shared else name or number
    return ids
