"""Whether the model that was trained is the one that a `model` check has looked at.

A submission is asked for its model more than once, and may return another one each time: the right layers
where layers are looked at, and where predictions are judged what predicts better.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import structs

from autograder.checks.autoencoder import AutoencoderCheck
from autograder.checks.check import Check, Seen
from autograder.checks.model import ModelCheck
from autograder.checks.model_matching import fits_count
from autograder.checks.model_parts import wanted_count
from autograder.checks.model_verdict import TITLES
from autograder.checks.training import TrainingCheck
from autograder.config.about_models import AboutModel
from autograder.observation import FoundModel, Returned, TrainedModel
from autograder.results import AutoencoderDetails, CheckResult, Status, TrainingDetails
from autograder.wire.models import ModelSeen

_LASTING = ("parameters", "layers", "pattern")  # which training does not change
_WHOLE = (None, "autoencoder")
_DECIDES = ": a person decides"


def with_other_models_told(
    checks: Sequence[Check], seen: Sequence[Seen], results: Sequence[CheckResult]
) -> tuple[CheckResult, ...]:
    """Return the results; of a model that was trained in another's place, a person decides.

    Args:
        checks: All checks.
        seen: What each has seen.
        results: What each says of it.
    """
    looked_at = [
        (check, each.visible[0].value)
        for check, each in zip(checks, seen, strict=True)
        if isinstance(check, ModelCheck) and each.visible and isinstance(each.visible[0], Returned)
    ]
    return tuple(
        _with_doubts(result, list(_doubts(check, each, looked_at)))
        if isinstance(check, TrainingCheck | AutoencoderCheck)
        else result
        for check, each, result in zip(checks, seen, results, strict=True)
    )


def _doubts(
    check: TrainingCheck | AutoencoderCheck, seen: Seen, looked_at: Sequence[tuple[ModelCheck, FoundModel]]
) -> Iterator[str]:
    for other, found in looked_at:
        if not _is_one_place(check.config, other.config):
            continue
        right = {name for name, passed in other.passed(found).items() if passed and name in _LASTING}
        wrong = {part for trained in check.trained(seen) for part in right & _lost(other, trained)}
        if wrong:
            named = " and ".join(TITLES[part] for part in _LASTING if part in wrong)
            yield f"the {named} of the model that was trained are not those that {other.name} has looked at"


def _is_one_place(one: AboutModel, other: AboutModel) -> bool:
    """Return whether two checks mean the same model of a submission."""
    is_one_part = one.part == other.part or (one.part in _WHOLE and other.part in _WHOLE)
    places = [
        (each.variable, each.function, each.arguments, each.named_arguments, each.file)
        for each in (one, other)
    ]
    return is_one_part and places[0] == places[1]


def _lost(check: ModelCheck, trained: TrainedModel) -> set[str]:
    """Return what a trained model has wrong, by its configuration: a clean process has made it of that."""
    if not trained.arrays:
        return set()
    told = trained.told
    text = trained.arrays[0].tobytes().decode("utf-8", "replace")
    found = FoundModel(ModelSeen(told.id, told.place, told.kind, False, []), text)
    lost = {name for name, passed in check.passed(found).items() if passed is False}
    wanted = wanted_count(check.config, "parameters")
    held = sum(weights.size for weights in trained.arrays[1:])
    if wanted is not None and fits_count(held, wanted):  # of layers that are shared, which no text tells
        lost.discard("parameters")
    return lost


def _with_doubts(result: CheckResult, doubts: Sequence[str]) -> CheckResult:
    details = result.details
    is_worth_something = bool(result.score) or result.status is Status.NEEDS_REVIEW
    if not doubts or not is_worth_something or not isinstance(details, TrainingDetails | AutoencoderDetails):
        return result
    said = "; ".join([result.message.removesuffix(_DECIDES), *doubts])
    proposed = details.proposed if result.score is None else result.score
    return structs.replace(
        result,
        status=Status.NEEDS_REVIEW,
        score=None,
        message=f"{said}{_DECIDES}",
        details=structs.replace(details, doubts=(*details.doubts, *doubts), proposed=proposed),
    )
