"""A reference network as a submission: its configuration, and a function that makes and compiles it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files as resources_of
from typing import Any, TypeVar

from msgspec import structs

import reference.models
from autograder.checks.counted_model import CountedModel
from autograder.checks.model_compiled import BINARY, CATEGORICAL, name_of_loss
from autograder.config import ModelCheckConfig, Span
from autograder.config.about_models import AboutModel
from autograder.submission import Submission, SubmittedFile
from autograder.wire.models import CompiledSeen, LossSeen

_AboutModel = TypeVar("_AboutModel", bound=AboutModel)
MAIN = "network.py"
_NETWORK = "network.json"
_SOURCE = f"""\
import json

import keras


def made():
    with open({_NETWORK!r}) as file:
        return keras.saving.deserialize_keras_object(json.load(file))
"""
_BUILT = "\n\ndef build_model():\n    model = made()\n"


@dataclass(frozen=True)
class Compilation:
    """What a reference, of which none is compiled, is compiled with for a check.

    Attributes:
        loss: The name of a loss of Keras' own.
        from_logits: Whether it takes logits.
        optimizer: The name of an optimiser of Keras' own.
        learning_rate: Of it; Keras' own where it is left out.
        metrics: The names of metrics.
    """

    loss: str
    from_logits: bool = False
    optimizer: str = "adam"
    learning_rate: float | None = None
    metrics: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The line of Python that compiles `model` so."""
        loss = repr(self.loss)
        if self.from_logits:
            name = "".join(word.capitalize() for word in name_of_loss(self.loss).split("_"))
            loss = f"keras.losses.{name}(from_logits=True)"
        rate = {} if self.learning_rate is None else {"learning_rate": self.learning_rate}
        optimizer = {"class_name": self.optimizer, "config": rate}
        return (
            f"    model.compile(optimizer=keras.optimizers.get({optimizer!r}), loss={loss}, "
            f"metrics={list(self.metrics)!r})\n"
        )

    @property
    def seen(self) -> CompiledSeen:
        """The same as a worker tells it."""
        loss = LossSeen(self.loss, True, self.from_logits)
        return CompiledSeen(True, self.optimizer, self.learning_rate, [loss], list(self.metrics))


def compilation_for(check: ModelCheckConfig, network: CountedModel) -> Compilation:
    """Return what a right network is compiled with, as far as the check asks; else what is usual."""
    activation = network.ends[0][1] if network.ends else None
    is_vector = len(network.outputs) == 1 and len(network.outputs[0]) == 1
    is_coded = network.outputs == network.inputs
    usual = "mse"
    if is_vector and not is_coded and activation in ("softmax", "linear"):
        usual = "sparse_categorical_crossentropy"
    elif activation == "sigmoid":
        usual = "binary_crossentropy"
    loss = check.loss[0] if check.loss else usual
    is_of_scores = name_of_loss(loss) in CATEGORICAL | BINARY
    rate = check.learning_rate
    if isinstance(rate, Span):
        rate = rate.least if rate.most is None else (rate.least + rate.most) / 2
    return Compilation(
        loss,
        from_logits=is_of_scores and activation == "linear",
        optimizer=check.optimizer[0] if check.optimizer else "adam",
        learning_rate=rate,
        metrics=check.metrics,
    )


def network_submission(name: str, identity: str, compilation: Compilation | None = None) -> Submission:
    """Return a reference as a submission, whose function ``build_model`` returns it.

    Args:
        name: One of ``reference.models.NAMES``.
        identity: The submission's.
        compilation: What it is compiled with; nothing where it is left out.
    """
    compiled = "" if compilation is None else compilation.source
    if is_of_own_classes(name):  # which no configuration alone makes anew
        module = resources_of("reference.models").joinpath(f"{reference.models.PLACES[name]}.py")
        source = f"{module.read_text('utf-8')}{_BUILT.replace('made()', f'{name}()')}"
        files = (SubmittedFile(MAIN, f"{source}{compiled}    return model\n".encode()),)
        return Submission(identity, files, MAIN, f"sha256:{name}")
    text = json.dumps(reference.models.configuration(name)).encode()
    source = f"{_SOURCE}{_BUILT}{compiled}    return model\n"
    return Submission(
        identity,
        (SubmittedFile(MAIN, source.encode()), SubmittedFile(_NETWORK, text)),
        MAIN,
        f"sha256:{name}",
    )


def is_of_own_classes(name: str) -> bool:
    """Return whether a reference has layers, or is a model, of a class of its own.

    >>> is_of_own_classes("zip_code_improved"), is_of_own_classes("capsule_net")
    (False, True)
    """
    return _has_own_class(reference.models.configuration(name))


def _has_own_class(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value.get("registered_name")) or any(map(_has_own_class, value.values()))
    return isinstance(value, list) and any(map(_has_own_class, value))


def by_its_function(check: _AboutModel) -> _AboutModel:
    """Return a check as a reference's submission answers it."""
    return structs.replace(
        check, variable=None, function="build_model", arguments=(), named_arguments={}, file=None
    )
