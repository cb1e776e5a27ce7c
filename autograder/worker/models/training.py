"""One request for a trained model: found, trained where that is due, and returned as arrays."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from autograder.wire.trained import Ended, FitRun, Trained, TrainedBy
from autograder.wire.training import Preparation, Train
from autograder.wire.values import decode_value, encode_value
from autograder.worker import reproducing
from autograder.worker.models import schooling
from autograder.worker.models.finding import Found, NotFound, find
from autograder.worker.models.inputs import Inputs, Prepared
from autograder.worker.models.packing import Packed, pack
from autograder.worker.models.public_data import public_data
from autograder.worker.models.reconstructing import Lesson
from autograder.worker.models.walking import is_model, leaves, tried
from autograder.worker.shims.fitting import Fits
from autograder.worker.shims.watching import Watch

_GRACE_SECONDS = 3.0  # in which a `fit` ends by itself what has to end
_BETTER = 0.15  # than guessing: weights that somebody has trained


class Around(NamedTuple):
    """What a worker keeps for all requests: what was built and fitted, the data folder, its seed."""

    watch: Watch
    fits: Fits
    data: Path | None
    seed: int


class Training:
    """One request for a trained model."""

    def __init__(
        self, around: Around, names: Mapping[str, Any], asked: Train, buffers: bytes, home: Path
    ) -> None:
        import keras  # noqa: PLC0415  # where the model is in a file, the submission need not have

        self.keras, self.asked, self.names, self.home = keras, asked, names, home
        self.around = around
        self.arguments = [decode_value(item, buffers) for item in asked.model.arguments]
        self.data = public_data(asked.data, around.data, keras)
        around.watch.keep_test_set(self.data.x_test, self.data.y_test)
        again = asked.reconstruct
        self.lesson = None if again is None else Lesson(again, self.data, around.seed)
        self.inputs = Inputs(asked.contract, self.data, around.watch, self.lesson)
        self.notes = self.inputs.notes
        self.ended: Ended = ""
        self.other = ""
        reproducing.set_seeds(around.seed, asked.run)

    def run(self) -> tuple[Any, Trained, list[bytes]]:
        """Have the model trained where that is asked for; return it, and what travels of it."""
        by: TrainedBy
        with self.around.fits.under(self.asked.budget):
            if self.asked.function:
                found = self._by_its_function()
                by = "nobody" if _has_moved(found.model, self.keras) is False else "function"
                prepared = self.inputs.prepared(found.model)
            else:
                found, by, prepared = self._where_it_is_due(self._found())
        shape = None if prepared.preparation is None else prepared.preparation.shape
        packed = pack(found.model, self.keras, shape)
        return found.model, *self._told(found, by, prepared, packed)

    def _found(self) -> Found:
        found = find(self.names, self.asked.model, self.arguments, self.home, self.around.watch)
        self.notes += found.notes
        return found

    def _by_its_function(self) -> Found:
        """Call the submission's own function that trains."""
        name = self.asked.function
        function = self.names.get(name)
        if not callable(function):
            raise NotFound(f"there is no function {name}")
        recipe = self.asked.recipe
        given: dict[str, Any] = {part: np.copy(getattr(self.data, part)) for part in self.data._fields}
        given |= {"epochs": recipe.epochs, "batch_size": recipe.batch_size}
        model = None
        if "model" in self.asked.arguments:
            model = given["model"] = self._found().model
        returned: Any = None
        try:
            with schooling.interrupted_after(self.asked.budget.seconds + _GRACE_SECONDS):
                returned = function(*(given[argument] for argument in self.asked.arguments))
        except schooling.TimeUp:
            self.ended = "overtime"
        inside = list(returned) if isinstance(returned, tuple | list) else [returned]
        for each in inside:
            if is_model(each, self.keras.Model):
                self.other = _why_other(each, model, name)
                return Found(each, f"what {name} returns", self.keras, ())
        if model is not None:
            return Found(model, f"the model that {name} was given", self.keras, ())
        return self._found()

    def _where_it_is_due(self, found: Found) -> tuple[Found, TrainedBy, Prepared]:
        """Train the model that was found, unless its submission has, or nobody is to."""
        asked, model = self.asked, found.model
        by, prepared = self._trained_by(model)
        if asked.train == "never" or (asked.train == "if_missing" and by != "nobody"):
            return found, by, prepared or self.inputs.prepared(model)
        preparation, why, _ = self.inputs.preparation(model, use_fit=False)
        if preparation is None:
            return found, by, Prepared(None, why, None)
        if why := self._why_not_due(model):
            raise NotFound(why)
        if by != "nobody":
            model, note = schooling.anew(model, self.keras)
            found = found._replace(model=model)
            self.notes += [note] if note else []
        note = self._compile(model)
        self.notes += [note] if note else []
        try:
            with schooling.interrupted_after(asked.budget.seconds + _GRACE_SECONDS):
                self.ended = self._fit(model, preparation)
        except schooling.TimeUp:
            self.ended = "overtime"
        return found, "grader", Prepared(preparation, "", self.inputs.accuracy(model, preparation))

    def _why_not_due(self, model: Any) -> str:
        if self.lesson is not None:
            return self.lesson.why_not_due(model)
        return schooling.why_not_due(model, self.data.classes)

    def _compile(self, model: Any) -> str:
        if self.lesson is not None:
            return self.lesson.compile_as_due(model, self.asked.recipe, self.keras)
        return schooling.compile_as_due(model, self.asked.recipe, self.data.classes)

    def _fit(self, model: Any, preparation: Preparation) -> Ended:
        if self.lesson is not None:
            self.lesson.fit_as_due(model, self.asked.recipe, preparation)
            return ""
        return schooling.fit_as_due(model, self.keras, self.asked.recipe, self.data, preparation)

    def _trained_by(self, model: Any) -> tuple[TrainedBy, Prepared | None]:
        """Return who has trained a model before this; and how its inputs are prepared, if that was tried.

        By what is known of its `fit` and its file; then by its weights, which a loop of its own may have
        changed, or which it may have loaded; at last, where they do not tell, by how good it is.
        """
        run = self.around.fits.of(model)
        if self.asked.model.file:
            return "file", None
        if run is not None and run.steps > 0:
            return "submission", None
        if (has_moved := _has_moved(model, self.keras)) is not None:
            return "submission" if has_moved else "nobody", None
        prepared = self.inputs.prepared(model)
        is_good = prepared.accuracy is not None and prepared.accuracy >= 1.0 / self.data.classes + _BETTER
        return "submission" if is_good else "nobody", prepared

    def _told(
        self, found: Found, by: TrainedBy, prepared: Prepared, packed: Packed
    ) -> tuple[Trained, list[bytes]]:
        model, sent = found.model, list[bytes]()
        run = self.around.fits.of(model)
        if run is not None and self.ended:
            run = FitRun(run.asked, run.run, run.steps, run.seconds, self.ended, run.curve)
        elif run is None and self.ended:
            run = FitRun(0, 0, 0, self.asked.budget.seconds, self.ended)
        none: list[int | None] = []
        outputs = tried(lambda: [None if n is None else int(n) for n in model.output_shape[1:]], none)
        trained = Trained(
            self.asked.id,
            found.place,
            type(model).__name__,
            by,
            encode_value(packed.arrays, sent),
            packed.paths,
            packed.unwritten,
            prepared.preparation,
            prepared.doubt,
            run,
            schooling.loss_of(model),
            tried(lambda: type(model.optimizer).__name__ if model.optimizer is not None else "", ""),
            outputs,
            prepared.accuracy,
            self.notes,
            self.around.watch.fits_of(model) if by == "function" else [],
            self.other,
        )
        return trained.cut(), sent


