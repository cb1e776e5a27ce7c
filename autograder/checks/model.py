"""The `model` check: a Keras model of the submission against what it must be.

The worker returns its configuration and its weights' shapes; what these come to is counted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from autograder.checks.check import NothingHidden, Seen
from autograder.checks.counted_model import CountedModel, Shape, count_found, shown_shape
from autograder.checks.model_layers import are_open, beside, fits_count, fits_shape, shown_count
from autograder.checks.wording import explain_error, why_missing_values
from autograder.config import ModelCheckConfig, points_of
from autograder.observation import Allowance, FoundModel, Loading, Raised, Returned, Sought, Stopped, Worker
from autograder.results import SAID_INSIDE, CheckResult, LayerPair, ModelDetails, ModelPart, Outcome, Status

_TITLES = {
    "input_shape": "input shape",
    "output_shape": "output shape",
    "parameters": "parameters",
    "layers": "layers",
}


class _Verdict(NamedTuple):
    """What is said of one part: whether it is right, None where a person has to say; both sides in words."""

    name: str
    passed: bool | None
    expected: str
    received: str


class ModelCheck(NothingHidden):
    """A check of the kind `model`."""

    kind = "model"

    def __init__(self, config: ModelCheckConfig) -> None:
        self.config = config
        self.name = config.name
        self.max_score = points_of(config)

    def observe_visible(self, worker: Worker, loading: Loading, allowance: Allowance) -> Seen:
        """Have the model found."""
        if loading.stopped is not None or loading.unreadable is not None:
            return Seen()
        config = self.config
        shape = config.input_shape
        sought = Sought(
            config.variable or "",
            config.function or "",
            config.arguments,
            config.file or "",
            config.part or "",
            None if shape is None else [None if length == -1 else length for length in shape],
        )
        return Seen([worker.model(sought, allowance)])

    def judge(self, loading: Loading, seen: Seen) -> CheckResult:
        """Return what the check says of the model."""
        if not seen.visible:
            outcome, message, hint = why_missing_values(loading)
            return self._nothing(outcome, message, hint)
        match seen.visible[0]:
            case Stopped(outcome, message):
                return self._nothing(outcome, message)
            case Raised(error):
                message = f"no model: {explain_error(error)}" if error.type else error.message
                return self._nothing(Outcome.SUBMISSION_ERROR if error.type else Outcome.COMPLETED, message)
            case Returned(FoundModel() as found):
                return self._of(found)
        raise TypeError(f"expected a model; received {type(seen.visible[0].value).__name__}")

    def _of(self, found: FoundModel) -> CheckResult:
        counted = count_found(found)
        pairs = beside(counted, self.config.layers)
        first = next((at for at, pair in enumerate(pairs) if pair.difference), None)
        verdicts = self._verdicts(counted, pairs, first, is_built=found.seen.is_built)
        is_open = bool(counted.doubts) or any(each.passed is None for each in verdicts)
        parts = tuple(
            ModelPart(
                name=each.name,
                passed=each.passed,
                score=self._worth(each.name) if each.passed else 0.0,
                max_score=self._worth(each.name),
                expected=each.expected,
                received=each.received,
            )
            for each in verdicts
        )
        score = round(sum(part.score for part in parts), 2)
        status = Status.PARTIAL if score > 0 else Status.FAILED
        if is_open:
            status = Status.NEEDS_REVIEW
        elif all(part.passed for part in parts):
            status = Status.PASSED
        return CheckResult(
            name=self.name,
            kind=self.kind,
            outcome=Outcome.COMPLETED,
            status=status,
            score=None if is_open else score,
            max_score=self.max_score,
            message=_message(found, counted, verdicts, is_open=is_open),
            notes=(
                f"found in {found.seen.place}",
                *(SAID_INSIDE + note for note in found.seen.notes),
                *counted.notes,
            ),
            details=ModelDetails(
                place=found.seen.place,
                kind=found.seen.kind,
                parts=parts,
                layers=pairs,
                total=counted.total,
                trainable=counted.trainable,
                first_difference=first,
                doubts=counted.doubts,
                optimizer=found.seen.optimizer,
                loss=found.seen.loss,
            ),
        )

    def _verdicts(
        self, counted: CountedModel, pairs: Sequence[LayerPair], first: int | None, *, is_built: bool
    ) -> list[_Verdict]:
        config = self.config
        # What could not be built for the input that is asked for is wrong; else a person has to look.
        unknown = None if is_built or config.input_shape is None else False
        verdicts = []
        for name, wanted, shapes in (
            ("input_shape", config.input_shape, counted.inputs),
            ("output_shape", config.output_shape, counted.outputs),
        ):
            if wanted is not None:
                verdicts.append(_of_shape(name, wanted, shapes, unknown))
        if config.parameters is not None:
            is_right = unknown if counted.total is None else fits_count(counted.total, config.parameters)
            received = "not known" if counted.total is None else f"{counted.total:,}"
            verdicts.append(_Verdict("parameters", is_right, shown_count(config.parameters), received))
        if config.layers:
            passed = unknown if are_open(counted, config.layers) and first is None else first is None
            received = f"{len(counted.layers)} layers"
            if first is not None:
                received += f"; the first that differs: {_pair_in_words(pairs[first])}"
            verdicts.append(_Verdict("layers", passed, f"{len(config.layers)} layers", received))
        return verdicts

    def _worth(self, part: str) -> float:
        return float(getattr(self.config.points, part))

    def _nothing(self, outcome: Outcome, message: str, hint: str = "") -> CheckResult:
        return CheckResult(
            name=self.name,
            kind=self.kind,
            outcome=outcome,
            status=Status.FAILED,
            score=0.0,
            max_score=self.max_score,
            message=message,
            hint=hint,
        )


def _of_shape(name: str, wanted: Sequence[int], shapes: Sequence[Shape], unknown: bool | None) -> _Verdict:
    expected = shown_shape(wanted)
    if not shapes:
        return _Verdict(name, unknown, expected, "not known")
    received = " and ".join(map(shown_shape, shapes))
    return _Verdict(name, len(shapes) == 1 and fits_shape(shapes[0], wanted), expected, received)


def _message(found: FoundModel, counted: CountedModel, verdicts: Sequence[_Verdict], *, is_open: bool) -> str:
    if counted.doubts:
        said = "; ".join(counted.doubts)
        return f"what the model says of itself does not agree: {said}: a person decides"
    wrong = [each for each in verdicts if each.passed is False]
    unknown = [_TITLES[each.name] for each in verdicts if each.passed is None]
    parts = [f"expected {_asked(each)}; received {each.received}" for each in wrong]
    if is_open:
        built = "" if found.seen.is_built else ", since it is not built"
        parts.append(f"{' and '.join(unknown)} cannot be told{built}: a person decides")
    if parts:
        return "; ".join(parts)
    total = "" if counted.total is None else f", {counted.total:,} parameters"
    return f"the model is as it must be{total}"


def _asked(verdict: _Verdict) -> str:
    match verdict.name:
        case "parameters":
            return f"{verdict.expected} parameters"
        case "layers":
            return verdict.expected
    return f"an {_TITLES[verdict.name]} {verdict.expected}"


def _pair_in_words(pair: LayerPair) -> str:
    theirs, wanted = pair.theirs, pair.expected
    if theirs is None and wanted is not None:
        return f"{wanted.kind} is missing"
    assert theirs is not None
    if wanted is None:
        return f"{theirs.name} ({theirs.kind}) is not expected"
    if pair.difference == "another kind":
        return f"{theirs.name} is {theirs.kind}, expected {wanted.kind}"
    if pair.difference == "parameters":
        count = "not known" if theirs.parameters is None else f"{theirs.parameters:,}"
        return f"{theirs.name} ({theirs.kind}) has {count} parameters, expected {wanted.parameters}"
    return f"{theirs.name} ({theirs.kind}) returns {theirs.output_shape}, expected {wanted.output_shape}"
