"""Code and models that a person has to look at, since they do not tell all by themselves: for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from autograder.reports.autoencoder_view import staff_autoencoder_text
from autograder.reports.json_text import json_text
from autograder.reports.model_view import model_text
from autograder.reports.student_view import use_text
from autograder.reports.text import plain, points
from autograder.reports.training_view import staff_text
from autograder.results import AutoencoderDetails, CheckResult, ModelDetails, SourceDetails, TrainingDetails

Question = tuple[str, CheckResult]
"""A student, and the result that a person has to decide."""


def decisions_view(check: str, questions: Sequence[Question]) -> RenderableType:
    """Return, student by student, what the text of the code, or the model, does not decide in one check."""
    is_code = any(isinstance(result.details, SourceDetails) for _, result in questions)
    is_training = any(isinstance(result.details, TrainingDetails) for _, result in questions)
    asked = "is what is forbidden used here?" if is_code else "is the model as it must be?"
    asked = "is the model as accurate as it must be?" if is_training else asked
    if any(isinstance(result.details, AutoencoderDetails) for _, result in questions):
        asked = "does the autoencoder do what it must?"
    parts: list[RenderableType] = [plain(f"{check}: {asked}", "bold")]
    for student, result in questions:
        parts += [Text(), plain(student, "bold")]
        lines = [result.message]
        if isinstance(result.details, SourceDetails):
            lines += [use_text(doubt) for doubt in result.details.doubts]
        elif isinstance(result.details, ModelDetails):
            lines.append(model_text(result.details))
        elif isinstance(result.details, TrainingDetails):
            lines.append(staff_text(result.details))
        elif isinstance(result.details, AutoencoderDetails):
            lines.append(staff_autoencoder_text(result.details))
        parts += [Padding(plain(line), (0, 0, 0, 2)) for line in lines]
    return Group(*parts)


def decision_template(check: str, student: str, most: float) -> str:
    """Return an entry for overrides.toml, by which all is well with a student's code once it is filled in."""
    return (
        f"[[overrides]]\nstudent = {json_text(student)}\ncheck = {json_text(check)}\n"
        f'points = "?"  # of {points(most)}: all of them where all is well\n'
        'reason = ""\ngrader = ""\n'
    )
