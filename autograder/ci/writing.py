"""The files that services read, each whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.ci.place import Format
from autograder.errors import ConfigError
from autograder.reports.classroom50 import classroom50
from autograder.reports.entries import is_without_grade
from autograder.reports.entry import Result
from autograder.reports.github import MOST_SUMMARY_BYTES, job_summary
from autograder.reports.gradescope import Visibility, gradescope, not_finished
from autograder.reports.json_text import json_text
from autograder.reports.junit import junit
from autograder.whole_class.writing import write_whole

JUNIT, CLASSROOM50, GRADESCOPE = "junit.xml", "result.json", "results.json"
BEGUN = (
    "Grading has begun, and has not come to an end. Where this stays so, the grader has failed or was "
    "stopped; that says nothing of your work."
)


@dataclass(frozen=True)
class Writer:
    """What is to be written, and where.

    Attributes:
        formats: What.
        folder: Into which folder.
        hidden: When Gradescope shows students what is said of hidden cases.
        environment: What the service has set.
    """

    formats: tuple[Format, ...]
    folder: Path
    hidden: Visibility
    environment: Mapping[str, str]

    def begin(self) -> None:
        """Leave a file for Gradescope that says that there is no result yet.

        Raises:
            ConfigError: If the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(f"--out: expected a folder; {self.folder}: {error.strerror}") from None
        self.say(BEGUN)

    def say(self, text: str) -> None:
        """Say to whoever reads Gradescope's file why there is no result."""
        if Format.GRADESCOPE in self.formats:
            self._write(GRADESCOPE, _json(not_finished(text)))

    def write_interim(self, result: Result) -> None:
        """Leave what is known so far for Gradescope, which ends what takes too long."""
        if Format.GRADESCOPE in self.formats:
            self._write(GRADESCOPE, _json(gradescope(result, self.hidden)))

    def write(self, result: Result) -> list[Path]:
        """Write the result; return the files. Without a grade Classroom 50 gets none, and makes its own."""
        written = []
        if {Format.JUNIT, Format.GITLAB} & set(self.formats):
            written.append(self._write(JUNIT, junit(result)))
        if Format.GRADESCOPE in self.formats:
            written.append(self._write(GRADESCOPE, _json(gradescope(result, self.hidden))))
        if Format.CLASSROOM50 in self.formats and not is_without_grade(result):
            told = classroom50(result, self.environment, datetime.now(UTC))
            written.append(self._write(CLASSROOM50, _json(told)))
        if Format.GITHUB in self.formats and (summary := self.environment.get("GITHUB_STEP_SUMMARY")):
            _append(Path(summary), job_summary(result))
        return written

    def _write(self, name: str, data: bytes) -> Path:
        write_whole(self.folder / name, data, 0o644)
        return self.folder / name


def _append(path: Path, text: str) -> None:
    """Append to the job summary, unless it would grow beyond what GitHub takes."""
    size = path.stat().st_size if path.exists() else 0
    if size + len(text.encode()) < MOST_SUMMARY_BYTES:
        with path.open("a", encoding="utf-8") as file:
            file.write(text)


def _json(value: object) -> bytes:
    return json_text(value).encode() + b"\n"
