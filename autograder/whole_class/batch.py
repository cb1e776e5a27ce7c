"""Grading a class: what is unchanged is used again, the rest is run, every report is written as it comes."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from msgspec import structs

from autograder import environment
from autograder.checks.function import FunctionCheck
from autograder.checks.making import make_checks
from autograder.checks.training_words import epoch_in_words
from autograder.config import Assignment, FunctionCheckConfig, require_backend
from autograder.config.datasets import data_of
from autograder.config.installed import require_packages
from autograder.config.tensors import require_preloaded
from autograder.errors import ConfigError
from autograder.grading import Marking, grade_submission, in_question, not_graded, unreadable
from autograder.reports.changes import Change, changes
from autograder.reports.class_report import ClassReport, Heading, class_report
from autograder.reports.rows import NO_ROLL, Roll, Row, row_of
from autograder.results import Grade, is_whole
from autograder.runners.local import Begun, Event, Graded, InTraining, LocalRunner, NotGraded
from autograder.sandbox.level import Level
from autograder.sandbox.packages import NOTEBOOKS, closure, digest
from autograder.submission import AmbiguousSubmission, HandIn, Submission, UnreadableSubmission
from autograder.whole_class import cases
from autograder.whole_class.attempts import Attempt, best, counting, hand_in_info
from autograder.whole_class.evaluating import evaluation_of
from autograder.whole_class.folder import ResultsFolder
from autograder.whole_class.one_check import marking_of, with_others
from autograder.whole_class.overrides import Overrides, outdated, with_overrides, with_points
from autograder.whole_class.writing import clear_leftovers


@dataclass(frozen=True)
class Started:
    """A submission is being graded."""

    submission: str


@dataclass(frozen=True)
class Finished:
    """A student has a grade; ``is_new`` is false where an earlier one was used again."""

    grade: Grade
    is_new: bool


@dataclass(frozen=True)
class Trains:
    """An epoch of a submission's training has ended; how it goes, as its process says."""

    submission: str
    told: str


Progress: TypeAlias = Started | Trains | Finished


def prepare(
    assignment: Assignment, level: Level, seed: bytes, cases_folder: Path, device: str = "cpu"
) -> Marking:
    """Return what a class is marked with: the checks with their drawn cases, and the environment.

    Args:
        assignment: What is graded.
        level: The walls.
        seed: The secret seed of the hidden cases.
        cases_folder: Where these are kept.
        device: What submissions compute on, as reports call it.

    Raises:
        ConfigError: If a module to preload, or a package that is allowed, is not installed; or if the data
            folder holds what a sandbox cannot show.
    """
    require_backend(assignment.path, assignment.config)
    require_packages(assignment)
    for module in assignment.config.preload:
        if find_spec(module.partition(".")[0]) is None:
            raise ConfigError(f"{assignment.path}: preload: expected installed modules; received {module!r}")
    drawn = {
        check.problem: cases.draw(assignment.problems[check.problem], seed, cases_folder)
        for check in assignment.config.checks
        if isinstance(check, FunctionCheckConfig)
    }
    evaluation = evaluation_of(assignment, seed)
    checks = make_checks(assignment, {name: found for name, (found, _) in drawn.items()}, evaluation)
    hidden = [each.case for check in checks if isinstance(check, FunctionCheck) for each in check.hidden]
    require_preloaded(assignment.path, assignment.config, hidden)
    packages = closure([*assignment.config.packages, NOTEBOOKS])
    described = environment.describe(level.value, digest(packages), data_of(assignment, level.value), device)
    return Marking(assignment, checks, described, " ".join(found for _, found in drawn.values()))


