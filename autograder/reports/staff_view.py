"""What staff look at, for a terminal: a check explained, and free answers to be marked."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from autograder.reports import student_view
from autograder.reports.autoencoder_view import staff_autoencoder_text
from autograder.reports.json_text import json_text
from autograder.reports.model_view import model_text
from autograder.reports.text import plain, points
from autograder.reports.training_view import staff_text
from autograder.results import (
    AutoencoderDetails,
    CaseResult,
    CheckResult,
    ModelDetails,
    SourceDetails,
    TrainingDetails,
    ValuesDetails,
    WrittenDetails,
)


def check_view(student: str, check: CheckResult) -> RenderableType:
    """Return a check's result, and what it found where that is not a case."""
    parts: list[RenderableType] = [
        plain(f"{student}, {check.name}: {points(check.score)} of {points(check.max_score)}", "bold"),
        plain(check.message),
    ]
    if check.hint:
        parts.append(plain(f"Hint: {check.hint}", "cyan"))
    match check.details:
        case ValuesDetails(answers=answers):
            parts += [student_view.answer_view(answer) for answer in answers]
        case SourceDetails(uses=uses):
            parts += [plain(student_view.use_text(use), "red") for use in uses]
        case WrittenDetails(question=question, answer=answer):
            parts += [plain(question, "bold"), plain(answer)]
        case ModelDetails() as model:
            parts.append(plain(model_text(model)))
        case TrainingDetails() as training:
            parts.append(plain(staff_text(training)))
        case AutoencoderDetails() as autoencoder:
            parts.append(plain(staff_autoencoder_text(autoencoder)))
    return Group(*parts)


def notes_view(notes: Sequence[str]) -> RenderableType:
    """Return what there is to know of a submission as a whole: why it did not run to its end, for one."""
    return Group(*(plain(f"Note: {note}", "yellow") for note in notes))


def case_view(case: CaseResult, *, was_visible: bool) -> RenderableType:
    """Return the smallest failing case."""
    origin = "a case that students see" if was_visible else "a hidden case: not for students"
    return Group(Text(), plain(f"from {origin}", "dim"), student_view.case_view(case))


def review_view(check: str, answers: Sequence[tuple[str, WrittenDetails]]) -> RenderableType:
    """Return the free answers to one question that await a person's marks, after its rubric."""
    details = answers[0][1]
    parts: list[RenderableType] = [plain(f"{check}: {details.question}", "bold")]
    parts += [plain(f"  {points(line.points):>4}  {line.text}", "cyan") for line in details.rubric]
    for student, found in answers:
        parts += [Text(), plain(student, "bold"), Padding(plain(found.answer.strip()), (0, 0, 0, 2))]
    return Group(*parts)


def override_template(check: str, student: str, most: float, answer: str) -> str:
    """Return an entry for overrides.toml, in which points, reason and grader are to be filled in.

    Args:
        check: The question.
        student: Who answered.
        most: What the question is worth.
        answer: The digest of the answer.
    """
    who, what = json_text(student), json_text(check)  # TOML's strings too
    return (
        f"[[overrides]]\nstudent = {who}\ncheck = {what}\nanswer = {json_text(answer)}\n"
        f'points = "?"  # of {points(most)}\nreason = ""\ngrader = ""\n'
    )
