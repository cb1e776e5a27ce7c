"""nbgrader: ``nbgrader autograde`` on a class of notebooks.

The course is made as an instructor makes it: a source notebook, from which ``nbgrader
generate_assignment`` makes the students' version and the gradebook. A submission is the students'
version with the answer filled in.
"""

import csv
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers import Measured
from benchmarks.peers.running import DEFAULT_FOLDER, Command, Environment, make_environment, run_all
from benchmarks.peers.submissions import CHECKS, code_cell, notebook, variations

__all__ = ["VERSION", "Course", "grade", "notebooks", "prepare"]

VERSION = "0.9.6"

_ASSIGNMENT = "conv2d"
_NOTEBOOK = "conv2d.ipynb"
_ANSWER = "answer"


@dataclass(frozen=True)
class Course:
    """A course that is ready to be graded.

    Attributes:
        environment: Where nbgrader is installed.
        folder: What generating the assignment left: the source, the release and the gradebook.
        notebooks: The students' notebooks, as text.
    """

    environment: Environment
    folder: Path
    notebooks: tuple[str, ...]


def prepare(folder: Path, sources: Sequence[str]) -> Course:
    """Make nbgrader's environment (once) and a course for `sources`, one student each.

    Raises:
        PeerError: If nbgrader cannot be installed, or does not accept the assignment.
    """
    folder = folder.resolve()
    environment = make_environment(folder, f"nbgrader=={VERSION}", "ipykernel")
    course = folder / "course"
    shutil.rmtree(course, ignore_errors=True)
    source = course / "source" / _ASSIGNMENT / _NOTEBOOK
    source.parent.mkdir(parents=True)
    source.write_text(json.dumps(_source_notebook()), encoding="utf-8")
    nbgrader = environment.program("nbgrader")
    # Runs the solution: shows that the tests can pass, and brings TensorFlow into the file cache.
    environment.run([nbgrader, "validate", source], course)
    environment.run([nbgrader, "generate_assignment", _ASSIGNMENT], course)
    return Course(environment, course, tuple(notebooks(course, sources)))


def notebooks(course: Path, sources: Sequence[str]) -> list[str]:
    """Return the students' version of the notebook with each of `sources` as the answer, as text."""
    release = json.loads((course / "release" / _ASSIGNMENT / _NOTEBOOK).read_text(encoding="utf-8"))
    return [json.dumps(as_notebook(release, text)) for text in sources]


def as_notebook(release: dict[str, Any], source: str) -> dict[str, Any]:
    """Return the students' version of the notebook with `source` as the answer."""
    cells = [
        cell | {"source": source} if cell["metadata"]["nbgrader"]["grade_id"] == _ANSWER else cell
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
    commands = [Command([nbgrader, "autograde", _ASSIGNMENT], each, each / "log.txt") for each in folders]
    wall, cpu = run_all(course.environment, commands, jobs=jobs)
    right = sum(_full_marks(course.environment, each) for each in folders)
    return Measured(wall, cpu, len(course.notebooks), right)


def _source_notebook() -> dict[str, Any]:
    solution = f"### BEGIN SOLUTION\n{variations(1)[0]}### END SOLUTION"
    cells = [code_cell(_ANSWER, solution, _metadata(_ANSWER, solution=True))]
    for check in CHECKS:
        source = f"# {check.name}\n{check.source}"
        if check.hidden:
            source = f"# {check.name}\n### BEGIN HIDDEN TESTS\n{check.source}\n### END HIDDEN TESTS"
        cells.append(code_cell(check.name, source, _metadata(check.name, solution=False)))
    return notebook(cells)


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
        submitted = folder / "submitted" / f"student{index:03}" / _ASSIGNMENT / _NOTEBOOK
        submitted.parent.mkdir(parents=True)
        submitted.write_text(text, encoding="utf-8")
    return folder


def _full_marks(environment: Environment, folder: Path) -> int:
    """Return how many students have full marks, from the gradebook."""
    grades = folder / "grades.csv"
    environment.run([environment.program("nbgrader"), "export", "--to", grades], folder)
    with grades.open(newline="", encoding="utf-8") as rows:
        return sum(
            float(row["score"] or 0) == float(row["max_score"]) == len(CHECKS) for row in csv.DictReader(rows)
        )


if __name__ == "__main__":
    print(grade(prepare(DEFAULT_FOLDER / "nbgrader", variations(2))))
