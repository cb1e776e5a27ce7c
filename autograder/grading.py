"""Grading one submission: observe inside, judge outside, from top to bottom."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec import structs

from autograder.checks.carried_words import with_carried_words
from autograder.checks.check import Check, Refereed, Seen
from autograder.checks.function import FunctionCheck
from autograder.checks.loading import cell_result, load_notes, with_gpu_limit
from autograder.config import Assignment
from autograder.observation import Allowance, Loading, Worker
from autograder.results import (
    SAID_INSIDE,
    CellResult,
    CheckResult,
    Environment,
    Grade,
    Outcome,
    Status,
    Timing,
    first_outcome,
    total,
)
from autograder.submission import AmbiguousSubmission, Submission, UnreadableSubmission

_NOT_RUN = Timing(wall_seconds=0.0, worker_cpu_seconds=0.0)


@dataclass(frozen=True)
class Marking:
    """All that a grade depends on besides the submission, prepared once for the whole class.

    Attributes:
        assignment: The configuration.
        checks: The checks to run, in the order of the report.
        environment: Where the grades are made.
        cases_digest: Of the drawn cases.
    """

    assignment: Assignment
    checks: tuple[Check, ...]
    environment: Environment
    cases_digest: str


@dataclass(frozen=True)
class Interim:
    """Who is told what the visible cases say, before the first hidden one is run.

    Attributes:
        marking: The same checks without their hidden cases.
        tell: Gets the grade that they alone give.
    """

    marking: Marking
    tell: Callable[[Grade], None]


def grade_submission(
    submission: Submission, marking: Marking, worker: Worker, interim: Interim | None = None
) -> Grade:
    """Run a submission's checks in a worker, and return its grade.

    Every visible case of every check comes before the first hidden one. From then on nothing that the
    worker says reaches a student's report. Clean processes without the submission come last.
    """
    began = time.monotonic()
    loading = worker.load()
    kinds = {check.kind for check in marking.checks}
    allowances = [_allowance(check, marking.assignment) for check in marking.checks]
    visible = [
        check.observe_visible(worker, loading, allowance)
        for check, allowance in zip(marking.checks, allowances, strict=True)
    ]
    noted = worker.notes()
    printed = worker.printed()
    if interim is not None:
        so_far = _judged(interim.marking.checks, loading, visible)
        notes = (*submission.notes, *load_notes(submission.main, loading, kinds))
        interim.tell(_grade(submission, interim.marking, so_far, notes=notes, printed=printed))
    hidden = [
        check.observe_hidden(worker, loading, allowance, seen)
        for check, allowance, seen in zip(marking.checks, allowances, visible, strict=True)
    ]
    hidden = _carry_errors(marking.checks, hidden, worker, allowances)
    hidden = [
        check.observe_refereed(worker, allowance, seen) if isinstance(check, Refereed) else seen
        for check, allowance, seen in zip(marking.checks, allowances, hidden, strict=True)
    ]
    cpu_seconds = worker.close()
    printed_hidden = worker.printed()[len(printed) :]
    checks = _judged(marking.checks, loading, hidden)
    timing = Timing(wall_seconds=round(time.monotonic() - began, 4), worker_cpu_seconds=round(cpu_seconds, 4))
    return _grade(
        submission,
        marking,
        checks,
        timing=timing,
        notes=(
            *submission.notes,
            *load_notes(submission.main, loading, kinds),
            *(SAID_INSIDE + note for note in noted),
        ),
        printed=printed,
        printed_hidden=printed_hidden,
        cells=tuple(map(cell_result, loading.cells)),
    )


def unreadable(submission: UnreadableSubmission, marking: Marking) -> Grade:
    """Return the grade of a hand-in that cannot be read: no credit, and the reason."""
    checks = _alike(marking, Outcome.UNREADABLE_SUBMISSION, Status.FAILED, 0.0, submission.reason)
    return _grade(submission, marking, checks)


def in_question(submission: AmbiguousSubmission, marking: Marking) -> Grade:
    """Return the provisional grade of a hand-in of which somebody has to say which file is meant."""
    checks = _alike(marking, Outcome.UNREADABLE_SUBMISSION, Status.NEEDS_REVIEW, None, submission.question)
    return _grade(submission, marking, checks)


def not_graded(submission: Submission, fault: str, marking: Marking) -> Grade:
    """Return the provisional grade of a submission that a fault of ours kept from being graded."""
    checks = _alike(marking, Outcome.GRADER_ERROR, Status.ERROR, None, fault)
    return _grade(submission, marking, checks)


def _allowance(check: Check, assignment: Assignment) -> Allowance:
    """Return what a check may take: what the limits give each, and what it needs besides."""
    allowance = Allowance(assignment.config.limits.check_seconds)
    if isinstance(check, Refereed):
        allowance.seconds += check.own_seconds
        allowance.result_bytes += check.own_bytes
    return allowance


def _carry_errors(
    checks: Sequence[Check], seen: Sequence[Seen], worker: Worker, allowances: Sequence[Allowance]
) -> list[Seen]:
    """Return what was seen, with what is right but for the student's own version of another function."""
    built_on = {check.config.builds_on for check in checks if isinstance(check, FunctionCheck)}
    bases = {
        check.name: check.as_basis(each)
        for check, each in zip(checks, seen, strict=True)
        if isinstance(check, FunctionCheck) and check.name in built_on
    }
    carried = list(seen)
    for number, (check, allowance) in enumerate(zip(checks, allowances, strict=True)):
        if isinstance(check, FunctionCheck) and seen[number].visible:
            basis = bases.get(check.config.builds_on)
            if basis is not None:
                carried[number] = check.observe_carried(worker, allowance, seen[number], basis)
    return carried


