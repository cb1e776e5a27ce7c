"""Grading a class: what is unchanged is used again, the rest is run, every report is written as it comes."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

import msgspec

from autograder import cases, environment
from autograder.checks.function import FunctionCheck
from autograder.config import Assignment
from autograder.errors import ConfigError
from autograder.folder import ResultsFolder, clear_leftovers
from autograder.grading import Marking, grade_submission, not_graded, unreadable
from autograder.problems import PROBLEMS
from autograder.reports.class_report import ClassReport, class_report
from autograder.results import CheckResult, Grade, Outcome, Status, first_outcome, total
from autograder.runners.local import Begun, Graded, LocalRunner, NotGraded
from autograder.sandbox.level import Level
from autograder.sandbox.packages import closure, digest
from autograder.submission import Submission, UnreadableSubmission


@dataclass(frozen=True)
class Started:
    """A submission is being graded."""

    submission: str


@dataclass(frozen=True)
class Finished:
    """A submission has its grade; ``is_new`` is false where an earlier one was used again."""

    grade: Grade
    is_new: bool


Progress: TypeAlias = Started | Finished


def prepare(assignment: Assignment, level: Level, seed: bytes, cases_folder: Path) -> Marking:
    """Return what a class is marked with: the checks with their drawn cases, and the environment.

    Raises:
        ConfigError: If a module to preload is not installed.
    """
    for module in assignment.config.preload:
        if find_spec(module.partition(".")[0]) is None:
            raise ConfigError(f"{assignment.path}: preload: expected installed modules; received {module!r}")
    drawn = {
        check.problem: cases.draw(PROBLEMS[check.problem], seed, cases_folder)
        for check in assignment.config.checks
    }
    checks = tuple(
        FunctionCheck(check, PROBLEMS[check.problem], drawn[check.problem][0], assignment.functions)
        for check in assignment.config.checks
    )
    packages = closure(assignment.config.packages)
    described = environment.describe(level.value, digest(packages))
    return Marking(assignment, checks, described, " ".join(found for _, found in drawn.values()))


class Batch:
    """A class to grade, into a results folder.

    Args:
        marking: What it is marked with.
        found: The submissions, unreadable ones among them.
        folder: Where the reports go.
        fresh: Whether to grade again what is unchanged.
        only: The one check to run; the others keep what an earlier grade says of them.
        students: The ids of those to grade; everybody where it is empty.
    """

    def __init__(
        self,
        marking: Marking,
        found: Sequence[Submission | UnreadableSubmission],
        folder: ResultsFolder,
        *,
        fresh: bool = False,
        only: str | None = None,
        students: Sequence[str] = (),
    ) -> None:
        self.marking = marking
        self._found = found
        self._folder = folder
        self._fresh = fresh
        self._only = only
        names = [check.name for check in marking.checks]
        if only is not None and only not in names:
            raise ConfigError(f"--only: expected one of {', '.join(names)}; received {only!r}")
        ids = [submission.id for submission in found]
        if unknown := [student for student in students if student not in ids]:
            raise ConfigError(
                f"--student: expected one of {', '.join(ids[:50])}; received {', '.join(unknown)}"
            )
        self.chosen = [identity for identity in ids if identity in students or not students]
        self.grades: dict[str, Grade] = {}

    def run(self, runner: LocalRunner) -> Generator[Progress, None, None]:
        """Grade the class; yield what happens. What was graded is on the disk whenever it is left."""
        clear_leftovers(self._folder.path, (submission.id for submission in self._found))
        todo: list[Submission] = []
        for submission in self._found:
            if submission.id not in self.chosen:
                self._keep(submission.id)
            elif isinstance(submission, UnreadableSubmission):
                yield self._finish(unreadable(submission, self.marking), is_new=True)
            elif (grade := self._earlier(submission)) is not None and not self._fresh and not self._only:
                yield self._finish(grade, is_new=False)
            else:
                todo.append(submission)
        if not todo:
            return
        marking = self._marking_of_only()
        with closing(
            runner.run(todo, lambda submission, worker: grade_submission(submission, marking, worker))
        ) as events:
            for event in events:
                match event:
                    case Begun(submission):
                        yield Started(submission.id)
                    case Graded(submission, grade):
                        yield self._finish(self._with_others(submission, grade), is_new=True)
                    case NotGraded(submission, fault):
                        yield self._finish(not_graded(submission, fault, self.marking), is_new=True)

    def report(self) -> ClassReport:
        """Return the report of the class as far as it is graded, and write it."""
        config = self.marking.assignment
        report = class_report(
            config.config.title,
            config.max_score,
            list(self.grades.values()),
            len(self._found) - len(self.grades),
            self.marking.environment,
        )
        self._folder.write_class(report)
        return report

    def _finish(self, grade: Grade, *, is_new: bool) -> Finished:
        if is_new:
            self._folder.write(grade)
        else:
            self._folder.restore_feedback(grade)
        self.grades[grade.submission] = grade
        return Finished(grade, is_new)

    def _keep(self, identity: str) -> None:
        """Take the grade of somebody who is not to be graded now, if there is one, for the class's report."""
        if (grade := self._folder.read(identity)) is not None:
            self.grades[identity] = grade

    def _earlier(self, submission: Submission) -> Grade | None:
        return self._folder.reusable(submission.id, not_graded(submission, "", self.marking))

    def _marking_of_only(self) -> Marking:
        if self._only is None:
            return self.marking
        checks = tuple(check for check in self.marking.checks if check.name == self._only)
        return dataclasses.replace(self.marking, checks=checks)

    def _with_others(self, submission: Submission, grade: Grade) -> Grade:
        """Return a grade of one check completed with what an earlier grade says of the others."""
        if self._only is None:
            return grade
        earlier = self._earlier(submission)
        ran = {check.name: check for check in grade.checks}
        if earlier is not None:
            checks = tuple(ran.get(check.name, check) for check in earlier.checks)
        else:
            checks = tuple(ran.get(check.name) or _skipped(check) for check in self.marking.checks)
        return _with_checks(grade, checks)


def _skipped(check: FunctionCheck) -> CheckResult:
    return CheckResult(
        name=check.name,
        kind=check.kind,
        outcome=Outcome.COMPLETED,
        status=Status.SKIPPED,
        score=None,
        max_score=check.max_score,
        message="not run: another check was asked for alone",
    )


def _with_checks(grade: Grade, checks: tuple[CheckResult, ...]) -> Grade:
    score, provisional = total(checks)
    return msgspec.structs.replace(
        grade,
        checks=checks,
        score=score,
        provisional=provisional,
        outcome=first_outcome([check.outcome for check in checks]),
        max_score=round(sum(check.max_score for check in checks), 2),
    )
