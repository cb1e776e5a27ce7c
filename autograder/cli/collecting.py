"""What `autograder grade` is to grade: the hand-ins, compared with a roster, and what to say of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.terminal import say, say_names

if TYPE_CHECKING:
    from autograder.config import Assignment
    from autograder.reports.rows import Roll
    from autograder.submission import HandIn
    from autograder.whole_class.overrides import OverridesFile
    from autograder.whole_class.sharding import Shard


@dataclass(frozen=True)
class Collected:
    """What was handed in, and by whom not.

    Attributes:
        found: The hand-ins.
        roll: What the roster says.
        strangers: Who handed in and is not in the roster.
        left_over: The files that are nobody's.
        elsewhere: Who handed in for another assignment only.
        is_whole: Whether this is the class, not a part of it.
    """

    found: list[HandIn]
    roll: Roll
    strangers: list[str]
    left_over: list[str]
    elsewhere: list[str]
    is_whole: bool

    @property
    def ids(self) -> list[str]:
        """The students who handed in."""
        return [hand_in.student for hand_in in self.found]

    def say(self) -> None:
        """Say what is not graded, and what is not expected."""
        say_names("left out, since nobody's", self.left_over)
        say_names("handed in for another assignment only", self.elsewhere)
        say_names("not in the roster", self.strangers)

    def say_of_overrides(self, given: OverridesFile) -> None:
        """Say what overrides.toml leaves open, and whom it names who is not in the class."""
        from autograder.whole_class.overrides import open_note, unknown_students

        if given.still_open:
            say(open_note(given.still_open))
        if self.is_whole:
            known = [*self.ids, *(each.id for each in self.roll.absent)]
            unknown = unknown_students(given.entries, known)
            say_names("overrides.toml names students who are not among these", unknown)


def collect(
    assignment: Assignment, submissions: Path, out: Path, roster: Path | None, part: Shard | None
) -> Collected:
    """Return what was handed in for an assignment, in the way that files.toml of a results folder says."""
    from autograder.config import all_functions_of
    from autograder.submission import (
        elsewhere,
        hand_ins,
        hidden,
        left_over,
        lone_folder,
        read_choices,
        starters,
    )

    config = assignment.config
    titles = (assignment.slug, config.title)
    choices = read_choices(out / "files.toml")
    found = hand_ins(
        submissions,
        config.file,
        due=config.due,
        choices=choices,
        titles=titles,
        functions=all_functions_of(config),
        starters=starters(assignment.course, assignment.slug, config.file),
    )
    if (lone := lone_folder(submissions, config.file)) is not None:
        say(
            f"{lone} is graded as one student's; if it is a platform's download, name that itself: "
            f"{submissions / lone}"
        )
    say_names("left out, since the folder's name begins with a dot", hidden(submissions))
    roll, strangers = _compare_with_roster(roster, found, part)
    return Collected(
        found=[hand_in for hand_in in found if part is None or part.holds(hand_in.student)],
        roll=roll,
        strangers=strangers,
        left_over=left_over(submissions, config.file),
        elsewhere=elsewhere(submissions, config.file, titles),
        is_whole=part is None,
    )


def _compare_with_roster(
    roster: Path | None, found: list[HandIn], part: Shard | None
) -> tuple[Roll, list[str]]:
    """Return what a roster says of a class, or of a part of it; and who handed in and is not in it."""
    from autograder.reports.rows import NO_ROLL, Absent, Roll
    from autograder.submission import absent, read_roster, roster_ids, safe_name, unlisted

    if roster is None:
        return NO_ROLL, []
    notes: list[str] = []
    entries = read_roster(roster, notes)
    for note in notes:
        say(note)
    missing = [
        Absent(id=safe_name(each.student), name=each.name, roster_id=each.student)
        for each in absent(entries, found)
    ]
    roll = Roll(
        absent=tuple(each for each in missing if part is None or part.holds(each.id)),
        ids=roster_ids(entries, found),
    )
    return roll, [hand_in.student for hand_in in unlisted(entries, found)]
