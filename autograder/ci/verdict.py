"""What a run's exit code says."""

from __future__ import annotations

from autograder.ci.place import Format, reads_scores_from_files
from autograder.errors import AutograderError
from autograder.reports.entries import entries, is_without_grade
from autograder.reports.entry import Result, State

PASSED, NOT_PASSED = 0, 1


def exit_code(result: Result, formats: tuple[Format, ...]) -> int:
    """Return 0 if everything passed or awaits a person, 1 if not, 3 for a fault or a missing grade.

    Where a score is read from a file, it is 0 whatever the score is.
    """
    if is_without_grade(result):
        return AutograderError.exit_code
    if reads_scores_from_files(formats):
        return PASSED
    return NOT_PASSED if any(entry.state is State.FAILED for entry in entries(result)) else PASSED
