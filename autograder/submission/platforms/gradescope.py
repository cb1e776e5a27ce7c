"""Gradescope's "Export Submissions": ``assignment_77_export/submission_1234/`` and, beside the folders,
``submission_metadata.yml``.

The metadata say who handed in, with name, student id and e-mail, when, and which attempts came before; the
files are the last attempt's, or the one's that the student made the active one. Who handed in as a group gets
a hand-in each. A folder that the metadata do not name, or say nobody of, keeps its own name, with a note.

The id is the student id, else the e-mail, else the name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.errors import ConfigError, Unreadable
from autograder.submission.naming import safe_name
from autograder.submission.platforms.arrival import (
    Arrival,
    Layout,
    Place,
    contents,
    folder_name,
    is_zipped,
    source_of,
)
from autograder.submission.platforms.plain import students
from autograder.submission.platforms.ruby_dump import Record, Submitter, read_records

_METADATA = "submission_metadata.yml"
_MOST_METADATA_BYTES = 64 * 1024 * 1024
_MOST_STUDENTS = 10_000
_FOLDER = re.compile(r"submission_\d+")
WRAPPER = re.compile(r"assignment_\d+_export")
"""What Gradescope calls the folder around an export."""


def gradescope(inside: Sequence[Place], main: str) -> Layout | None:
    """Return the layout of Gradescope's export, or None if it is none.

    Raises:
        ConfigError: If its metadata cannot be read.
    """
    folders = [place for place in inside if _is_submission(place)]
    metadata = next((place for place in inside if place.name == _METADATA and not place.is_folder), None)
    if not folders or metadata is None:
        return None
    records = _records(metadata)
    arrivals = [
        arrival
        for place in folders
        for arrival in _of_submission(place, records.get(folder_name(place), Record()))
    ]
    others = [place for place in inside if place is not metadata and not _is_submission(place)]
    rest = students(others, main)
    return Layout([*arrivals, *rest.arrivals], rest.left_over)


def _is_submission(place: Place) -> bool:
    is_holder = place.is_folder or is_zipped(place)
    return is_holder and _FOLDER.fullmatch(folder_name(place)) is not None


def _records(metadata: Place) -> dict[str, Record]:
    try:
        records = read_records(metadata.read(_MOST_METADATA_BYTES).decode("utf-8-sig"))
        if sum(len(record.submitters) for record in records.values()) > _MOST_STUDENTS:
            raise Unreadable(f"expected at most {_MOST_STUDENTS} students; it names more")
        return records
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    except Unreadable as error:
        reason = str(error)
    raise ConfigError(
        f"expected Gradescope's {_METADATA} as it was exported; {reason}. Export again, or take the file "
        "away: the submissions then go by the names of their folders"
    )


def _of_submission(place: Place, record: Record) -> list[Arrival]:
    arrivals: list[Arrival] = []
    for submitter in record.submitters:
        identity = submitter.sid or submitter.email or submitter.name
        if identity is not None:
            others = [other for other in record.submitters if other is not submitter]
            arrivals.append(_arrival(place, record, submitter, identity, others))
    if arrivals:
        return arrivals
    name = folder_name(place)
    note = f"{_METADATA} does not say who handed in {name}"
    return [Arrival(name, name, source_of(place), contents(place), notes=(note,))]


def _arrival(
    place: Place, record: Record, submitter: Submitter, identity: str, others: list[Submitter]
) -> Arrival:
    names = [safe_name(other.name or other.sid or other.email or "somebody") for other in others]
    told = (submitter.sid, submitter.email, submitter.name)
    return Arrival(
        student=identity,
        person=identity if submitter.sid or submitter.email else f"{identity} {place.name}",
        source=source_of(place),
        entries=contents(place),
        attempt=record.earlier + 1,
        time=record.created_at,
        name=submitter.name,
        also=tuple(other for other in told if other is not None and other != identity),
        notes=(f"handed in together with {', '.join(names[:10])}",) if names else (),
    )