def _why_other(returned: Any, given: Any, name: str) -> str:
    """Return that a function returns another network than it was given, if it has not all of its weights.

    More may be around them: a softmax, or a layer that prepares images.
    """
    if given is None or returned is given:
        return ""
    has, asked = _shapes(returned), _shapes(given)
    if not asked - has:  # nothing is known of one that is not built
        return ""
    counts = [sum(math.prod(shape) * count for shape, count in each.items()) for each in (has, asked)]
    return "{} returns another network than it was given: {:,} weights, not {:,}".format(name, *counts)


def _shapes(model: Any) -> Counter[tuple[int, ...]]:
    """Return how many of a model's weights have which shape; none where it is not built."""
    none: Counter[tuple[int, ...]] = Counter()
    return tried(lambda: Counter(tuple(map(int, weight.shape)) for weight in model.weights), none)


def _has_moved(model: Any, keras: Any) -> bool | None:
    """Return whether a model's weights are not those that it was made with: biases are made as zeros.

    None where it has no such bias, or is not built.
    """
    found = None
    for _, layer in leaves(model, keras.Model):
        initial = tried(lambda each=layer: type(each.bias_initializer).__name__, "")  # type: ignore[misc]
        bias = tried(lambda each=layer: np.asarray(each.bias), None)  # type: ignore[misc]
        if initial == "Zeros" and bias is not None and bias.dtype.kind == "f":
            if np.any(bias):
                return True
            found = False
    return found
