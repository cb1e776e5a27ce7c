"""What an assignment's file may say of a Keras model: where it is, and what it must be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec

from autograder.config.about_models import AboutModel, why_not_found
from autograder.config.keras_layers import DECISIVE, Activation, Setting
from autograder.config.model_layers import (
    Axes,
    Count,
    ExpectedLayer,
    Pattern,
    Range,
    wrong_kinds,
    wrong_layers,
    wrong_pattern,
    wrong_ranges,
)
from autograder.config.names import LayerKinds, Points, Variable

MOST_LAYERS = 200
_OF_OWN_LAYERS = {
    "capsule_net": "Squash, RoutedCapsules and Length",
    "spatial_transformer_net": "AffineSampling",
}
_MOST_TENSORS = 16


class Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Between which numbers a learning rate may be.

    Attributes:
        least: At least so much.
        most: At most so much.
    """

    least: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    most: Annotated[float, msgspec.Meta(ge=0)] | None = None


class ModelPoints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points for each part of what a model must be.

    Attributes:
        input_shape: Points for the shape of its input, or of its inputs.
        output_shape: Points for the shape of its output, or of its outputs.
        parameters: Points for the number of its parameters.
        trainable: Points for the number of those that training changes.
        layers: Points for its layers: all of them as they must be, or shares, as `credit` says.
        pattern: Points for the pattern of its layers.
        last_activation: Points for the activation of the last layer.
        fits_loss: Points for a last activation and a loss that go together.
        loss: Points for the loss.
        optimizer: Points for the optimiser.
        learning_rate: Points for its learning rate.
        metrics: Points for the metrics.
    """

    input_shape: Points = 0.0
    output_shape: Points = 0.0
    parameters: Points = 0.0
    trainable: Points = 0.0
    layers: Points = 0.0
    pattern: Points = 0.0
    last_activation: Points = 0.0
    fits_loss: Points = 0.0
    loss: Points = 0.0
    optimizer: Points = 0.0
    learning_rate: Points = 0.0
    metrics: Points = 0.0


class ModelLints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is noted of a model that is hardly meant so, and how many points each note costs: none, unless
    it says so.

    Attributes:
        double_softmax: A softmax or a sigmoid in the last layer, and `from_logits=True` in the loss.
        no_softmax: Neither of the two.
        labels_against_loss: One-hot labels with a sparse loss, or class numbers with a categorical one.
        no_rescaling: Inputs as large as 255, and no layer that rescales them.
        dense_before_flatten: A dense layer on an image, which then works on each pixel alone.
        dropout_on_output: A dropout after the last layer that learns.
        useless_bias: A bias before a batch normalisation, which takes it away again.
        training_on_test: The test set among the data to train with.
        validation_on_test: The test set, or what is evaluated later, as the validation data.
        no_bottleneck: An autoencoder whose code is no smaller than its input.
        unbalanced: An encoder and a decoder that do not mirror each other.
    """

    double_softmax: Points = 0.0
    no_softmax: Points = 0.0
    labels_against_loss: Points = 0.0
    no_rescaling: Points = 0.0
    dense_before_flatten: Points = 0.0
    dropout_on_output: Points = 0.0
    useless_bias: Points = 0.0
    training_on_test: Points = 0.0
    validation_on_test: Points = 0.0
    no_bottleneck: Points = 0.0
    unbalanced: Points = 0.0


class ModelCheckConfig(
    AboutModel, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="model"
):
    """A `model` check: a Keras model of the submission, against what it must be.

    Where neither `variable`, `function` nor `file` is given, the model is looked for: the one that was
    fitted, else the last that was built, else what a function like `build_model` returns, or a class of
    models. Where several fit, a note says which was taken.

    Attributes:
        model: One of the toolkit's reference models, which it must be like. Where there are points for
            `input_shape`, `output_shape`, `parameters`, `trainable` or `layers`, and the key itself is left
            out, what is expected is that model's.
        fixed: With `model`: the settings of the layers that the handout fixes. Others are never marked. The
            last layer's activation is never among them: ask for it by `last_activation` or `fits_loss`.
        input_shape: The shape of its input without the batch axis; -1 for an axis of any length. A model
            that is not built yet is built for it.
        input_shapes: In its place, where there are several inputs: their shapes, in any order.
        output_shape: The same of its output.
        output_shapes: The same of several outputs.
        parameters: How many parameters it has in all: so many, or between two bounds.
        trainable: How many of them training changes.
        layers: Its layers in order, without input layers; of a model in it, that model's layers.
        pattern: The order of its layers with wildcards, from the first to the last: kinds, ``"..."`` for any
            layers, tables that say more. See `between`.
        between: Kinds of layers that may stand anywhere between those of `layers`, `model` or `pattern`, as
            ``["Dropout", "BatchNormalization"]``. Activations, rescaling and augmentation always may.
        credit: Whether the points for layers are for all of them, or for the share that fits.
        last_activation: The activation of its last layer, or several that will do; ``"linear"`` for logits.
        fits_loss: Whether the activation of its last layer has to fit the loss that it is compiled with: a
            softmax, or logits and `from_logits=True`.
        loss: Names of losses that will do.
        optimizer: Names of optimisers that will do.
        learning_rate: The optimiser's learning rate: so much, or between two bounds.
        metrics: Names of metrics that it must be compiled with.
        lints: What each note costs.
        points: Points for each of these.
    """

    points: ModelPoints
    model: str | None = None
    fixed: tuple[Setting, ...] = DECISIVE
    input_shape: Axes | None = None
    input_shapes: Annotated[tuple[Axes, ...], msgspec.Meta(max_length=_MOST_TENSORS)] = ()
    output_shape: Axes | None = None
    output_shapes: Annotated[tuple[Axes, ...], msgspec.Meta(max_length=_MOST_TENSORS)] = ()
    parameters: Count | Range | None = None
    trainable: Count | Range | None = None
    layers: Annotated[tuple[ExpectedLayer, ...], msgspec.Meta(max_length=MOST_LAYERS)] = ()
    pattern: Pattern = ()
    between: tuple[LayerKinds, ...] = ()
    credit: Literal["all", "share"] = "all"
    last_activation: Activation | tuple[Activation, ...] | None = None
    fits_loss: bool = False
    loss: tuple[Variable, ...] = ()
    optimizer: tuple[Variable, ...] = ()
    learning_rate: Annotated[float, msgspec.Meta(ge=0)] | Span | None = None
    metrics: tuple[Variable, ...] = ()
    lints: ModelLints = ModelLints()


