"""Which Keras model of a submission is meant, and what its worker says of it.

A model's configuration is JSON text, and the one buffer of its frame. Of its weights only shapes travel.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from autograder.wire.values import Encoded

MAX_CONFIGURATION_BYTES = 1024 * 1024
MAX_LAYERS = 2_000
MAX_WEIGHTS = 20_000  # of all layers
MAX_AXES = 16
MAX_TENSORS = 64
MAX_SAID = 300  # characters of a name or a note
MAX_SAYINGS = 20

Length = Annotated[int, msgspec.Meta(ge=0, le=2**40)]
Axes = list[Length | None]


class AskModel(msgspec.Struct, frozen=True, tag="ask_model"):
    """Find a model of the loaded submission, and say what it is made of.

    Attributes:
        variable: The variable that holds it.
        function: What it is returned by, a function or a class.
        arguments: What that is called with.
        file: The file that it is saved in.
        part: Which is meant where encoder, decoder and the whole stand together.
        input_shape: For which input one is built that is not built yet, without the batch axis.
    """

    id: int
    variable: str = ""
    function: str = ""
    arguments: list[Encoded] = []
    file: str = ""
    part: Literal["", "autoencoder", "encoder", "decoder"] = ""
    input_shape: Axes | None = None


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
        optimizer: The class of its optimiser, where it is compiled.
        loss: The name of its loss.
        notes: What else to know of how it was found.
    """

    id: int
    place: str
    kind: str
    is_built: bool
    layers: list[LayerSeen]
    input_shapes: list[Axes] = []
    output_shapes: list[Axes] = []
    unwritten: str = ""
    optimizer: str = ""
    loss: str = ""
    notes: list[str] = []

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
            _said(self.optimizer),
            _said(self.loss),
            [_said(note) for note in self.notes[:MAX_SAYINGS]],
        )


def _said(text: str) -> str:
    """Return a text in one line, cut, that can be encoded."""
    return " ".join(text[:MAX_SAID].encode("utf-8", "replace").decode("utf-8").split())
