"""The `training` check: a model of the submission, trained, and judged on samples that it has never seen.

Training data and the inputs of hidden samples go into workers; labels stay here. What is judged is the model,
as a clean process makes it anew from its configuration and weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.checks.check import Seen
from autograder.checks.evaluation import Evaluation
from autograder.checks.judged_run import JudgedRun, Run, judge_run, own_accuracy, why_not_predicted
from autograder.checks.model_errors import hint_of_error
from autograder.checks.training_verdict import Terms, on_public_data, verdict
from autograder.checks.wording import why_missing_values, why_no_model
from autograder.config import Calibrated, TrainingCheckConfig, points_of
from autograder.config.training import AboutTraining, most_seconds
from autograder.observation import (
    Allowance,
    Loading,
    Raised,
    Schooling,
    Sought,
    Stopped,
    TrainedModel,
    Worker,
)
from autograder.results import CheckResult, Outcome
from autograder.wire.training import MAX_WEIGHT_BYTES, Budget, Contract, Recipe

_RERUNS = (1, 2)
_ROUNDING = 1e-9
_PREDICTED_BYTES = 32 * 1024 * 1024
_BY_THE_CHECK = ("grader", "function")


@dataclass(frozen=True)
class SeenRuns(Seen):
    """What was seen of each training."""

    runs: tuple[Run, ...] = ()


class TrainingCheck:
    """A check of the kind `training`.

    Args:
        config: The configuration.
        dataset: The name of the data set whose public part is trained on.
        evaluation: The hidden samples; None for a student's own check, which is told of public data.
        calibrated: What the reference model came to on this data, if that is known.
    """

    kind = "training"
    voids: Sequence[str] = ()

    def __init__(
        self,
        config: TrainingCheckConfig,
        dataset: str,
        evaluation: Evaluation | None = None,
        calibrated: Calibrated | None = None,
    ) -> None:
        self.config = config
        self.name = config.name
        self.max_score = points_of(config)
        self._dataset = dataset
        self._hidden = None if evaluation is None else evaluation.first(config.samples)
        self._terms = Terms(config, calibrated)
        self.own_seconds = most_seconds(config)
        self.own_bytes = (config.repeats + len(_RERUNS)) * (MAX_WEIGHT_BYTES + _PREDICTED_BYTES)

    def observe_visible(self, worker: Worker, loading: Loading, allowance: Allowance) -> SeenRuns:
        """Have the model found, and trained where that is due."""
        if loading.stopped is not None or loading.unreadable is not None:
            return SeenRuns()
        return SeenRuns(runs=(Run(worker.train(self._schooling(0), allowance)),))

    def observe_hidden(
        self,
        worker: Worker,
        loading: Loading,  # noqa: ARG002
        allowance: Allowance,
        seen: Seen,
    ) -> Seen:
        """Have it predict where it was trained."""
        if self._hidden is None or not isinstance(seen, SeenRuns) or not seen.runs:
            return seen
        return replace(seen, runs=(self._with_own(worker, seen.runs[0], allowance, self._hidden),))

    def observe_refereed(self, worker: Worker, allowance: Allowance, seen: Seen) -> Seen:
        """Train again what nearly is accurate enough; have a clean process predict with each model.

        What the first training has left has answered all checks by now.
        """
        if self._hidden is None or not isinstance(seen, SeenRuns) or not seen.runs:
            return seen
        runs = list(seen.runs)
        for number in self._again(runs[0], self._hidden):
            again = Run(worker.train(self._schooling(number), allowance))
            runs.append(self._with_own(worker, again, allowance, self._hidden))
        return replace(seen, runs=tuple(self._refereed(worker, allowance, run, self._hidden) for run in runs))

    def _refereed(self, worker: Worker, allowance: Allowance, run: Run, hidden: Evaluation) -> Run:
        model = run.model
        prepared = None if model is None else model.told.preparation
        if model is None or prepared is None or not model.arrays or why_not_predicted(model, hidden):
            return run
        return replace(run, refereed=worker.referee(model, hidden.inputs, prepared, allowance))

    def trained(self, seen: Seen) -> list[TrainedModel]:
        """Return the models that were trained."""
        runs = seen.runs if isinstance(seen, SeenRuns) else ()
        return [model for run in runs if (model := run.model) is not None]

    def judge(self, loading: Loading, seen: Seen) -> CheckResult:
        """Return what the check says of the model."""
        if not isinstance(seen, SeenRuns) or not seen.runs:
            return self._terms.nothing(*why_missing_values(loading))
        found = [(run, model) for run in seen.runs if (model := run.model) is not None]
        if not found:
            return self._without_model(seen.runs[0], loading)
        arrays = found[0][1].arrays
        text = arrays[0].tobytes() if arrays else b""
        if self._hidden is None:
            return on_public_data(self._terms, JudgedRun(found[0][1].told), text)
        judged = [judge_run(run, model, self._hidden) for run, model in found]
        return verdict(self._terms, judged, text, self._hidden)

    def _without_model(self, run: Run, loading: Loading) -> CheckResult:
        match run.trained:
            case Stopped(outcome, message):
                return self._terms.nothing(outcome, message, hint_of_stopped(outcome))
            case Raised(error):
                outcome, message = why_no_model("no trained model", error, loading)
                return self._terms.nothing(outcome, message, hint_of_error(message))
        raise TypeError("expected a trained model")

    def _again(self, run: Run, hidden: Evaluation) -> Sequence[int]:
        """Return which more trainings there are to be: where repeats are asked for, or after a near miss."""
        model = run.model
        if model is None or model.told.by not in _BY_THE_CHECK:
            return ()
        if self.config.repeats > 1:
            return range(1, self.config.repeats)
        reached = own_accuracy(run, hidden)
        if reached is None or self._terms.share(reached.value) == 1:
            return ()
        was_early = model.told.fit is not None and model.told.fit.ended == "reached"
        is_near = reached.percent >= self._terms.threshold - self.config.near - _ROUNDING
        return _RERUNS if is_near or was_early else ()

    def _with_own(self, worker: Worker, run: Run, allowance: Allowance, hidden: Evaluation) -> Run:
        model = run.model
        prepared = None if model is None else model.told.preparation
        if model is None or prepared is None or why_not_predicted(model, hidden):
            return run
        return replace(run, own=worker.predict(model, hidden.inputs, prepared, allowance))

    def _schooling(self, run: int) -> Schooling:
        stop_at = self._terms.threshold if self.config.early_stop and not run else 0.0
        return schooling_of(self.config, self._dataset, run, stop_at)


def schooling_of(config: AboutTraining, dataset: str, run: int = 0, stop_at: float = 0.0) -> Schooling:
    """Return which model is to be trained, and how.

    Args:
        config: The check.
        dataset: The name of the data set whose public part is trained on.
        run: Counts the trainings.
        stop_at: The accuracy on public data at which the grader's own training ends early; 0 for never.
    """
    prepared, recipe, budget = config.preprocess, config.recipe, config.budget
    return Schooling(
        Sought(
            config.variable or "",
            config.function or "",
            config.arguments,
            config.file or "",
            config.part or "",
            named=config.named_arguments,
        ),
        dataset,
        config.train,
        Contract(prepared.scale, list(prepared.mean), list(prepared.std), prepared.layout, prepared.dtype),
        Recipe(recipe.epochs, recipe.batch_size, recipe.optimizer, recipe.loss or "", stop_at),
        Budget(budget.epochs, budget.steps or 0, budget.seconds),
        config.train_function or "",
        config.train_arguments,
        run,
    )


def hint_of_stopped(outcome: Outcome) -> str:
    """Return what to try where a training ended its process."""
    less = (
        "Take a smaller batch_size, or a smaller model. If the work of others ends so too, the assignment's "
        "memory_mib is too low."
    )
    match outcome:
        case Outcome.TIMEOUT:
            return "Look for a loop that does not end, or a training of your own that is never finished."
        case Outcome.MEMORY_LIMIT:
            return less
        case Outcome.CRASHED:
            return f"TensorFlow may end the process where it gets no memory. {less}"
    return ""
