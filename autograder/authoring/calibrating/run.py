"""Training the reference models as students' are trained: in workers, by the same check, on several seeds."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, TypeAlias, get_args

from msgspec import structs

import reference.models
from autograder.authoring.calibrating.proposing import Measured as Several
from autograder.authoring.calibrating.proposing import Spread, in_order, propose, propose_bound
from autograder.authoring.networks.training import (
    Begins,
    Ended,
    Epoch,
    TrainedCheck,
    alone,
    trainings,
    with_references,
)
from autograder.config import (
    Assignment,
    AutoencoderCheckConfig,
    Calibrated,
    CalibratedPart,
    TrainingCheckConfig,
)
from autograder.config.autoencoders import (
    Measured,
    Reconstruction,
    asked_parts,
    bound_of,
    is_more_better,
    moved,
)
from autograder.errors import ConfigError
from autograder.results import AutoencoderDetails, CheckResult, TrainingDetails, TrainingRun
from autograder.results.counting import part_of
from autograder.sandbox.level import Level
from autograder.whole_class.evaluating import data_in_words

_STEPS = {"reconstruction": 0.0001, "denoising": 0.1}
_STEP = 0.01
_DEVICE = "cpu"  # slots on GPUs are not used here


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
class Reached:
    """A training has ended."""

    check: str
    seed: int
    said: str
    seconds: float


@dataclass(frozen=True)
class Calibrations:
    """What was found: one entry for each check, with the mean wall seconds of its trainings, and notes."""

    entries: tuple[tuple[Calibrated | CalibratedPart, float], ...]
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
    entries: list[tuple[Calibrated | CalibratedPart, float]] = []
    notes: list[str] = []
    for check in _checks(assignment, options):
        reached: list[CheckResult] = []
        seeds = range(1, options.seeds + 1)
        for event in trainings(assignment, _once(check), seeds, options.level, options.jobs):
            if isinstance(event, Ended):
                run = _run_of(event.result, check)
                reached.append(event.result)
                said = event.result.message if run.accuracy is None else f"{run.accuracy:.4f}"
                yield Reached(check.name, event.seed, said, run.seconds)
            else:
                yield event
        runs = [_run_of(result, check) for result in reached]
        seconds = fmean(run.seconds for run in runs)
        if isinstance(check, TrainingCheckConfig):
            entries.append((_entry(assignment, check, options, runs), seconds))
        else:
            entries += [(entry, seconds) for entry in _parts(assignment, check, options, reached)]
        if cut := sum(run.ended in ("epochs", "steps", "seconds") for run in runs):
            counted = part_of(cut, len(reached), "trainings", "was", "were")
            notes.append(f"{check.name}: {counted} cut short by the budget")
    if any(isinstance(entry, CalibratedPart) for entry, _ in entries):
        notes.append("bounds of autoencoders are proposed: take them over into the configuration")
    yield Calibrations(tuple(entries), tuple(notes))


def _checks(assignment: Assignment, options: Options) -> Sequence[TrainedCheck]:
    every = [each for each in assignment.config.checks if isinstance(each, TrainedCheck)]
    named = with_references(assignment)
    if options.only is not None:
        names = ", ".join(check.name for check in every) or "none"
        if all(check.name != options.only for check in every):
            raise ConfigError(
                f"--check: expected a training or an autoencoder check: {names}; received {options.only!r}"
            )
        named = [check for check in named if check.name == options.only]
    if not named:
        raise ConfigError(
            f'{assignment.path}: expected a training or an autoencoder check with reference = "NAME", one of '
            f"{', '.join(reference.models.NAMES)}"
        )
    return named


def _once(check: TrainedCheck) -> TrainedCheck:
    """Return a check whose reference is trained once for each seed, to the end of its recipe."""
    once = structs.replace(alone(check), near=0.0)
    return (
        structs.replace(once, repeats=1, early_stop=False) if isinstance(once, TrainingCheckConfig) else once
    )


def _run_of(result: CheckResult, check: TrainedCheck) -> TrainingRun:
    """Return what one training reached.

    Raises:
        ConfigError: If it reached nothing.
    """
    details = result.details
    match details:
        case TrainingDetails(refereed=True) if details.runs[details.counted].accuracy is not None:
            return details.runs[details.counted]
        case AutoencoderDetails(refereed=True) if details.error is not None:
            return details.run
    raise ConfigError(f"reference of {check.name}: {check.reference} cannot be judged: {result.message}")


def _trained(assignment: Assignment, check: TrainedCheck, options: Options) -> dict[str, Any]:
    """Return what entries of both kinds say of the trainings."""
    prepared = assignment.dataset
    assert prepared is not None
    return {
        "check": check.name,
        "data": data_in_words(prepared),
        "digest": prepared.digest,
        "device": _DEVICE,
        "reference": check.reference or "",
        "budget": check.budget,
        "epochs": check.recipe.epochs,
        "batch_size": check.recipe.batch_size,
        "seeds": options.seeds,
    }


def _parts(
    assignment: Assignment,
    check: AutoencoderCheckConfig,
    options: Options,
    results: Sequence[CheckResult],
) -> Iterator[CalibratedPart]:
    """Yield an entry for each measured part of an autoencoder check.

    Raises:
        ConfigError: If a part could not be measured.
    """
    for name in asked_parts(check):
        told = getattr(check, name, None)
        if not isinstance(told, get_args(Measured)):
            continue
        found = [
            part.exact
            for result in results
            if isinstance(result.details, AutoencoderDetails)
            for part in result.details.parts
            if part.name == name and part.exact is not None
        ]
        if len(found) < len(results):
            raise ConfigError(f"reference of {check.name}: {check.reference}: {name} could not be measured")
        step = _STEPS.get(name, _STEP)
        if name == "reconstruction" and isinstance(told, Reconstruction) and told.against is not None:
            step = _STEP
        spread = Several(tuple(found), is_more_better(told), step)
        bound = propose_bound(spread)
        is_usable = bound > 0 and bound_of(told) > 0
        moved_curve = moved(structs.replace(told, stand_in=bound), is_stand_in=True)[1] if is_usable else ()
        yield CalibratedPart(
            **_trained(assignment, check, options),
            part=name,
            reached=in_order(found),
            bound=bound,
            curve=tuple((round(value, 4), share) for value, share in moved_curve),
            failing=round(spread.failing(bound), 4),
        )


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
        **_trained(assignment, check, options),
        accuracies=in_order(accuracies),
        threshold=threshold,
        failing=round(spread.failing(threshold), 4),
    )
