"""The starters of the assignments with Keras models: they run, train nothing, and earn nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from autograder import config
from autograder.checks.making import make_checks, wanted_by
from autograder.config import Assignment
from autograder.datasets.arrays import Labelled
from autograder.datasets.sets import SETS
from autograder.environment import describe
from autograder.grading import Marking, grade_submission
from autograder.results import Status
from autograder.runners.session import Session
from autograder.runners.worker_limits import worker_limits
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import closure
from autograder.sandbox.plain_process import PlainProcess
from autograder.sandbox.process import Process
from autograder.sandbox.start import ServerSpec
from autograder.sandbox.survey import missing
from autograder.submission import Submission, SubmittedFile

ROOT = Path(__file__).resolve().parent.parent.parent
SLUGS = ("zip-codes", "postcards", "overfitting", "autoencoders", "denoising", "fashion")
SIZES = {"mnist": (28, 28), "fashion_mnist": (28, 28), "cifar10": (32, 32, 3), "everyday": (80, 80, 3)}
Start = Callable[[Assignment, Submission], Process]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """Start workers behind the walls that stand here, with ten black samples of each data set."""
    level = next((each for each in (Level.FULL, Level.CONTAINER) if not missing(each)), None)
    with tempfile.TemporaryDirectory(prefix="black-") as name:
        folder = Path(name)
        for each, size in SIZES.items():
            samples = Labelled(np.zeros((10, *size), np.uint8), np.arange(10) % 8)
            SETS[each].form.write(folder, samples, samples)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        if level is None:
            yield lambda *_: PlainProcess(1, 16_384, ("tensorflow",), folder)
            return
        packages = tuple(closure(["numpy", "tensorflow"]))
        server = ForkServer(ServerSpec(level, ("tensorflow",), packages, data=folder), 1)
        yield lambda assignment, submission: server.slots[0].fork(worker_limits(assignment, submission), 1)
        server.close()


@pytest.mark.parametrize("slug", SLUGS)
def test_a_starter_runs_and_earns_nothing(start: Start, slug: str) -> None:
    assignment = config.load(ROOT, slug)
    [path] = (ROOT / "assignments" / slug / "starter").iterdir()
    assert path.name == assignment.config.file
    submission = Submission("ada", (SubmittedFile(path.name, path.read_bytes()),), path.name, "sha256:none")
    session = Session(
        lambda: start(assignment, submission), submission, assignment.config.limits, wanted_by(assignment)
    )
    try:
        marking = Marking(assignment, make_checks(assignment, {}, None), describe("process"), "")
        grade = grade_submission(submission, marking, session)
    finally:
        session.close()
    for check in grade.checks:
        assert (check.status, check.score) == (Status.FAILED, 0.0), (check.name, check.message)
        if check.kind in ("model", "training", "autoencoder"):
            assert any(said in check.message for said in ("write ", "in model; it is of the type NoneType"))
