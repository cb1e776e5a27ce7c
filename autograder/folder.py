"""The results folder: a report and a feedback for each submission, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import msgspec

from autograder.errors import ConfigError
from autograder.reports.class_report import ClassReport
from autograder.reports.feedback import feedback
from autograder.results import Grade

_decoder = msgspec.json.Decoder(Grade)


class ResultsFolder:
    """``DIR/<submission>/report.json`` and ``feedback.json``, and ``DIR/class.json``."""

    def __init__(self, path: Path) -> None:
        """Make the folder if it is not there.

        Raises:
            ConfigError: If it cannot be made or written.
        """
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            write_whole(path / ".writable", b"", 0o600)
            (path / ".writable").unlink()
        except OSError as error:
            raise ConfigError(
                f"expected a folder for the results that can be written; {path}: {error.strerror}"
            ) from None

    @property
    def cases(self) -> Path:
        """The folder of the frozen cases."""
        return self.path / "cases"

    def write(self, grade: Grade) -> None:
        """Write a submission's report, for staff, and its feedback, for the student."""
        folder = self.path / grade.submission
        folder.mkdir(exist_ok=True)
        write_whole(folder / "feedback.json", _json(feedback(grade)), 0o644)
        write_whole(folder / "report.json", _json(grade), 0o600)

    def restore_feedback(self, grade: Grade) -> None:
        """Write a feedback again that has gone, from the report that is there."""
        path = self.path / grade.submission / "feedback.json"
        if not path.exists():
            write_whole(path, _json(feedback(grade)), 0o644)

    def read(self, submission: str) -> Grade | None:
        """Return a submission's grade, or None if there is none that can be read."""
        try:
            return _decoder.decode((self.path / submission / "report.json").read_bytes())
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None

    def write_class(self, report: ClassReport) -> None:
        """Write ``class.json``."""
        write_whole(self.path / "class.json", _json(report), 0o600)

    def reusable(self, submission: str, like: Grade) -> Grade | None:
        """Return the grade that is there if nothing that could change it has changed since.

        Args:
            submission: The submission's id.
            like: A grade of the same submission under the present conditions: its digests and its
                environment are compared. A provisional grade is never used again.
        """
        found = self.read(submission)
        if found is None or found.provisional or _conditions(found) != _conditions(like):
            return None
        return found


def _conditions(grade: Grade) -> tuple[object, ...]:
    return (
        grade.schema,
        grade.assignment,
        grade.environment,
        grade.config_digest,
        grade.submission_digest,
        grade.cases_digest,
        tuple(check.name for check in grade.checks),
    )


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"


def write_whole(path: Path, data: bytes, mode: int) -> None:
    """Write a file whole or not at all: into another one beside it, which then takes its name."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def clear_leftovers(folder: Path, submissions: Iterable[str]) -> None:
    """Remove half-written files of a grader that was killed."""
    for place in (folder, *(folder / submission for submission in submissions)):
        for path in place.glob(".*.tmp"):
            path.unlink(missing_ok=True)
