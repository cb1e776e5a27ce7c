"""One thing that a run in CI has found, and the run as a whole: what every service's format is made from."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from autograder.reports.feedback import Feedback


class Trust(StrEnum):
    """How far a result may be trusted: `unverified` ones come from where students can write."""

    GRADED = "graded"
    UNVERIFIED = "unverified"


class State(StrEnum):
    """What an entry says. ``open`` awaits something or somebody, ``fault`` is ours."""

    PASSED = "passed"
    FAILED = "failed"
    OPEN = "open"
    FAULT = "fault"


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a run in CI has found.

    Attributes:
        feedback: What the student may see.
        trust: How far it may be trusted.
        seconds: What the run took.
        main: Where the student's file is in the checkout, or the zip with it; empty where that is not known.
        paths: Where the files of the submission are in the checkout, by the path that they have in it.
        is_complete: Whether the hidden cases have been run, where there are any to run.
        visible_points: What each check gives for what students can see, by its name.
    """

    feedback: Feedback
    trust: Trust
    seconds: float = 0.0
    main: str = ""
    paths: Mapping[str, str] = {}
    is_complete: bool = True
    visible_points: Mapping[str, float] = {}


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to say, and where in the checkout; no line where that is not known.

    Attributes:
        text: What is wrong.
        about: With what: a check, a call. The same text may hold for several.
    """

    text: str
    about: str = ""
    file: str = ""
    line: int | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a result.

    Attributes:
        check: The check that it belongs to.
        name: Its own name, which no other entry has.
        is_hidden: Whether it says something of what students do not see before they hand in.
        score: None where there is none yet.
        text: What is wrong, in full; empty where it passed.
        headline: The same in a line, for lists; empty where the first line of ``text`` says it.
        hint: What to try.
        remarks: The same, each at its place in the student's files.
    """

    check: str
    name: str
    is_hidden: bool
    state: State
    score: float | None
    max_score: float
    text: str = ""
    headline: str = ""
    hint: str = ""
    remarks: tuple[Remark, ...] = ()
