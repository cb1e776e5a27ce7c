"""Autoencoders of small digits, each in a worker of its own; one fork server has imported TensorFlow."""

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
from autograder.checks.hidden_images import HiddenImages
from autograder.checks.making import make_checks, wanted_by
from autograder.config import Assignment, AssignmentConfig
from autograder.environment import describe
from autograder.grading import Marking, grade_submission
from autograder.results import AutoencoderDetails, AutoencoderPart, CheckResult
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

LIMITS = {"load_seconds": 60.0, "call_seconds": 60.0, "check_seconds": 60.0, "memory_mib": 4096}
HIDDEN = 300
SIGMA = 0.3
DIGITS = load_digits()
IMAGES = (DIGITS.images * (255 / 16)).astype(np.uint8)
LABELS = DIGITS.target.astype(np.int64)


def hidden_digits(*, normal: tuple[int, ...] = (), is_stand_in: bool = False) -> HiddenImages:
    """Return hidden digits of 8×8: clean ones, of which some may be odd, and other ones with noise."""
    clean = IMAGES[-HIDDEN:]
    noise = np.random.default_rng(3).normal(0.0, SIGMA * 255, clean.shape)
    labels = LABELS[-2 * HIDDEN : -HIDDEN]
    train = IMAGES[:1000]
    if normal:
        train = train[np.isin(LABELS[:1000], normal)]
    return HiddenImages(
        "digits, 8×8",
        "sha256:digits",
        is_stand_in,
        IMAGES[-2 * HIDDEN : -HIDDEN],
        ~np.isin(labels, normal) if normal else np.zeros(HIDDEN, np.bool_),
        np.clip(np.rint(clean + noise), 0, 255).astype(np.uint8),
        clean,
        train,
    )


def evaluation_with(images: HiddenImages) -> Evaluation:
    """Return hidden samples of which two checks are given images."""
    both = {"coder": images, "other": images}
    return Evaluation(images.data, images.digest, IMAGES[:1], LABELS[:1], tuple("0123456789"), both)


def assignment_of(*checks: dict[str, Any]) -> Assignment:
    """Return an assignment with autoencoder checks; what they are judged on goes by the name of the first."""
    settings = {
        "schema": "autograder/assignment/v1",
        "title": "Autoencoders",
        "file": "code.py",
        "dataset": "mnist",
        "checks": [{"kind": "autoencoder", "name": "coder", **check} for check in checks],
        "limits": LIMITS,
    }
    config = msgspec.convert(settings, AssignmentConfig)
    return Assignment("autoencoders", Path("autoencoders.toml"), config, "", {})


class Autoencoders:
    """Grades submissions by one autoencoder check.

    Args:
        start: Starts a worker.
    """

    def __init__(self, start: Callable[[Assignment, Submission], Process]) -> None:
        self._start = start

    def result(self, source: str, hidden: HiddenImages | None = None, **check: Any) -> CheckResult:
        """Return what the check says of a submission."""
        [result] = self.results(source, hidden, check)
        return result

    def results(
        self, source: str, hidden: HiddenImages | None, *checks: dict[str, Any]
    ) -> tuple[CheckResult, ...]:
        """Return the same of several checks."""
        text = textwrap.dedent(source).encode()
        submission = Submission("ada", (SubmittedFile("code.py", text),), "code.py", "sha256:none")
        assignment = assignment_of(*checks)
        session = Session(
            lambda: self._start(assignment, submission),
            submission,
            assignment.config.limits,
            wanted_by(assignment),
        )
        evaluation = None if hidden is None else evaluation_with(hidden)
        try:
            marking = Marking(assignment, make_checks(assignment, {}, evaluation), describe("process"), "")
            return grade_submission(submission, marking, session).checks
        finally:
            session.close()

    def judged(
        self, source: str, hidden: HiddenImages, **check: Any
    ) -> tuple[CheckResult, AutoencoderDetails, dict[str, AutoencoderPart]]:
        """Return the same, its details, and each part by its name."""
        result = self.result(source, hidden, **check)
        assert isinstance(result.details, AutoencoderDetails), result.message
        return result, result.details, {part.name: part for part in result.details.parts}


@pytest.fixture(scope="session")
def autoencoders() -> Iterator[Autoencoders]:
    """Give workers behind the walls that stand here, with the public part of the digits as their data."""
    level = next((each for each in (Level.FULL, Level.CONTAINER) if not missing(each)), None)
    with tempfile.TemporaryDirectory(prefix="digits-") as folder:
        Path(folder).chmod(0o755)
        last = len(IMAGES) - 2 * HIDDEN
        np.savez(
            Path(folder) / "mnist.npz",
            x_train=IMAGES[:1000],
            y_train=LABELS[:1000],
            x_test=IMAGES[1000:last],
            y_test=LABELS[1000:last],
        )
        if level is None:
            yield Autoencoders(lambda *_: PlainProcess(1, 16_384, ("tensorflow",), Path(folder)))
            return
        packages = tuple(closure(["numpy", "tensorflow"]))
        server = ForkServer(ServerSpec(level, ("tensorflow",), packages, data=Path(folder)), 1)
        yield Autoencoders(
            lambda assignment, submission: server.slots[0].fork(worker_limits(assignment, submission), 1)
        )
        server.close()
