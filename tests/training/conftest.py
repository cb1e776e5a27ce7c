"""Submissions that are trained, each in a worker of its own; one fork server has imported TensorFlow."""

from __future__ import annotations

import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from sklearn.datasets import load_digits

from autograder.checks.evaluation import Evaluation
from autograder.checks.making import make_checks, wanted_by
from autograder.config import Assignment, AssignmentConfig, Calibrated, Calibration
from autograder.environment import describe
from autograder.grading import Marking, grade_submission
from autograder.observation import Allowance, Call, Returned
from autograder.results import CheckResult, TrainingDetails
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
from autograder.wire.trained import Progress

LIMITS = {"load_seconds": 60.0, "call_seconds": 60.0, "check_seconds": 60.0, "memory_mib": 4096}
HIDDEN = 400
NET = """
    import keras
    from keras import layers

    def build_model():
        return keras.Sequential([
            keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(32, "relu"), layers.Dense(10, "softmax"),
        ])
    """
PLAIN = {"points": 4.0, "threshold": 0.6, "recipe": {"epochs": 5, "batch_size": 20}}


def digits() -> tuple[dict[str, np.ndarray[Any, Any]], Evaluation]:
    """Return scikit-learn's digits: a public part, and hidden samples."""
    found = load_digits()
    x, y = (found.images * (255 / 16)).astype(np.uint8), found.target.astype(np.int64)
    hidden = Evaluation("digits, 8×8", "sha256:digits", x[-HIDDEN:], y[-HIDDEN:], tuple("0123456789"))
    public = {"x_train": x[:1000], "y_train": y[:1000], "x_test": x[1000:-HIDDEN], "y_test": y[1000:-HIDDEN]}
    return public, hidden


def assignment_of(check: dict[str, Any], calibrated: tuple[Calibrated, ...] = (), **top: Any) -> Assignment:
    """Return an assignment with one training check."""
    settings = {
        "schema": "autograder/assignment/v1",
        "title": "Nets",
        "file": "code.py",
        "dataset": "mnist",
        "checks": [{"kind": "training", "name": "net", **check}],
        "limits": LIMITS,
        **top,
    }
    config = msgspec.convert(settings, AssignmentConfig)
    return Assignment("nets", Path("nets.toml"), config, "", {}, Calibration(calibrated=calibrated))


class Trainings:
    """Grades submissions by one training check.

    Args:
        start: Starts a worker.
        hidden: What they are judged on.
    """

    def __init__(self, start: Callable[[Assignment, Submission], Process], hidden: Evaluation) -> None:
        self._start, self.hidden = start, hidden
        self.told: list[Progress] = []
        self.notes: tuple[str, ...] = ()
        self.printed = ""
        self.results: tuple[CheckResult, ...] = ()

    def result(
        self,
        source: str,
        files: dict[str, bytes] | None = None,
        *,
        calibrated: tuple[Calibrated, ...] = (),
        top: dict[str, Any] | None = None,
        hidden: Evaluation | None = None,
        **check: Any,
    ) -> CheckResult:
        """Return what the check says of a submission."""
        text = textwrap.dedent(source).encode()
        named = [SubmittedFile(name, data) for name, data in (files or {}).items()]
        submission = Submission("ada", (SubmittedFile("code.py", text), *named), "code.py", "sha256:none")
        assignment = assignment_of(PLAIN | check, calibrated, **(top or {}))
        self.told = []
        session = Session(
            lambda: self._start(assignment, submission),
            submission,
            assignment.config.limits,
            wanted_by(assignment),
            tell=self.told.append,
        )
        checks = make_checks(assignment, {}, hidden or self.hidden)
        try:
            marking = Marking(assignment, checks, describe("process"), "")
            grade = grade_submission(submission, marking, session)
        finally:
            session.close()
        self.notes, self.printed = grade.notes, grade.printed
        self.results = grade.checks
        return grade.checks[0]

    def save(self, source: str) -> bytes:
        """Return the file that a submission's variable `model` is saved in."""
        text = textwrap.dedent(source) + textwrap.dedent(
            """
            def saved():
                model.save("/tmp/net.keras")
                with open("/tmp/net.keras", "rb") as file:
                    return np.frombuffer(file.read(), np.uint8)
            """
        )
        submission = Submission("ada", (SubmittedFile("code.py", text.encode()),), "code.py", "sha256:none")
        assignment = assignment_of(PLAIN)
        session = Session(
            lambda: self._start(assignment, submission),
            submission,
            assignment.config.limits,
            wanted_by(assignment),
        )
        try:
            [seen] = session.call("saved", [Call((), {})], Allowance(60.0))
        finally:
            session.close()
        assert isinstance(seen, Returned), seen
        return bytes(seen.value)

    def judged(self, source: str, **more: Any) -> tuple[CheckResult, TrainingDetails]:
        """Return the same, and its details."""
        result = self.result(source, **more)
        assert isinstance(result.details, TrainingDetails), result.message
        return result, result.details


@pytest.fixture(scope="session")
def trainings() -> Iterator[Trainings]:
    """Give workers behind the walls that stand here, with the public part of the digits as their data."""
    public, hidden = digits()
    level = next((each for each in (Level.FULL, Level.CONTAINER) if not missing(each)), None)
    with tempfile.TemporaryDirectory(prefix="digits-") as folder:
        Path(folder).chmod(0o755)
        np.savez(Path(folder) / "mnist.npz", **public)
        if level is None:
            yield Trainings(lambda *_: PlainProcess(1, 16_384, ("tensorflow",), Path(folder)), hidden)
            return
        packages = tuple(closure(["numpy", "tensorflow"]))
        server = ForkServer(ServerSpec(level, ("tensorflow",), packages, data=Path(folder)), 1)
        yield Trainings(
            lambda assignment, submission: server.slots[0].fork(worker_limits(assignment, submission), 1),
            hidden,
        )
        server.close()
