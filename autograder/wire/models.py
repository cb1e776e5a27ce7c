"""Which Keras model of a submission is meant, and what its worker says of it.

A model's configuration is JSON text, and the one buffer of its frame. Of its weights only shapes travel.
"""

from __future__ import annotations

import math
from typing import Annotated, Literal, TypeAlias

import msgspec

from autograder.wire.values import Encoded

MAX_CONFIGURATION_BYTES = 1024 * 1024
MAX_LAYERS = 2_000
MAX_WEIGHTS = 20_000  # of all layers
MAX_AXES = 16
MAX_TENSORS = 64
MAX_SAID = 300  # characters of a name or a note
MAX_SAYINGS = 20
MAX_FITS = 16
OWN_WEIGHTS = "weights of its own"
"""What stands in the place of a class for weights that are in none of a model's layers."""
LOOKED_AT = 1_000  # examples

Length = Annotated[int, msgspec.Meta(ge=0, le=2**40)]
Axes = list[Length | None]


class AskModel(msgspec.Struct, frozen=True, tag="ask_model"):
    """Find a model of the loaded submission, and say what it is made of.

    Attributes:
        variable: The variable that holds it.
        function: What it is returned by, a function or a class.
        arguments: What that is called with, by position.
        named: The same, by name.
        file: The file that it is saved in.
        part: Which is meant where encoder, decoder and the whole stand together.
        input_shapes: For which inputs one is built that is not built yet, without the batch axis.
    """

    id: int
    variable: str = ""
    function: str = ""
    arguments: list[Encoded] = []
    file: str = ""
    part: Literal["", "autoencoder", "encoder", "decoder"] = ""
    input_shapes: list[Axes] = []
    named: list[tuple[str, Encoded]] = []


class WeightSeen(msgspec.Struct, frozen=True, array_like=True):
    """A weight: its number, the same wherever it is used, its shape, whether training changes it."""

    number: Length
    shape: list[Length]
    is_trainable: bool


class LayerSeen(msgspec.Struct, frozen=True, array_like=True):
    """One layer: its name, in a model in the model ``outer/inner``, its class, its weights."""

    name: str
    kind: str
    weights: list[WeightSeen]


class DataSeen(msgspec.Struct, frozen=True, array_like=True):
    """An array, or what else `fit` was given, as far as it was looked at.

    Attributes:
        kind: The name of its type: ``"ndarray"``, ``"EagerTensor"``, ``"BatchDataset"``.
        shape: Its shape with the axis of examples; of a stream of batches, a batch's shape.
        dtype: The type of its numbers: ``"uint8"``.
        least: The smallest number of up to `LOOKED_AT` examples spread over it; None where none was looked
            at, as of a stream, or where it is not finite.
        most: The largest of them.
    """

    kind: str
    shape: Axes = []
    dtype: str = ""
    least: float | None = None
    most: float | None = None


LabelForm: TypeAlias = Literal["", "integers", "one_hot", "as_x", "numbers"]
"""What a target is: class numbers (n,) or (n, 1); one 1 in each row of (n, k); x itself; other numbers."""


class FitSeen(msgspec.Struct, frozen=True):
    """One call of `fit`, as the worker saw it. For notes, not for points: a worker may say what it likes.

    Attributes:
        of_this_model: Whether it is the found model that was fitted; else it was another one.
        x: The inputs, one for each input of the model.
        y: The targets.
        labels: The form of each target; empty where it was not looked at.
        epochs_asked: How many epochs the call asks for.
        epochs_run: How many were run; None where `fit` did not return.
        batch_size: As it was given; None where Keras chose.
        steps_per_epoch: As it was given.
        validation: Whether it was a share of the training data, or data of its own.
        validation_split: That share.
        validation_x: The inputs of the data of its own.
        validation_is: Which data that were: the training data, the test set of a data set that was loaded
            through `keras.datasets`, or what `evaluate` was called with.
        has_test_set: Whether the training data are such a test set, or begin or end with it.
    """

    of_this_model: bool
    x: list[DataSeen] = []
    y: list[DataSeen] = []
    labels: list[LabelForm] = []
    epochs_asked: Length = 1
    epochs_run: Length | None = None
    batch_size: Length | None = None
    steps_per_epoch: Length | None = None
    validation: Literal["", "split", "data"] = ""
    validation_split: float = 0.0
    validation_x: list[DataSeen] = []
    validation_is: Literal["", "training", "test", "evaluated"] = ""
    has_test_set: bool = False

    def cut(self) -> FitSeen:
        """Return the same, no longer than it may be."""
        share = self.validation_split
        return msgspec.structs.replace(
            self,
            x=_data(self.x),
            y=_data(self.y),
            labels=self.labels[:MAX_TENSORS],
            validation_split=share if 0 <= share <= 1 else 0.0,
            validation_x=_data(self.validation_x),
        )


