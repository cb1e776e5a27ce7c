"""Names of students and files: shown without harm, and unique as folders."""

from __future__ import annotations

import dataclasses
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.submission.files import Submission, UnreadableSubmission

JUNK = frozenset({"__pycache__", "__MACOSX", ".git", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", ".venv"})
_RESERVED = frozenset({"cases", "seed", "class.json", "seed.tmp"})
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


def with_unique_ids(
    found: list[Submission | UnreadableSubmission],
) -> list[Submission | UnreadableSubmission]:
    """Return them with ids that differ, also where case does not count, and are no file of ours."""
    taken = set(_RESERVED)
    unique: list[Submission | UnreadableSubmission] = []
    for submission in found:
        identity, number = submission.id, 2
        while identity.casefold() in taken:
            identity, number = f"{submission.id}~{number}", number + 1
        taken.add(identity.casefold())
        unique.append(dataclasses.replace(submission, id=identity))
    return unique
