"""What a `training` check says of trainings that were judged: points, doubts, details for its report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from msgspec import structs

from autograder.checks.accuracy import most_confused, share_of, whole_percent
from autograder.checks.evaluation import Evaluation
from autograder.checks.fit_lints import notes_of_training
from autograder.checks.judged_run import JudgedRun
from autograder.checks.training_words import UNTRAINED, hint_for, notes_for, reached_in_words
from autograder.config import Calibrated, TrainingCheckConfig, points_of, threshold_of
from autograder.results import SAID_INSIDE, CheckResult, EpochResult, Outcome, Status, TrainingDetails

_CUT = {"epochs": "epochs", "steps": "steps", "seconds": "seconds", "overtime": "seconds"}


@dataclass(frozen=True)
class Terms:
    """By what an accuracy is turned into points.

    Attributes:
        config: The check.
        calibrated: What the reference model came to on the data at hand, if that is known. The lower of its
            threshold and the configuration's counts, and the curve moves along.
    """

    config: TrainingCheckConfig
    calibrated: Calibrated | None

    @property
    def threshold(self) -> float:
        """The accuracy that earns all points."""
        asked = threshold_of(self.config)
        return asked if self.calibrated is None else min(asked, self.calibrated.threshold)

    def share(self, accuracy: float) -> float:
        """Return the share of the points that an accuracy earns, counted in whole percents."""
        ease = threshold_of(self.config) - self.threshold
        curve = [(x - ease, y) for x, y in self.config.curve]
        return share_of(curve, self.threshold, whole_percent(accuracy))

    def nothing(self, outcome: Outcome, message: str, hint: str = "") -> CheckResult:
        """Return that there is nothing to judge."""
        return self.result(outcome, Status.FAILED, 0.0, message, hint=hint)

    def result(
        self,
        outcome: Outcome,
        status: Status,
        score: float | None,
        message: str,
        *,
        hint: str = "",
        notes: Sequence[str] = (),
        details: TrainingDetails | None = None,
    ) -> CheckResult:
        """Return the result of this check."""
        return CheckResult(
            name=self.config.name,
            kind="training",
            outcome=outcome,
            status=status,
            score=score,
            max_score=points_of(self.config),
            message=message,
            hint=hint,
            notes=tuple(notes),
            details=details,
        )


def verdict(terms: Terms, judged: Sequence[JudgedRun], text: bytes, hidden: Evaluation) -> CheckResult:
    """Return what trainings of one model come to.

    Args:
        terms: By what accuracies are turned into points.
        judged: The trainings.
        text: The configuration of the model.
        hidden: The samples that it was judged on.
    """
    counted = max(range(len(judged)), key=lambda at: _rank(judged[at]))
    best = judged[counted]
    reached = [each.accuracy.value for each in judged if each.accuracy is not None]
    is_mean = terms.config.repeats > 1 and len(reached) > 1
    accuracy = None if not reached else fmean(reached) if is_mean else max(reached)
    share = 0.0 if accuracy is None else terms.share(accuracy)
    proposed = round(share * points_of(terms.config), 2)
    doubts = [*best.doubts, *([best.told.other] if best.told.other and share > 0 else [])]
    doubts += [*_doubts_of_budget(terms, best, share), *_doubts_of_inputs(terms, best, share)]
    if doubts:
        status = Status.NEEDS_REVIEW
    else:
        status = Status.PASSED if share == 1 else Status.PARTIAL if proposed > 0 else Status.FAILED
    said = [best.problem] if best.problem else []
    if accuracy is not None:
        said = [reached_in_words(accuracy, len(hidden.labels), terms.threshold)]
        said += ["it was never trained"] if best.told.by == "nobody" else []
    message = "; ".join([*said, *doubts]) + (": a person decides" if doubts else "")
    notes = [*notes_for(best), *notes_of_training(best.told, text), *_notes_of_runs(judged, is_mean=is_mean)]
    outcome = Outcome.COMPLETED
    if is_endless(best) and share < 1:
        what = terms.config.train_function or "its training"
        outcome, message = Outcome.TIMEOUT, f"{what} did not end: {message}"
    return terms.result(
        outcome,
        status,
        None if doubts else proposed,
        message,
        hint="" if share == 1 else hint_for(best, text),
        notes=[*notes, *(SAID_INSIDE + note for note in best.told.notes)],
        details=structs.replace(
            _details(terms, judged, counted, hidden, doubts, proposed),
            percent=None if accuracy is None else round(100 * whole_percent(accuracy)),
        ),
    )


def on_public_data(terms: Terms, judged: JudgedRun, text: bytes) -> CheckResult:
    """Return what a student's own check can say: how accurate the model is on public test data."""
    accuracy = judged.told.public_accuracy
    is_there = accuracy is not None and whole_percent(accuracy) >= terms.threshold
    said = "no accuracy on public test data"
    if accuracy is not None:
        asked = f"; {100 * terms.threshold:.4g} % is asked for"
        said = f"an accuracy of {100 * whole_percent(accuracy):.0f} % on public test data{asked}"
    hint = "" if is_there else UNTRAINED
    if not is_there and judged.told.by != "nobody":
        hint = hint_for(judged, text or b"Rescaling")  # where nothing tells its layers, it may rescale
    return terms.result(
        Outcome.COMPLETED,
        Status.PASSED if is_there else Status.FAILED,
        0.0,
        f"{said}; judged on hidden samples after you hand in",
        hint=hint,
        notes=[
            *notes_for(judged),
            *notes_of_training(judged.told, text),
            *(SAID_INSIDE + note for note in judged.told.notes),
        ],
    )


