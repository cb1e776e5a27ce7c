"""The results folder: a report and a feedback for each submission, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import msgspec

from autograder.config import Assignment
from autograder.errors import ConfigError
from autograder.reports.class_report import ClassReport
from autograder.reports.executed import executed_notebook
from autograder.reports.feedback import feedback
from autograder.reports.grades_csv import grades_csv
from autograder.reports.json_text import json_text
from autograder.reports.student_view import feedback_text
from autograder.results import CellResult, Grade, Timing, is_fault, is_question
from autograder.whole_class.writing import HISTORY, RUNS, write_whole

CLASS = "class.json"
GRADES = "grades.csv"
FEEDBACK, FEEDBACK_TEXT = "feedback.json", "feedback.txt"
RUN = "run.json"
EXECUTED = "executed.ipynb"
_NO_TIMING = Timing(wall_seconds=0.0, worker_cpu_seconds=0.0)
_decoder = msgspec.json.Decoder(Grade)
_class_decoder = msgspec.json.Decoder(ClassReport)


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What a folder's reports were made from: ``run.json``, for `autograder explain`. Full paths.

    Attributes:
        seed_check: Tells whether a seed is the same (`cases.seed_check`).
        regrade: The students whom a run that was stopped was to grade again, and has not yet.
        data_folder: Where the data set is that the assignment names.
    """

    schema: str = "autograder/run/v1"
    assignment: str
    course: str
    submissions: str
    sandbox: str
    seed_file: str | None
    seed_check: str = ""
    regrade: tuple[str, ...] = ()
    data_folder: str = ""

    @classmethod
    def of(
        cls,
        assignment: Assignment,
        submissions: Path,
        sandbox: str,
        seed_file: Path | None,
        seed_check: str = "",
    ) -> Run:
        """Return the run of an assignment over submissions."""
        return cls(
            assignment=assignment.slug,
            course=str(assignment.course.resolve()),
            submissions=str(submissions.resolve()),
            sandbox=sandbox,
            seed_file=str(seed_file.resolve()) if seed_file else None,
            seed_check=seed_check,
            data_folder=str(assignment.dataset.place.parent.resolve()) if assignment.dataset else "",
        )


class ResultsFolder:
    """``DIR/<submission>/report.json``, ``feedback.json``, ``feedback.txt``; ``class.json``, ``grades.csv``.

    No report is ever overwritten by another: the earlier one is kept as ``history/<version>.json`` beside it,
    and an earlier ``class.json`` as ``runs/<run>.json``.
    """

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

    def write(self, grade: Grade, earlier: Grade | None) -> Grade:
        """Write a submission's report and executed notebook, for staff, and its feedback, for the student.

        Args:
            grade: What to write.
            earlier: What `read` returned.

        Returns:
            The grade as it was written: with its version. A grade that says what the earlier one says is
            not written again.
        """
        folder = self.path / grade.submission
        folder.mkdir(parents=True, exist_ok=True)
        if (executed := executed_notebook(grade)) is not None:
            write_whole(folder / EXECUTED, executed.encode(), 0o600)
        grade = msgspec.structs.replace(grade, cells=tuple(map(_for_report, grade.cells)))
        if earlier is not None and _says(grade) == _says(earlier):
            self.restore_feedback(earlier)
            return earlier
        version = _keep(folder / "report.json", folder / HISTORY, earlier.version if earlier else 1)
        grade = msgspec.structs.replace(grade, version=version)
        self._write_feedback(grade)
        write_whole(folder / "report.json", _json(grade), 0o600)
        return grade

    def _write_feedback(self, grade: Grade) -> None:
        """Write what the student may see, for programs and for people."""
        folder, shown = self.path / grade.submission, feedback(grade)
        write_whole(folder / FEEDBACK, _json(shown), 0o644)
        write_whole(folder / FEEDBACK_TEXT, feedback_text(shown).encode(), 0o644)

    def write_run(self, run: Run) -> None:
        """Write ``run.json``."""
        write_whole(self.path / RUN, _json(run), 0o600)

    def read_run(self) -> Run:
        """Return what the reports were made from.

        Raises:
            ConfigError: If nothing says so.
        """
        path = self.path / RUN
        try:
            return msgspec.json.decode(path.read_bytes(), type=Run)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"expected {path}, which autograder grade writes; {error}") from None

    def restore_feedback(self, grade: Grade) -> None:
        """Write a feedback again that has gone, from the report that is there."""
        folder = self.path / grade.submission
        if not all((folder / name).exists() for name in (FEEDBACK, FEEDBACK_TEXT)):
            self._write_feedback(grade)

    def read(self, submission: str) -> Grade | None:
        """Return a submission's grade, or None if there is none that can be read."""
        try:
            return _decoder.decode((self.path / submission / "report.json").read_bytes())
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None

    def read_class(self) -> ClassReport | None:
        """Return the class's report, or None if there is none that can be read."""
        return read_class_report(self.path / CLASS)

    def write_class(self, report: ClassReport) -> ClassReport:
        """Write ``class.json``, and return it with the number of its run; keep the one before.

        Beside it stands ``grades.csv``, which says the same and is written anew each time.
        """
        write_whole(self.path / GRADES, grades_csv(report), 0o600)
        earlier = self.read_class()
        if earlier is not None and msgspec.structs.replace(report, run=earlier.run) == earlier:
            return earlier
        run = _keep(self.path / CLASS, self.path / RUNS, earlier.run if earlier else 1)
        report = msgspec.structs.replace(report, run=run)
        write_whole(self.path / CLASS, _json(report), 0o600)
        return report

    def reusable(self, found: Grade | None, like: Grade) -> Grade | None:
        """Return a grade that lay there if nothing that could change it has changed since.

        Args:
            found: What `read` returned.
            like: A grade of the same submission under the present conditions: its digests and its
                environment are compared. One with a fault of ours is never used again.
        """
        if found is None or is_fault(found) or is_question(found) or _conditions(found) != _conditions(like):
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


