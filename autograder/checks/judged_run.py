"""One training of a model, judged: what it predicts against labels that no worker has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder.checks.accuracy import (
    Accuracy,
    NotScores,
    Numbers,
    confusion_of,
    differ,
    guesses,
    is_guessing,
)
from autograder.checks.evaluation import Evaluation
from autograder.checks.hidden_images import HiddenImages
from autograder.observation import Observation, Raised, Returned, Stopped, TrainedModel
from autograder.results import TrainingRun
from autograder.results.counting import part_of
from autograder.wire.trained import Trained


@dataclass(frozen=True)
class Run:
    """One training, as it was seen.

    Attributes:
        trained: The model, or why there is none.
        own: What the submission's own process predicts on the hidden samples.
        refereed: What a clean process predicts on them.
    """

    trained: Observation
    own: Observation | None = None
    refereed: Observation | None = None

    @property
    def model(self) -> TrainedModel | None:
        """The model, if there is one."""
        found = self.trained.value if isinstance(self.trained, Returned) else None
        return found if isinstance(found, TrainedModel) else None


@dataclass(frozen=True)
class JudgedRun:
    """One training, judged.

    Attributes:
        told: What its process says of the model.
        accuracy: On the hidden samples; None where it could not be found.
        own: The same by the submission's own process.
        confusion: By true class, how many samples were taken for each.
        problem: Why there is no accuracy, where that is the student's doing.
        doubts: What a person has to decide.
        is_guessing: Whether it is no better than guessing.
        is_single: Whether all samples are taken for one class.
        refereed: Whether a clean process predicted.
    """

    told: Trained
    accuracy: Accuracy | None = None
    own: Accuracy | None = None
    confusion: tuple[tuple[int, ...], ...] = ()
    problem: str = ""
    doubts: tuple[str, ...] = ()
    is_guessing: bool = False
    is_single: bool = False
    refereed: bool = False

    @property
    def result(self) -> TrainingRun:
        """The same for the report."""
        fit, reached, own = self.told.fit, self.accuracy, self.own
        return TrainingRun(
            by=self.told.by,
            epochs_asked=0 if fit is None else fit.asked,
            epochs_run=0 if fit is None else fit.run,
            seconds=0.0 if fit is None else round(fit.seconds, 2),
            ended="" if fit is None else fit.ended,
            accuracy=None if reached is None else reached.value,
            right=0 if reached is None else reached.right,
            own_accuracy=None if own is None else own.value,
            public_accuracy=self.told.public_accuracy,
            problem=self.problem,
        )


def why_not_predicted(model: TrainedModel, hidden: Evaluation | HiddenImages) -> str:
    """Return why there is no use in predicting with a model; empty where there is."""
    prepared = model.told.preparation
    if prepared is None or not hidden.can_be(prepared):
        why = model.told.unprepared or "its process names a shape that samples cannot have"
        return f"its inputs cannot be prepared: {why}"
    weights = model.arrays[1:]
    bad = [at for at, each in enumerate(weights) if each.dtype.kind == "f" and not np.isfinite(each).all()]
    if bad:
        hold = part_of(len(bad), len(weights), "weights", "holds", "hold")
        return f"{hold} NaN or infinity: the training has diverged"
    return ""


def judge_run(run: Run, model: TrainedModel, hidden: Evaluation) -> JudgedRun:
    """Return what a training comes to."""
    told = model.told
    if problem := why_not_predicted(model, hidden):
        return JudgedRun(told, problem=problem)
    labels, classes = hidden.labels, len(hidden.classes)
    own_guessed, own_problem = _guessed(run.own, hidden)
    guessed, problem = _guessed(run.refereed, hidden, is_clean=True)
    own = None if own_guessed is None else Accuracy(int((own_guessed == labels).sum()), len(labels))
    doubts: list[str] = []
    refereed = guessed is not None
    if guessed is None and isinstance(run.refereed, Returned):
        return JudgedRun(told, own=own, problem=problem, refereed=True)
    if guessed is None:
        why = told.unwritten or problem or "its weights were not returned"
        doubts.append(f"no clean process can make this model anew, so its own predictions count: {why}")
        guessed, problem = own_guessed, own_problem
    elif own_guessed is not None and differ(own_guessed, guessed, labels):
        doubts.append("its own process predicts otherwise than a clean one with the same weights")
    if guessed is None:
        return JudgedRun(told, problem=problem, doubts=tuple(doubts))
    reached = Accuracy(int((guessed == labels).sum()), len(labels))
    return JudgedRun(
        told,
        reached,
        own,
        confusion_of(guessed, labels, classes),
        doubts=tuple(doubts),
        is_guessing=is_guessing(reached, labels),
        is_single=len(np.unique(guessed)) == 1,
        refereed=refereed,
    )


def own_accuracy(run: Run, hidden: Evaluation) -> Accuracy | None:
    """Return how accurate the submission's own process is; None where it does not predict."""
    guessed, _ = _guessed(run.own, hidden)
    return None if guessed is None else Accuracy(int((guessed == hidden.labels).sum()), len(guessed))


def _guessed(
    seen: Observation | None, hidden: Evaluation, *, is_clean: bool = False
) -> tuple[Numbers | None, str]:
    """Return the class of each sample, or None and why there is none.

    What a submission's worker says once it has seen hidden samples is not repeated: the student would get to
    read it. A clean one says why it cannot make a model before it sees any.
    """
    match seen:
        case None:
            return None, ""
        case Stopped(outcome=outcome):
            return None, f"predicting ended with {outcome.replace('_', ' ')}"
        case Raised(error=error) if is_clean and not error.type:
            return None, error.message
        case Raised(error=error):
            return None, "predicting raised an exception" if error.type else "it does not predict one array"
    try:
        return guesses(np.asarray(seen.value), len(hidden.labels), len(hidden.classes)), ""
    except NotScores as problem:
        return None, str(problem)
