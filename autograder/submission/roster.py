"""The roster of a course, a CSV file, and who of it handed in nothing."""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import ConfigError, Unreadable
from autograder.submission.folders import read_file
from autograder.submission.handins import HandIn

# The first of them that a row has is the id. A gradebook of Canvas calls the name "Student".
_IDS = (
    "id",
    "student",
    "student id",
    "sid",
    "identifier",
    "id number",
    "sis user id",
    "sis login id",
    "login",
    "login id",
    "username",
    "matrikelnummer",
    "benutzername",
    "anmeldename",
    "email",
    "email address",
    "emailadresse",
)
_IDS_BESIDE_A_NAME = frozenset({"id", "sis user id", "sis login id"})
_NAMES = ("name", "full name", "student name", "vollständiger name")
_FIRST_NAMES = ("first name", "given name", "vorname")
_LAST_NAMES = ("last name", "surname", "family name", "nachname")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NOBODY = frozenset({"pointspossible"})  # a row of Canvas' gradebook that is no student


@dataclass(frozen=True)
class RosterEntry:
    """Somebody who takes the course.

    Attributes:
        student: The id.
        name: The name, if the roster has it.
        also: Further ids, such as the login and the e-mail.
    """

    student: str
    name: str | None = None
    also: tuple[str, ...] = ()


def read_roster(path: Path, notes: list[str] | None = None) -> list[RosterEntry]:
    """Return who takes the course, from a CSV file with a header; ``,``, ``;`` or a tab between the columns.

    It is read as UTF-8, as UTF-16 if it says that it is, else as Latin-1, which is noted.

    Args:
        path: The file.
        notes: Where to add what is to be said of it.

    Raises:
        ConfigError: If it cannot be read, has neither a column of ids nor of names, or an id twice.
    """
    try:
        data = read_file(path)
    except Unreadable as error:
        found = "it is a folder" if path.is_dir() else error
        raise ConfigError(f"expected a roster, a CSV file, in {path}; {found}") from None
    try:
        text = data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
        if notes is not None:
            notes.append(f"{path} is not UTF-8; it is read as Latin-1: look at the names")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise ConfigError(f"{path}: expected a CSV file; {error}") from None
    columns = _columns(rows[0] if rows else [])
    if not any(name in columns for name in (*_IDS, *_NAMES, *_LAST_NAMES)):
        names = ", ".join((*_NAMES, *_FIRST_NAMES, *_LAST_NAMES))
        raise ConfigError(
            f"{path}: expected a header with a column for the id ({', '.join(_IDS)}) or the name ({names}); "
            f"received {', '.join(list(columns)[:20]) or 'nothing'}"
        )
    entries = [entry for row in rows[1:] if (entry := _entry(columns, row)) is not None]
    counts = Counter(entry.student for entry in entries)
    if twice := [student for student, count in counts.items() if count > 1]:
        raise ConfigError(f"{path}: expected each id once; received twice: {', '.join(twice)}")
    return entries


def absent(roster: Sequence[RosterEntry], found: Sequence[HandIn]) -> list[RosterEntry]:
    """Return who of the roster handed in nothing.

    An id is looked for first, then the name, whatever the case and without punctuation. A name that several
    bear counts only if there is a hand-in for each of them.
    """
    matched = _Matching(roster, found).entries
    return [entry for number, entry in enumerate(roster) if number not in matched]


def unlisted(roster: Sequence[RosterEntry], found: Sequence[HandIn]) -> list[HandIn]:
    """Return the hand-ins of those whom the roster does not know, or not for certain.

    Where one name of the roster fits several hand-ins, it is nobody's for certain.
    """
    matched = _Matching(roster, found).hand_ins
    return [hand_in for number, hand_in in enumerate(found) if number not in matched]


def roster_ids(roster: Sequence[RosterEntry], found: Sequence[HandIn]) -> dict[str, str]:
    """Return the roster's id of each student who handed in, where there is no other whom it could mean."""
    pairs = _Matching(roster, found).pairs
    times = Counter(pairs.values())
    return {
        found[number].student: roster[entry].student
        for number, entry in sorted(pairs.items())
        if times[entry] == 1
    }


def _columns(header: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for number, title in enumerate(header):
        columns.setdefault(" ".join(title.casefold().replace("_", " ").replace("-", "").split()), number)
    if "student" in columns and _IDS_BESIDE_A_NAME & columns.keys() and "name" not in columns:
        columns["name"] = columns.pop("student")
    return columns


def _entry(columns: dict[str, int], row: Sequence[str]) -> RosterEntry | None:
    def cell(names: Iterable[str]) -> list[str]:
        cells = [row[columns[name]].strip() for name in names if columns.get(name, len(row)) < len(row)]
        return [text for text in cells if text]

    names = cell(_NAMES)
    parts = [*cell(_FIRST_NAMES)[:1], *cell(_LAST_NAMES)[:1]]
    name = names[0] if names else " ".join(parts) or None
    ids = cell(_IDS) or ([name] if name else [])
    if not ids or (name and _key(name) in _NOBODY):
        return None
    return RosterEntry(ids[0], name, tuple(dict.fromkeys(ids[1:])))


class _Matching:
    """Which entries of a roster have a hand-in and which hand-ins an entry, by their numbers."""

    def __init__(self, roster: Sequence[RosterEntry], found: Sequence[HandIn]) -> None:
        self.entries: set[int] = set()
        self.hand_ins: set[int] = set()
        self.pairs: dict[int, int] = {}  # by hand-in, where a key is that of one person on either side
        self._people = [entry.student for entry in roster]
        ids = [{_key(text) for text in (entry.student, *entry.also)} for entry in roster]
        names = [_name_keys(entry.name) for entry in roster]
        self._match(ids, [{_key(hand_in.student)} for hand_in in found])
        self._match(names, [_name_keys(hand_in.name) | _name_keys(hand_in.student) for hand_in in found])
        self._match(ids, [{_key(text) for text in hand_in.also} for hand_in in found])

    def _match(self, wanted: Sequence[set[str]], there: Sequence[set[str]]) -> None:
        """Match what is not yet matched: those who share a key, if there are enough for all of them."""
        entries = _bearers(wanted, self.entries)
        hand_ins = _bearers(there, self.hand_ins)
        for key, numbers in entries.items():
            people = {self._people[number] for number in numbers}
            if key in hand_ins and len(people) <= len(hand_ins[key]):
                self.entries |= numbers
                if len(people) == len(hand_ins[key]):
                    self.hand_ins |= hand_ins[key]
                if len(numbers) == len(hand_ins[key]) == 1:
                    self.pairs[min(hand_ins[key])] = min(numbers)


def _bearers(keys: Sequence[set[str]], less: set[int]) -> dict[str, set[int]]:
    bearers: dict[str, set[int]] = {}
    for number, of in enumerate(keys):
        if number not in less:
            for key in of - {""}:
                bearers.setdefault(key, set()).add(number)
    return bearers


def _name_keys(name: str | None) -> set[str]:
    """Return how a name is compared; "Lovelace, Ada" also as Ada Lovelace, and the other way round."""
    if not name:
        return set()
    last, comma, first = name.partition(",")
    if comma:
        return {_key(name), _key(first + last)} - {""}
    words = name.split()
    return {_key(name), _key("".join(words[-1:] + words[:-1]))} - {""}


def _key(text: str) -> str:
    """Return a text as it is compared.

    >>> _key("O'Neil, Zoë")
    'oneilzoë'
    """
    composed = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in composed if character.isalnum())
