"""Training the reference models as students' are trained: in workers, by the same check, on several seeds."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from statistics import fmean
from typing import TypeAlias

from msgspec import structs

import reference.models
from autograder.authoring.calibrating.proposing import Spread, in_order, propose
from autograder.checks.evaluation import Evaluation
from autograder.checks.making import make_checks, wanted_by
from autograder.checks.training_words import epoch_in_words
from autograder.config import Assignment, Calibrated, TrainingCheckConfig
from autograder.config.datasets import data_of
from autograder.environment import describe
from autograder.errors import AutograderError, ConfigError
from autograder.grading import Marking, grade_submission
from autograder.results import Grade, TrainingDetails, TrainingRun
from autograder.results.counting import part_of
from autograder.runners.local import Begun, Graded, InTraining, LocalRunner, NotGraded
from autograder.runners.session import Session
from autograder.sandbox.level import Level
from autograder.submission import Submission, SubmittedFile
from autograder.whole_class.evaluating import data_in_words, evaluation_of

_MAIN, _NETWORK = "network.py", "network.json"
_SOURCE = f"""\
import json

import keras


def build_model():
    with open({_NETWORK!r}) as file:
        return keras.saving.deserialize_keras_object(json.load(file))
"""


@dataclass(frozen=True)
class Options:
    """How thorough to be.

    Attributes:
        level: The walls.
        seeds: How many trainings of each model.
        jobs: How many at a time.
        only: The one check to calibrate; all that name a reference where it is left out.
    """

    level: Level
    seeds: int
    jobs: int
    only: str | None = None


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
class Reached:
    """A training has ended."""

    check: str
    seed: int
    accuracy: float
    seconds: float


@dataclass(frozen=True)
class Calibrations:
    """What was found: one entry for each check, with the mean wall seconds of its trainings, and notes."""

    entries: tuple[tuple[Calibrated, float], ...]
    notes: tuple[str, ...] = ()


Event: TypeAlias = Begins | Epoch | Reached | Calibrations


def calibrate(assignment: Assignment, options: Options) -> Generator[Event, None, None]:
    """Train the reference models of an assignment's training checks; yield how it goes, at last what it gave.

    Args:
        assignment: With its data set.
        options: How thorough to be.

    Raises:
        ConfigError: If no check names a reference, or one cannot be trained.
        AutograderError: If a training fails.
    """
    entries: list[tuple[Calibrated, float]] = []
    notes: list[str] = []
    for check in _checks(assignment, options):
        reached: list[TrainingRun] = []
        for event in _trained(assignment, check, options):
            if isinstance(event, TrainingRun):
                reached.append(event)
            else:
                yield event
        entry = _entry(assignment, check, options, reached)
        entries.append((entry, fmean(run.seconds for run in reached)))
        if cut := sum(run.ended in ("epochs", "steps", "seconds") for run in reached):
            said = part_of(cut, len(reached), "trainings", "was", "were")
            notes.append(f"{check.name}: {said} cut short by the budget")
    yield Calibrations(tuple(entries), tuple(notes))


def _checks(assignment: Assignment, options: Options) -> Sequence[TrainingCheckConfig]:
    found = [check for check in assignment.config.checks if isinstance(check, TrainingCheckConfig)]
    if options.only is not None:
        names = ", ".join(check.name for check in found) or "none"
        found = [check for check in found if check.name == options.only]
        if not found:
            raise ConfigError(f"--check: expected a training check: {names}; received {options.only!r}")
    named = [check for check in found if check.reference is not None]
    if not named:
        raise ConfigError(
            f'{assignment.path}: expected a training check with reference = "NAME", one of '
            f"{', '.join(reference.models.NAMES)}"
        )
    for check in named:
        if check.reference not in reference.models.NAMES:
            raise ConfigError(
                f"{assignment.path}: reference of {check.name}: expected one of "
                f"{', '.join(reference.models.NAMES)}; received {check.reference!r}"
            )
    return named


def _trained(
    assignment: Assignment, check: TrainingCheckConfig, options: Options
) -> Generator[Begins | Epoch | Reached | TrainingRun, None, None]:
    """Train one reference on all seeds; each is judged on hidden samples of its own."""
    alone = structs.replace(
        check,
        variable=None,
        function="build_model",
        arguments=(),
        file=None,
        part=None,
        train="always",
        train_function=None,
        near=0.0,
        repeats=1,
        early_stop=False,
    )
    config = structs.replace(assignment.config, checks=(alone,), file=_MAIN)
    single = dataclasses.replace(assignment, config=config)
    described = describe(options.level.value, dataset=data_of(single, options.level.value))
    numbers = {str(number): number for number in range(1, options.seeds + 1)}

    def judge(submission: Submission, worker: Session) -> Grade:
        seed = hashlib.sha256(f"calibration {submission.id}".encode()).digest()[:16]
        hidden: Evaluation | None = evaluation_of(single, seed)
        marking = Marking(single, make_checks(single, {}, hidden), described, "")
        return grade_submission(submission, marking, worker)

    runner = LocalRunner(
        single, options.level, options.jobs, lambda each: numbers[each.id], wanted=wanted_by(single)
    )
    submissions = [_submission(check.reference or "", name) for name in numbers]
    with closing(runner.run(submissions, judge)) as events:
        for event in events:
            number = numbers[event.submission.id]
            match event:
                case Begun():
                    yield Begins(check.name, number)
                case InTraining(epoch=epoch):
                    yield Epoch(check.name, number, epoch_in_words(epoch))
                case Graded(grade=grade):
                    run = _run_of(grade, check)
                    assert run.accuracy is not None
                    yield Reached(check.name, number, run.accuracy, run.seconds)
                    yield run
                case NotGraded(fault=fault):
                    raise AutograderError(f"{check.reference} could not be trained: {fault}")


def _submission(name: str, identity: str) -> Submission:
    """Return a reference as a submission: its configuration, and a function that makes it."""
    text = json.dumps(reference.models.configuration(name)).encode()
    files = (SubmittedFile(_MAIN, _SOURCE.encode()), SubmittedFile(_NETWORK, text))
    return Submission(identity, files, _MAIN, f"sha256:{name}")


def _run_of(grade: Grade, check: TrainingCheckConfig) -> TrainingRun:
    """Return what one training reached.

    Raises:
        ConfigError: If it reached nothing.
    """
    [result] = grade.checks
    details = result.details
    run = details.runs[details.counted] if isinstance(details, TrainingDetails) else None
    if (
        run is None
        or run.accuracy is None
        or not isinstance(details, TrainingDetails)
        or not details.refereed
    ):
        raise ConfigError(f"reference of {check.name}: {check.reference} cannot be judged: {result.message}")
    return run


def _entry(
    assignment: Assignment, check: TrainingCheckConfig, options: Options, runs: Sequence[TrainingRun]
) -> Calibrated:
    prepared = assignment.dataset
    assert prepared is not None
    accuracies = [run.accuracy for run in runs if run.accuracy is not None]
    samples = min(check.samples, prepared.manifest.held_back or check.samples)
    spread = Spread(tuple(accuracies), samples)
    threshold = propose(spread)
    return Calibrated(
        check=check.name,
        data=data_in_words(prepared),
        digest=prepared.digest,
        device="cpu",
        reference=check.reference or "",
        budget=check.budget,
        epochs=check.recipe.epochs,
        batch_size=check.recipe.batch_size,
        seeds=options.seeds,
        accuracies=in_order(accuracies),
        threshold=threshold,
        failing=round(spread.failing(threshold), 4),
    )
