"""What all graders are measured on: exercises, the questions in them, and the tests of each question."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Check", "Exercise", "Question", "code_cell", "notebook", "raw_cell"]


@dataclass(frozen=True)
class Check:
    """One test of a question, worth one point.

    Attributes:
        name: A short name, fit for a cell identifier, one of its kind in an exercise.
        source: Python statements that raise unless the answer is right; they use no name but the
            question's and ``np``.
        hidden: Whether students do not see it.
    """

    name: str
    source: str
    hidden: bool = False


@dataclass(frozen=True)
class Question:
    """A question, its tests, and correct answers to it.

    Attributes:
        name: The function that is asked for.
        checks: What other graders judge it by.
        answers: Makes as many correct answers as are asked for, all of them different.
    """

    name: str
    checks: tuple[Check, ...]
    answers: Callable[[int], Sequence[str]]


@dataclass(frozen=True)
class Exercise:
    """What a class hands in: the answers to one question or to several.

    Attributes:
        name: A slug.
        questions: In the order in which they are asked.
    """

    name: str
    questions: tuple[Question, ...]

    @property
    def points(self) -> int:
        """How many tests there are, each worth one point."""
        return sum(len(question.checks) for question in self.questions)

    def students(self, count: int) -> list[tuple[str, ...]]:
        """Return what `count` students answer, each question in turn; the same for the same `count`."""
        return list(zip(*(question.answers(count) for question in self.questions), strict=True))


def code_cell(name: str, source: str, metadata: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return a notebook's code cell, not yet executed."""
    return {
        "cell_type": "code",
        "id": name,
        "metadata": metadata or {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


def raw_cell(name: str, source: str) -> dict[str, Any]:
    """Return a notebook's raw cell."""
    return {"cell_type": "raw", "id": name, "metadata": {}, "source": source}


def notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a notebook for the Python kernel of the environment it is opened in."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}
