"""nbgrader: ``nbgrader autograde`` on a class of notebooks.

The course is made as an instructor makes it: a source notebook, from which ``nbgrader
generate_assignment`` makes the students' version and the gradebook. A submission is the students'
version with the answer filled in.
"""

import csv
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks.peers import Measured
from benchmarks.peers.conv2d import CONV2D
from benchmarks.peers.exercise import Exercise, Question, code_cell, notebook
from benchmarks.peers.running import DEFAULT_FOLDER, Command, Environment, make_environment, run_all

__all__ = ["VERSION", "Course", "grade", "notebooks", "prepare"]

VERSION = "0.9.6"

_NOTEBOOK = "exercise.ipynb"


@dataclass(frozen=True)
class Course:
    """A course that is ready to be graded.

    Attributes:
        environment: Where nbgrader is installed.
        exercise: What is asked.
        folder: What generating the assignment left: the source, the release and the gradebook.
        notebooks: The students' notebooks, as text.
    """

    environment: Environment
    exercise: Exercise
    folder: Path
    notebooks: tuple[str, ...]


def prepare(folder: Path, exercise: Exercise, students: Sequence[Sequence[str]]) -> Course:
    """Make nbgrader's environment (once) and a course for `students`, each an answer to every question.

    Raises:
        PeerError: If nbgrader cannot be installed, or does not accept the assignment.
    """
    folder = folder.resolve()
    environment = make_environment(folder, f"nbgrader=={VERSION}", "ipykernel")
    course = folder / exercise.name / "course"
    shutil.rmtree(course, ignore_errors=True)
    source = course / "source" / exercise.name / _NOTEBOOK
    source.parent.mkdir(parents=True)
    source.write_text(json.dumps(_source_notebook(exercise)), encoding="utf-8")
    nbgrader = environment.program("nbgrader")
    # Runs the solution: shows that the tests can pass, and brings TensorFlow into the file cache.
    environment.run([nbgrader, "validate", source], course)
    environment.run([nbgrader, "generate_assignment", exercise.name], course)
    course_made = Course(environment, exercise, course, ())
    return replace(course_made, notebooks=tuple(notebooks(course_made, students)))


def notebooks(course: Course, students: Sequence[Sequence[str]]) -> list[str]:
    """Return the students' version of the notebook with the answers of each of `students`, as text."""
    path = course.folder / "release" / course.exercise.name / _NOTEBOOK
    release = json.loads(path.read_text(encoding="utf-8"))
    names = [_answer(question) for question in course.exercise.questions]
    return [json.dumps(as_notebook(release, dict(zip(names, each, strict=True)))) for each in students]


def as_notebook(release: dict[str, Any], answers: Mapping[str, str]) -> dict[str, Any]:
    """Return the students' version of the notebook with `answers` by the names of their cells."""
    cells = [
        cell | {"source": answers.get(cell["metadata"]["nbgrader"]["grade_id"], cell["source"])}
        for cell in release["cells"]
    ]
    return release | {"cells": cells}


def grade(course: Course, *, jobs: int = 1) -> Measured:
    """Grade the class with ``nbgrader autograde`` and return what that cost.

    nbgrader grades one notebook after another and has no option for more processes. With `jobs`
    above one, as many instances run at a time, each on a part of the class and with a gradebook of
    its own: the default one, in SQLite, is locked by whoever writes.

    Raises:
        PeerError: If nbgrader fails.
    """
    parts = [course.notebooks[start::jobs] for start in range(min(jobs, len(course.notebooks)))]
    folders = [_lay_out(course, number, part) for number, part in enumerate(parts)]
    nbgrader = course.environment.program("nbgrader")
    commands = [
        Command([nbgrader, "autograde", course.exercise.name], each, each / "log.txt") for each in folders
    ]
    wall, cpu = run_all(course.environment, commands, jobs=jobs)
    right = sum(_full_marks(course, each) for each in folders)
    return Measured(wall, cpu, len(course.notebooks), right)


def _source_notebook(exercise: Exercise) -> dict[str, Any]:
    return notebook([cell for question in exercise.questions for cell in _cells(question)])


def _cells(question: Question) -> list[dict[str, Any]]:
    """Return the cell for a question's answer, solved, and the cells that test it."""
    answer = _answer(question)
    solution = f"### BEGIN SOLUTION\n{question.answers(1)[0]}### END SOLUTION"
    cells = [code_cell(answer, solution, _metadata(answer, solution=True))]
    for check in question.checks:
        test = (
            f"### BEGIN HIDDEN TESTS\n{check.source}\n### END HIDDEN TESTS" if check.hidden else check.source
        )
        source = f"# {check.name}\nimport numpy as np\n{test}"
        cells.append(code_cell(check.name, source, _metadata(check.name, solution=False)))
    return cells


def _answer(question: Question) -> str:
    """Return the name of the cell that a question is answered in."""
    return f"answer_{question.name}"


def _metadata(name: str, *, solution: bool) -> dict[str, Any]:
    of_cell: dict[str, Any] = {
        "schema_version": 3,
        "grade_id": name,
        "solution": solution,
        "grade": not solution,
        "locked": not solution,
        "task": False,
    }
    return {"nbgrader": of_cell if solution else of_cell | {"points": 1}}


def _lay_out(course: Course, number: int, part: Sequence[str]) -> Path:
    """Return a new copy of the course in which only `part` of the class has submitted."""
    folder = course.folder.with_name(f"run-{number}")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(course.folder, folder)
    for index, text in enumerate(part):
        submitted = folder / "submitted" / f"student{index:03}" / course.exercise.name / _NOTEBOOK
        submitted.parent.mkdir(parents=True)
        submitted.write_text(text, encoding="utf-8")
    return folder


def _full_marks(course: Course, folder: Path) -> int:
    """Return how many students have full marks, from the gradebook."""
    grades = folder / "grades.csv"
    course.environment.run([course.environment.program("nbgrader"), "export", "--to", grades], folder)
    with grades.open(newline="", encoding="utf-8") as rows:
        return sum(
            float(row["score"] or 0) == float(row["max_score"]) == course.exercise.points
            for row in csv.DictReader(rows)
        )


if __name__ == "__main__":
    one = Exercise("conv2d", (CONV2D,))
    print(grade(prepare(DEFAULT_FOLDER / "nbgrader", one, one.students(2))))
