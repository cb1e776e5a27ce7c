"""JSON to be read on a terminal as well as by programs."""

from __future__ import annotations

import re

import msgspec

_NOT_ASCII = re.compile(r"[^\n\x20-\x7e]")


def json_text(value: object, *, indent: int = 2) -> str:
    """Return a value as JSON in which nothing is left that a terminal would obey.

    Control and format characters are escaped, as JSON allows in any text; letters of all languages are not.

    >>> json_text({"é": "a\\x9b2J\\u202eb"}, indent=0)
    '{"é": "a\\\\u009b2J\\\\u202eb"}'
    """
    text = msgspec.json.format(msgspec.json.encode(value), indent=indent).decode()
    return _NOT_ASCII.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    character = found[0]
    if character.isprintable():
        return character
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[start : start + 2].hex()}" for start in range(0, len(units), 2))
