"""Grading a class: what is unchanged is used again, the rest is run, every report is written as it comes."""

from __future__ import annotations

import dataclasses
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from msgspec import structs

from autograder import environment
from autograder.checks.check import Check
from autograder.checks.making import make_checks
from autograder.config import Assignment, FunctionCheckConfig
from autograder.errors import ConfigError
from autograder.grading import Marking, grade_submission, in_question, not_graded, unreadable
from autograder.reports.changes import Change, changes
from autograder.reports.class_report import Absent, ClassReport, Heading, Row, class_report, row_of
from autograder.results import CheckResult, Grade, HandInInfo, Outcome, Status, is_whole, with_checks
from autograder.runners.local import Begun, Graded, LocalRunner, NotGraded
from autograder.sandbox.level import Level
from autograder.sandbox.packages import closure, digest
from autograder.submission import AmbiguousSubmission, HandIn, Submission, UnreadableSubmission
from autograder.whole_class import cases
from autograder.whole_class.folder import ResultsFolder, clear_leftovers
from autograder.whole_class.overrides import Overrides, with_overrides

Attempt: TypeAlias = Submission | UnreadableSubmission | AmbiguousSubmission


@dataclass(frozen=True)
class Started:
    """A submission is being graded."""

    submission: str


@dataclass(frozen=True)
class Finished:
    """A student has a grade; ``is_new`` is false where an earlier one was used again."""

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
        check.problem: cases.draw(assignment.problems[check.problem], seed, cases_folder)
        for check in assignment.config.checks
        if isinstance(check, FunctionCheckConfig)
    }
    checks = make_checks(assignment, {name: found for name, (found, _) in drawn.items()})
    packages = closure(assignment.config.packages)
    described = environment.describe(level.value, digest(packages))
    return Marking(assignment, checks, described, " ".join(found for _, found in drawn.values()))


