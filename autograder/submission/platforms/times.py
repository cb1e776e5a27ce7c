"""Times as the platforms write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_TIME = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[ T](?P<time>\d\d:\d\d(?::\d\d)?)(?:\.(?P<fraction>\d{1,9}))?"
    r" ?(?P<zone>[A-Za-z0-9_+:/-]{0,64})",
    re.ASCII,
)
_EARLIEST = "1990"  # what is said to be older is no time of a hand-in
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>\d\d)", re.ASCII)


def parse_time(text: str) -> datetime | None:
    """Return a time, aware where its zone is known, or None if it is none.

    A zone is an offset, a name such as ``Europe/Berlin``, or ``UTC``; an abbreviation such as ``PST``, which
    several zones share, is no zone.

    >>> parse_time("2015-02-02 14:58:23.948203 UTC").isoformat()
    '2015-02-02T14:58:23.948203+00:00'
    """
    match = _TIME.fullmatch(text.strip())
    if match is None or match["day"] < _EARLIEST:
        return None
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    try:
        naive = datetime.fromisoformat(f"{match['day']} {match['time']}").replace(microsecond=int(fraction))
        return naive.replace(tzinfo=_zone(match["zone"]))
    except (ValueError, OverflowError):
        return None


def _zone(name: str) -> tzinfo | None:
    if name in {"Z", "UTC", "UCT", "GMT"}:
        return UTC
    if (offset := _OFFSET.fullmatch(name)) is not None:
        away = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"]))
        return timezone(-away if offset["sign"] == "-" else away)
    if "/" not in name:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return None
