"""Training a reference network as students' are: in a worker, by the same check, on hidden samples."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias

from msgspec import structs

import reference.models
from autograder.authoring.networks.submitted import MAIN, by_its_function, network_submission
from autograder.checks.evaluation import Evaluation
from autograder.checks.making import make_checks, wanted_by
from autograder.checks.training_words import epoch_in_words
from autograder.config import Assignment, AutoencoderCheckConfig, TrainingCheckConfig
from autograder.config.datasets import data_of
from autograder.environment import describe
from autograder.errors import AutograderError, ConfigError
from autograder.grading import Marking, grade_submission
from autograder.results import CheckResult, Grade
from autograder.runners.local import Begun, Graded, InTraining, LocalRunner, NotGraded
from autograder.runners.session import Session
from autograder.sandbox.level import Level
from autograder.submission import Submission
from autograder.whole_class.evaluating import evaluation_of
from autograder.wire.surroundings import CellPolicy

TrainedCheck: TypeAlias = TrainingCheckConfig | AutoencoderCheckConfig


@dataclass(frozen=True)
class Begins:
    """A training begins."""

    check: str
    seed: int


@dataclass(frozen=True)
class Epoch:
    """An epoch has ended."""

    check: str
    seed: int
    told: str


@dataclass(frozen=True)
class Ended:
    """A training has ended, and was judged."""

    check: str
    seed: int
    result: CheckResult


def alone(check: TrainedCheck) -> TrainedCheck:
    """Return a check of a trained model as a reference's submission answers it: trained by the recipe."""
    return structs.replace(by_its_function(check), part=None, train="always", train_function=None)


def with_references(assignment: Assignment) -> list[TrainedCheck]:
    """Return the checks of trained models that name a reference.

    Raises:
        ConfigError: If there is no such reference.
    """
    found = []
    for check in assignment.config.checks:
        if isinstance(check, TrainedCheck) and check.reference is not None:
            if check.reference not in reference.models.NAMES:
                raise ConfigError(
                    f"{assignment.path}: reference of {check.name}: expected one of "
                    f"{', '.join(reference.models.NAMES)}; received {check.reference!r}"
                )
            found.append(check)
    return found


def trainings(
    assignment: Assignment, check: TrainedCheck, seeds: Sequence[int], level: Level, jobs: int
) -> Generator[Begins | Epoch | Ended, None, None]:
    """Train the reference of a check once for each seed; each is judged on hidden samples of its own.

    Args:
        assignment: With its data set.
        check: As `alone` returns it; it names its reference.
        seeds: Of the trainings.
        level: The walls.
        jobs: How many at a time.

    Raises:
        AutograderError: If a fault of ours keeps one from being trained.
    """
    config = structs.replace(assignment.config, checks=(check,), file=MAIN)
    single = dataclasses.replace(assignment, config=config)
    described = describe(level.value, dataset=data_of(single, level.value))
    numbers = {str(number): number for number in seeds}

    def judge(submission: Submission, worker: Session) -> Grade:
        seed = hashlib.sha256(f"calibration {submission.id}".encode()).digest()[:16]
        hidden: Evaluation | None = evaluation_of(single, seed)
        marking = Marking(single, make_checks(single, {}, hidden), described, "")
        return grade_submission(submission, marking, worker)

    # A reference has no cells, and all of it is to run.
    wanted = dataclasses.replace(wanted_by(single), cells=CellPolicy())
    runner = LocalRunner(single, level, jobs, lambda each: numbers[each.id], wanted=wanted)
    submissions = [network_submission(check.reference or "", name) for name in numbers]
    with closing(runner.run(submissions, judge)) as events:
        for event in events:
            number = numbers[event.submission.id]
            match event:
                case Begun():
                    yield Begins(check.name, number)
                case InTraining(epoch=epoch):
                    yield Epoch(check.name, number, epoch_in_words(epoch))
                case Graded(grade=grade):
                    [result] = grade.checks
                    yield Ended(check.name, number, result)
                case NotGraded(fault=fault):
                    raise AutograderError(f"{check.reference} could not be trained: {fault}")
