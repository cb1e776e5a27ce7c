"""From a download to what each student handed in: every attempt a submission, or why it is none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from autograder.errors import ConfigError, Unreadable
from autograder.submission.files import (
    AmbiguousSubmission,
    Received,
    Submission,
    UnreadableSubmission,
    is_zip_name,
    submission,
)
from autograder.submission.finding import ChoiceNotThere, Undecided, find
from autograder.submission.folders import OnDisk, read_file
from autograder.submission.forms import NOTEBOOK, PYTHON, is_source, named_as, unveiled
from autograder.submission.naming import JUNK, safe_name, unique_names
from autograder.submission.platforms import Arrival, Layout, arranged
from autograder.submission.reading import read_files
from autograder.submission.zips import InZip, looks_like_zip, opened

_MOST_STUDENTS = 10_000
Attempt: TypeAlias = Submission | UnreadableSubmission | AmbiguousSubmission


@dataclass(frozen=True)
class HandIn:
    """All that one student handed in.

    Attributes:
        student: The student's id, which nobody else has, and which can be a folder's name.
        attempts: The oldest first.
        also: Further ids by which the platform knows the student, to find them in a roster.
    """

    student: str
    attempts: tuple[Attempt, ...]
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str | None:
        """The person's name as the platform writes it."""
        received = self.attempts[-1].received
        return received.name if received is not None else None


@dataclass(frozen=True)
class _Wanted:
    """The file that is looked for in a hand-in: see `find`."""

    main: str
    choice: str | None
    functions: tuple[str, ...]
    starters: Collection[str]


def hand_ins(
    path: Path,
    main: str,
    *,
    due: datetime | None = None,
    choices: Mapping[str, str] | None = None,
    titles: Sequence[str] = (),
    functions: Sequence[str] = (),
    starters: Collection[str] = (),
) -> list[HandIn]:
    """Return what each student handed in, from a platform's download or a plain folder, as it is or zipped.

    What is known, and what a student's id is there, is said in ``platforms``.

    Args:
        path: The folder, file or zip.
        main: The file that the assignment asks for.
        due: When it was due; compared with times that have a zone if it has one, else with those that have
            none.
        choices: Which file is to be graded, by student, where several fit.
        titles: What the assignment may be called, where a platform has a folder for each assignment.
        functions: What the file is to define: each may come in a file of its own.
        starters: The digests of what was handed out to start from (see `find`).

    Raises:
        ConfigError: If there is nothing at `path`, or nothing in it, it cannot be opened, or a choice names
            nobody, or no file of theirs.
    """
    with _layout(path, main, titles) as layout:
        if not layout.arrivals:
            others = ", ".join(layout.left_over[:5]) or "nothing"
            what = f"folders, zips, {PYTHON} or {NOTEBOOK} files"
            raise ConfigError(f"expected submissions in {path}, {what}; it holds {others}")
        people: dict[str, list[Arrival]] = {}
        for arrival in layout.arrivals:
            people.setdefault(arrival.person, []).append(arrival)
        in_order = sorted(people.values(), key=lambda arrivals: safe_name(arrivals[0].student))
        if len(people) > _MOST_STUDENTS:
            raise ConfigError(f"expected at most {_MOST_STUDENTS} students; {path} holds {len(people)}")
        ids = unique_names((arrivals[0].student, arrivals[0].person) for arrivals in in_order)
        chosen = _by_id(choices or {}, ids)
        return [
            _hand_in(identity, arrivals, _Wanted(main, chosen.get(identity), tuple(functions), starters), due)
            for identity, arrivals in sorted(zip(ids, in_order, strict=True), key=lambda each: each[0])
        ]


def one_hand_in(
    path: Path, main: str, functions: Sequence[str] = (), starters: Collection[str] = ()
) -> Attempt:
    """Return what lies in a folder, or a file, as one student's hand-in: a repository that was checked out.

    Args:
        path: The folder or file. Its name is the student's id.
        main: The file that the assignment asks for.
        functions: What it is to define: each may come in a file of its own.
        starters: The digests of what was handed out to start from (see `find`).

    Raises:
        ConfigError: If there is nothing at `path`.
    """
    place = path.resolve()
    if not place.exists():
        raise ConfigError(f"expected a submission, a folder or a file; there is none at {path}")
    identity = safe_name(place.name if place.is_dir() else place.stem)
    entries = OnDisk(place, PurePosixPath(), is_folder=True).entries
    arrival = (
        Arrival(identity, identity, safe_name(place.name), entries)
        if place.is_dir()
        else _one_file(place, main)
    )
    wanted = _Wanted(main, None, tuple(functions), starters)
    return _attempt(identity, arrival, Received(1, None, None, None, ""), wanted)


def left_over(path: Path, main: str) -> list[str]:
    """Return the files beside the students' that are nobody's, by their names."""
    with _layout(path, main) as layout:
        return sorted(layout.left_over)


def hidden(path: Path) -> list[str]:
    """Return the folders with a source that are left out since their names begin with a dot."""
    found = path.iterdir() if path.is_dir() else ()
    dotted = [each for each in found if each.name.startswith(".") and each.name not in JUNK]
    folders = [each for each in dotted if each.is_dir() and not each.is_symlink()]
    return sorted("." + safe_name(each.name[1:]) for each in folders if _holds_source(each))


