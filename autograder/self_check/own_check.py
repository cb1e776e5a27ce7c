"""A student's own check: the visible part of an assignment, in a plain process, on any operating system."""

from __future__ import annotations

import dataclasses
import platform
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from autograder.allowed import installed, not_surely_there
from autograder.checks.making import make_checks, wanted_by
from autograder.config import Assignment, for_students, require_hidden_cases
from autograder.config.datasets import data_of
from autograder.config.students import released_digest
from autograder.environment import describe
from autograder.errors import AutograderError
from autograder.grading import Marking, grade_submission
from autograder.observation import Worker
from autograder.problems.sources import recording_of
from autograder.reports.feedback import Feedback, feedback
from autograder.runners.replies import Tell
from autograder.runners.session import Session
from autograder.sandbox.plain_process import PlainProcess
from autograder.submission import Submission, is_notebook

_FRAMEWORKS = {"tensorflow", "keras"}
_TITLES = {"autograder": "autograder", "numpy": "NumPy", "tensorflow": "TensorFlow", "python": "Python"}


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
        require_hidden_cases(assignment)
        self.assignment = dataclasses.replace(assignment, config=for_students(assignment.config))
        checks = make_checks(self.assignment, {})
        described = describe("process", dataset=data_of(self.assignment, "") if assignment.dataset else None)
        self._marking = Marking(self.assignment, checks, described, cases_digest="")
        self._wanted = wanted_by(self.assignment)

    def start(self) -> PlainProcess:
        """Start a process that imports what the assignment preloads, and then waits for a submission."""
        return self._start(self.assignment.config.preload)

    def _start(self, preload: Sequence[str]) -> PlainProcess:
        limits = self.assignment.config.limits
        backend = self.assignment.config.backend
        # Else it is the student's own choice: a kit may be checked where there is no TensorFlow.
        around = {} if backend == "tensorflow" else {"KERAS_BACKEND": backend}
        return PlainProcess(0, limits.memory_mib, preload, self.assignment.data, around)

    @contextmanager
    def worker(self, submission: Submission) -> Iterator[PlainProcess]:
        """Start a process for one submission, and end it. It imports before only what that may use.

        Raises:
            AutograderError: If it is a notebook, and what runs notebooks is not installed.
        """
        require_ipython(submission)
        problems = self.assignment.problems.values()
        takes_tensors = any(case.as_tensors for problem in problems for case in problem.examples)
        process = self._start(
            [
                module
                for module in self.assignment.config.preload
                if (takes_tensors and module == "tensorflow")
                or any(file.mentions(module.partition(".")[0].encode()) for file in submission.files)
            ]
        )
        try:
            yield process
        finally:
            process.end()

    def run(
        self,
        submission: Submission,
        first: PlainProcess,
        start: Callable[[], PlainProcess] | None = None,
        tell: Tell | None = None,
    ) -> Checked:
        """Return what the visible checks say of a submission.

        Args:
            submission: The student's work.
            first: The process that it runs in.
            start: Starts another in its place, if it ends; of this assignment, where nothing is given.
            tell: Gets to know how a training goes.
        """
        waiting = [first]
        session = Session(
            lambda: waiting.pop() if waiting else (start or self.start)(),
            submission,
            self.assignment.config.limits,
            self._wanted,
            tell=tell,
        )
        try:
            loading = session.load()
            seen = self.judge(submission, session)
        finally:
            session.close()
        packages = self._sure_packages()
        doubtful = not_surely_there(loading.imports, [file.path for file in submission.files], packages)
        if not doubtful:
            return Checked(seen, ())
        warning = (
            f"{', '.join(doubtful)} may not be there when your work is graded. These will be: "
            f"{', '.join(packages)}. A function that uses a missing package fails; the others run."
        )
        return Checked(seen, (warning,))

    def _sure_packages(self) -> Sequence[str]:
        """Return what is surely there when work is graded.

        A kit has recorded it. In a course's own folder, what is not even here is not known to be there.
        """
        packages = self.assignment.config.packages
        return packages if self.assignment.config.kit else installed(packages)

    def judge(self, submission: Submission, worker: Worker, only: Collection[str] | None = None) -> Feedback:
        """Return what the visible checks, or only those of some names, say of what is in a worker."""
        checks = [check for check in self._marking.checks if only is None or check.name in only]
        marking = dataclasses.replace(self._marking, checks=tuple(checks))
        return feedback(grade_submission(submission, marking, worker))


def require_ipython(submission: Submission) -> None:
    """Refuse a notebook where nothing is that runs it: that is no fault of the student's.

    Raises:
        AutograderError: If so.
    """
    if is_notebook(submission.main) and find_spec("IPython") is None:
        raise AutograderError(
            f"{submission.main} is a notebook, and IPython, which runs it, is not installed here: "
            "pip install ipython"
        )


def version_notes(assignment: Assignment) -> list[str]:
    """Return in what this machine and this kit differ from where the student's kit was made.

    TensorFlow is of interest only where the assignment uses it.
    """
    if not assignment.config.kit:
        return []
    recording = recording_of(assignment.path)
    theirs, ours = recording.versions, {**versions(), "python": platform.python_version()}
    notes = [
        f"your work is graded with {_TITLES[name]} {theirs[name]}; here is {ours[name] or 'none'}"
        for name in _TITLES
        if name in theirs and not _agree(name, theirs[name], ours[name])
        if name != "tensorflow" or _uses_tensorflow(assignment)
    ]
    if recording.config_digest != released_digest(assignment.path.read_bytes()):
        notes.append(f"{assignment.path.name} is not as it was released; your work is graded by the original")
    return notes


def _agree(name: str, theirs: str, ours: str | None) -> bool:
    return ours is not None and (_minor(theirs) == _minor(ours) if name == "python" else theirs == ours)


def _uses_tensorflow(assignment: Assignment) -> bool:
    preloaded = {module.partition(".")[0] for module in assignment.config.preload}
    cases = [case for problem in assignment.problems.values() for case in problem.examples]
    return bool(preloaded & _FRAMEWORKS) or any(case.as_tensors for case in cases)


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