PARTS = ModelPoints.__struct_fields__
"""What a model can be asked for, each worth points of its own."""

_OF_A_MODEL = ("input_shape", "output_shape", "parameters", "trainable", "layers")


def asked_parts(check: ModelCheckConfig) -> tuple[str, ...]:
    """Return what a model is asked for: what is given, and what there are points for by the named model."""
    return tuple(part for part in PARTS if _is_given(check, part) or is_of_model(check, part))


def is_of_model(check: ModelCheckConfig, part: str) -> bool:
    """Return whether what is expected of a part is that of the model that is named."""
    has_points = bool(getattr(check.points, part))
    return check.model is not None and part in _OF_A_MODEL and has_points and not _is_given(check, part)


def _is_given(check: ModelCheckConfig, part: str) -> bool:
    several = getattr(check, f"{part}s", ()) if part in ("input_shape", "output_shape") else ()
    return getattr(check, part) not in (None, (), False) or bool(several)


def why_not_meant(check: ModelCheckConfig) -> tuple[str, str] | None:
    """Return a key, and what is expected there, where the structure alone cannot say what is wrong."""
    return next(_wrong(check), None)


def _wrong(check: ModelCheckConfig) -> Iterator[tuple[str, str]]:
    if (wrong := why_not_found(check)) is not None:
        yield wrong
    yield from _wrong_model(check)
    for key in ("input_shape", "output_shape"):
        if getattr(check, key) is not None and getattr(check, f"{key}s"):
            yield f"{key}s", f"expected {key} or {key}s; received both"
    asked = asked_parts(check)
    if not asked:
        yield "points", f"expected one of {', '.join(PARTS)} to be given; received none"
    for part in PARTS:
        if part not in asked and getattr(check.points, part):
            yield f"points.{part}", f"expected {part} to be given as well; it is missing"
    has_layers = bool({"layers", "pattern"} & set(asked))
    for key, is_given in (("between", bool(check.between)), ("credit", check.credit != "all")):
        if is_given and not has_layers:
            yield key, "expected layers or a pattern as well; there is neither"
    yield from wrong_ranges([("parameters", check.parameters), ("trainable", check.trainable)])
    rate = check.learning_rate
    if isinstance(rate, Span) and rate.most is not None and rate.most < rate.least:
        yield "learning_rate.most", f"expected at least {rate.least:g}; received {rate.most:g}"
    yield from wrong_kinds("between", check.between)
    yield from wrong_layers("layers", check.layers)
    yield from wrong_pattern("pattern", check.pattern)


def _wrong_model(check: ModelCheckConfig) -> Iterator[tuple[str, str]]:
    if check.model is None:
        if check.fixed != DECISIVE:
            yield "fixed", "expected a model whose settings these are; there is none"
        return
    known = reference_models()
    if check.model not in known:
        yield "model", f'expected one of {", ".join(known)}; received "{check.model}"'
    if check.layers:
        yield "layers", "expected model or layers; received both"
    if check.model in _OF_OWN_LAYERS and check.points.layers:
        yield (
            "points.layers",
            (
                f"expected points for input_shape, output_shape, parameters or trainable with {check.model}: "
                f"its {_OF_OWN_LAYERS[check.model]} are classes of its own, and students' layers need not be "
                "made or called so; ask for what must be there with pattern"
            ),
        )


def reference_models() -> tuple[str, ...]:
    """Return the toolkit's reference models."""
    from reference.models import NAMES  # noqa: PLC0415 - only where one is named: students' kits need none

    return NAMES


def has_own_layers(name: str) -> bool:
    """Return whether layers of a reference model are of its own classes: `layers` would ask too much."""
    return name in _OF_OWN_LAYERS
