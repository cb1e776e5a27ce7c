"""Submissions, as files: read once, bounded, without following links. No code is parsed here.

``folders`` and ``zips`` list what was collected, ``platforms`` says whose it is, ``reading`` reads it,
``finding`` finds the file asked for in it, ``contents`` compares a notebook with the Python file beside
it, ``starters`` knows what was handed out, and ``handins`` goes
that way from top to bottom. ``roster`` tells who handed in nothing, ``choices`` what was decided where
several files fit, and ``naming`` makes names that can be shown and be folders.
"""

from __future__ import annotations

from autograder.submission.choices import read_choices
from autograder.submission.files import (
    AmbiguousSubmission,
    Received,
    Submission,
    SubmittedFile,
    UnreadableSubmission,
)
from autograder.submission.folders import own_work
from autograder.submission.forms import is_notebook
from autograder.submission.handins import (
    HandIn,
    elsewhere,
    hand_ins,
    hidden,
    left_over,
    lone_folder,
    one_hand_in,
)
from autograder.submission.naming import safe_name
from autograder.submission.roster import RosterEntry, absent, read_roster, roster_ids, unlisted
from autograder.submission.starters import starters

__all__ = [
    "AmbiguousSubmission",
    "HandIn",
    "Received",
    "RosterEntry",
    "Submission",
    "SubmittedFile",
    "UnreadableSubmission",
    "absent",
    "elsewhere",
    "hand_ins",
    "hidden",
    "is_notebook",
    "left_over",
    "lone_folder",
    "one_hand_in",
    "own_work",
    "read_choices",
    "read_roster",
    "roster_ids",
    "safe_name",
    "starters",
    "unlisted",
]
