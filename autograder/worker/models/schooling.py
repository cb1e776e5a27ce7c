"""Training a model as the handout says, where its submission has not done so."""

from __future__ import annotations

import contextlib
import math
import signal
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.wire.trained import Ended
from autograder.wire.training import Preparation, Recipe
from autograder.worker.models.preparing import prepare
from autograder.worker.models.public_data import Numbers, PublicData
from autograder.worker.models.walking import layers_of, name_of, said_of, tried

MOST_LOOKED_AT = 1_000
"""How many public test samples a model is tried on."""
_BATCH = 256
_TWO = 2  # classes, for which one output is enough
_PATIENCE = 5  # epochs without a better one, until there is no hope
_FAR = 0.1  # below the accuracy that is asked for
_SURE = 2.0  # standard errors above it
_NAGGING_SECONDS = 1.0


class TimeUp(BaseException):
    """The seconds for a training are over. No `except Exception` of a submission catches it."""


@contextlib.contextmanager
def interrupted_after(seconds: float) -> Iterator[None]:
    """Raise `TimeUp` in what goes on after so many seconds, where the operating system can."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def interrupt(*_: object) -> None:
        raise TimeUp

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, _NAGGING_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def why_not_due(model: Any, classes: int) -> str:
    """Return why a model cannot be trained for so many classes; empty where it can, or nothing tells."""
    units = _outputs(model)
    if units >= classes or units == 0 or (units == 1 and classes == _TWO):
        return ""
    return (
        f"expected {classes} outputs, one for each class; the model has {units}: its last layer must have "
        f"{classes} units"
    )


def compile_as_due(model: Any, recipe: Recipe, classes: int) -> str:
    """Compile a model that is not compiled; return what to note."""
    if tried(lambda: bool(model.compiled), False):
        return ""
    last = last_activation(model)
    loss: Any = recipe.loss
    if not loss:
        import keras  # noqa: PLC0415  # it is there: a model is

        is_single = last == "sigmoid" and classes == _TWO and _outputs(model) == 1
        if is_single:
            loss = keras.losses.BinaryCrossentropy()
        else:
            loss = keras.losses.SparseCategoricalCrossentropy(from_logits=last not in ("softmax", "sigmoid"))
    model.compile(optimizer=recipe.optimizer, loss=loss, metrics=["accuracy"])
    named = recipe.loss or f"{loss.name}{'' if last in ('softmax', 'sigmoid') else ' of logits'}"
    return f"it was not compiled: it was compiled with {recipe.optimizer} and {named}"


def fit_as_due(model: Any, keras: Any, recipe: Recipe, data: PublicData, preparation: Preparation) -> Ended:
    """Train a model by the handout's recipe; return why it ended early, where that was not the budget."""
    callbacks: list[Any] = []
    if recipe.stop_at:
        callbacks.append(_stopping(keras, recipe, data, preparation))
    model.fit(
        prepare(preparation, data.x_train),
        targets(model, data.y_train, data.classes),
        batch_size=recipe.batch_size,
        epochs=recipe.epochs,
        verbose=0,
        callbacks=callbacks,
    )
    return callbacks[0].ended if callbacks else ""


def targets(model: Any, labels: Numbers, classes: int) -> Numbers:
    """Return labels in the form that goes with a model's loss: numbers of classes, or one-hot rows."""
    loss = loss_of(model)
    if "sparse" in loss or _outputs(model) == 1:
        return labels
    rows = np.zeros((len(labels), max(classes, _outputs(model))), np.float32)
    rows[np.arange(len(labels)), labels] = 1.0
    return rows


def loss_of(model: Any) -> str:
    """Return the name of the loss that a model is compiled with, in snake case."""
    loss = tried(lambda: model.loss, None)
    if isinstance(loss, list | tuple) and len(loss) == 1:
        loss = loss[0]
    named = loss if isinstance(loss, str) else getattr(loss, "name", None) or getattr(loss, "__name__", "")
    return "" if loss is None else str(named)


def anew(model: Any, keras: Any) -> tuple[Any, str]:
    """Return a model like another with fresh weights, compiled as that is; itself where that cannot be."""
    try:
        fresh = keras.models.clone_model(model)
        if model.compiled:
            fresh.compile_from_config(model.get_compile_config())
    except Exception as error:  # a class of the student's own
        return model, f"its weights were trained on, since no fresh ones can be made: {said_of(error)}"
    return fresh, ""


def accuracy_of(scores: Numbers, labels: Numbers) -> float | None:
    """Return the share of samples whose class scores highest; None where there is no score for each class."""
    count = len(labels)
    if not count or scores.size % count or not np.isfinite(scores).all():
        return None
    rows = scores.reshape(count, -1)
    guessed = (rows[:, 0] > _middle(rows)) if rows.shape[1] == 1 else rows.argmax(axis=1)
    return float((guessed == labels).mean())


def _middle(rows: Numbers) -> float:
    """Return above what a single output says yes: 0 where they are logits."""
    return 0.5 if rows.min() >= 0 and rows.max() <= 1 else 0.0


def _stopping(keras: Any, recipe: Recipe, data: PublicData, preparation: Preparation) -> Any:
    x, y = prepare(preparation, data.x_test[:MOST_LOOKED_AT]), data.y_test[:MOST_LOOKED_AT]
    asked = recipe.stop_at
    surely = asked + _SURE * math.sqrt(max(asked * (1 - asked), 0.01) / max(1, len(y)))

    class Stop(keras.callbacks.Callback):  # type: ignore[misc]
        """Ends a training that has reached what is asked for, or cannot any more."""

        def __init__(self) -> None:
            super().__init__()
            self.best, self.since = -1.0, 0
            self.ended: Ended = ""

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
            loss = logs.get("loss") if isinstance(logs, Mapping) else None
            scores = np.asarray(self.model.predict(x, batch_size=_BATCH, verbose=0))
            reached = accuracy_of(scores, y)
            if reached is None or (loss is not None and not np.isfinite(loss)):
                self._stop("hopeless")
                return
            self.since = 0 if reached > self.best else self.since + 1
            self.best = max(self.best, reached)
            if reached >= min(surely, 1.0):
                self._stop("reached")
            elif self.since >= _PATIENCE and self.best < asked - _FAR:
                self._stop("hopeless")

        def _stop(self, why: Ended) -> None:
            self.model.stop_training, self.ended = True, why

    return Stop()


def _outputs(model: Any) -> int:
    return tried(lambda: int(model.output_shape[-1]), 0)


def last_activation(model: Any) -> str:
    """Return the name of the activation that a model ends with."""
    layers: Sequence[Any] = layers_of(model)
    for layer in reversed(layers):
        if (activation := getattr(layer, "activation", None)) is not None:
            return str(getattr(activation, "__name__", ""))
        if type(layer).__name__ == "Softmax":
            return "softmax"
        if type(layer).__name__ not in ("Flatten", "Reshape", "Dropout"):
            break
    return "softmax" if layers and "softmax" in name_of(layers[-1]) else ""