class LossSeen(msgspec.Struct, frozen=True, array_like=True):
    """A loss that a model is compiled with.

    Attributes:
        name: As it was given where that is a text, ``"mse"``; else the name of its class or function.
        is_keras_own: Whether it is one of Keras' own.
        from_logits: Whether it takes logits; None where it does not tell.
        output: The name or the number of the output that it is for; empty for all.
    """

    name: str
    is_keras_own: bool
    from_logits: bool | None = None
    output: str = ""


class CompiledSeen(msgspec.Struct, frozen=True):
    """What a model is compiled with.

    Attributes:
        of_this_model: Whether the found model is compiled; else it was another one with the same layers.
        optimizer: The class of its optimiser.
        learning_rate: Of it; None where it is no number, as of a schedule.
        losses: Its losses.
        metrics: The names of its metrics.
    """

    of_this_model: bool
    optimizer: str = ""
    learning_rate: float | None = None
    losses: list[LossSeen] = []
    metrics: list[str] = []

    def cut(self) -> CompiledSeen:
        """Return the same, no longer than it may be."""
        return CompiledSeen(
            self.of_this_model,
            _said(self.optimizer),
            _finite(self.learning_rate),
            [
                LossSeen(_said(each.name), each.is_keras_own, each.from_logits, _said(each.output))
                for each in self.losses[:MAX_TENSORS]
            ],
            [_said(each) for each in self.metrics[:MAX_TENSORS]],
        )


class ModelSeen(msgspec.Struct, frozen=True, tag="model_seen"):
    """A model, as its worker tells it. Nothing of it is to be believed without counting.

    Attributes:
        place: Where it was found.
        kind: Its class.
        is_built: Whether it has its weights.
        layers: Its layers.
        input_shapes: As Keras has them, with the batch axis; none where it has none.
        output_shapes: The same of its outputs.
        unwritten: Why there is no configuration, where there is none.
        compiled: What it is compiled with, where it is.
        notes: What else to know of how it was found.
        fits: The calls of `fit`, in order, the last `MAX_FITS` of them: of this model, else of others.
    """

    id: int
    place: str
    kind: str
    is_built: bool
    layers: list[LayerSeen]
    input_shapes: list[Axes] = []
    output_shapes: list[Axes] = []
    unwritten: str = ""
    compiled: CompiledSeen | None = None
    notes: list[str] = []
    fits: list[FitSeen] = []

    def cut(self) -> ModelSeen:
        """Return the same, no longer than it may be. Both ends cut: a worker may send what it likes."""
        room = MAX_WEIGHTS
        layers = []
        for layer in self.layers[:MAX_LAYERS]:
            weights = [
                WeightSeen(weight.number, weight.shape[:MAX_AXES], weight.is_trainable)
                for weight in layer.weights[:room]
            ]
            room -= len(weights)
            layers.append(LayerSeen(_said(layer.name), _said(layer.kind), weights))
        return ModelSeen(
            self.id,
            _said(self.place),
            _said(self.kind),
            self.is_built,
            layers,
            [shape[:MAX_AXES] for shape in self.input_shapes[:MAX_TENSORS]],
            [shape[:MAX_AXES] for shape in self.output_shapes[:MAX_TENSORS]],
            _said(self.unwritten),
            None if self.compiled is None else self.compiled.cut(),
            [_said(note) for note in self.notes[:MAX_SAYINGS]],
            [each.cut() for each in self.fits[-MAX_FITS:]],
        )


def _said(text: str) -> str:
    """Return a text in one line, cut, that can be encoded."""
    return " ".join(text[:MAX_SAID].encode("utf-8", "replace").decode("utf-8").split())


def _data(seen: list[DataSeen]) -> list[DataSeen]:
    return [
        msgspec.structs.replace(
            each,
            kind=_said(each.kind),
            shape=each.shape[:MAX_AXES],
            dtype=_said(each.dtype),
            least=_finite(each.least),
            most=_finite(each.most),
        )
        for each in seen[:MAX_TENSORS]
    ]


def _finite(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None