def _judged(checks: Sequence[Check], loading: Loading, seen: Sequence[Seen]) -> tuple[CheckResult, ...]:
    """Return what the checks say of what was seen."""
    results = tuple(
        with_gpu_limit(check.judge(loading, each), loading) for check, each in zip(checks, seen, strict=True)
    )
    if any(isinstance(check, Refereed) for check in checks):
        from autograder.checks.same_model import with_other_models_told  # noqa: PLC0415 - counts by references

        results = with_other_models_told(checks, seen, results)
    return _without_void(checks, with_carried_words(checks, results))


def _without_void(checks: Sequence[Check], results: tuple[CheckResult, ...]) -> tuple[CheckResult, ...]:
    """Return the results, less the points of those that a failed check voids."""
    void = {
        name: result
        for check, result in zip(checks, results, strict=True)
        if result.status is Status.FAILED
        for name in check.voids
    }
    return tuple(
        structs.replace(
            result, score=0.0, status=Status.FAILED, message=_void_message(void[result.name], result)
        )
        if result.name in void and result.score
        else result
        for result in results
    )


def _void_message(because: CheckResult, result: CheckResult) -> str:
    return f"no points, because of {because.name}: {because.message}. Without that: {result.message}"


def _alike(
    marking: Marking, outcome: Outcome, status: Status, score: float | None, message: str
) -> tuple[CheckResult, ...]:
    return tuple(
        CheckResult(
            name=check.name,
            kind=check.kind,
            outcome=outcome,
            status=status,
            score=score,
            max_score=check.max_score,
            message=message,
        )
        for check in marking.checks
    )


def _grade(
    submission: Submission | UnreadableSubmission | AmbiguousSubmission,
    marking: Marking,
    checks: tuple[CheckResult, ...],
    *,
    timing: Timing = _NOT_RUN,
    notes: tuple[str, ...] = (),
    printed: str = "",
    printed_hidden: str = "",
    cells: tuple[CellResult, ...] = (),
) -> Grade:
    score, provisional = total(checks)
    return Grade(
        assignment=marking.assignment.slug,
        submission=submission.id,
        outcome=first_outcome([check.outcome for check in checks]),
        provisional=provisional,
        score=score,
        max_score=round(sum(check.max_score for check in checks), 2),
        checks=checks,
        notes=notes,
        printed=printed,
        printed_hidden=printed_hidden,
        timing=timing,
        environment=marking.environment,
        config_digest=marking.assignment.digest,
        submission_digest=submission.digest if isinstance(submission, Submission) else "",
        cases_digest=marking.cases_digest,
        cells=cells,
    )
