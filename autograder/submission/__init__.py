"""Submissions, as files: read once, bounded, without following links. Nothing here parses them.

``folders`` and ``zips`` list what was collected, ``platforms`` says whose it is, ``files`` reads it,
``finding`` finds the file asked for in it, and ``handins`` goes that way from top to bottom. ``roster`` tells
who handed in nothing, ``choices`` what was decided where several files fit, and ``naming`` makes names that
can be shown and be folders.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path, PurePosixPath

from autograder.errors import ConfigError
from autograder.submission.choices import read_choices
from autograder.submission.files import (
    AmbiguousSubmission,
    Received,
    Submission,
    SubmittedFile,
    UnreadableSubmission,
    read_submission,
)
from autograder.submission.folders import in_folder, left_out, own_work, read_file
from autograder.submission.handins import HandIn, hand_ins, left_over
from autograder.submission.naming import safe_name, with_unique_ids
from autograder.submission.roster import RosterEntry, absent, read_roster, unlisted
from autograder.submission.zips import in_zip, looks_like_zip

__all__ = [
    "AmbiguousSubmission",
    "HandIn",
    "Received",
    "RosterEntry",
    "Submission",
    "SubmittedFile",
    "UnreadableSubmission",
    "absent",
    "collect",
    "hand_ins",
    "left_out",
    "left_over",
    "own_work",
    "read_choices",
    "read_roster",
    "safe_name",
    "unlisted",
]


def collect(path: Path, main: str) -> list[Submission | UnreadableSubmission]:
    """Return the submissions in a folder of students (folders or files), one submission, or a zip.

    Args:
        path: The folder, file or zip.
        main: The file that the assignment asks for.

    Raises:
        ConfigError: If there is nothing at `path`, or nothing in it, or a zip that cannot be opened.
    """
    if path.is_symlink():
        raise ConfigError(f"expected a folder, a file or a zip of submissions; {path} is a symbolic link")
    if path.is_dir():
        found = in_folder(path, main)
    elif not path.is_file():
        raise ConfigError(f"expected a folder, a file or a zip of submissions; there is none at {path}")
    elif looks_like_zip(path, main):
        found = in_zip(path, main)
    else:
        found = [read_submission(path.stem, [(PurePosixPath(main), partial(read_file, path))], main)]
    if not found:
        others = ", ".join(left_out(path, main)[:5]) or "nothing"
        what = f"folders or {PurePosixPath(main).suffix} files"
        raise ConfigError(f"expected submissions in {path}, {what}; it holds {others}")
    return with_unique_ids(sorted(found, key=lambda submission: submission.id))
