"""What a worker says of a training: how it goes, how it went, and the model as arrays."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec

from autograder.wire.models import MAX_AXES, MAX_FITS, MAX_SAID, MAX_SAYINGS, MAX_WEIGHTS, FitSeen, Length
from autograder.wire.training import Preparation
from autograder.wire.values import Encoded

MAX_EPOCHS = 1_000  # of a curve
MAX_METRICS = 16  # of an epoch
MAX_METRIC = 60  # characters of its name
MAX_PROGRESS = 2_000  # frames that one request may have
_LONGEST_SECONDS = 1e6

Count = Annotated[int, msgspec.Meta(ge=0, le=2**40)]
Ended = Literal["", "epochs", "steps", "seconds", "overtime", "reached", "hopeless"]
"""Why a training ended before what was asked for: by its budget; a function of the submission's own that had
to be interrupted; or since the rest would change nothing."""
TrainedBy = Literal["nobody", "submission", "file", "function", "grader"]


class Epoch(msgspec.Struct, frozen=True, array_like=True):
    """What one epoch came to: the loss and the metrics, by name; those that are no finite numbers as None."""

    metrics: list[tuple[str, float | None]]

    def cut(self) -> Epoch:
        """Return the same, no longer than it may be."""
        return Epoch([(_word(name), _finite(value)) for name, value in self.metrics[:MAX_METRICS]])


class Progress(msgspec.Struct, frozen=True, tag="progress"):
    """An epoch has ended, in a training that goes on. Only good for showing it.

    Attributes:
        id: Of the request that is being answered.
        fit: Counts the calls of `fit` of this request, from 1.
        epoch: Of this `fit`, from 1.
        of: How many there are to be.
        seconds: Since this `fit` began.
        metrics: What the epoch came to.
    """

    id: int
    fit: Count
    epoch: Count
    of: Count
    seconds: float
    metrics: Epoch

    def cut(self) -> Progress:
        """Return the same, no longer than it may be."""
        return Progress(self.id, self.fit, self.epoch, self.of, _seconds(self.seconds), self.metrics.cut())


class FitRun(msgspec.Struct, frozen=True, array_like=True):
    """How the last `fit` of a model went.

    Attributes:
        asked: How many epochs were asked for.
        run: How many were run, the last perhaps in part.
        steps: How many batches.
        seconds: How long it took.
        ended: Why it ended before its end, where it did.
        curve: What each epoch came to.
    """

    asked: Count
    run: Count
    steps: Count
    seconds: float
    ended: Ended
    curve: list[Epoch] = []

    def cut(self) -> FitRun:
        """Return the same, no longer than it may be."""
        curve = [epoch.cut() for epoch in self.curve[:MAX_EPOCHS]]
        return FitRun(self.asked, self.run, self.steps, _seconds(self.seconds), self.ended, curve)


class Trained(msgspec.Struct, frozen=True, tag="trained"):
    """A model with its weights, as its worker tells it; the frame's buffers are its arrays.

    Attributes:
        place: Where it was found.
        kind: Its class.
        by: Who trained it.
        model: The text of its configuration as bytes, then its weights; the text alone where they are not
            sent, and nothing where it has none.
        paths: The weights' names.
        unwritten: Why a clean worker cannot make it anew, where it cannot.
        preparation: How its inputs are prepared.
        unprepared: Why that is not known, or not certain.
        fit: How its last `fit` went.
        loss: What it is compiled with.
        optimizer: The same.
        outputs: The shape of its output without the batch axis; nothing where it is not known.
        public_accuracy: On public test data.
        notes: What else to know.
        fits: What its `fit` was given, by a function of the submission's own that trains.
        other: That this is another network than that function was given to train, and by what that shows;
            empty where it is the same.
    """

    id: int
    place: str
    kind: str
    by: TrainedBy
    model: Encoded
    paths: list[str]
    unwritten: str = ""
    preparation: Preparation | None = None
    unprepared: str = ""
    fit: FitRun | None = None
    loss: str = ""
    optimizer: str = ""
    outputs: list[Length | None] = []
    public_accuracy: float | None = None
    notes: list[str] = []
    fits: list[FitSeen] = []
    other: str = ""

    def cut(self) -> Trained:
        """Return the same, no longer than it may be. Both ends cut: a worker may send what it likes."""
        prepared = self.preparation
        if prepared is not None:
            prepared = msgspec.structs.replace(prepared, said=_said(prepared.said))
        public = None if self.public_accuracy is None else _finite(self.public_accuracy)
        return msgspec.structs.replace(
            self,
            place=_said(self.place),
            kind=_said(self.kind),
            paths=[_said(path) for path in self.paths[:MAX_WEIGHTS]],
            unwritten=_said(self.unwritten),
            preparation=prepared if prepared is not None and prepared.is_sound else None,
            unprepared=_said(self.unprepared),
            fit=None if self.fit is None else self.fit.cut(),
            loss=_said(self.loss),
            optimizer=_said(self.optimizer),
            outputs=self.outputs[:MAX_AXES],
            public_accuracy=None if public is None else min(1.0, max(0.0, public)),
            notes=[_said(note) for note in self.notes[:MAX_SAYINGS]],
            fits=[fit.cut() for fit in self.fits[:MAX_FITS]],
            other=_said(self.other),
        )


def epoch_of(logs: Sequence[tuple[str, float]]) -> Epoch:
    """Return what an epoch came to, from its logs.

    >>> epoch_of([("loss", 0.5), ("accuracy", float("nan"))])
    Epoch(metrics=[('loss', 0.5), ('accuracy', None)])
    """
    return Epoch(list(logs)).cut()


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _seconds(value: float) -> float:
    return value if 0 <= value <= _LONGEST_SECONDS else 0.0  # nor NaN


def _word(text: str) -> str:
    return _said(text[:MAX_METRIC])


def _said(text: str) -> str:
    """Return a text in one line, cut, that can be encoded."""
    return " ".join(text[:MAX_SAID].encode("utf-8", "replace").decode("utf-8").split())
