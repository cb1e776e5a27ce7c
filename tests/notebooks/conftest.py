"""Notebooks in real workers, graded as they are for a class."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checks.making import make_checks, wanted_by
from autograder.config import Assignment, load
from autograder.environment import describe
from autograder.grading import Marking, grade_submission
from autograder.problems import PROBLEMS
from autograder.results import Grade
from autograder.runners.allotting import worker_limits
from autograder.runners.pool import Pool, make_pool
from autograder.runners.session import Session
from autograder.sandbox.level import Level
from autograder.sandbox.survey import missing
from autograder.submission.files import SubmittedFile, submission

ROOT = Path(__file__).resolve().parents[2]
_ADA = (ROOT / "assignments" / "convolution" / "sample_class" / "ada" / "convolution.py").read_text()
NUMPY = "import numpy as np\n"
CONV2D = _ADA[_ADA.index("def conv2d(") : _ADA.index("def conv2d_layer(")].rstrip() + "\n"
CONFIG = """
schema = "autograder/assignment/v1"
title = "Odd notebooks"
file = "conv.py"
packages = ["numpy"]
limits = { load_seconds = 30.0, call_seconds = 10.0, memory_mib = 512 }
CELLS
[[checks]]
kind = "function"
name = "conv2d"
problem = "conv2d"
points.basic = { visible = 0.6, hidden = 0.4 }
points.stride = { visible = 0.6, hidden = 0.4 }
points.padding = { visible = 0.6, hidden = 0.4 }
points.bias = { visible = 0.6, hidden = 0.4 }
"""
FULL, NONE = 4.0, 0.0


def code(source: Any, *tags: str, **changes: Any) -> dict[str, Any]:
    """Return a code cell."""
    cell = {"cell_type": "code", "execution_count": None, "outputs": [], "source": source}
    return {**cell, "metadata": {"tags": list(tags)} if tags else {}, **changes}


def notebook(*cells: str | dict[str, Any], **changes: Any) -> bytes:
    """Return a notebook; a text is a code cell."""
    made = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4, **changes}).encode()


class School:
    """Grades single hand-ins, each level and configuration with a pool of its own, kept as long as possible.

    Args:
        folder: Where the configurations are written.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pools: dict[tuple[str, Level], tuple[Assignment, Marking, Pool]] = {}
        self.strongest = next(level for level in Level if not missing(level))

    def grade(
        self,
        data: bytes,
        *,
        name: str = "conv.ipynb",
        cells: str = "",
        checks: str = "",
        level: Level | None = None,
        config: str = CONFIG,
        others: Sequence[tuple[str, bytes]] = (),
    ) -> Grade:
        """Return the grade of one file.

        Args:
            data: The file.
            name: What it is called.
            cells: More lines of the configuration, above its checks.
            checks: More checks.
            level: The walls; the strongest that stand here, where nothing is said.
            config: The configuration.
            others: More files, with their names.
        """
        text = config.replace("CELLS", cells) + checks
        assignment, marking, pool = self._opened(text, level or self.strongest)
        files = [SubmittedFile(name, data), *(SubmittedFile(*other) for other in others)]
        handed_in = submission("ada", files, name)
        limits = worker_limits(assignment, handed_in)
        session = Session(
            lambda: pool.start(0, limits, 1), handed_in, assignment.config.limits, wanted_by(assignment)
        )
        with closing(session):
            return grade_submission(handed_in, marking, session)

    def _opened(self, text: str, level: Level) -> tuple[Assignment, Marking, Pool]:
        if (text, level) not in self._pools:
            course = self._folder / str(len(self._pools))
            (course / "grading_configs").mkdir(parents=True)
            (course / "grading_configs" / "odd.toml").write_text(text)
            assignment = load(course, "odd")
            names = list(assignment.problems)
            hidden = {name: PROBLEMS[name].draw(np.random.default_rng(3)) for name in names}
            marking = Marking(assignment, make_checks(assignment, hidden), describe(level.value), "")
            pool = make_pool(assignment, level, 1, notebooks=True)
            pool.await_warm()
            self._pools[text, level] = assignment, marking, pool
        return self._pools[text, level]

    def close(self) -> None:
        """End all servers."""
        for _, _, pool in self._pools.values():
            pool.close()


Grading = Callable[..., Grade]


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[School]:
    """Share the fork servers of a whole test run."""
    shared = School(tmp_path_factory.mktemp("school"))
    yield shared
    shared.close()


def said(grade: Grade) -> str:
    """Return all that a grade says in words."""
    return "\n".join([*grade.notes, *(f"{check.message}\n{check.hint}" for check in grade.checks)])
