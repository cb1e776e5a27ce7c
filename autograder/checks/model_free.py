"""Layers that may stand in a model without being asked for: what prepares inputs, what changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from autograder.checks.model_facts import Facts
from autograder.config.model_layers import kinds_of
from autograder.wire.models import OWN_WEIGHTS

_AUGMENTATION = (
    *("RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast"),
    *("RandomBrightness", "RandomShear", "RandomHue", "RandomSaturation", "RandomInvert", "RandomErasing"),
    *("RandomColorJitter", "RandomPerspective", "RandomGaussianBlur", "RandomSharpness", "AutoContrast"),
    *("RandAugment", "AugMix"),
)
_PREPARATION = frozenset({"Rescaling", "Normalization", *_AUGMENTATION})
_AT_THE_FRONT = (
    _PREPARATION
    | {"Lambda"}
    | {f"ops.{name}" for name in ("Divide", "TrueDivide", "Multiply", "Subtract", "Add", "Cast")}
)
_RESHAPING = ("Reshape", "Flatten", "Permute", "Identity", "ops.ExpandDims", "ops.Reshape", "ops.Squeeze")


def is_preparation(kind: str) -> bool:
    """Return whether a layer only prepares the inputs: what a handout leaves to whoever loads the data."""
    return kind in _PREPARATION


def kinds_between(between: Collection[str]) -> frozenset[str]:
    """Return the kinds that an assignment lets stand between the layers that it asks for."""
    return frozenset(kind for each in between for kind in kinds_of(each))


def are_free(layers: Sequence[Facts], between: Collection[str]) -> list[bool]:
    """Return of each layer whether it may stand there without being asked for.

    Args:
        layers: All layers, in order.
        between: Kinds that an assignment lets stand between others.
    """
    found: list[bool] = []
    ahead: list[bool] = []
    for facts in layers:
        # Whether nothing but preparation comes before it. A layer's inputs are called before it.
        is_first = bool(facts.inputs) and all(
            source < 0 or (source < len(ahead) and ahead[source]) for source in facts.inputs
        )
        keeps = facts.kind in _RESHAPING and _keeps(facts, is_first=is_first)
        ahead.append(is_first and len(facts.inputs) == 1 and (keeps or facts.kind in _AT_THE_FRONT))
        found.append(
            facts.is_activation
            or keeps
            or facts.kind in (OWN_WEIGHTS, "Rescaling", *_AUGMENTATION)
            or facts.kind in between
            or (facts.kind in _AT_THE_FRONT and is_first)
        )
    return found


def _keeps(facts: Facts, *, is_first: bool) -> bool:
    """Return whether a layer leaves the shape as it is; at the front, but for axes of length 1."""
    before, after = facts.input_shape, facts.output_shape
    if before is None or after is None:
        return False
    if before == after:
        return facts.kind != "Permute"
    return (
        is_first
        and facts.kind not in ("Flatten", "Permute")
        and [n for n in before if n != 1] == [n for n in after if n != 1]
    )
