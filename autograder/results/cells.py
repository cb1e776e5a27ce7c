"""How the cells of a notebook ran, as reports have it."""

from __future__ import annotations

import msgspec


class CellResult(msgspec.Struct, frozen=True, kw_only=True):
    """One code cell.

    Attributes:
        number: Its place among the code cells, from 1.
        ran: What of it ran: ``"whole"``, only its ``"definitions"``, or ``"nothing"``.
        seconds: Wall seconds.
        error: What ended it, with cell and line; empty where it ran to its end.
        printed: What it printed, cut.
        source, shown, figures: Its text, what it displayed, its figures as PNG: for the executed notebook,
            not for the report.
    """

    number: int
    ran: str
    seconds: float
    error: str = ""
    printed: str = ""
    source: str = ""
    shown: str = ""
    figures: tuple[bytes, ...] = ()
