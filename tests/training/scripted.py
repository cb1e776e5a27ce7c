"""A worker that answers a training check by a script, and models that nobody has trained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np

from autograder.checks.evaluation import Evaluation
from autograder.checks.training import TrainingCheck
from autograder.config import Calibrated, TrainingCheckConfig
from autograder.observation import Allowance, Loading, Observation, Raised, Returned, Schooling, TrainedModel
from autograder.results import CheckResult
from autograder.wire.messages import Error
from autograder.wire.trained import Epoch, FitRun, Trained, TrainedBy
from autograder.wire.training import Preparation

SAMPLES = 1_000
LABELS = np.random.default_rng(5).integers(0, 10, SAMPLES)
HIDDEN = Evaluation("digits", "sha256:here", np.zeros((SAMPLES, 8, 8), np.uint8), LABELS, tuple("0123456789"))
PREPARED = Preparation([1 / 255], [0.0], [8, 8, 1], "float32", "0..1")


def scores(right: int) -> np.ndarray[Any, Any]:
    """Return scores by which so many samples are right, spread over the classes."""
    wrong = (LABELS + 1 + np.arange(SAMPLES) % 9) % 10
    return np.eye(10)[np.where(np.arange(SAMPLES) < right, LABELS, wrong)]


def model(
    by: TrainedBy = "grader", *, weights: Sequence[Any] = (1.0,), text: bytes = b"{}", **told: Any
) -> TrainedModel:
    """Return a trained model, as a worker gives it."""
    fit = told.pop("fit", FitRun(5, 5, 50, 2.0, "", [Epoch([("accuracy", 0.9)])]))
    told = {"preparation": PREPARED} | told
    trained = Trained(1, "net", "Sequential", by, None, ["w"] * len(weights), **told)
    arrays = [np.frombuffer(text, np.uint8), *(np.asarray(each, np.float32) for each in weights)]
    return TrainedModel(msgspec.structs.replace(trained, fit=fit), arrays)


@dataclass
class Scripted:
    """Answers by run: the model, what its own process predicts, what a clean one predicts."""

    models: list[Any]
    own: list[Any]
    clean: list[Any]
    asked: list[Schooling] = field(default_factory=list)
    renewed: int = 0
    refereed: int = 0

    def train(self, schooling: Schooling, allowance: Allowance) -> Observation:
        self.asked.append(schooling)
        return _seen(self.models[len(self.asked) - 1])

    def predict(self, *_: Any) -> Observation:
        return _seen(self.own[len(self.asked) - 1])

    def referee(self, given: TrainedModel, *_: Any) -> Observation:
        self.refereed += 1
        return _seen(self.clean[self.models.index(given)])

    def renew(self) -> None:
        self.renewed += 1


def _seen(value: Any) -> Observation:
    if isinstance(value, str):
        return Raised(Error("ValueError", value, []))
    return value if not isinstance(value, TrainedModel | np.ndarray) else Returned(value)


def judged(
    worker: Scripted,
    calibrated: Calibrated | None = None,
    *,
    hidden: Evaluation | None = HIDDEN,
    **config: Any,
) -> CheckResult:
    """Return what a check says, seen through to the end."""
    settings = {"kind": "training", "name": "net", "points": 4.0, "threshold": 0.9, **config}
    check = TrainingCheck(msgspec.convert(settings, TrainingCheckConfig), "mnist", hidden, calibrated)
    allowance = Allowance(600.0)
    seen = check.observe_visible(worker, Loading(), allowance)  # type: ignore[arg-type]
    seen = check.observe_hidden(worker, Loading(), allowance, seen)  # type: ignore[arg-type,assignment]
    return check.judge(Loading(), check.observe_refereed(worker, allowance, seen))  # type: ignore[arg-type]


def once(right: int, own: int | None = None, **told: Any) -> Scripted:
    """Return a worker of one training that gets so many right."""
    return Scripted([model(**told)], [scores(right if own is None else own)], [scores(right)])
