"""A student's own check: the visible part of an assignment, in a plain process, on any operating system."""

from __future__ import annotations

import dataclasses
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from autograder.allowed import not_surely_there
from autograder.checks.making import make_checks, wanted_by
from autograder.config import Assignment, for_students
from autograder.environment import describe
from autograder.grading import Marking, grade_submission
from autograder.problems.sources import recorded_versions
from autograder.reports.feedback import Feedback, feedback
from autograder.runners.session import Session
from autograder.sandbox.plain_process import PlainProcess
from autograder.submission import Submission

_WORTH_SAYING = ("autograder", "numpy", "tensorflow")


@dataclass(frozen=True)
class Checked:
    """What a student's own check says, and what to warn of."""

    feedback: Feedback
    warnings: tuple[str, ...]


class OwnCheck:
    """An assignment, ready to check a student's own work again and again.

    Args:
        assignment: The course's, or the one of a student's kit. Of a course's, too, only what students may
            see is looked at.
    """

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = dataclasses.replace(assignment, config=for_students(assignment.config))
        checks = make_checks(self.assignment, {})
        self._marking = Marking(self.assignment, checks, describe("process"), cases_digest="")
        self._wanted = wanted_by(self.assignment)

    def start(self) -> PlainProcess:
        """Start a process that imports what the assignment preloads, and then waits for a submission."""
        config = self.assignment.config
        return PlainProcess(seed=0, memory_mib=config.limits.memory_mib, preload=config.preload)

    @contextmanager
    def worker(self) -> Iterator[PlainProcess]:
        """Start a process, and end it."""
        process = self.start()
        try:
            yield process
        finally:
            process.end()

    def run(self, submission: Submission, first: PlainProcess) -> Checked:
        """Return what the visible checks say of a submission.

        Args:
            submission: The student's work.
            first: The process that it runs in; if it ends, others take its place.
        """
        waiting = [first]
        session = Session(
            lambda: waiting.pop() if waiting else self.start(),
            submission,
            self.assignment.config.limits,
            self._wanted,
        )
        try:
            loading = session.load()
            seen = feedback(grade_submission(submission, self._marking, session))
        finally:
            session.close()
        packages = self.assignment.config.packages
        doubtful = not_surely_there(loading.imports, [file.path for file in submission.files], packages)
        if not doubtful:
            return Checked(seen, ())
        warning = (
            f"{', '.join(doubtful)} may not be there when your work is graded: sure are {', '.join(packages)}. "
            "A file that stops at an import defines nothing."
        )
        return Checked(seen, (warning,))


def version_notes(assignment: Assignment) -> list[str]:
    """Return in which versions this machine differs from the one where the student's kit was made."""
    if not assignment.config.kit:
        return []
    theirs = recorded_versions(assignment.path)
    return [
        f"your work is graded with {name} {theirs[name]}; here is {ours or 'none'}"
        for name, ours in versions().items()
        if name in theirs and theirs[name] != ours and name in _WORTH_SAYING
    ] + [
        f"your work is graded with Python {theirs['python']}; here is {platform.python_version()}"
        for _ in range("python" in theirs and _minor(theirs["python"]) != _minor(platform.python_version()))
    ]


def versions() -> dict[str, str | None]:
    """Return the versions that may matter to a result, None where something is not installed."""
    return {
        "autograder": _version("cnn-autograder"),
        "numpy": _version("numpy"),
        "tensorflow": _version("tensorflow"),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _minor(text: str) -> str:
    return ".".join(text.split(".")[:2])
