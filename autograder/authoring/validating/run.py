"""Validating an assignment, from top to bottom: groups, references, starter, misconceptions, mutants."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeAlias

from msgspec import structs

from autograder.authoring.networks.training import Begins, Epoch, with_references
from autograder.authoring.solutions.solution import Solution
from autograder.authoring.validating.around import Around
from autograder.authoring.validating.groups import group_findings, handout_of, points_findings
from autograder.authoring.validating.mistakes import mistake_findings, mistakes_tried
from autograder.authoring.validating.models import memory_findings, model_findings
from autograder.authoring.validating.networks import (
    network_findings,
    networks_tried,
    trained_tried,
)
from autograder.authoring.validating.reach import Reach, chosen
from autograder.authoring.validating.report import Finding, NetworkTried, Validation
from autograder.authoring.validating.solution import solution_of, submission_of
from autograder.authoring.validating.tally import Tally
from autograder.authoring.validating.trial import Trials, keeps_all
from autograder.checks.autoencoder import AutoencoderCheck
from autograder.checks.check import Check
from autograder.checks.function import FunctionCheck
from autograder.checks.making import wanted_by
from autograder.checks.model import ModelCheck
from autograder.checks.training import TrainingCheck
from autograder.config import Assignment, FunctionCheckConfig, Limits, ModelCheckConfig, SourceCheckConfig
from autograder.errors import ConfigError, SandboxError
from autograder.grading import Marking, grade_submission
from autograder.results import Grade, Status
from autograder.runners.local import Graded, LocalRunner, NotGraded
from autograder.sandbox.leftovers import temporary_folder
from autograder.sandbox.level import Level
from autograder.submission import Submission, own_work
from autograder.whole_class.batch import prepare
from autograder.wire.surroundings import CellPolicy

_REFERENCES, _STARTER = "references", "starter"
_AROUND = 600  # inputs around the cases of each check


@dataclass(frozen=True)
class Options:
    """How to validate.

    Attributes:
        level: The walls behind which references and mutants run.
        jobs: How many run at a time.
        mutants: How many mutants to try at most; none for all.
        seed: Where hidden cases, the choice of mutants and inputs around the cases come from.
        train: Whether to train the references of checks of trained models, and the starter.
    """

    level: Level
    jobs: int
    mutants: int | None = 300
    seed: int = 0
    train: bool = False


@dataclass(frozen=True)
class Progress:
    """How many mutants have been tried."""

    done: int
    total: int


Event: TypeAlias = Progress | Begins | Epoch | Validation


def validate(assignment: Assignment, options: Options) -> Generator[Event, None, None]:
    """Validate an assignment; yield how it goes, and at the end what was found.

    Raises:
        ConfigError: If the assignment is a student's kit, or its references cannot be handed in.
        SandboxError: If a sandbox does not start.
    """
    if assignment.config.kit:
        raise ConfigError(
            f"{assignment.path}: expected a course's assignment; a student's kit has no references"
        )
    began = time.monotonic()
    with temporary_folder() as folder:
        seed = options.seed.to_bytes(16, "little")
        marking = prepare(assignment, options.level, seed, folder)
    accepted = {
        each.name: each.accept for each in assignment.config.checks if isinstance(each, FunctionCheckConfig)
    }
    # Networks are handed in for themselves: functions and answers make one submission without them.
    by_models = ModelCheck | TrainingCheck | AutoencoderCheck
    trained = TrainingCheck | AutoencoderCheck
    every = marking
    told = [check for check in marking.checks if not isinstance(check, by_models)]
    marking = dataclasses.replace(marking, checks=tuple(map(_by_own_signature, told)))
    checks = [check for check in marking.checks if isinstance(check, FunctionCheck)]
    handout = handout_of(assignment)
    findings = [*points_findings(assignment), *memory_findings(assignment.config)]
    for model in (each for each in assignment.config.checks if isinstance(each, ModelCheckConfig)):
        findings += model_findings(model)
    for check in checks:
        findings += group_findings(check, handout)
    mistakes = [tried for check in checks for tried in mistakes_tried(check, accepted[check.name])]
    for tried in mistakes:
        findings += mistake_findings(tried)
    solution = solution_of(assignment)
    starter = _starter(assignment)
    limits = _small(assignment.config.limits)
    references = submission_of(_REFERENCES, solution.files, solution.main)
    right = _graded(_with_limits(marking, limits), references, options)
    if not _is_right(right):
        limits = assignment.config.limits
        right = _graded(marking, references, options)
    findings += _grade_findings(right, assignment)
    if starter is not None:
        of_starter = [each for each in every.checks if options.train or not isinstance(each, trained)]
        begun = _graded(dataclasses.replace(every, checks=tuple(of_starter)), starter, options)
        findings += _grade_findings(begun, assignment)
    networks = list(networks_tried(assignment, every, options.level, options.jobs))
    for event in trained_tried(assignment, options.level, options.jobs) if options.train else ():
        if isinstance(event, NetworkTried):
            networks.append(event)
        else:
            yield event
    for tried_one in networks:
        findings += network_findings(tried_one)
    to_train = {check.name for check in with_references(assignment)}
    known = {each.check for each in networks}
    tally = Tally(assignment.course)
    if _is_right(right) and checks:
        yield from _try_mutants(_with_limits(marking, limits), checks, solution, options, tally)
    yield Validation(
        assignment=assignment.slug,
        walls=options.level.value,
        seed=options.seed,
        score=_score(right),
        max_score=round(sum(c.max_score for c in right.checks if c.status is not Status.NEEDS_REVIEW), 2),
        starter_score=None if starter is None else _score(begun),
        misconceptions=tuple(mistakes),
        findings=(*findings, *tally.faults),
        mutants=tally.counts(),
        rate=tally.rate(),
        survivors=tally.survivors(),
        equivalents=tally.equivalents(),
        not_tried=tuple(
            each.name for each in assignment.config.checks if isinstance(each, SourceCheckConfig)
        ),
        networks=tuple(networks),
        of_models=tuple(
            check.name
            for check in every.checks
            if isinstance(check, by_models) and check.name not in known | to_train
        ),
        untrained=tuple(check.name for check in every.checks if check.name in to_train - known),
        own_signature=tuple(check.name for check in checks if check.configured is not check.style),
        wall_seconds=round(time.monotonic() - began, 1),
    )


def _try_mutants(
    marking: Marking,
    checks: Sequence[FunctionCheck],
    solution: Solution,
    options: Options,
    tally: Tally,
) -> Iterator[Progress]:
    reach = Reach(checks, solution)
    every = reach.mutants()
    tally.possible = len(every)
    some = every if options.mutants is None else chosen(every, options.mutants, options.seed)
    if not some:
        return
    mutants = {str(number): (mutated, reach.places(mutated)) for number, mutated in enumerate(some)}
    around = {check.name: Around(check, _AROUND, options.seed) for check in checks}
    tally.faults += [finding for each in around.values() for finding in each.findings()]
    trials = Trials(marking, around, mutants)
    shared = {file: source.encode() for file, source in solution.files.items()}
    submissions = [
        submission_of(name, {**shared, mutated.file: mutated.mutant.source}, solution.main)
        for name, (mutated, _) in mutants.items()
    ]
    runner = LocalRunner(marking.assignment, options.level, options.jobs, lambda _: options.seed)
    done = 0
    with closing(runner.run(submissions, trials.judge)) as events:
        for event in events:
            if not isinstance(event, Graded | NotGraded):
                continue
            mutated, places = mutants[event.submission.id]
            origin = solution.origins[mutated.file]
            if isinstance(event, NotGraded):
                tally.add_fault(mutated, origin, event.fault)
            elif keeps_all(event.grade):
                tally.add_kept(mutated, origin, places, trials.escapes.get(event.submission.id))
            else:
                tally.caught += 1
            done += 1
            yield Progress(done, len(submissions))


def _by_own_signature(check: Check) -> Check:
    """Return a check as references and their mutants can answer it: they have the problem's own signature."""
    is_foreign = isinstance(check, FunctionCheck) and (check.config.call is not None or check.config.accept)
    return check.by_own_signature() if isinstance(check, FunctionCheck) and is_foreign else check


