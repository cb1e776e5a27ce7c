"""Grading one submission: with hidden cases behind walls, or its visible part alone."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.checks.making import make_checks, wanted_by
from autograder.ci.checkout import Attempt
from autograder.config import (
    Assignment,
    AutoencoderCheckConfig,
    FunctionCheckConfig,
    TrainingCheckConfig,
    ValuesCheckConfig,
    WrittenCheckConfig,
    for_students,
    points_of,
    require_hidden_cases,
)
from autograder.config.datasets import data_of
from autograder.environment import describe
from autograder.errors import SandboxError
from autograder.grading import Interim, Marking, grade_submission, in_question, not_graded, unreadable
from autograder.reports.feedback import Feedback, feedback
from autograder.results import Grade
from autograder.sandbox.leftovers import temporary_folder
from autograder.sandbox.level import Level
from autograder.self_check.own_check import OwnCheck, require_ipython, version_notes
from autograder.submission import AmbiguousSubmission, Submission, UnreadableSubmission

if TYPE_CHECKING:
    from autograder.runners.session import Session


def run_visible(assignment: Assignment, attempt: Attempt, level: Level) -> tuple[Feedback, tuple[str, ...]]:
    """Return what the visible checks say, and what to warn of."""
    marking = _visible_marking(assignment, level)
    warnings = tuple(version_notes(assignment))
    if not isinstance(attempt, Submission):
        return feedback(_not_run(attempt, marking)), warnings
    require_ipython(attempt)
    if level is Level.PROCESS:
        own = OwnCheck(assignment)
        with own.worker(attempt) as worker:
            checked = own.run(attempt, worker)
        return checked.feedback, (*warnings, *checked.warnings)

    def judge(submission: Submission, worker: Session) -> Grade:
        return grade_submission(submission, marking, worker)

    return feedback(_in_sandbox(attempt, marking, level, lambda _: 0, judge)), warnings


def run_graded(
    assignment: Assignment,
    attempt: Attempt,
    level: Level,
    seed_file: Path | None,
    tell: Callable[[Feedback], None],
) -> Feedback:
    """Return what all checks say, hidden cases among them.

    Args:
        assignment: The course's.
        attempt: The submission.
        level: The walls.
        seed_file: The seed's file; without one it is in the environment.
        tell: Gets what the visible cases say, before the hidden ones are run.
    """
    try:
        from autograder.whole_class import cases  # noqa: PLC0415
        from autograder.whole_class.batch import prepare  # noqa: PLC0415
        from autograder.whole_class.evaluating import require_calibrated  # noqa: PLC0415
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        raise SandboxError(f"a graded run needs {package}: pip install 'cnn-autograder[grade]'") from None
    require_hidden_cases(assignment)
    require_calibrated(assignment)
    with temporary_folder() as folder:
        seed = cases.read_seed(folder, seed_file)
        os.environ.pop(cases.SEED_VARIABLE, None)  # no process that is started below gets it
        marking = prepare(assignment, level, seed, folder / "cases")
    if not isinstance(attempt, Submission):
        return feedback(_not_run(attempt, marking))
    interim = Interim(_visible_marking(assignment, level), lambda grade: tell(feedback(grade)))

    def seed_of(submission: Submission) -> int:
        return cases.keyed_integer(seed, f"worker {submission.digest}")

    def judge(submission: Submission, worker: Session) -> Grade:
        return grade_submission(submission, marking, worker, interim)

    return feedback(_in_sandbox(attempt, marking, level, seed_of, judge))


def visible_points(assignment: Assignment) -> dict[str, float]:
    """Return what each check gives for what students can see before they hand in, by its name."""
    found = {}
    for check in assignment.config.checks:
        match check:
            case FunctionCheckConfig(points=groups):
                most = sum(group.visible for group in groups.values())
            case ValuesCheckConfig(items=items):
                most = sum(item.points for item in items if item.visible)
            case WrittenCheckConfig() | TrainingCheckConfig() | AutoencoderCheckConfig():
                most = 0.0
            case _:
                most = points_of(check)
        found[check.name] = round(most, 2)
    return found


def _visible_marking(assignment: Assignment, level: Level) -> Marking:
    """Return what the visible part is marked with. Answers that students may not see are not in it."""
    visible = dataclasses.replace(assignment, config=for_students(assignment.config))
    described = describe(level.value, dataset=data_of(visible, level.value) if visible.dataset else None)
    return Marking(visible, make_checks(visible, {}), described, cases_digest="")


def _not_run(attempt: UnreadableSubmission | AmbiguousSubmission, marking: Marking) -> Grade:
    if isinstance(attempt, UnreadableSubmission):
        return unreadable(attempt, marking)
    return in_question(attempt, marking)


def _in_sandbox(
    submission: Submission,
    marking: Marking,
    level: Level,
    seed_of: Callable[[Submission], int],
    judge: Callable[[Submission, Session], Grade],
) -> Grade:
    """Return the grade of a submission that runs behind walls; a fault of ours is one too."""
    from autograder.runners.local import Graded, LocalRunner, NotGraded  # noqa: PLC0415

    assignment = marking.assignment
    runner = LocalRunner(assignment, level, 1, seed_of, wanted=wanted_by(assignment))
    with closing(runner.run([submission], judge)) as events:
        for event in events:
            match event:
                case Graded(_, grade):
                    return grade
                case NotGraded(_, fault):
                    return not_graded(submission, fault, marking)
    raise SandboxError("the runner ended without a grade")
