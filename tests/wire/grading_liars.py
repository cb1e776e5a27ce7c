"""The whole grader side against a played worker that answers with anything: from frames to every report."""

from __future__ import annotations

import io
import random
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from types import SimpleNamespace
from unittest import mock
from xml.etree import ElementTree as ET

import msgspec
import numpy as np
from rich.console import Console

from autograder.checks.evaluation import Evaluation
from autograder.checks.hidden_images import HiddenImages
from autograder.checks.making import make_checks, wanted_by
from autograder.config import load
from autograder.config.structure import FunctionCheckConfig
from autograder.environment import describe
from autograder.errors import AutograderError
from autograder.grading import Marking, grade_submission
from autograder.reports import github, gradescope, junit
from autograder.reports.entry import Result, Trust
from autograder.reports.feedback import feedback
from autograder.reports.json_text import json_text
from autograder.reports.rows import row_of
from autograder.reports.student_view import feedback_view
from autograder.results import Grade
from autograder.runners import replies, session
from autograder.runners.session import Session
from autograder.submission.files import SubmittedFile, submission
from tests.wire.lying import Clock, LyingProcess, bend

CONFIG = """
schema = "autograder/assignment/v1"
title = "Liars"
file = "work.ipynb"
dataset = "mnist"
packages = ["numpy"]
limits = { load_seconds = 4.0, call_seconds = 2.0, check_seconds = 9.0 }
cells = { keep = true }

[[checks]]
kind = "function"
name = "max_pool2d"
problem = "max_pool2d"
points.basic = { visible = 1, hidden = 1 }
points.pool_size = { visible = 1, hidden = 1 }
points.stride = { visible = 1, hidden = 1 }

[[checks]]
kind = "function"
name = "output_size"
problem = "output_size"
points.basic = { visible = 1, hidden = 1 }
points.padding = { visible = 1, hidden = 1 }
points.stride = { visible = 1, hidden = 1 }

[[checks]]
kind = "values"
name = "answers"
items = [
    { name = "number", variable = "NUMBER", points = 1, accept = [4] },
    { name = "text", variable = "TEXT", points = 1, accept = ["yes"] },
]

[[checks]]
kind = "source"
name = "by_hand"
forbidden = ["scipy", "eval"]
voids = ["max_pool2d"]

[[checks]]
kind = "written"
name = "why"
question = "Why?"
variable = "WHY"
rubric = [{ points = 2, text = "says why" }]

[[checks]]
kind = "model"
name = "net"
output_shape = [3]
parameters = { least = 1, most = 99 }
layers = [{ kind = "Dense", parameters = 15 }]
points = { output_shape = 1, parameters = 1, layers = 1 }

[[checks]]
kind = "training"
name = "trained"
variable = "net"
threshold = 0.1
budget = { seconds = 3.0 }
samples = 40
points = 2

[[checks]]
kind = "training"
name = "repeated"
variable = "net"
curve = [[0.05, 0.0], [0.5, 1.0]]
preprocess = { scale = "0..1", layout = "flat" }
budget = { seconds = 3.0 }
repeats = 2
samples = 40
points = 2

[[checks]]
kind = "autoencoder"
name = "coder"
variable = "net"
budget = { seconds = 3.0 }
code_size = { most = 8 }
reconstruction = { against = "pca", factor = 2.0 }
denoising = { sigma = 0.2, gain_db = 1.0 }
sparsity = { least = 0.5 }
contraction = { relative = true, most = 1.0 }
anomalies = { normal = [1, 2], auc = 0.6 }

[checks.points]
code_size = 1
symmetry = 1
reconstruction = 1
denoising = 1
sparsity = 1
contraction = 1
anomalies = 1
"""
READY_SECONDS = 90.0
MOST_SECONDS = 20.0  # of the grader's own work, on a crowded machine too
_SAMPLES = 40


class Broken(AssertionError):
    """The grader did what it must not; the message says with which seed."""


