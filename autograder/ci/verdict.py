"""What a run's exit code says."""

from __future__ import annotations

from autograder.ci.place import Format, reads_scores_from_files
from autograder.errors import AutograderError
from autograder.reports.entries import Result, State, Trust, entries
from autograder.results import Outcome

PASSED, NOT_PASSED = 0, 1


def exit_code(result: Result, formats: tuple[Format, ...]) -> int:
    """Return 0 if everything passed or awaits a person, 1 if not, 3 for a fault or a missing grade.

    Where a score is read from a file, it is 0 whatever the score is.
    """
    states = {entry.state for entry in entries(result)}
    if not states or State.FAULT in states or _is_question(result):
        return AutograderError.exit_code
    if reads_scores_from_files(formats):
        return PASSED
    return NOT_PASSED if State.FAILED in states else PASSED


def _is_question(result: Result) -> bool:
    """Return whether nothing could be graded before somebody says which file is meant.

    A student can: in a run that decides no grade it is a check that did not pass.
    """
    seen = result.feedback
    is_open = seen.provisional and seen.outcome is Outcome.UNREADABLE_SUBMISSION
    return is_open and result.trust is Trust.GRADED
