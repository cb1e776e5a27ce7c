"""Names of students and files: shown without harm, and unique as folders."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

JUNK = frozenset({"__pycache__", "__MACOSX", ".git", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", ".venv"})
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


def unique_names(names: Iterable[str]) -> list[str]:
    """Return names that differ, also where case does not count, and are no file of ours.

    >>> unique_names(["ada", "Ada", "seed"])
    ['ada', 'Ada~2', 'seed~2']
    """
    taken = set(_RESERVED)
    unique: list[str] = []
    for name in names:
        candidate, number = name, 2
        while candidate.casefold() in taken:
            candidate, number = f"{name}~{number}", number + 1
        taken.add(candidate.casefold())
        unique.append(candidate)
    return unique
