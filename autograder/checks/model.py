"""The `model` check: a Keras model of the submission against what it must be.

The worker returns its configuration and its weights' shapes; what these come to is counted here.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.checks.check import NothingHidden, Seen, nothing_to_judge
from autograder.checks.counted_model import CountedModel, Shape, count_found
from autograder.checks.model_diagnosis import Wanted, diagnose
from autograder.checks.model_errors import hint_of_error
from autograder.checks.model_expected import Item, expected_layers, expected_pattern, reference_model
from autograder.checks.model_layers import Beside, beside, shown_pairs
from autograder.checks.model_lints import lints_of
from autograder.checks.model_parts import Parts, wanted_count, wanted_shapes
from autograder.checks.model_verdict import TITLES, Verdict
from autograder.checks.wording import why_missing_values, why_no_model
from autograder.config import ModelCheckConfig, points_of
from autograder.config.keras_layers import DECISIVE
from autograder.observation import Allowance, FoundModel, Loading, Raised, Returned, Sought, Stopped, Worker
from autograder.results import SAID_INSIDE, CheckResult, ModelDetails, ModelLint, Outcome, Status

_ELSEWHERE = "it is not compiled; what is said of that is of another model with the same layers"
_OF_NO_COUNT = {"activation", "rate"}


class ModelCheck(NothingHidden):
    """A check of the kind `model`."""

    kind = "model"

    def __init__(self, config: ModelCheckConfig) -> None:
        self.config = config
        self.name = config.name
        self.max_score = points_of(config)
        self._layers: tuple[Item, ...] = expected_layers(config)
        self._pattern = expected_pattern(config)

    def observe_visible(self, worker: Worker, loading: Loading, allowance: Allowance) -> Seen:
        """Have the model found."""
        if loading.stopped is not None or loading.unreadable is not None:
            return Seen()
        config = self.config
        shapes = [[None if length == -1 else length for length in shape] for shape in self._built_for()]
        sought = Sought(
            config.variable or "",
            config.function or "",
            config.arguments,
            config.file or "",
            config.part or "",
            shapes,
            config.named_arguments,
        )
        return Seen([worker.model(sought, allowance)])

    def _built_for(self) -> Sequence[Shape]:
        """Return the inputs that a model is built for, where it is not built yet."""
        asked = wanted_shapes(self.config, "input_shape")
        if asked or self.config.model is None:
            return asked
        return reference_model(self.config.model).inputs

    def judge(self, loading: Loading, seen: Seen) -> CheckResult:
        """Return what the check says of the model."""
        if not seen.visible:
            outcome, message, hint = why_missing_values(loading)
            return nothing_to_judge(self, outcome, message, hint)
        match seen.visible[0]:
            case Stopped(outcome, message):
                return nothing_to_judge(self, outcome, message)
            case Raised(error):
                outcome, message = why_no_model("no model", error, loading)
                return nothing_to_judge(self, outcome, message, hint_of_error(message))
            case Returned(FoundModel() as found):
                return self._of(found)
        raise TypeError(f"expected a model; received {type(seen.visible[0].value).__name__}")

    def passed(self, found: FoundModel) -> dict[str, bool | None]:
        """Return of each part that is asked for whether a model has it right; None where that is open."""
        counted = count_found(found)
        verdicts = self._verdicts(found, counted, *self._beside(counted))
        return {each.name: None if counted.doubts else each.passed for each in verdicts}

    def _beside(self, counted: CountedModel) -> tuple[Beside | None, Beside | None]:
        """Return the layers beside those that are expected, and beside the pattern."""
        layers = beside(counted, self._layers, self.config.between) if self._layers else None
        pattern = beside(counted, self._pattern, self.config.between) if self._pattern else None
        return layers, pattern

    def _verdicts(
        self, found: FoundModel, counted: CountedModel, layers: Beside | None, pattern: Beside | None
    ) -> tuple[Verdict, ...]:
        parts = Parts(self.config, counted, is_built=found.seen.is_built)
        return tuple(parts.verdicts(layers, pattern, self._pattern, found.seen.compiled))

    def _of(self, found: FoundModel) -> CheckResult:
        counted = count_found(found)
        layers, pattern = self._beside(counted)
        verdicts = self._verdicts(found, counted, layers, pattern)
        lints = () if counted.doubts else lints_of(self.config, found, counted)
        is_open = bool(counted.doubts) or any(each.passed is None for each in verdicts)
        score, status = self._scored(verdicts, lints)
        shown = layers or pattern
        is_wrong = any(each.passed is False for each in verdicts)
        wanted = self._wanted(layers, pattern)
        why = diagnose(counted, wanted, found.configuration) if is_wrong and not counted.doubts else ()
        compiled = found.seen.compiled
        return CheckResult(
            name=self.name,
            kind=self.kind,
            outcome=Outcome.COMPLETED,
            status=Status.NEEDS_REVIEW if is_open else status,
            score=None if is_open else score,
            max_score=self.max_score,
            message=_message(found, counted, verdicts, lints),
            hint="; ".join(why),
            notes=(
                f"found in {found.seen.place}",
                *(SAID_INSIDE + note for note in found.seen.notes),
                *counted.notes,
                *([_ELSEWHERE] if compiled is not None and not compiled.of_this_model else []),
                *(_note(lint) for lint in lints),
            ),
            details=ModelDetails(
                place=found.seen.place,
                kind=found.seen.kind,
                parts=tuple(each.part(getattr(self.config.points, each.name)) for each in verdicts),
                layers=shown_pairs(counted, shown),
                total=counted.total,
                trainable=counted.trainable,
                first_difference=None if shown is None else shown.first_difference,
                doubts=counted.doubts,
                optimizer="" if compiled is None else compiled.optimizer,
                loss="" if compiled is None else " and ".join(each.name for each in compiled.losses),
                why=why,
                lints=lints,
            ),
        )

    def _scored(self, verdicts: Sequence[Verdict], lints: Sequence[ModelLint]) -> tuple[float, Status]:
        """Return the points, and what they mean where nothing is left to a person."""
        earned = sum(each.part(getattr(self.config.points, each.name)).score for each in verdicts)
        costs = sum(lint.cost for lint in lints)
        score = round(max(0.0, earned - costs), 2)
        if all(each.passed for each in verdicts) and not costs:
            return score, Status.PASSED
        return score, Status.PARTIAL if score > 0 else Status.FAILED

    def _wanted(self, layers: Beside | None, pattern: Beside | None) -> Wanted:
        """Return what a changed model has to come to, to explain what is wrong with this one."""
        config = self.config
        total = wanted_count(config, "parameters")
        if total is None and config.model is not None and set(DECISIVE) <= set(config.fixed):
            total = reference_model(config.model).total
        shapes = wanted_shapes(config, "input_shape")
        inputs = shapes[0] if len(shapes) == 1 and -1 not in shapes[0] else None
        known = layers or pattern
        return Wanted(
            total if isinstance(total, int) else None,
            self._is_as_expected if known is not None else None,
            known.pairs if known is not None else (),
            inputs,
        )

    def _is_as_expected(self, counted: CountedModel) -> bool:
        """Return whether nothing that a count depends on differs any more."""
        return all(
            pair.fits
            or (
                pair.compared is not None
                and {each.name for each in pair.compared.differences} <= _OF_NO_COUNT
            )
            for items in (self._layers, self._pattern)
            if items
            for pair in beside(counted, items, self.config.between).pairs
        )


def _message(
    found: FoundModel, counted: CountedModel, verdicts: Sequence[Verdict], lints: Sequence[ModelLint]
) -> str:
    if counted.doubts:
        said = "; ".join(counted.doubts)
        return f"what the model says of itself does not agree: {said}: a person decides"
    said_wrong = [_wrong(each) for each in verdicts if each.passed is False]
    unknown = [TITLES[each.name] for each in verdicts if each.passed is None]
    if unknown:
        built = "" if found.seen.is_built else ", since it is not built"
        said_wrong.append(f"{' and '.join(unknown)} cannot be told{built}: a person decides")
    said_wrong += [lint.message for lint in lints if lint.cost]
    if said_wrong:
        return "; ".join(said_wrong)
    total = "" if counted.total is None else f", {counted.total:,} parameters"
    return f"the model is as it must be{total}"


def _wrong(verdict: Verdict) -> str:
    match verdict.name:
        case "parameters":
            asked = f"{verdict.expected} parameters"
        case "layers":
            asked = verdict.expected
        case "input_shape" | "output_shape":
            asked = f"an {TITLES[verdict.name]} {verdict.expected}"
        case _:
            return verdict.in_words()
    return f"expected {asked}; received {verdict.received}"


def _note(lint: ModelLint) -> str:
    cost = f" (costs {lint.cost:g} points)" if lint.cost else ""
    return f"{lint.name.replace('_', ' ')}: {lint.message}{cost}"
