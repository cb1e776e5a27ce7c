"""What a model is compiled with against what it must be; and whether its last activation fits its loss."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograder.checks.counted_model import CountedModel
from autograder.checks.model_activations import NONE, snake
from autograder.checks.model_expected import named_activations
from autograder.checks.model_verdict import Verdict
from autograder.config import ModelCheckConfig, Span
from autograder.wire.models import CompiledSeen, LossSeen

CATEGORICAL = frozenset(
    {"categorical_crossentropy", "sparse_categorical_crossentropy", "categorical_focal_crossentropy"}
)
BINARY = frozenset({"binary_crossentropy", "binary_focal_crossentropy"})
_OF_SCORES = frozenset({"hinge", "squared_hinge", "categorical_hinge"})  # they take what is no probability
_OTHER_NAMES = {
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "bce": "binary_crossentropy",
    "kld": "kl_divergence",
    "kldivergence": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
    **dict.fromkeys(
        ("acc", "binary_accuracy", "categorical_accuracy", "sparse_categorical_accuracy"), "accuracy"
    ),
}
_ROUNDING = 1e-6  # of a learning rate: it is kept in float32


class Ending(NamedTuple):
    """An output of a model: the last layer, the activation that comes out, and the loss that is for it.

    Attributes:
        layer: The name of the last layer that is no activation.
        activation: None where it is not known.
        loss: None where there is none for it.
        scores: How many numbers come out for an example, where they may be one for each class: in a vector
            that is no reconstruction of an input; 0 where they are not.
        is_of_classes: Whether a class is what is told: an accuracy is measured.
    """

    layer: str
    activation: str | None
    loss: LossSeen | None
    scores: int = 0
    is_of_classes: bool = False


def name_of_loss(name: str) -> str:
    """Return the one name of a loss or a metric that has several.

    >>> name_of_loss("mse"), name_of_loss("SparseCategoricalCrossentropy"), name_of_loss("acc")
    ('mean_squared_error', 'sparse_categorical_crossentropy', 'accuracy')
    """
    found = snake(name)
    return _OTHER_NAMES.get(found, found)


def endings(counted: CountedModel, compiled: CompiledSeen | None) -> tuple[Ending, ...]:
    """Return the outputs of a model, each with its activation and its loss."""
    found = []
    losses = compiled.losses if compiled is not None else []
    metrics = compiled.metrics if compiled is not None else []
    is_of_classes = len(counted.ends) == 1 and any(name_of_loss(each) == "accuracy" for each in metrics)
    sizes = [math.prod(shape) for shape in counted.inputs if None not in shape]  # type: ignore[arg-type]
    for number, (place, activation) in enumerate(counted.ends):
        name = counted.facts[place].name if place >= 0 else ""
        made = [facts.name for facts in counted.facts if facts.is_output]
        named = {made[number] if number < len(made) else "", str(number), ""}
        loss = next((each for each in losses if each.output in named), None)
        if loss is None and len(losses) == len(counted.ends):
            loss = losses[number]
        output = counted.outputs[number] if number < len(counted.outputs) else ()
        is_vector = len(output) == 1 and output[0] not in sizes
        found.append(Ending(name, activation, loss, (output[0] or 0) if is_vector else 0, is_of_classes))
    return tuple(found)


def why_not_fitting(ending: Ending) -> str | None:
    """Return why the activation and the loss of an output do not go together; empty where they do.

    None stands for what is not known: an own loss, a layer of one's own at the end, or several logits with
    a loss for quantities, which is right where no class is told.

    >>> why_not_fitting(Ending("dense", "softmax", LossSeen("categorical_crossentropy", True, False)))
    ''
    """
    activation, loss = ending.activation, ending.loss
    if loss is None:
        return "there is no loss for it"
    if not loss.is_keras_own:
        return None
    name = name_of_loss(loss.name)
    if name not in CATEGORICAL | BINARY:
        if activation != NONE or ending.scores < 2 or name in _OF_SCORES:
            return ""
        if not ending.is_of_classes:
            return None
        return (
            f"{ending.layer} ends in {ending.scores} logits, and {name} is no loss for classes: take a "
            "cross-entropy with from_logits=True"
        )
    if activation is None or loss.from_logits is None:
        return None
    if loss.from_logits:
        if activation == NONE:
            return ""
        return (
            f"{ending.layer} ends in {activation}, and the loss has from_logits=True, so that it is applied "
            "twice: leave one of the two out"
        )
    fitting = ("softmax",) if name in CATEGORICAL else ("sigmoid", "hard_sigmoid", "softmax")
    if activation in fitting:
        return ""
    ends = "logits" if activation == NONE else activation
    return (
        f"{ending.layer} ends in {ends}, and {name} takes probabilities: end in {fitting[0]}, or in logits "
        "with from_logits=True in the loss"
    )


def compiled_verdicts(
    check: ModelCheckConfig, counted: CountedModel, compiled: CompiledSeen | None, asked: Sequence[str]
) -> Iterator[Verdict]:
    """Yield what is said of activation, loss, optimiser and metrics, of those that are asked for."""
    ends = endings(counted, compiled)
    if "last_activation" in asked:
        wanted = named_activations(check.last_activation)
        there = [each.activation for each in ends]
        is_known = bool(there) and None not in there
        passed = all(name in wanted for name in there) if is_known else None
        received = " and ".join(map(_activation, there)) or "not known"
        yield Verdict("last_activation", passed, " or ".join(map(_activation, wanted)), received)
    if compiled is None:
        for part in ("fits_loss", "loss", "optimizer", "learning_rate", "metrics"):
            if part in asked:
                yield Verdict(part, False, expected_text(check, part), "a model that is not compiled")
        return
    if "fits_loss" in asked:
        yield _fitting(_as_asked(ends, check))
    if "loss" in asked:
        names = [name_of_loss(each.name) for each in compiled.losses]
        wanted = tuple(map(name_of_loss, check.loss))
        passed = bool(names) and all(name in wanted for name in names)
        yield Verdict("loss", passed, expected_text(check, "loss"), " and ".join(names) or "none")
    if "optimizer" in asked:
        passed = compiled.optimizer.lower() in [each.lower() for each in check.optimizer]
        yield Verdict("optimizer", passed, expected_text(check, "optimizer"), compiled.optimizer or "none")
    if "learning_rate" in asked:
        rate = compiled.learning_rate
        received = "not known" if rate is None else f"{rate:.6g}"
        yield Verdict(
            "learning_rate", _fits_rate(rate, check), expected_text(check, "learning_rate"), received
        )
    if "metrics" in asked:
        known = {name_of_loss(each) for each in compiled.metrics if each != "Accuracy"}
        passed = all(name_of_loss(each) in known for each in check.metrics)
        yield Verdict("metrics", passed, ", ".join(check.metrics), ", ".join(compiled.metrics) or "none")


def expected_text(check: ModelCheckConfig, part: str) -> str:
    """Return what is expected of a loss, an optimiser, its learning rate, or metrics."""
    rate = check.learning_rate
    match part:
        case "fits_loss":
            return "a last activation that fits the loss"
        case "loss":
            return " or ".join(dict.fromkeys(map(name_of_loss, check.loss)))
        case "optimizer":
            return " or ".join(check.optimizer)
        case "learning_rate" if isinstance(rate, Span):
            return f"at least {rate.least:g}" if rate.most is None else f"{rate.least:g} to {rate.most:g}"
        case "learning_rate":
            return f"{rate:g}"
    return ", ".join(check.metrics)


def _fits_rate(rate: float | None, check: ModelCheckConfig) -> bool | None:
    wanted = check.learning_rate
    if rate is None or wanted is None:
        return None
    least, most = (wanted.least, wanted.most) if isinstance(wanted, Span) else (wanted, wanted)
    room = _ROUNDING * abs(rate)
    return rate >= least - room and (most is None or rate <= most + room)


def _as_asked(ends: Sequence[Ending], check: ModelCheckConfig) -> list[Ending]:
    """Return the outputs by what the assignment says of them: whether they are classes, and by which loss."""
    allowed = set(map(name_of_loss, check.loss))
    of_classes = bool(allowed & (CATEGORICAL | BINARY)) or "softmax" in named_activations(
        check.last_activation
    )
    return [
        each._replace(scores=0)
        if each.loss is not None and name_of_loss(each.loss.name) in allowed
        else each._replace(is_of_classes=each.is_of_classes or of_classes)
        for each in ends
    ]


def _fitting(ends: Sequence[Ending]) -> Verdict:
    reasons = [why_not_fitting(each) for each in ends]
    wrong = [reason for reason in reasons if reason]
    received = " and ".join(f"{_activation(each.activation)} with {_loss(each.loss)}" for each in ends)
    passed = False if wrong else None if None in reasons or not reasons else True
    expected = "a last activation that fits the loss"
    return Verdict("fits_loss", passed, expected, received or "not known", said="; ".join(wrong))


def _loss(loss: LossSeen | None) -> str:
    if loss is None:
        return "no loss"
    return name_of_loss(loss.name) + (" from logits" if loss.from_logits else "")


def _activation(name: str | None) -> str:
    return {None: "not known", NONE: "logits"}.get(name, str(name))
