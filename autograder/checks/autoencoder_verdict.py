"""What an `autoencoder` check says of a model that was seen: points, doubts, details for its report."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import structs

from autograder.checks.autoencoder_measures import Measures, Run, measures_of
from autograder.checks.autoencoder_parts import MEASURED, Verdict, is_near, verdicts, verdicts_of_build
from autograder.checks.autoencoder_words import UNTRAINED, hint_for, in_message
from autograder.checks.code_layer import Build, build_of
from autograder.checks.fit_lints import notes_of_training
from autograder.checks.hidden_images import HiddenImages
from autograder.checks.judged_run import JudgedRun
from autograder.checks.training_words import notes_for
from autograder.config.autoencoders import AutoencoderCheckConfig
from autograder.observation import TrainedModel
from autograder.results import (
    SAID_INSIDE,
    AutoencoderDetails,
    AutoencoderPart,
    CheckResult,
    EpochResult,
    Outcome,
    Status,
)
from autograder.results.counting import counted
from autograder.wire.trained import Trained

_CUT = {"epochs": "epochs", "steps": "steps", "seconds": "seconds", "overtime": "seconds"}
_ALIVE_IN_PUBLIC = 0.05  # of the variance of public images, explained


def build_of_model(model: TrainedModel) -> Build:
    """Return how a model is built."""
    return build_of(model.arrays[0].tobytes() if model.arrays else b"")


def result_of(
    config: AutoencoderCheckConfig, worth: float, run: Run, model: TrainedModel, hidden: HiddenImages
) -> CheckResult:
    """Return what a model comes to.

    Args:
        config: The check.
        worth: The points of all its parts.
        run: What was seen of the model.
        model: The model.
        hidden: What it was judged on.
    """
    told, build = model.told, build_of_model(model)
    measures = measures_of(run, model, build, hidden, config)
    found = verdicts(config, build, measures, is_stand_in=hidden.is_stand_in)
    doubts = [
        *measures.doubts,
        *([told.other] if told.other and any(each.share for each in found) else []),
        *_doubts_of_parts(found),
        *_doubts_of_data(config, found, measures, hidden),
        *_doubts_of_budget(told, found, measures),
        *_doubts_of_inputs(config, told, found, measures),
    ]
    parts = tuple(_part(config, each) for each in found)
    proposed = round(sum(part.score or 0.0 for part in parts), 2)
    if doubts:
        status = Status.NEEDS_REVIEW
    elif all(part.passed for part in parts):
        status = Status.PASSED
    else:
        status = Status.PARTIAL if proposed > 0 else Status.FAILED
    said = "; ".join([in_message(found), *doubts]) + (": a person decides" if doubts else "")
    is_endless = told.fit is not None and told.fit.ended == "overtime" and not measures.is_alive
    outcome = Outcome.TIMEOUT if is_endless and not doubts else Outcome.COMPLETED
    return CheckResult(
        name=config.name,
        kind="autoencoder",
        outcome=outcome,
        status=status,
        score=None if doubts else proposed,
        max_score=worth,
        message=f"its training did not end: {said}" if outcome is Outcome.TIMEOUT else said,
        hint=hint_for(told, build, measures, found, config),
        notes=_notes(model, build),
        details=_details(told, build, measures, hidden, parts, tuple(doubts), proposed),
    )


def is_near_miss(config: AutoencoderCheckConfig, run: Run, model: TrainedModel, hidden: HiddenImages) -> bool:
    """Return whether a part that was measured lost points, and none of them missed its bound by far."""
    build = build_of_model(model)
    measures = measures_of(run, model, build, hidden, config)
    found = verdicts(config, build, measures, is_stand_in=hidden.is_stand_in)
    missed = [each for each in found if each.name in MEASURED and (each.share is None or each.share < 1)]
    return bool(missed) and all(is_near(config, each, is_stand_in=hidden.is_stand_in) for each in missed)


def best_of(results: Sequence[CheckResult]) -> CheckResult:
    """Return the best of several trainings' results: one of which nothing is in doubt comes first."""
    best = max(results, key=lambda each: (each.score is not None, each.score or _proposed(each)))
    if len(results) == 1:
        return best
    note = f"trained {len(results)} times: a near miss was trained again, and the best counts"
    return structs.replace(best, notes=(*best.notes, note))


def _proposed(result: CheckResult) -> float:
    details = result.details
    return (details.proposed or 0.0) if isinstance(details, AutoencoderDetails) else 0.0


