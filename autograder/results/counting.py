"""Numbers in sentences: what is counted agrees with its number."""

from __future__ import annotations


def counted(number: int, one: str, several: str = "") -> str:
    """Return a number and what is counted.

    Args:
        number: How many.
        one: What it is called where there is one.
        several: What it is called where there are none or several; else `one` with an "s".

    >>> counted(1, "value"), counted(0, "value"), counted(1234, "entry", "entries")
    ('1 value', '0 values', '1,234 entries')
    """
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def part_of(number: int, total: int, what: str, one: str, several: str) -> str:
    """Return how many of some things are or do something.

    >>> part_of(1, 3, "values", "is right", "are right"), part_of(0, 3, "values", "is right", "are right")
    ('1 of 3 values is right', '0 of 3 values are right')
    """
    return f"{number:,} of {total:,} {what} {one if number == 1 else several}"
