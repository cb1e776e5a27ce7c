"""The `autoencoder` check: a model that gives back its input, judged on images that it has never seen.

Training images, and hidden ones that it is to give back, go into workers; clean images behind noisy ones, and
which are odd, stay here. What is judged is the model, as a clean process makes it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.checks.autoencoder_measures import Run, to_be_coded
from autograder.checks.autoencoder_verdict import (
    best_of,
    build_of_model,
    is_near_miss,
    on_public_data,
    result_of,
)
from autograder.checks.check import Seen, nothing_to_judge
from autograder.checks.hidden_images import HiddenImages
from autograder.checks.judged_run import why_not_predicted
from autograder.checks.model_errors import OF_LABELS, hint_of_error
from autograder.checks.training import hint_of_stopped, schooling_of
from autograder.checks.wording import why_missing_values, why_no_model
from autograder.config import AutoencoderCheckConfig, points_of
from autograder.config.autoencoders import needs_code
from autograder.config.training import most_seconds
from autograder.observation import Allowance, Loading, Raised, Schooling, Stopped, TrainedModel, Worker
from autograder.results import CheckResult
from autograder.wire.training import MAX_WEIGHT_BYTES, Preparation, Reconstruct

_RERUNS = (1, 2)
_BY_THE_CHECK = ("grader", "function")
_OF_DOUBLES = 8  # bytes of a number, where inputs are bytes
_PREDICTIONS = 3
_PREDICTED_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class SeenRun(Seen):
    """What was seen of the training, and of others after a near miss."""

    run: Run | None = None
    again: tuple[Run, ...] = ()


class AutoencoderCheck:
    """A check of the kind `autoencoder`.

    Args:
        config: The configuration.
        dataset: The name of the data set whose public part is trained on.
        hidden: The hidden images; None for a student's own check, which is told of public data.
    """

    kind = "autoencoder"
    voids: Sequence[str] = ()

    def __init__(
        self, config: AutoencoderCheckConfig, dataset: str, hidden: HiddenImages | None = None
    ) -> None:
        self.config = config
        self.name = config.name
        self.max_score = points_of(config)
        self._dataset = dataset
        self._hidden = hidden
        self.own_seconds = most_seconds(config)
        size = 0 if hidden is None else hidden.inputs.nbytes
        one = MAX_WEIGHT_BYTES + _PREDICTED_BYTES + _PREDICTIONS * _OF_DOUBLES * size
        self.own_bytes = (1 + len(_RERUNS)) * one

    def observe_visible(self, worker: Worker, loading: Loading, allowance: Allowance) -> SeenRun:
        """Have the model found, and trained where that is due."""
        if loading.stopped is not None or loading.unreadable is not None:
            return SeenRun()
        return SeenRun(run=Run(worker.train(self._schooling(0), allowance)))

    def observe_hidden(
        self,
        worker: Worker,
        loading: Loading,  # noqa: ARG002
        allowance: Allowance,
        seen: Seen,
    ) -> Seen:
        """Have it give back hidden images where it was trained."""
        if not isinstance(seen, SeenRun) or seen.run is None:
            return seen
        return replace(seen, run=self._with_own(worker, seen.run, allowance))

    def observe_refereed(self, worker: Worker, allowance: Allowance, seen: Seen) -> Seen:
        """Have a clean process give them back, and say what their code is; train again after a near miss."""
        if not isinstance(seen, SeenRun) or seen.run is None:
            return seen
        run = self._refereed(worker, seen.run, allowance)
        again = []
        for number in _RERUNS if self._is_near_miss(run) else ():
            other = Run(worker.train(self._schooling(number), allowance))
            again.append(self._refereed(worker, self._with_own(worker, other, allowance), allowance))
        return replace(seen, run=run, again=tuple(again))

    def _with_own(self, worker: Worker, run: Run, allowance: Allowance) -> Run:
        if (found := self._to_predict(run)) is None:
            return run
        model, prepared, hidden = found
        return replace(run, own=worker.predict(model, hidden.inputs, prepared, allowance))

    def _refereed(self, worker: Worker, run: Run, allowance: Allowance) -> Run:
        found = self._to_predict(run)
        if found is None or not found[0].arrays:
            return run
        model, prepared, hidden = found
        run = replace(run, refereed=worker.referee(model, hidden.inputs, prepared, allowance))
        build = build_of_model(model)
        if needs_code(self.config) and build.layer:
            # Between two bytes there is something too: where a step is to be small, numbers are no bytes.
            wide = Preparation(prepared.factors, prepared.offsets, prepared.shape, "float32", prepared.said)
            images = to_be_coded(hidden, self.config)
            run = replace(run, codes=worker.referee(model, images, wide, allowance, build.layer))
        return run

    def _is_near_miss(self, run: Run) -> bool:
        model = run.model
        if model is None or self._hidden is None or model.told.by not in _BY_THE_CHECK:
            return False
        return is_near_miss(self.config, run, model, self._hidden)

    def trained(self, seen: Seen) -> list[TrainedModel]:
        """Return the models that were trained."""
        runs = (seen.run, *seen.again) if isinstance(seen, SeenRun) else ()
        return [model for run in runs if run is not None and (model := run.model) is not None]

    def judge(self, loading: Loading, seen: Seen) -> CheckResult:
        """Return what the check says of the model."""
        run = seen.run if isinstance(seen, SeenRun) else None
        if run is None:
            return nothing_to_judge(self, *why_missing_values(loading))
        if (model := run.model) is None:
            return self._without_model(run, loading)
        if self._hidden is None:
            return on_public_data(self.config, self.max_score, model)
        found = [(run, model)]
        if isinstance(seen, SeenRun):
            found += [(other, made) for other in seen.again if (made := other.model) is not None]
        hidden, worth = self._hidden, self.max_score
        return best_of([result_of(self.config, worth, run, made, hidden) for run, made in found])

    def _to_predict(self, run: Run) -> tuple[TrainedModel, Preparation, HiddenImages] | None:
        """Return what hidden images are given to; None where there is nothing, or no use in it."""
        model = run.model
        prepared = None if model is None else model.told.preparation
        if model is None or prepared is None or self._hidden is None:
            return None
        return None if why_not_predicted(model, self._hidden) else (model, prepared, self._hidden)

    def _schooling(self, run: int) -> Schooling:
        config = self.config
        sigma = 0.0 if config.denoising is None else config.denoising.sigma
        normal = () if config.anomalies is None else config.anomalies.normal
        schooling = schooling_of(config, self._dataset, run)
        return schooling._replace(reconstruct=Reconstruct(sigma, list(normal)))

    def _without_model(self, run: Run, loading: Loading) -> CheckResult:
        match run.trained:
            case Stopped(outcome, message):
                return nothing_to_judge(self, outcome, message, hint_of_stopped(outcome))
            case Raised(error):
                outcome, message = why_no_model("no trained model", error, loading)
                hint = hint_of_error(message)
                if message.startswith("expected an autoencoder") or hint in OF_LABELS:
                    hint = "Its targets are its inputs: model.fit(x, x)."
                return nothing_to_judge(self, outcome, message, hint)
        raise TypeError("expected a trained model")
