"""Whether checks of models hold: references earn everything, changed ones do not, trained ones reach it."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from msgspec import structs

import reference.models
from autograder.authoring.networks.mutants import changed_networks
from autograder.authoring.networks.submitted import (
    MAIN,
    by_its_function,
    compilation_for,
    network_submission,
)
from autograder.authoring.networks.training import Begins, Ended, Epoch, alone, trainings, with_references
from autograder.authoring.validating.report import Finding, NetworkTried
from autograder.checks.check import Seen
from autograder.checks.counted_model import count_configuration
from autograder.checks.making import make_checks, wanted_by
from autograder.checks.model import ModelCheck
from autograder.checks.model_expected import reference_model
from autograder.config import Assignment, AutoencoderCheckConfig, ModelCheckConfig, TrainingCheckConfig
from autograder.config.about_models import AboutModel
from autograder.config.models import has_own_layers
from autograder.errors import SandboxError
from autograder.grading import Marking, grade_submission
from autograder.observation import FoundModel, Loading, Returned
from autograder.results import CheckResult, Grade, Status
from autograder.runners.local import Graded, LocalRunner, NotGraded
from autograder.runners.session import Session
from autograder.sandbox.level import Level
from autograder.submission import Submission
from autograder.wire.models import LayerSeen, ModelSeen, WeightSeen
from autograder.wire.surroundings import CellPolicy

_HALVES = ("encoder", "decoder")


@dataclass(frozen=True)
class Tried:
    """A model check, and the reference that is to earn all of it."""

    check: ModelCheckConfig
    reference: str


def checks_with_references(assignment: Assignment) -> tuple[Tried, ...]:
    """Return the model checks of which it is known which reference they are about.

    That is the `model` that a check names, else what the other checks of the same function, variable or file
    name, if it is one. A check of one half of an autoencoder is about no whole reference.
    """
    about: dict[object, set[str]] = {}
    for check in assignment.config.checks:
        if isinstance(check, AboutModel) and (name := _named(check)) in reference.models.NAMES:
            about.setdefault(_place(check), set()).add(name or "")
    found = []
    for check in assignment.config.checks:
        if isinstance(check, ModelCheckConfig) and check.part not in _HALVES:
            names = {check.model} if check.model is not None else about.get(_place(check), set())
            found += [Tried(check, name) for name in names if len(names) == 1 and name is not None]
    return tuple(found)


def networks_tried(
    assignment: Assignment, marking: Marking, level: Level, jobs: int
) -> Iterator[NetworkTried]:
    """Yield what each reference earns of each check about it, and which changes of it earn as much.

    Raises:
        SandboxError: If one cannot be graded.
    """
    tried = checks_with_references(assignment)
    if not tried:
        return
    results = _graded(assignment, marking, tried, level, jobs)
    kept: dict[str, tuple[int, tuple[str, ...]]] = {}
    for each in tried:
        result = results[each.check.name]
        is_right = _is_full(result)
        count = 0
        survivors: tuple[str, ...] = ()
        if is_right and each.reference not in kept and not has_own_layers(each.reference):
            about = [other.check for other in tried if other.reference == each.reference]
            kept[each.reference] = count, survivors = _changed(each.reference, about)
        yield NetworkTried(
            check=each.check.name,
            reference=each.reference,
            score=result.score or 0.0,
            max_score=result.max_score,
            said="" if is_right else " ".join(filter(None, (result.message, result.hint))),
            changed=count,
            kept=survivors,
        )


def network_findings(tried: NetworkTried) -> Iterator[Finding]:
    """Yield where a reference earns less than everything."""
    if tried.said:
        message = (
            f"expected {tried.reference} to earn all {tried.max_score:g} points; it earns {tried.score:g}: "
            f"{tried.said}"
        )
        yield Finding(kind="model", where=tried.check, message=message)


def trained_tried(assignment: Assignment, level: Level, jobs: int) -> Iterator[Begins | Epoch | NetworkTried]:
    """Train the reference of each check of a trained model that names one, once; yield how it goes.

    Raises:
        AutograderError: If a fault of ours keeps one from being trained.
    """
    for check in with_references(assignment):
        for event in trainings(assignment, alone(check), (1,), level, jobs):
            if not isinstance(event, Ended):
                yield event
                continue
            result = event.result
            yield NetworkTried(
                check=check.name,
                reference=check.reference or "",
                score=result.score or 0.0,
                max_score=result.max_score,
                said="" if _is_full(result) else " ".join(filter(None, (result.message, result.hint))),
                reached=result.message,
                is_trained=True,
            )


def _named(check: AboutModel) -> str | None:
    if isinstance(check, ModelCheckConfig):
        return check.model
    return check.reference if isinstance(check, TrainingCheckConfig | AutoencoderCheckConfig) else None


def _place(check: AboutModel) -> object:
    return check.variable, check.function, check.file


def _is_full(result: CheckResult) -> bool:
    return result.status is Status.PASSED and result.score == result.max_score


def _graded(
    assignment: Assignment, marking: Marking, tried: Sequence[Tried], level: Level, jobs: int
) -> Mapping[str, CheckResult]:
    """Hand in each check's reference, compiled as the check asks; return what it comes to."""
    checks = [by_its_function(each.check) for each in tried]
    single = dataclasses.replace(
        assignment, config=structs.replace(assignment.config, checks=tuple(checks), file=MAIN)
    )
    by_name = {check.name: check for check in make_checks(single, {}, None)}
    submissions = [
        network_submission(
            each.reference,
            each.check.name,
            compilation_for(each.check, reference_model(each.reference)),
        )
        for each in tried
    ]

    def judge(submission: Submission, worker: Session) -> Grade:
        one = dataclasses.replace(marking, assignment=single, checks=(by_name[submission.id],))
        return grade_submission(submission, one, worker)

    # A reference has no cells, and all of it is to run.
    wanted = dataclasses.replace(wanted_by(single), cells=CellPolicy())
    runner = LocalRunner(single, level, jobs, lambda _: 0, wanted=wanted)
    found = {}
    with closing(runner.run(submissions, judge)) as events:
        for event in events:
            if isinstance(event, Graded):
                [found[event.submission.id]] = event.grade.checks
            elif isinstance(event, NotGraded):
                raise SandboxError(f"the reference of {event.submission.id}: {event.fault}")
    return found


