"""Otter-Grader: ``otter run`` on each notebook of a class.

The assignment is made as an instructor makes it: a master notebook, from which ``otter assign``
makes the students' version and the autograder archive (without PDFs, which would need LaTeX). A
submission is the students' version with the answer filled in.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.peers import Measured, PeerError
from benchmarks.peers.conv2d import CONV2D
from benchmarks.peers.exercise import Check, Exercise, Question, code_cell, notebook, raw_cell
from benchmarks.peers.running import DEFAULT_FOLDER, Command, Environment, make_environment, run_all

__all__ = ["VERSION", "Course", "grade", "notebooks", "prepare"]

VERSION = "7.0.0"

_NOTEBOOK = "exercise.ipynb"


@dataclass(frozen=True)
class Course:
    """An assignment and its submissions, ready to be graded.

    Attributes:
        environment: Where Otter is installed.
        exercise: What is asked.
        folder: What belongs to the assignment; results go below it.
        autograder: The archive with the tests.
        submissions: The students' notebooks.
    """

    environment: Environment
    exercise: Exercise
    folder: Path
    autograder: Path
    submissions: tuple[Path, ...]


def prepare(folder: Path, exercise: Exercise, students: Sequence[Sequence[str]]) -> Course:
    """Make Otter's environment (once), the assignment, and a submission of each of `students`.

    Raises:
        PeerError: If Otter cannot be installed, or does not accept the assignment.
    """
    folder = folder.resolve()
    environment = make_environment(folder, f"otter-grader[grading]=={VERSION}")
    course = folder / exercise.name / "course"
    shutil.rmtree(course, ignore_errors=True)
    course.mkdir(parents=True)
    master = course / _NOTEBOOK
    master.write_text(json.dumps(_master_notebook(exercise)), encoding="utf-8")
    # Runs the solution too: shows that the tests can pass, and brings TensorFlow into the file cache.
    environment.run([environment.program("otter"), "assign", "--no-pdfs", master, "dist"], course)
    (autograder,) = (course / "dist" / "autograder").glob("*.zip")
    made = Course(environment, exercise, course, autograder, ())
    submissions = []
    for index, text in enumerate(notebooks(made, students)):
        submission = course / "submitted" / f"student{index:03}" / _NOTEBOOK
        submission.parent.mkdir(parents=True)
        submission.write_text(text, encoding="utf-8")
        submissions.append(submission)
    return replace(made, submissions=tuple(submissions))


def notebooks(course: Course, students: Sequence[Sequence[str]]) -> list[str]:
    """Return the students' version of the notebook with the answers of each of `students`, as text."""
    path = course.folder / "dist" / "student" / _NOTEBOOK
    empty = json.loads(path.read_text(encoding="utf-8"))
    places = [_place(question) for question in course.exercise.questions]
    return [json.dumps(as_notebook(empty, dict(zip(places, each, strict=True)))) for each in students]


def as_notebook(empty: dict[str, Any], answers: Mapping[str, str]) -> dict[str, Any]:
    """Return the students' version of the notebook with `answers` by the places they are due in.

    Raises:
        PeerError: If it has not one cell for each answer.
    """
    cells = list(empty["cells"])
    for place, answer in answers.items():
        found = [number for number, cell in enumerate(cells) if place in "".join(cell["source"])]
        if len(found) != 1:
            raise PeerError(f"expected one cell with {place!r} to answer in; received {len(found)}")
        cells[found[0]] = cells[found[0]] | {"source": answer}
    return empty | {"cells": cells}


def grade(course: Course, *, jobs: int = 1) -> Measured:
    """Grade the class with ``otter run`` and return what that cost.

    The command takes one submission. With `jobs` above one, as many of them run at a time.

    Raises:
        PeerError: If Otter fails.
    """
    commands = [_command(course, submission) for submission in course.submissions]
    wall, cpu = run_all(course.environment, commands, jobs=jobs)
    right = sum(
        _has_full_marks(command.folder / "results.json", course.exercise.points) for command in commands
    )
    return Measured(wall, cpu, len(commands), right)


def _master_notebook(exercise: Exercise) -> dict[str, Any]:
    config = f"# ASSIGNMENT CONFIG\nname: {exercise.name}\nexport_cell: false\ngenerate: true"
    asked = [cell for question in exercise.questions for cell in _cells(question)]
    return notebook([raw_cell("config", config), *asked])


def _cells(question: Question) -> list[dict[str, Any]]:
    """Return a question as a master notebook has it, solved and with its tests."""
    name = question.name
    prompt = f'""" # BEGIN PROMPT\n{_place(question)}\n"""; # END PROMPT'
    solution = f"# BEGIN SOLUTION\n{question.answers(1)[0]}# END SOLUTION"
    return [
        raw_cell(f"begin-question-{name}", f"# BEGIN QUESTION\nname: {name}"),
        raw_cell(f"begin-solution-{name}", "# BEGIN SOLUTION"),
        code_cell(f"answer-{name}", f"{prompt}\n{solution}"),
        raw_cell(f"end-solution-{name}", "# END SOLUTION"),
        raw_cell(f"begin-tests-{name}", "# BEGIN TESTS"),
        *(code_cell(check.name, _test(check)) for check in question.checks),
        raw_cell(f"end-tests-{name}", "# END TESTS"),
        raw_cell(f"end-question-{name}", "# END QUESTION"),
    ]


def _place(question: Question) -> str:
    """Return the comment that an answer takes the place of."""
    return f"# The answer to {question.name} goes here."


def _test(check: Check) -> str:
    settings = f"name: {check.name}\npoints: 1\nhidden: {str(check.hidden).lower()}"
    return f'""" # BEGIN TEST CONFIG\n{settings}\n""" # END TEST CONFIG\nimport numpy as np\n{check.source}'


def _command(course: Course, submission: Path) -> Command:
    """Return the command that grades `submission` into a new folder."""
    folder = course.folder / "graded" / submission.parent.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    otter = course.environment.program("otter")
    arguments: list[str | Path] = [
        otter,
        "run",
        "--autograder",
        course.autograder,
        "--output-dir",
        folder,
        submission,
    ]
    return Command(arguments, folder, folder / "log.txt")


def _has_full_marks(results: Path, points: int) -> bool:
    """Return whether Otter ran all tests and gave all points."""
    if not results.is_file():
        return False
    tests = json.loads(results.read_text(encoding="utf-8"))["tests"]
    scored = [test for test in tests if "max_score" in test]
    score, most = (sum(float(test[key]) for test in scored) for key in ("score", "max_score"))
    return score == most == points


if __name__ == "__main__":
    one = Exercise("conv2d", (CONV2D,))
    print(grade(prepare(DEFAULT_FOLDER / "otter", one, one.students(2))))