def existing_results(path: Path) -> ResultsFolder:
    """Return a results folder that is there.

    Raises:
        ConfigError: If nothing in it was written by a grader.
    """
    if not (path / CLASS).is_file() and not (path / RUN).is_file():
        raise ConfigError(
            f"expected a results folder of autograder grade; there is neither {RUN} nor {CLASS} in {path}"
        )
    return ResultsFolder(path)


def find_run(path: Path) -> Run | None:
    """Return what a folder's reports were made from, or None if nothing says so."""
    try:
        return msgspec.json.decode((path / RUN).read_bytes(), type=Run)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def read_class_report(path: Path) -> ClassReport | None:
    """Return a class's report in a file, or None if there is none that can be read."""
    try:
        return _class_decoder.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _says(grade: Grade) -> Grade:
    """Return a grade without what differs between two gradings that agree."""
    cells = tuple(msgspec.structs.replace(cell, seconds=0.0) for cell in grade.cells)
    return msgspec.structs.replace(grade, timing=_NO_TIMING, version=0, cells=cells)


def _for_report(cell: CellResult) -> CellResult:
    """Return a cell without what is in the executed notebook alone."""
    return msgspec.structs.replace(cell, source="", shown="", figures=())


def _keep(current: Path, history: Path, number: int) -> int:
    """Keep a file that is about to be replaced; return the number of the one that replaces it.

    Args:
        current: The file.
        history: The folder of those before it, of which none is ever replaced.
        number: What the file says its own number is.
    """
    last = _last(history)
    if not current.exists():
        return last + 1
    data = current.read_bytes()
    kept = history / f"{last:04}.json"
    if last >= number and kept.exists() and kept.read_bytes() == data:
        return last + 1  # a grader was killed when it had kept it
    number = max(number, last + 1)
    history.mkdir(exist_ok=True, mode=0o700)
    write_whole(history / f"{number:04}.json", data, 0o600)
    return number + 1


def _last(history: Path) -> int:
    """Return the highest number in a folder of earlier reports; 0 without any."""
    return max((int(path.stem) for path in history.glob("*.json") if path.stem.isdecimal()), default=0)


def _json(value: object) -> bytes:
    return json_text(value, indent=1).encode() + b"\n"
