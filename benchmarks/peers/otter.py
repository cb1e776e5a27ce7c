"""Otter-Grader: ``otter run`` on each notebook of a class.

The assignment is made as an instructor makes it: a master notebook, from which ``otter assign``
makes the students' version and the autograder archive (without PDFs, which would need LaTeX). A
submission is the students' version with the answer filled in.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers import Measured, PeerError
from benchmarks.peers.running import DEFAULT_FOLDER, Command, Environment, make_environment, run_all
from benchmarks.peers.submissions import CHECKS, Check, code_cell, notebook, raw_cell, variations

__all__ = ["VERSION", "Course", "grade", "notebooks", "prepare"]

VERSION = "7.0.0"

_NOTEBOOK = "conv2d.ipynb"
_PLACE = "# The answer goes here."


@dataclass(frozen=True)
class Course:
    """An assignment and its submissions, ready to be graded.

    Attributes:
        environment: Where Otter is installed.
        folder: What belongs to the assignment; results go below it.
        autograder: The archive with the tests.
        submissions: The students' notebooks.
    """

    environment: Environment
    folder: Path
    autograder: Path
    submissions: tuple[Path, ...]


def prepare(folder: Path, sources: Sequence[str]) -> Course:
    """Make Otter's environment (once), the assignment, and a submission for each of `sources`.

    Raises:
        PeerError: If Otter cannot be installed, or does not accept the assignment.
    """
    folder = folder.resolve()
    environment = make_environment(folder, f"otter-grader[grading]=={VERSION}")
    course = folder / "course"
    shutil.rmtree(course, ignore_errors=True)
    course.mkdir()
    master = course / _NOTEBOOK
    master.write_text(json.dumps(_master_notebook()), encoding="utf-8")
    # Runs the solution too: shows that the tests can pass, and brings TensorFlow into the file cache.
    environment.run([environment.program("otter"), "assign", "--no-pdfs", master, "dist"], course)
    (autograder,) = (course / "dist" / "autograder").glob("*.zip")
    submissions = []
    for index, text in enumerate(notebooks(course, sources)):
        submission = course / "submitted" / f"student{index:03}" / _NOTEBOOK
        submission.parent.mkdir(parents=True)
        submission.write_text(text, encoding="utf-8")
        submissions.append(submission)
    return Course(environment, course, autograder, tuple(submissions))


def notebooks(course: Path, sources: Sequence[str]) -> list[str]:
    """Return the students' version of the notebook with each of `sources` as the answer, as text."""
    student = json.loads((course / "dist" / "student" / _NOTEBOOK).read_text(encoding="utf-8"))
    return [json.dumps(as_notebook(student, text)) for text in sources]


def as_notebook(student: dict[str, Any], source: str) -> dict[str, Any]:
    """Return the students' version of the notebook with `source` as the answer.

    Raises:
        PeerError: If it has not one place for an answer.
    """
    answers = [cell for cell in student["cells"] if _PLACE in "".join(cell["source"])]
    if len(answers) != 1:
        raise PeerError(f"expected one cell with {_PLACE!r} to answer in; received {len(answers)}")
    cells = [cell | {"source": source} if cell is answers[0] else cell for cell in student["cells"]]
    return student | {"cells": cells}


def grade(course: Course, *, jobs: int = 1) -> Measured:
    """Grade the class with ``otter run`` and return what that cost.

    The command takes one submission. With `jobs` above one, as many of them run at a time.

    Raises:
        PeerError: If Otter fails.
    """
    commands = [_command(course, submission) for submission in course.submissions]
    wall, cpu = run_all(course.environment, commands, jobs=jobs)
    right = sum(_has_full_marks(command.folder / "results.json") for command in commands)
    return Measured(wall, cpu, len(commands), right)


def _master_notebook() -> dict[str, Any]:
    prompt = f'""" # BEGIN PROMPT\n{_PLACE}\n"""; # END PROMPT'
    solution = f"# BEGIN SOLUTION\n{variations(1)[0]}# END SOLUTION"
    return notebook(
        [
            raw_cell("config", "# ASSIGNMENT CONFIG\nname: conv2d\nexport_cell: false\ngenerate: true"),
            raw_cell("begin-question", "# BEGIN QUESTION\nname: conv2d"),
            raw_cell("begin-solution", "# BEGIN SOLUTION"),
            code_cell("answer", f"{prompt}\n{solution}"),
            raw_cell("end-solution", "# END SOLUTION"),
            raw_cell("begin-tests", "# BEGIN TESTS"),
            *(code_cell(check.name, _test(check)) for check in CHECKS),
            raw_cell("end-tests", "# END TESTS"),
            raw_cell("end-question", "# END QUESTION"),
        ]
    )


def _test(check: Check) -> str:
    settings = f"name: {check.name}\npoints: 1\nhidden: {str(check.hidden).lower()}"
    return f'""" # BEGIN TEST CONFIG\n{settings}\n""" # END TEST CONFIG\n{check.source}'


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


def _has_full_marks(results: Path) -> bool:
    """Return whether Otter ran all tests and gave all points."""
    if not results.is_file():
        return False
    tests = json.loads(results.read_text(encoding="utf-8"))["tests"]
    scored = [test for test in tests if "max_score" in test]
    score, most = (sum(float(test[key]) for test in scored) for key in ("score", "max_score"))
    return score == most == len(CHECKS)


if __name__ == "__main__":
    print(grade(prepare(DEFAULT_FOLDER / "otter", variations(2))))
