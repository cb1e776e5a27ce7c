"""Names of students and files: shown without harm, and unique as folders."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable

JUNK = frozenset(
    {
        *("__pycache__", "__MACOSX", ".git", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db"),
        *(".venv", "venv", "node_modules"),
    }
)
ENVIRONMENT = frozenset({"pyvenv.cfg", "conda-meta"})
"""What a virtual environment holds, whatever it is called: the folder is junk."""

_RESERVED = frozenset(
    {"cases", "seed", "class.json", "seed.tmp", "history", "runs", "overrides.toml", "files.toml", "run.json"}
)
_MOST_CHARACTERS = 100
_MOST_BYTES = 200


def safe_name(name: str) -> str:
    """Return a name that can be shown, and be a folder's: control characters and separators escaped.

    >>> safe_name("a/b\\x1b")
    'a%2Fb%1B'
    """
    text = unicodedata.normalize("NFC", name.encode("utf-8", "backslashreplace").decode("utf-8"))
    shown = "".join(
        character if character.isprintable() and character not in '/\\:*?"<>|' else f"%{ord(character):02X}"
        for character in text
    )
    shown = shown[:_MOST_CHARACTERS].encode()[:_MOST_BYTES].decode("utf-8", "ignore").strip(" ")
    if shown.startswith("."):  # what begins with a dot is ours, or hidden
        shown = "%2E" + shown[1:]
    return shown or "_"


def safe_path(path: str) -> str:
    """Return a file's path that can be shown."""
    return "/".join(safe_name(part) for part in path.split("/"))


def unique_names(people: Iterable[tuple[str, str]]) -> list[str]:
    """Return an id for each person, given name and what tells the person from others.

    Ids differ, also where case does not count, and are no file of ours. Of several whose names are alike one
    keeps the name: who is called exactly so, in small letters before capitals. The others get a digest of
    what tells them apart, so that nobody's id is ever another person's, whoever comes and goes.

    >>> unique_names([("ada", "ada"), ("Ada", "Ada"), ("seed", "seed")])
    ['ada', 'Ada~99a5', 'seed~19b2']
    """
    everybody = list(people)
    order = sorted(range(len(everybody)), key=lambda number: _rank(*everybody[number]))
    taken = set(_RESERVED)
    ids: dict[int, str] = {}
    for number in order:
        name, person = everybody[number]
        digest = hashlib.sha256(person.encode("utf-8", "surrogateescape")).hexdigest()
        identity, digits = safe_name(name), 4
        while identity.casefold() in taken:
            identity, digits = f"{safe_name(name)}~{digest[:digits]}", digits + 1
        taken.add(identity.casefold())
        ids[number] = identity
    return [ids[number] for number in range(len(everybody))]


def _rank(name: str, person: str) -> tuple[bool, bool, bool, str]:
    """Return the order in which names are given; a folder before a file."""
    shown = safe_name(name)
    return name != shown, shown != shown.casefold(), not person.endswith("/"), person