def _rank(judged: JudgedRun) -> tuple[bool, float]:
    """Return by what the best of several trainings is found: one of which nothing is in doubt comes first."""
    return (not judged.doubts, -1.0 if judged.accuracy is None else judged.accuracy.value)


def is_endless(judged: JudgedRun) -> bool:
    """Return whether a function of the submission's own went on without end, and trained nothing."""
    fit = judged.told.fit
    return fit is not None and fit.ended == "overtime" and judged.is_guessing


def _doubts_of_budget(terms: Terms, judged: JudgedRun, share: float) -> list[str]:
    """Return what is to be said of a run that our budget has cut short, if that may have cost points."""
    fit = judged.told.fit
    if share == 1 or fit is None or fit.ended not in _CUT or is_endless(judged):
        return []
    calibrated = terms.calibrated
    by = _CUT[fit.ended]
    if by != "seconds" and calibrated is not None and calibrated.budget == terms.config.budget:
        return []
    return [f"its training was cut short by the budget of {by}, which is no fault of its own"]


def _doubts_of_inputs(terms: Terms, judged: JudgedRun, share: float) -> list[str]:
    """Return what is to be said where nobody knows how inputs are prepared, if that may have cost points."""
    told, asked = judged.told, terms.config.preprocess
    is_open = asked.layout == "auto" and asked.scale == "auto"
    if told.preparation is None:  # then there is nothing else to go by
        return ["a person has to see what it takes"] if is_open else []
    is_answered = share == 1 or told.by == "nobody" or is_endless(judged)
    return [told.unprepared] if is_open and told.unprepared and not is_answered else []


def _notes_of_runs(judged: Sequence[JudgedRun], *, is_mean: bool) -> list[str]:
    if len(judged) == 1:
        return []
    each_of_them = (
        "none" if each.accuracy is None else f"{100 * each.accuracy.percent:.0f} %" for each in judged
    )
    which = "the mean counts" if is_mean else "a near miss was trained again, and the best counts"
    return [f"trained {len(judged)} times, to {', '.join(each_of_them)}: {which}"]


def _details(
    terms: Terms,
    judged: Sequence[JudgedRun],
    counted: int,
    hidden: Evaluation,
    doubts: Sequence[str],
    proposed: float,
) -> TrainingDetails:
    best = judged[counted]
    told, reached = best.told, best.accuracy
    values = [each.accuracy.value for each in judged if each.accuracy is not None]
    confused = most_confused(best.confusion) if best.confusion else None
    names = hidden.classes
    return TrainingDetails(
        place=told.place,
        kind=told.kind,
        data=hidden.data,
        data_digest=hidden.digest,
        samples=len(hidden.labels),
        threshold=terms.threshold,
        calibrated=terms.calibrated is not None,
        runs=tuple(each.result for each in judged),
        counted=counted,
        low=None if reached is None else round(reached.low, 4),
        high=None if reached is None else round(reached.high, 4),
        spread=round(max(values) - min(values), 4) if len(values) > 1 else None,
        refereed=best.refereed,
        prepared="" if told.preparation is None else told.preparation.said,
        loss=told.loss,
        optimizer=told.optimizer,
        classes=names,
        confusion=best.confusion,
        confused=None if confused is None else (names[confused[0]], names[confused[1]]),
        curve=tuple(
            EpochResult(metrics=dict(epoch.metrics)) for epoch in (told.fit.curve if told.fit else ())
        ),
        doubts=tuple(doubts),
        proposed=proposed if doubts else None,
    )