def _changed(name: str, checks: Sequence[ModelCheckConfig]) -> tuple[int, tuple[str, ...]]:
    """Return how many changed networks there are, and which keep the points of all checks.

    What of a model decides is counted from its configuration, outside: no worker is needed for that.
    """
    network = reference_model(name)
    judged = [(ModelCheck(check), compilation_for(check, network).seen) for check in checks]
    count, kept = 0, []
    told = reference.models.own_classes(name) or {}
    for said, configuration in changed_networks(
        told.get("configuration") or reference.models.configuration(name)
    ):
        try:
            counted = count_configuration(configuration)
        except ValueError:  # no Keras would build it
            continue
        if counted.total is None:
            continue
        layers = [
            LayerSeen(
                layer.name,
                layer.kind,
                [
                    WeightSeen(2 * at + is_trained, [size], bool(is_trained))
                    for is_trained, size in enumerate(
                        ((layer.parameters or 0) - (layer.trainable or 0), layer.trainable or 0)
                    )
                    if size
                ],
            )
            for at, layer in enumerate(counted.layers)
        ]
        count += 1
        text = json.dumps(configuration)
        results = []
        for check, compiled in judged:
            seen = ModelSeen(0, "a changed reference", "", True, layers, compiled=compiled)
            results.append(check.judge(Loading(), Seen([Returned(FoundModel(seen, text))])))
        if all(map(_is_full, results)):
            kept.append(said)
    return count, tuple(kept)
