"""What an assignment's file may say of a Keras model: where it is, and what it must be."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from autograder.config.devices import OnDevice
from autograder.config.names import ModelFile, Name, Points, Variable

MOST_LAYERS = 200
_MOST_AXES = 16
Axis = Annotated[int, msgspec.Meta(ge=-1)]
Axes: TypeAlias = Annotated[tuple[Axis, ...], msgspec.Meta(max_length=_MOST_AXES)]
Count = Annotated[int, msgspec.Meta(ge=0)]


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many parameters there may be.

    Attributes:
        least: At least so many.
        most: At most so many.
    """

    least: Count = 0
    most: Count | None = None


class ExpectedLayer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A layer that a model must have at its place.

    Attributes:
        kind: The name of its class in Keras: ``"Conv2D"``.
        parameters: How many numbers it keeps: so many, or between two bounds. Any, where it is left out.
        output_shape: The shape of its output without the batch axis; -1 for an axis of any length. Any,
            where it is left out.
    """

    kind: Variable
    parameters: Count | Range | None = None
    output_shape: Axes | None = None


class ModelPoints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points for each part of what a model must be.

    Attributes:
        input_shape: Points for the shape of its input.
        output_shape: Points for the shape of its output.
        parameters: Points for the number of its parameters.
        layers: Points for its layers, all of them as they must be.
    """

    input_shape: Points = 0.0
    output_shape: Points = 0.0
    parameters: Points = 0.0
    layers: Points = 0.0


class ModelCheckConfig(
    OnDevice, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="model"
):
    """A `model` check: a Keras model of the submission, against what it must be.

    Where neither `variable`, `function` nor `file` is given, the model is looked for: the one that was
    fitted, else the last that was built, else what a function like `build_model` returns, or a class of
    models. Where several fit, a note says which was taken.

    Attributes:
        name: What the reports call the check.
        variable: The variable that holds it.
        function: The function that returns it, or the class that it is made of.
        arguments: What the function is called with, by position.
        file: A file of the submission that it is saved in, ``.keras`` or ``.h5``.
        part: Which is meant where encoder, decoder and the whole stand together, as in
            ``encoder, decoder, autoencoder = autoencoder(784, [128], 32)``. They are told apart by their
            layers, whatever they are called.
        input_shape: The shape of its input without the batch axis; -1 for an axis of any length. A model
            that is not built yet is built for it.
        output_shape: The same of its output.
        parameters: How many parameters it has in all: so many, or between two bounds.
        layers: Its layers in order, without input layers; of a model in it, that model's layers. Layers that
            only apply an activation may stand between them.
        points: Points for each of these.
    """

    name: Name
    points: ModelPoints
    variable: Variable | None = None
    function: Variable | None = None
    arguments: tuple[Any, ...] = ()
    file: ModelFile | None = None
    part: Literal["autoencoder", "encoder", "decoder"] | None = None
    input_shape: Axes | None = None
    output_shape: Axes | None = None
    parameters: Count | Range | None = None
    layers: Annotated[tuple[ExpectedLayer, ...], msgspec.Meta(max_length=MOST_LAYERS)] = ()


PARTS = ("input_shape", "output_shape", "parameters", "layers")
"""What a model can be asked for, each worth points of its own."""


def why_not_meant(check: ModelCheckConfig) -> tuple[str, str] | None:
    """Return a key, and what is expected there, where the structure alone cannot say what is wrong."""
    places = [key for key in ("variable", "function", "file") if getattr(check, key) is not None]
    if len(places) > 1:
        return places[1], f"expected one of variable, function and file; received {' and '.join(places)}"
    if check.arguments and check.function is None:
        return "arguments", "expected a function that they are given to; there is none"
    asked = [part for part in PARTS if getattr(check, part) not in (None, ())]
    if not asked:
        return "points", f"expected one of {', '.join(PARTS)} to be given; received none"
    for part in PARTS:
        if part not in asked and getattr(check.points, part):
            return f"points.{part}", f"expected {part} to be given as well; it is missing"
    ranges = [("parameters", check.parameters)]
    ranges += [(f"layers[{at}].parameters", layer.parameters) for at, layer in enumerate(check.layers)]
    for where, found in ranges:
        if isinstance(found, Range) and found.most is not None and found.most < found.least:
            return f"{where}.most", f"expected at least {found.least}; received {found.most}"
    return None