class Batch:
    """A class to grade, into a results folder.

    Args:
        marking: What it is marked with.
        found: What each student handed in.
        folder: Where the reports go.
        overrides: Points that people gave.
        fresh: Whether to grade again what is unchanged.
        only: The one check to run; the others keep what an earlier grade says of them.
        students: The ids of those to grade; everybody where it is empty.
    """

    def __init__(
        self,
        marking: Marking,
        found: Sequence[HandIn],
        folder: ResultsFolder,
        *,
        overrides: Overrides | None = None,
        fresh: bool = False,
        only: str | None = None,
        students: Sequence[str] = (),
    ) -> None:
        self.marking = marking
        self._found = found
        self._folder = folder
        self._overrides = overrides or {}
        self._fresh = fresh
        self._only = only
        names = [check.name for check in marking.checks]
        if only is not None and only not in names:
            raise ConfigError(f"--only: expected one of {', '.join(names)}; received {only!r}")
        ids = [hand_in.student for hand_in in found]
        if unknown := [student for student in students if student not in ids]:
            raise ConfigError(
                f"--student: expected one of {', '.join(ids[:50])}; received {', '.join(unknown)}"
            )
        self.chosen = [identity for identity in ids if identity in students or not students]
        self.grades: dict[str, Grade] = {}
        self._before: list[Row] = []
        self._earlier: dict[str, Grade | None] = {}
        self._students: dict[str, HandIn] = {}  # by the id of each attempt that counts
        self._attempts: dict[str, dict[str, Grade]] = {}  # by student and attempt, of several

    def run(self, runner: LocalRunner) -> Generator[Progress, None, None]:
        """Grade the class; yield what happens. What was graded is on the disk whenever it is left."""
        clear_leftovers(self._folder.path, (hand_in.student for hand_in in self._found))
        todo: list[Submission] = []
        for hand_in in self._found:
            if hand_in.student not in self.chosen:
                self._keep(hand_in.student)
                continue
            for attempt in self._counting(hand_in):
                self._students[attempt.id] = hand_in
                grade = self._known(attempt)
                if grade is not None:
                    yield from self._finish(grade, is_new=not isinstance(attempt, Submission))
                elif isinstance(attempt, Submission):
                    todo.append(attempt)
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
                        yield from self._finish(self._with_others(submission, grade), is_new=True)
                    case NotGraded(submission, fault):
                        grade = not_graded(submission, fault, self.marking)
                        yield from self._finish(grade, is_new=True)

    def report(self, *, absent: Sequence[Absent] = (), shard: str | None = None) -> ClassReport:
        """Return the report of the class as far as it is graded, and write it."""
        left = sum(student not in self.grades for student in (hand_in.student for hand_in in self._found))
        report = class_report(
            heading_of(self.marking), list(self.grades.values()), left, absent=absent, shard=shard
        )
        return self._folder.write_class(report)

    def changes(self) -> tuple[Change, ...]:
        """Return whose grade is another one than in the report that lay there before."""
        names = {row.submission for row in self._before}
        return changes(self._before, [row_of(grade) for name, grade in self.grades.items() if name in names])

    def _counting(self, hand_in: HandIn) -> list[Attempt]:
        """Return the attempts that are to be graded: the last, or each, in a folder of its own."""
        if self.marking.assignment.config.attempts == "last" or len(hand_in.attempts) == 1:
            return [dataclasses.replace(hand_in.attempts[-1], id=hand_in.student)]
        return [
            dataclasses.replace(attempt, id=f"{hand_in.student}/attempts/{number}")
            for number, attempt in enumerate(hand_in.attempts, start=1)
        ]

    def _known(self, attempt: Attempt) -> Grade | None:
        """Return the grade of an attempt that need not be run, or None."""
        self._earlier[attempt.id] = self._folder.read(attempt.id)
        match attempt:
            case UnreadableSubmission():
                return unreadable(attempt, self.marking)
            case AmbiguousSubmission():
                return in_question(attempt, self.marking)
        found = None if self._fresh or self._only else self._reusable(attempt)
        return found if found is not None and is_whole(found) else None

    def _reusable(self, submission: Submission) -> Grade | None:
        like = not_graded(submission, "", self.marking)
        return self._folder.reusable(self._earlier[submission.id], like)

    def _finish(self, grade: Grade, *, is_new: bool) -> Iterator[Progress]:
        """Write the grade of an attempt; and the student's, once each attempt that counts has one."""
        hand_in = self._students[grade.submission]
        if grade.submission != hand_in.student:
            written = self._folder.write(grade, self._earlier[grade.submission])
            done = self._attempts.setdefault(hand_in.student, {})
            done[grade.submission] = written
            if len(done) < len(hand_in.attempts):
                return
            self._earlier[hand_in.student] = self._folder.read(hand_in.student)
            grade = _best(hand_in, [done[name] for name in sorted(done, key=_number)])
        yield Finished(self._conclude(hand_in, grade), is_new)

    def _conclude(self, hand_in: HandIn, grade: Grade) -> Grade:
        grade = structs.replace(grade, hand_in=_hand_in_info(hand_in, grade))
        grade = with_overrides(grade, self._overrides.get(hand_in.student, {}))
        earlier = self._earlier[hand_in.student]
        written = self._folder.write(grade, earlier)
        if earlier is not None and written.version != earlier.version:
            self._before.append(row_of(earlier))
        self.grades[hand_in.student] = written
        return written

    def _keep(self, identity: str) -> None:
        """Take the grade of somebody who is not to be graded now, if there is one, for the class's report."""
        if (grade := self._folder.read(identity)) is not None:
            self.grades[identity] = grade

    def _marking_of_only(self) -> Marking:
        """Return the marking with the one check that was asked for, and those whose points hang together."""
        if self._only is None:
            return self.marking
        related = {self._only}
        for config in self.marking.assignment.config.checks:
            linked = {config.name, getattr(config, "builds_on", ""), *getattr(config, "voids", ())}
            if self._only in linked:
                related |= linked
        checks = tuple(check for check in self.marking.checks if check.name in related)
        return dataclasses.replace(self.marking, checks=checks)

    def _with_others(self, submission: Submission, grade: Grade) -> Grade:
        """Return a grade of one check completed with what an earlier grade says of the others."""
        if self._only is None:
            return grade
        earlier = self._reusable(submission)
        ran = {check.name: check for check in grade.checks}
        if earlier is not None:
            checks = tuple(ran.get(check.name, check) for check in earlier.checks)
        else:
            checks = tuple(ran.get(check.name) or _skipped(check) for check in self.marking.checks)
        return with_checks(grade, checks)


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


def _best(hand_in: HandIn, grades: Sequence[Grade]) -> Grade:
    """Return the grade of the attempt with the most points, the later of two with the same, as the student's.

    Points that are not known yet count as none: what a person has still to mark may change the choice.
    """
    known = [sum(check.score or 0.0 for check in grade.checks) for grade in grades]
    number = max(range(len(grades)), key=lambda index: (known[index], index))
    note = f"attempt {number + 1} of {len(grades)} counts: the best one"
    best = grades[number]
    return structs.replace(best, submission=hand_in.student, notes=(note, *best.notes), version=1)


def _hand_in_info(hand_in: HandIn, grade: Grade) -> HandInInfo:
    """Return how the attempt that counts was handed in."""
    digests = [getattr(attempt, "digest", "") for attempt in hand_in.attempts]
    fitting = [number for number, digest in enumerate(digests) if digest == grade.submission_digest]
    received = hand_in.attempts[fitting[-1] if fitting else -1].received
    if received is None:
        return HandInInfo(attempts=len(hand_in.attempts))
    return HandInInfo(
        attempt=received.attempt,
        attempts=len(hand_in.attempts),
        time=received.time.isoformat() if received.time else None,
        is_late=received.is_late,
        name=received.name,
        source=received.source,
    )


def _number(attempt: str) -> int:
    return int(attempt.rpartition("/")[2])


def _skipped(check: Check) -> CheckResult:
    return CheckResult(
        name=check.name,
        kind=check.kind,
        outcome=Outcome.COMPLETED,
        status=Status.SKIPPED,
        score=None,
        max_score=check.max_score,
        message="not run: another check was asked for alone",
    )
