"""What a student gets to see of a grade: an allow list, so that a new field is hidden until named here.

Visible cases in full; of hidden ones, each group's count and one kind of difference. Of values: whether each
is right, and the right answer of visible ones. Of sources: the lines. Of written answers: the marks.
Of models: all. Of trainings: the accuracy in whole percents, the curve, the classes that are mixed up most.
Of autoencoders: the parts and their numbers, rounded as they were judged.
"""

from __future__ import annotations

import msgspec
from msgspec import structs

from autograder.reports.autoencoder_view import AutoencoderFeedback, autoencoder_feedback
from autograder.reports.text import settled
from autograder.reports.training_view import TrainingFeedback, training_feedback
from autograder.results import (
    AnswerResult,
    AutoencoderDetails,
    CaseResult,
    CheckResult,
    Dataset,
    FoundUse,
    FunctionDetails,
    Grade,
    GroupResult,
    HandInInfo,
    ModelDetails,
    Outcome,
    SourceDetails,
    Status,
    TrainingDetails,
    ValuesDetails,
    WrittenDetails,
)


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Points that a person gave, and why."""

    points: float
    reason: str
    grader: str


class CheckFeedback(msgspec.Struct, frozen=True, kw_only=True):
    """One check, as the student sees it."""

    name: str
    kind: str
    outcome: Outcome
    status: Status
    score: float | None
    max_score: float
    message: str
    hint: str
    notes: tuple[str, ...]
    groups: tuple[GroupResult, ...] = ()
    visible_cases: tuple[CaseResult, ...] = ()
    answers: tuple[AnswerResult, ...] = ()
    uses: tuple[FoundUse, ...] = ()
    missing: tuple[str, ...] = ()
    question: str = ""
    model: ModelDetails | None = None
    training: TrainingFeedback | None = None
    autoencoder: AutoencoderFeedback | None = None
    given: Given | None = None


class CellFeedback(msgspec.Struct, frozen=True, kw_only=True):
    """A code cell of a notebook, as the student sees it: it ran before any hidden case."""

    number: int
    ran: str
    seconds: float
    error: str


class Feedback(msgspec.Struct, frozen=True, kw_only=True):
    """A grade, as the student sees it."""

    schema: str = "autograder/feedback/v1"
    assignment: str
    submission: str
    outcome: Outcome
    provisional: bool
    score: float | None
    max_score: float
    checks: tuple[CheckFeedback, ...]
    notes: tuple[str, ...]
    printed: str
    walls: str
    dataset: Dataset | None
    version: int = 1
    hand_in: HandInInfo | None = None
    cells: tuple[CellFeedback, ...] = ()


def feedback(grade: Grade) -> Feedback:
    """Return what a student may see of a grade."""
    return Feedback(
        assignment=grade.assignment,
        submission=grade.submission,
        outcome=grade.outcome,
        provisional=grade.provisional,
        score=grade.score,
        max_score=grade.max_score,
        checks=tuple(_check(check) for check in grade.checks),
        notes=grade.notes,
        printed=settled(grade.printed),
        walls=grade.environment.walls,
        dataset=grade.environment.dataset,
        version=grade.version,
        hand_in=grade.hand_in,
        cells=tuple(
            CellFeedback(number=cell.number, ran=cell.ran, seconds=cell.seconds, error=cell.error)
            for cell in grade.cells
        ),
    )


def _check(check: CheckResult) -> CheckFeedback:
    ours = check.status is Status.ERROR
    seen = CheckFeedback(
        name=check.name,
        kind=check.kind,
        outcome=check.outcome,
        status=check.status,
        score=check.score,
        max_score=check.max_score,
        message="not graded yet: a fault of the grader, not yours" if ours else check.message,
        hint=check.hint,
        notes=check.notes,
        given=_given(check),
    )
    match check.details:
        case FunctionDetails(groups=groups, cases=cases):
            visible = tuple(case for case in cases if case.visible)
            return structs.replace(seen, groups=groups, visible_cases=visible)
        case ValuesDetails(answers=answers):
            return structs.replace(seen, answers=answers)
        case SourceDetails(uses=uses, missing=missing):
            return structs.replace(seen, uses=uses, missing=missing)
        case WrittenDetails(question=question):
            return structs.replace(seen, question=question)
        case ModelDetails() as model:
            return structs.replace(seen, model=model)
        case TrainingDetails() as training:
            return structs.replace(seen, training=training_feedback(training))
        case AutoencoderDetails() as autoencoder:
            return structs.replace(seen, autoencoder=autoencoder_feedback(autoencoder))
    return seen


def _given(check: CheckResult) -> Given | None:
    found = check.override
    return None if found is None else Given(points=found.points, reason=found.reason, grader=found.grader)