class Batch:
    """A class to grade, into a results folder.

    Args:
        marking: What it is marked with.
        found: What each student handed in.
        folder: Where the reports go.
        overrides: Points that people gave.
        fresh: Whether to grade again what is unchanged.
        regrade: Whom a run that was stopped was to grade again.
        only: The one check to run; the others keep what an earlier grade says of them.
        students: The ids of those to grade; everybody where it is empty. Of the others, the class's report
            keeps what it said.
        gone: The rows of those who were in the last run and are not among these.
    """

    def __init__(
        self,
        marking: Marking,
        found: Sequence[HandIn],
        folder: ResultsFolder,
        *,
        overrides: Overrides | None = None,
        fresh: bool = False,
        regrade: Sequence[str] = (),
        only: str | None = None,
        students: Sequence[str] = (),
        gone: Sequence[Row] = (),
    ) -> None:
        self.marking = marking
        self._found = found
        self.folder = folder
        self._overrides = overrides or {}
        self._only = only
        self._gone = gone
        self._is_part = bool(students)
        names = [check.name for check in marking.checks]
        if only is not None and only not in names:
            raise ConfigError(f"--only: expected one of {', '.join(names)}; received {only!r}")
        ids = [hand_in.student for hand_in in found]
        if unknown := [student for student in students if student not in ids]:
            raise ConfigError(
                f"--student: expected one of {', '.join(ids[:50])}; received {', '.join(unknown)}"
            )
        self.chosen = [identity for identity in ids if identity in students or not students]
        again = (*self.chosen, *regrade) if fresh else regrade
        self._again = {identity: None for identity in again if identity in ids}
        self.grades: dict[str, Grade] = {}
        self.outdated: list[tuple[str, str]] = []
        self._done: set[str] = set()
        self._before: list[Row] = []
        self._earlier: dict[str, Grade | None] = {}
        self._students: dict[str, HandIn] = {}  # by the id of each attempt that counts
        self._attempts: dict[str, dict[str, Grade]] = {}  # by student and attempt, of several

    def run(self, runner: LocalRunner) -> Generator[Progress, None, None]:
        """Grade the class; yield what happens. What was graded is on the disk whenever it is left."""
        clear_leftovers(self.folder.path, (hand_in.student for hand_in in self._found))
        for row in self._gone if self._is_part else ():
            self._keep(row.submission)
        todo: list[Submission] = []
        for hand_in in self._found:
            if hand_in.student not in self.chosen:
                self._keep(hand_in.student)
                continue
            for attempt in counting(hand_in, self.marking.assignment.config):
                self._students[attempt.id] = hand_in
                grade = self._known(attempt)
                if grade is not None:
                    yield from self._finish(grade, ran=False)
                elif isinstance(attempt, Submission):
                    todo.append(attempt)
        if not todo:
            return
        marking = self.marking if self._only is None else marking_of(self._only, self.marking)
        with closing(
            runner.run(todo, lambda submission, worker: grade_submission(submission, marking, worker))
        ) as events:
            for event in events:
                yield from self._after(event)

    def _after(self, event: Event) -> Iterator[Progress]:
        match event:
            case Begun(submission):
                yield Started(submission.id)
            case InTraining(submission, epoch):
                yield Trains(submission.id, epoch_in_words(epoch))
            case Graded(submission, grade):
                if self._only is not None:
                    grade = with_others(grade, self._reusable(submission), self.marking)
                yield from self._finish(grade, ran=True)
            case NotGraded(submission, fault):
                yield from self._finish(not_graded(submission, fault, self.marking), ran=True)

    @property
    def left(self) -> list[str]:
        """The students who were to be graded and have not been yet."""
        return [identity for identity in self.chosen if identity not in self._done]

    @property
    def regrade(self) -> tuple[str, ...]:
        """The students whose earlier grades are not to be used again, as far as that is not done."""
        return tuple(identity for identity in self._again if identity not in self._done)

    def report(self, roll: Roll = NO_ROLL, *, shard: str | None = None) -> ClassReport:
        """Return the report of the class as far as it is graded, and write it.

        Of those who are left, it has what an earlier report says, if nothing has changed since.
        """
        for hand_in in self._found:
            if hand_in.student not in self.grades and (grade := self._valid(hand_in)) is not None:
                self.grades[hand_in.student] = grade
        left = sum(hand_in.student not in self.grades for hand_in in self._found)
        grades = list(self.grades.values())
        roll = with_points(roll, self._overrides)
        report = class_report(heading_of(self.marking), grades, left, roll=roll, shard=shard)
        return self.folder.write_class(report)

    def changes(self) -> tuple[Change, ...]:
        """Return whose grade is another one than in the report that lay there before, and who has gone."""
        gone = [row for row in self._gone if row.submission not in self.grades]
        before = [*self._before, *gone]
        names = {row.submission for row in before}
        return changes(before, [row_of(grade) for name, grade in self.grades.items() if name in names])

    def _known(self, attempt: Attempt) -> Grade | None:
        """Return the grade of an attempt that need not be run, or None."""
        self._earlier[attempt.id] = self.folder.read(attempt.id)
        match attempt:
            case UnreadableSubmission():
                return unreadable(attempt, self.marking)
            case AmbiguousSubmission():
                return in_question(attempt, self.marking)
        is_again = self._students[attempt.id].student in self._again
        found = None if is_again or self._only else self._reusable(attempt)
        return found if found is not None and is_whole(found) else None

    def _reusable(self, submission: Submission) -> Grade | None:
        like = not_graded(submission, "", self.marking)
        return self.folder.reusable(self._earlier[submission.id], like)

    def _valid(self, hand_in: HandIn) -> Grade | None:
        """Return the grade that lies there of somebody who is left, if nothing has changed since."""
        grade = self.folder.read(hand_in.student)
        if grade is None or (grade.hand_in and grade.hand_in.attempts != len(hand_in.attempts)):
            return None
        attempts = counting(hand_in, self.marking.assignment.config)
        likes = [not_graded(each, "", self.marking) for each in attempts if isinstance(each, Submission)]
        return next((grade for like in likes if self.folder.reusable(grade, like) is not None), None)

    def _finish(self, grade: Grade, *, ran: bool) -> Iterator[Progress]:
        """Write the grade of an attempt; and the student's, once each attempt that counts has one."""
        hand_in = self._students[grade.submission]
        if grade.submission != hand_in.student:
            written = self.folder.write(grade, self._earlier[grade.submission])
            done = self._attempts.setdefault(hand_in.student, {})
            done[grade.submission] = written
            if len(done) < len(hand_in.attempts):
                return
            self._earlier[hand_in.student] = self.folder.read(hand_in.student)
            grade = best(hand_in, done)
        earlier = self._earlier[hand_in.student]
        written = self._conclude(hand_in, grade)
        self._done.add(hand_in.student)
        is_known = earlier is not None and _messages(earlier) == _messages(grade)
        yield Finished(written, ran or not is_known)

    def _conclude(self, hand_in: HandIn, grade: Grade) -> Grade:
        grade = structs.replace(grade, hand_in=hand_in_info(hand_in, grade))
        entries = self._overrides.get(hand_in.student, {})
        self.outdated += [(hand_in.student, check) for check in outdated(grade, entries)]
        grade = with_overrides(grade, entries)
        earlier = self._earlier[hand_in.student]
        written = self.folder.write(grade, earlier)
        if earlier is not None and written.version != earlier.version:
            self._before.append(row_of(earlier))
        self.grades[hand_in.student] = written
        return written

    def _keep(self, identity: str) -> None:
        """Take the grade of somebody who is not to be graded now, if there is one, for the class's report."""
        if (grade := self.folder.read(identity)) is not None:
            self.grades[identity] = grade


def _messages(grade: Grade) -> list[str]:
    return [check.message for check in grade.checks]


def heading_of(marking: Marking) -> Heading:
    """Return what all grades under a marking have in common."""
    return Heading(
        assignment=marking.assignment.slug,
        title=marking.assignment.config.title,
        max_score=marking.assignment.max_score,
        environment=marking.environment,
        config_digest=marking.assignment.digest,
        cases_digest=marking.cases_digest,
    )
