"""Submissions with Keras models, each in a worker of its own; one fork server has imported TensorFlow."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from autograder.checks.making import make_checks, wanted_by
from autograder.config import Assignment, AssignmentConfig
from autograder.environment import describe
from autograder.grading import Marking, grade_submission
from autograder.observation import Allowance, FoundModel, Observation, Returned, Sought, Wanted
from autograder.results import CheckResult, ModelDetails
from autograder.runners.session import Session
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import closure
from autograder.sandbox.plain_process import PlainProcess
from autograder.sandbox.process import Process
from autograder.sandbox.start import ServerSpec
from autograder.sandbox.survey import missing
from autograder.submission import Submission, SubmittedFile
from autograder.wire.control import WorkerLimits
from autograder.wire.surroundings import Surroundings

WORKER = WorkerLimits(
    memory_mib=4096, scratch_mib=64, file_mib=16, processes=256, open_files=256, cpu_seconds=120
)
LIMITS = {"load_seconds": 90.0, "call_seconds": 90.0, "check_seconds": 120.0, "memory_mib": 4096}
DENSE = """
    import keras
    from keras.layers import Conv2D, Dense, Dropout, Flatten, Input, ReLU
    """


def assignment_of(**check: Any) -> Assignment:
    """Return an assignment with one check of a model."""
    settings = {
        "schema": "autograder/assignment/v1",
        "title": "Nets",
        "file": "code.py",
        "checks": [{"kind": "model", "name": "net", **check}],
        "limits": LIMITS,
    }
    return Assignment("nets", Path("nets.toml"), msgspec.convert(settings, AssignmentConfig), "", {})


def submission_of(source: str, files: dict[str, bytes]) -> Submission:
    """Return a submission of a source, and of other files."""
    text = textwrap.dedent(DENSE) + textwrap.dedent(source)
    submitted = [SubmittedFile("code.py", text.encode()), *(SubmittedFile(*each) for each in files.items())]
    return Submission("ada", tuple(submitted), "code.py", "sha256:none")


class Models:
    """Finds, and judges, models of submissions."""

    def __init__(self, start: Callable[[], Process]) -> None:
        self._start = start

    def seen(
        self,
        source: str,
        sought: Sought = Sought(),  # noqa: B008
        files: dict[str, bytes] | None = None,
    ) -> Observation:
        """Return what is seen of a model."""
        limits = assignment_of(points={}).config.limits
        wanted = Wanted(surroundings=Surroundings(models=True))
        session = Session(self._start, submission_of(source, files or {}), limits, wanted)
        try:
            loading = session.load()
            assert loading.stopped is None, loading.stopped
            assert loading.error is None, loading.error
            return session.model(sought, Allowance(120.0))
        finally:
            session.close()

    def found(self, source: str, sought: Sought = Sought(), **files: bytes) -> FoundModel:  # noqa: B008
        """Return a model that is found; files are called by their name with `_dot_` for a dot."""
        named = {name.replace("_dot_", "."): data for name, data in files.items()}
        observed = self.seen(source, sought, named)
        assert isinstance(observed, Returned), observed
        assert isinstance(observed.value, FoundModel)
        return observed.value

    def judged(self, source: str, **check: Any) -> tuple[CheckResult, ModelDetails]:
        """Return what the check says of a submission."""
        assignment = assignment_of(**check)
        submission = submission_of(source, {})
        wanted = wanted_by(assignment)
        session = Session(self._start, submission, assignment.config.limits, wanted)
        marking = Marking(assignment, make_checks(assignment, {}), describe("process"), "")
        [result] = grade_submission(submission, marking, session).checks
        assert isinstance(result.details, ModelDetails), result.message
        return result, result.details


@pytest.fixture(scope="session")
def models() -> Iterator[Models]:
    """Give workers behind the walls that stand here."""
    level = next((each for each in (Level.FULL, Level.CONTAINER) if not missing(each)), None)
    if level is None:
        yield Models(lambda: PlainProcess(1, 16_384))
        return
    packages = tuple(closure(["numpy", "tensorflow"]))
    server = ForkServer(ServerSpec(level, ("tensorflow",), packages), 1)
    yield Models(lambda: server.slots[0].fork(WORKER, 1))
    server.close()
