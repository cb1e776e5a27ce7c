"""What a `model` check found out: whether each part is right; the layers beside the expected ones."""

from __future__ import annotations

from typing import Literal

import msgspec


class ModelPart(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a model was asked for.

    Attributes:
        name: ``"input_shape"``, ``"parameters"``, ``"layers"``, ``"fits_loss"`` and so on.
        passed: Whether it is right; None where a person has to say.
        expected: What was expected, in words.
        received: What there is.
    """

    name: str
    passed: bool | None
    score: float
    max_score: float
    expected: str
    received: str


class ModelLayer(msgspec.Struct, frozen=True, kw_only=True):
    """A layer of a model: its name, its class, the shape of its output, how many parameters it keeps.

    Attributes:
        trainable: How many of its parameters training changes.
        settings: Its settings in a few words: ``"32 3×3 same relu"``.
        counted: Whether it was counted from the configuration, is what the weights say, or was counted
            before: it is called again.
    """

    name: str
    kind: str
    output_shape: str
    parameters: int | None
    trainable: int | None = None
    settings: str = ""
    counted: Literal["configuration", "weights", "before", "not"] = "configuration"


class WantedLayer(msgspec.Struct, frozen=True, kw_only=True):
    """A layer that was expected, in words; ``"any"`` where nothing was said."""

    kind: str
    output_shape: str
    parameters: str
    settings: str = ""


class LayerPair(msgspec.Struct, frozen=True, kw_only=True):
    """A layer beside the expected one that it matches best. One of them may be missing.

    Attributes:
        difference: How they differ; empty where they do not, or nothing was expected.
        is_free: Whether their layer may stand there, though nothing was expected.
    """

    theirs: ModelLayer | None
    expected: WantedLayer | None
    difference: str = ""
    is_free: bool = False


class ModelLint(msgspec.Struct, frozen=True, kw_only=True):
    """Something to note of a model.

    Attributes:
        name: As the configuration calls it: ``"double_softmax"``.
        message: What there is, and what to do.
        cost: The points that it costs.
    """

    name: str
    message: str
    cost: float = 0.0


class ModelDetails(msgspec.Struct, frozen=True, kw_only=True, tag="model"):
    """What a `model` check found.

    Attributes:
        place: Where the model was found.
        kind: Its class.
        total: All its parameters, as they were counted; None where they cannot be.
        trainable: Those of them that training changes.
        first_difference: The index of the first pair of layers that differs.
        doubts: Where what was counted and what the weights say do not agree.
        optimizer: What it is compiled with, as its process says.
        loss: The same.
        why: By which change it would be as it must be.
        lints: What to note of it.
    """

    place: str
    kind: str
    parts: tuple[ModelPart, ...]
    layers: tuple[LayerPair, ...]
    total: int | None = None
    trainable: int | None = None
    first_difference: int | None = None
    doubts: tuple[str, ...] = ()
    optimizer: str = ""
    loss: str = ""
    why: tuple[str, ...] = ()
    lints: tuple[ModelLint, ...] = ()