def _starter(assignment: Assignment) -> Submission | None:
    folder = assignment.course / "assignments" / assignment.slug / "starter"
    file = folder / assignment.config.file
    if not file.is_file():
        return None
    found = own_work(file, assignment.config.file)
    if not isinstance(found, Submission):
        raise ConfigError(f"{file}: expected a starter that can be read; {found.reason}")
    return dataclasses.replace(found, id=_STARTER)


def _graded(marking: Marking, submission: Submission, options: Options) -> Grade:
    """Grade the references, or the starter."""
    runner = LocalRunner(
        marking.assignment,
        options.level,
        1,
        lambda _: options.seed,
        # A reference has no cells, and all of it is to run.
        wanted=dataclasses.replace(wanted_by(marking.assignment), cells=CellPolicy()),
    )
    with closing(
        runner.run([submission], lambda each, worker: grade_submission(each, marking, worker))
    ) as events:
        for event in events:
            if isinstance(event, Graded):
                return event.grade
            if isinstance(event, NotGraded):
                raise SandboxError(f"the {event.submission.id} could not be graded: {event.fault}")
    raise AssertionError("a submission ends graded, or not")


def _grade_findings(grade: Grade, assignment: Assignment) -> Iterator[Finding]:
    """Return where the references earn less than everything, or the starter something."""
    for check in grade.checks:
        is_marked = check.status is Status.NEEDS_REVIEW
        earns_all = check.status is Status.PASSED and check.score == check.max_score
        if grade.submission == _REFERENCES and not is_marked and not earns_all:
            message = (
                f"expected all {check.max_score:g} points; received {check.score or 0:g}: {check.message}"
            )
            hint = f" {check.hint}" if check.hint else ""
            yield Finding(kind="solution", where=check.name, message=message + hint)
        elif grade.submission == _STARTER and is_marked:
            message = "expected no answer yet; what stands there counts as one"
            yield Finding(kind="starter", where=f"{assignment.config.file}, {check.name}", message=message)
        elif grade.submission == _STARTER and check.score:
            message = f"expected no points; it earns {check.score:g} of {check.max_score:g}"
            yield Finding(kind="starter", where=f"{assignment.config.file}, {check.name}", message=message)


def _is_right(grade: Grade) -> bool:
    """Return whether all is right, but for what a person marks."""
    return all(check.status in (Status.PASSED, Status.NEEDS_REVIEW) for check in grade.checks)


def _score(grade: Grade) -> float:
    return round(sum(check.score or 0.0 for check in grade.checks), 2)


def _small(limits: Limits) -> Limits:
    """Return limits that a reference has no need to exceed: a mutant that hangs is to be given up soon."""
    return structs.replace(
        limits,
        load_seconds=min(limits.load_seconds, 5.0),
        call_seconds=min(limits.call_seconds, 1.0),
        check_seconds=min(limits.check_seconds, 3.0),
    )


def _with_limits(marking: Marking, limits: Limits) -> Marking:
    config = structs.replace(marking.assignment.config, limits=limits)
    return dataclasses.replace(marking, assignment=dataclasses.replace(marking.assignment, config=config))