def _holds_source(folder: Path) -> bool:
    try:
        return any(is_source(each.name) for each in folder.iterdir())
    except OSError:
        return False


def elsewhere(path: Path, main: str, titles: Sequence[str]) -> list[str]:
    """Return the students who handed in for other assignments only (see `hand_ins`)."""
    with _layout(path, main, titles) as layout:
        return sorted(layout.elsewhere)


def lone_folder(path: Path, main: str) -> str | None:
    """Return the only folder or zip, if it was taken for a student's and may be a platform's download."""
    with _layout(path, main) as layout:
        return layout.lone


@contextmanager
def _layout(path: Path, main: str, titles: Sequence[str] = ()) -> Iterator[Layout]:
    """Give whose what is there, to be read as long as the context lasts."""
    if path.is_symlink():
        raise ConfigError(f"expected a folder, a file or a zip of submissions; {path} is a symbolic link")
    if path.is_dir():
        try:
            top = OnDisk(path, PurePosixPath(), is_folder=True)
            layout = arranged(top, path.resolve().name, main, opens_wrappers=False, titles=titles)
        except Unreadable as error:
            raise ConfigError(f"expected a folder that can be read; {path}: {error}") from None
        yield layout
    elif not path.is_file():
        raise ConfigError(f"expected a folder, a file or a zip of submissions; there is none at {path}")
    elif looks_like_zip(path):
        with opened(path) as entries:
            packed = InZip(PurePosixPath(), is_folder=True, found=tuple(entries))
            yield arranged(packed, path.stem, main, opens_wrappers=True, titles=titles)
    else:
        yield Layout([_one_file(path, main)])


def _one_file(path: Path, main: str) -> Arrival:
    if not is_source(unveiled(path.name)) and not is_zip_name(path.name):  # a roster, a tar: nobody's work
        raise ConfigError(
            f"expected a folder, a zip, a {PYTHON} or an {NOTEBOOK} file; received {safe_name(path.name)}"
        )
    own = named_as(path.name, main) if is_source(path.name) else main
    if is_zip_name(path.name):
        own = safe_name(path.name)  # `find` opens it
    entries = [(PurePosixPath(own), partial(read_file, path))]
    return Arrival(path.stem, path.name, safe_name(path.name), lambda: entries)


def _hand_in(identity: str, arrivals: list[Arrival], wanted: _Wanted, due: datetime | None) -> HandIn:
    arrivals = sorted(arrivals, key=lambda arrival: (arrival.attempt, _seconds(arrival.time)))
    attempts: list[Attempt] = []
    missing: list[str] = []
    last = 0
    for arrival in arrivals:
        last = max(last + 1, arrival.attempt)
        received = _received(arrival, last, due)
        try:
            attempts.append(_attempt(identity, arrival, received, wanted))
        except ChoiceNotThere as there:
            missing.append(str(there))
            attempts.append(_attempt(identity, arrival, received, replace(wanted, choice=None)))
    if missing and len(missing) == len(attempts):
        raise ConfigError(
            f"files.toml: expected for {identity} one of {missing[0]}; received {wanted.choice!r}"
        )
    also = dict.fromkeys(other for arrival in arrivals for other in arrival.also)
    return HandIn(identity, tuple(attempts), tuple(also))


def _seconds(time: datetime | None) -> float:
    return time.timestamp() if time is not None else 0.0


def _attempt(identity: str, arrival: Arrival, received: Received, wanted: _Wanted) -> Attempt:
    notes = list(arrival.notes)
    left_out: list[str] = []
    try:
        files = read_files(arrival.entries(), left_out, wanted.main)
        found = find(files, wanted.main, wanted.choice, wanted.functions, wanted.starters)
    except Unreadable as error:
        return UnreadableSubmission(identity, "; ".join([str(error), *left_out]), received)
    notes += left_out
    if isinstance(found, Undecided):
        return AmbiguousSubmission(identity, _question(identity, found), found.candidates, received)
    return submission(identity, found.files, found.main, [*notes, *found.notes], received)


def _question(identity: str, undecided: Undecided) -> str:
    shown = undecided.candidates[:5]
    names = ", ".join(shown[:-1]) + f" or {shown[-1]}"
    if more := len(undecided.candidates) - len(shown):
        names += f", or {'another' if more == 1 else f'one of {more} others'}"
    return (
        f"which file is to be graded: {names}? Write it into files.toml, below [files]: "
        f'"{identity}" = "{shown[0]}"'
    )


def _received(arrival: Arrival, attempt: int, due: datetime | None) -> Received:
    is_late = arrival.is_late
    time = arrival.time
    if is_late is None and due is not None and time is not None and _comparable(due, time):
        is_late = time > due
    name = safe_name(arrival.name) if arrival.name else None
    return Received(attempt, time, is_late, name, arrival.source)


def _comparable(due: datetime, time: datetime) -> bool:
    return (due.tzinfo is None) == (time.tzinfo is None)


def _by_id(choices: Mapping[str, str], ids: list[str]) -> Mapping[str, str]:
    """Return the choices, by the exact ids of students here.

    Raises:
        ConfigError: If one is for nobody.
    """
    if unknown := [student for student in choices if student not in ids]:
        names = ", ".join(ids[:20]) + (", …" if len(ids) > 20 else "")
        raise ConfigError(f"files.toml: expected students among {names}; received {', '.join(unknown[:5])}")
    return choices
