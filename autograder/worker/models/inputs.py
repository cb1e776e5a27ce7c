"""How the inputs of one model are prepared, and how good it is on public data when they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from autograder.wire.models import DataSeen
from autograder.wire.training import Contract, Preparation
from autograder.worker.models import preparing, schooling
from autograder.worker.models.preparing import Samples, Unfitting, prepare
from autograder.worker.models.public_data import PublicData
from autograder.worker.models.reconstructing import Lesson
from autograder.worker.models.walking import layers_of, tried
from autograder.worker.plain import plain
from autograder.worker.shims.watching import Watch

BATCH = 256
_RESCALING = ("Rescaling", "Normalization")
_FIRST_LAYERS = 6  # augmentation may come before
_CLEARLY = 0.02  # of an accuracy: what is better by less is so by chance
_LIKE = 0.1  # of a factor or an offset


class Prepared(NamedTuple):
    """How a model's inputs are prepared, or why that is not known, and how good it then is on public data."""

    preparation: Preparation | None
    doubt: str
    accuracy: float | None


class Inputs:
    """What models of a submission take.

    Args:
        contract: What the handout says.
        data: The public data.
        watch: What `fit` was given.
        lesson: Of an autoencoder: by it its outputs are judged, not as scores for classes.
    """

    def __init__(
        self, contract: Contract, data: PublicData, watch: Watch, lesson: Lesson | None = None
    ) -> None:
        self.contract, self.data, self.watch, self.lesson = contract, data, watch, lesson
        self.samples = Samples.of(data.x_train)
        self.notes: list[str] = []

    def prepared(self, model: Any) -> Prepared:
        """Return how a model's inputs are prepared: where nothing tells, as it is best on public data."""
        prepared = self.preparation(model, use_fit=True)
        if prepared.preparation is None:
            return prepared
        accuracy = self.accuracy(model, prepared.preparation)
        if not prepared.doubt:
            return prepared._replace(accuracy=accuracy)
        best = prepared._replace(accuracy=accuracy)
        for scale in preparing.USUAL:
            other = preparing.by_contract(self.samples, self.contract, scale, prepared.preparation.shape)
            reached = self.accuracy(model, other)
            if (reached or 0.0) > (best.accuracy or 0.0) + _CLEARLY:
                best = Prepared(other, prepared.doubt, reached)
        return best

    def preparation(self, model: Any, *, use_fit: bool) -> Prepared:
        """Return how a model's inputs are prepared, by the handout, its `fit`, or its first layers."""
        contract = self.contract
        seen = self._seen(model) if use_fit else None
        try:
            shape = preparing.shape_for(self.samples, contract, self._taken(model, seen), _first(model))
        except Unfitting as unfitting:
            return Prepared(None, str(unfitting), None)
        by_fit = None if seen is None else preparing.by_fit(self.samples, seen, shape)
        if self.lesson is not None and by_fit is not None and not by_fit[1]:
            by_fit = self._by_target(model, shape) or by_fit
        if contract.scale != "auto" or contract.mean:
            prepared = preparing.by_contract(self.samples, contract, "0..1", shape)
            if by_fit is not None and not _agree(prepared, by_fit[0]):
                self.notes.append(f"the handout prepares inputs as {prepared.said}; fit saw {by_fit[0].said}")
            return Prepared(prepared, "", None)
        if by_fit is not None:
            is_usual = by_fit[1]
            doubt = "" if is_usual else f"what fit saw, {by_fit[0].said}, is no usual range of its data"
            return Prepared(by_fit[0], doubt, None)
        rescales = any(type(layer).__name__ in _RESCALING for layer in layers_of(model)[:_FIRST_LAYERS])
        scale: preparing.Usual = "0..255" if rescales else "0..1"
        doubt = "nothing tells how its inputs are prepared" if use_fit else ""
        return Prepared(preparing.by_contract(self.samples, contract, scale, shape), doubt, None)

    def _seen(self, model: Any) -> DataSeen | None:
        """Return what the last `fit` of a model saw as its input."""
        fits = [each for each in self.watch.fits_of(model) if each.of_this_model and each.x]
        return fits[-1].x[0] if fits else None

    def _by_target(self, model: Any, shape: Sequence[int]) -> tuple[Preparation, bool] | None:
        """Return how an autoencoder's inputs are prepared by its targets: noise goes beyond any range."""
        fits = [each for each in self.watch.fits_of(model) if each.of_this_model and each.y]
        found = preparing.by_fit(self.samples, fits[-1].y[0], shape) if fits else None
        return found if found is not None and found[1] else None

    def _taken(self, model: Any, seen: DataSeen | None) -> list[int | None] | None:
        shape = tried(lambda: model.input_shape, None)
        if isinstance(shape, tuple) and shape and not isinstance(shape[0], tuple | list):
            return list(shape[1:])
        return list(seen.shape[1:]) if seen is not None and len(seen.shape) > 1 else None

    def accuracy(self, model: Any, preparation: Preparation) -> float | None:
        data, most = self.data, schooling.MOST_LOOKED_AT
        try:
            x = prepare(preparation, data.x_test[:most])
            scores = plain(model.predict(x, batch_size=BATCH, verbose=0))
            if self.lesson is not None:
                return self.lesson.explained(scores, data.x_test[:most], preparation)
            return schooling.accuracy_of(scores, data.y_test[:most])
        except Exception:  # a model that does not take it, or a class that raises
            return None


def _first(model: Any) -> str:
    """Return the class of a model's first layer."""
    return next(
        (type(layer).__name__ for layer in layers_of(model) if type(layer).__name__ != "InputLayer"), ""
    )


def _agree(one: Preparation, other: Preparation) -> bool:
    """Return whether two preparations come to about the same numbers."""
    if len(one.factors) != len(other.factors):
        return True  # by channel: a range alone does not tell
    pairs = zip(one.factors, other.factors, strict=True)
    return all(abs(a - b) <= _LIKE * max(abs(a), abs(b), 1e-9) for a, b in pairs)