def on_public_data(config: AutoencoderCheckConfig, worth: float, model: TrainedModel) -> CheckResult:
    """Return what a student's own check can say: how it is built, and what it explains of public images."""
    told, build = model.told, build_of_model(model)
    found = verdicts_of_build(config, build)
    explained = told.public_accuracy
    said = [in_message(found)] if found else []
    if explained is None:
        said.append("it gives back no images of public test data")
    else:
        said.append(f"it explains {100 * explained:.0f} % of what public test images differ by")
    is_alive = explained is not None and explained > _ALIVE_IN_PUBLIC
    is_right = is_alive and all(each.share == 1 for each in found)
    hint = "" if is_alive else UNTRAINED if told.by == "nobody" else "Look whether the loss goes down."
    return CheckResult(
        name=config.name,
        kind="autoencoder",
        outcome=Outcome.COMPLETED,
        status=Status.PASSED if is_right else Status.FAILED,
        score=0.0,
        max_score=worth,
        message=f"{'; '.join(said)}; judged on hidden samples after you hand in",
        hint=hint or hint_for(told, build, Measures(), found, config),
        notes=_notes(model, build),
    )


def _notes(model: TrainedModel, build: Build) -> tuple[str, ...]:
    told, text = model.told, model.arrays[0].tobytes() if model.arrays else b""
    size = counted(build.code_size or 0, "number")
    code = [f"its code is what {build.layer} gives: {size}"] if build.layer else []
    of_data = notes_of_training(told, text)
    return (*notes_for(JudgedRun(told)), *of_data, *code, *(SAID_INSIDE + note for note in told.notes))


def _part(config: AutoencoderCheckConfig, verdict: Verdict) -> AutoencoderPart:
    worth, share = getattr(config.points, verdict.name), verdict.share
    return AutoencoderPart(
        name=verdict.name,
        score=None if share is None else round(share * worth, 2),
        max_score=worth,
        passed=None if share is None else share == 1,
        expected=verdict.expected,
        received=verdict.received,
        exact=verdict.exact,
    )


def _is_missed(found: Sequence[Verdict]) -> bool:
    """Return whether a part that was measured may have lost points."""
    return any(each.name in MEASURED and (each.share is None or each.share < 1) for each in found)


def _doubts_of_parts(found: Sequence[Verdict]) -> list[str]:
    open_ones = [each for each in found if each.share is None]
    return [f"{each.name.replace('_', ' ')} could not be found out: {each.received}" for each in open_ones]


def _doubts_of_data(
    config: AutoencoderCheckConfig, found: Sequence[Verdict], measures: Measures, hidden: HiddenImages
) -> list[str]:
    """Return what is to be said where a claim about real data is tried on a stand-in."""
    asked = config.reconstruction
    if asked is None or asked.against is None or asked.stand_in is not None or not hidden.is_stand_in:
        return []
    if not measures.is_alive or all(each.share == 1 for each in found if each.name == "reconstruction"):
        return []
    return ["the bound against PCA is one for the real data, in whose place a stand-in is"]


def _doubts_of_budget(told: Trained, found: Sequence[Verdict], measures: Measures) -> list[str]:
    """Return what is to be said of a run that our budget has cut short, if that may have cost points."""
    fit = told.fit
    if fit is None or fit.ended not in _CUT or not _is_missed(found):
        return []
    if fit.ended == "overtime" and not measures.is_alive:
        return []
    return [f"its training was cut short by the budget of {_CUT[fit.ended]}, which is no fault of its own"]


def _doubts_of_inputs(
    config: AutoencoderCheckConfig, told: Trained, found: Sequence[Verdict], measures: Measures
) -> list[str]:
    """Return what is to be said where nobody knows how inputs are prepared, if that may have cost points."""
    asked = config.preprocess
    if asked.layout != "auto" or asked.scale != "auto" or not _is_missed(found):
        return []
    if told.preparation is None:
        return ["a person has to see what it takes"]
    is_answered = told.by == "nobody" or (measures.error is not None and not told.unprepared)
    return [told.unprepared] if told.unprepared and not is_answered else []


def _details(
    told: Trained,
    build: Build,
    measures: Measures,
    hidden: HiddenImages,
    parts: tuple[AutoencoderPart, ...],
    doubts: tuple[str, ...],
    proposed: float,
) -> AutoencoderDetails:
    return AutoencoderDetails(
        place=told.place,
        kind=told.kind,
        data=hidden.data,
        data_digest=hidden.digest,
        samples=int((~hidden.is_odd).sum()),
        run=structs.replace(JudgedRun(told, problem=measures.problem).result, public_accuracy=None),
        refereed=measures.refereed,
        prepared="" if told.preparation is None else told.preparation.said,
        output_range=measures.output_range,
        loss=told.loss,
        widths=build.widths,
        code_layer=build.layer,
        code_size=build.code_size,
        error=_to(measures.error, 4),
        error_of_pca=_to(measures.error_of_pca, 4),
        error_of_mean=_to(measures.error_of_mean, 4),
        noisy_db=_to(measures.noisy_db, 1),
        denoised_db=_to(measures.denoised_db, 1),
        parts=parts,
        curve=tuple(
            EpochResult(metrics=dict(epoch.metrics)) for epoch in (told.fit.curve if told.fit else ())
        ),
        doubts=doubts,
        proposed=proposed if doubts else None,
    )


def _to(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)
