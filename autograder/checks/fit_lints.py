"""What to note of the data that `fit` was given, by name: their range, their labels, what they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from autograder.checks.counted_model import CountedModel, count_configuration
from autograder.checks.model_compiled import CATEGORICAL, Ending, name_of_loss
from autograder.checks.model_facts import Facts
from autograder.checks.model_free import is_preparation
from autograder.wire.models import FitSeen
from autograder.wire.trained import Trained
from reference.shapes.settings import ConfigurationError

_LARGE = 20.0
_SCALED = ("Normalization", "Rescaling", "BatchNormalization", "LayerNormalization", "Embedding", "Lambda")
_LEARNS = "Conv"
_PASSED_FIRST = (
    "Reshape",
    "Flatten",
    "Permute",
    "Resizing",
    "CenterCrop",
    "ZeroPadding",
    "Cropping",
    "Identity",
)


class Said(NamedTuple):
    """What is noted, by name, and in words."""

    name: str
    message: str


def notes_of_training(told: Trained, text: bytes) -> list[str]:
    """Return what to note of the data that a function of the submission's own has trained a model with.

    Args:
        told: What the model's process says of it.
        text: Of the model's configuration.
    """
    notes = dict.fromkeys(each.message for each in of_data(told.fits))
    try:
        counted = count_configuration(text.decode("utf-8", "replace"))
    except ConfigurationError:
        return list(notes)
    return list(notes | dict.fromkeys(each.message for each in of_inputs(counted, told.fits)))


def of_labels(ends: Sequence[Ending], fits: Sequence[FitSeen]) -> Iterator[Said]:
    for fit in fits:
        for end, form in zip(ends, fit.labels, strict=False):
            name = name_of_loss(end.loss.name) if end.loss is not None else ""
            if form == "one_hot" and name.startswith("sparse_"):
                yield Said(
                    "labels_against_loss",
                    f"fit was given one-hot labels, and {name} takes class numbers: use "
                    f"{name.removeprefix('sparse_')}, or labels.argmax(axis=1)",
                )
            elif form == "integers" and name in CATEGORICAL and not name.startswith("sparse_"):
                yield Said(
                    "labels_against_loss",
                    f"fit was given class numbers, and {name} takes one-hot labels: use sparse_{name}, or "
                    "keras.utils.to_categorical(labels)",
                )


def of_inputs(counted: CountedModel, fits: Sequence[FitSeen]) -> Iterator[Said]:
    if not counted.has_graph or _rescales(counted.facts):
        return
    for fit in fits:
        for data in fit.x:
            if data.most is not None and data.least is not None and max(data.most, -data.least) > _LARGE:
                yield Said(
                    "no_rescaling",
                    f"the inputs that fit was given reach from {data.least:g} to {data.most:g}, and no layer "
                    "rescales them: divide them by the largest, or begin with a Rescaling layer",
                )


def _rescales(layers: Sequence[Facts]) -> bool:
    """Return whether inputs are rescaled, or it is not known, before the first layer that learns."""
    todo = [facts for facts in layers if -1 in facts.inputs]
    for _ in layers:
        if not todo:
            return False
        facts = todo.pop()
        if facts.settings is None or facts.kind in _SCALED or facts.kind.startswith("ops."):
            return True
        if _LEARNS in facts.kind and _is_normed(layers, facts):
            return True
        if is_preparation(facts.kind) or facts.kind.startswith(_PASSED_FIRST):
            todo += [layers[at] for at in facts.consumers]
    return False


def _is_normed(layers: Sequence[Facts], facts: Facts) -> bool:
    """Return whether a batch normalisation comes at once: then it does not matter how large inputs are."""
    after = [layers[at].kind for at in facts.consumers]
    is_linear = (facts.settings or {}).get("activation") in (None, "linear")
    return is_linear and bool(after) and set(after) == {"BatchNormalization"}


def of_data(fits: Sequence[FitSeen]) -> Iterator[Said]:
    for fit in fits:
        if fit.has_test_set:
            yield Said(
                "training_on_test",
                "fit was given the test set to train with: what is reached there tells nothing any more. "
                "Train on the training data alone",
            )
        if fit.validation_is == "test":
            yield Said(
                "validation_on_test",
                "the validation data of fit are the test set: what is chosen by them is not tested by them "
                "any more. Set a part of the training data aside: validation_split=0.1",
            )
        elif fit.validation_is == "evaluated":
            yield Said(
                "validation_on_test",
                "evaluate was given the validation data of fit: that is no test of what was chosen by them",
            )
        elif fit.validation_is == "training":
            yield Said(
                "validation_on_test",
                "the validation data of fit are the training data: they do not show overfitting",
            )