@cache
def marking() -> Marking:
    """Return an assignment with every kind of check, prepared once."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "grading_configs").mkdir()
        (Path(folder) / "grading_configs" / "liars.toml").write_text(CONFIG)
        assignment = load(Path(folder), "liars")
    drawn = {
        check.problem: assignment.problems[check.problem].draw(np.random.default_rng(1))[:6]
        for check in assignment.config.checks
        if isinstance(check, FunctionCheckConfig)
    }
    return Marking(assignment, make_checks(assignment, drawn, evaluation()), describe("full"), "")


def evaluation() -> Evaluation:
    """Return hidden samples of 8×8 pixels: of ten classes, clean, with noise, and odd."""
    rng = np.random.default_rng(2)
    images, clean, noise, train = rng.integers(0, 256, (4, _SAMPLES, 8, 8), np.uint8)
    labels = np.arange(_SAMPLES) % 10
    hidden = HiddenImages("digits", "sha256:here", False, images, labels > 2, noise, clean, train)
    classes = tuple("0123456789")
    return Evaluation("digits", "sha256:here", images, labels, classes, {"coder": hidden})


def grade(seed: int) -> int:
    """Grade a liar, make every report, and return how many frames it sent.

    Raises:
        Broken: If anything but an error of our own comes of it, or somebody waited too long.
    """
    rng, clock = random.Random(seed), Clock()
    processes: list[LyingProcess] = []

    def start() -> LyingProcess:
        processes.append(LyingProcess(rng, clock, bend, rng.choice((0.0, 0.03, 0.1, 0.5))))
        return processes[-1]

    made = submission("ada", [SubmittedFile("work.ipynb", b"{}")], "work.ipynb")
    prepared = marking()
    limits = prepared.assignment.config.limits
    time = SimpleNamespace(monotonic=clock.monotonic)
    began = process_time()
    with mock.patch.object(replies, "time", time), mock.patch.object(session, "time", time):
        worker = Session(start, made, limits, wanted_by(prepared.assignment))
        try:
            found = grade_submission(made, prepared, worker)
        except AutograderError:
            return sum(process.frames for process in processes)
        except Exception as error:
            raise Broken(f"seed {seed}: {type(error).__name__}: {error}") from error
        finally:
            worker.close()
    most = (
        4 * limits.load_seconds
        + len(prepared.checks) * (limits.check_seconds + 1.0)
        + sum(getattr(check, "own_seconds", 0.0) for check in prepared.checks)
        + limits.call_seconds
        + 60.0
    )
    if clock.now - 1000.0 > most or any(process.longest_wait > READY_SECONDS for process in processes):
        raise Broken(f"seed {seed}: waited {clock.now - 1000.0:.0f} s, expected at most {most:.0f} s")
    try:
        report(found)
    except Exception as error:
        raise Broken(f"seed {seed}: in a report: {type(error).__name__}: {error}") from error
    if process_time() - began > MOST_SECONDS:
        raise Broken(f"seed {seed}: it took {process_time() - began:.0f} s to judge")
    return sum(process.frames for process in processes)


def report(found: Grade) -> None:
    """Make everything that is made of a grade, and read it again."""
    if msgspec.json.decode(json_text(found), type=Grade) != found:
        raise Broken("the report reads differently from what was written")
    for_student = feedback(found)
    json_text(for_student)
    json_text(row_of(found))
    console = Console(file=io.StringIO(), width=80)
    console.print(feedback_view(for_student))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    if any(character in shown for character in "\x1b\x9b\x07\x08\u202e\x00"):
        raise Broken("control characters are shown")
    result = Result(feedback=for_student, trust=Trust.GRADED)
    ET.fromstring(junit.junit(result))
    "\n".join(github.workflow_commands(result)).encode()
    github.job_summary(result).encode()
    msgspec.json.encode(gradescope.gradescope(result))
    if found.score is not None and not 0 <= found.score <= found.max_score:
        raise Broken(f"{found.score} of {found.max_score} points")
