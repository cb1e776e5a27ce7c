"""What an assignment's file may ask of an autoencoder, part by part, each with a bound or a curve."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

from autograder.config.model_layers import Range
from autograder.config.names import DatasetName, Points
from autograder.config.training import AboutTraining, Positive, Share

_MOST_CLASSES = 100
_MOST_SIGMA = 2.0
_MOST_DB = 60.0

Size = Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
Number = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]
Pairs: TypeAlias = Annotated[tuple[tuple[Number, Share], ...], msgspec.Meta(max_length=20)]
Decibels = Annotated[float, msgspec.Meta(gt=0, le=_MOST_DB)]
ClassNumber = Annotated[int, msgspec.Meta(ge=0, lt=_MOST_CLASSES)]
Part: TypeAlias = Literal[
    "code_size", "symmetry", "reconstruction", "denoising", "sparsity", "contraction", "anomalies"
]
PARTS: tuple[Part, ...] = (
    "code_size",
    "symmetry",
    "reconstruction",
    "denoising",
    "sparsity",
    "contraction",
    "anomalies",
)


class AutoencoderPoints(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Points for each part of what an autoencoder must be and do.

    Attributes:
        code_size: Points for the size of its code.
        symmetry: Points for a decoder that mirrors the encoder.
        reconstruction: Points for how well it gives back hidden samples.
        denoising: Points for how much noise it takes off hidden samples.
        sparsity: Points for the share of its code that is silent.
        contraction: Points for a code that hardly changes with the input.
        anomalies: Points for telling odd samples by their reconstruction error.
    """

    code_size: Points = 0.0
    symmetry: Points = 0.0
    reconstruction: Points = 0.0
    denoising: Points = 0.0
    sparsity: Points = 0.0
    contraction: Points = 0.0
    anomalies: Points = 0.0


class Reconstruction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How well hidden samples are given back: by the mean squared error, black being 0 and white 1.

    Attributes:
        against: ``"pca"``: the error is divided by that of a principal component analysis of the training
            samples whose code is as large.
        factor: With `against`: at most so many times that error.
        most: Without it: an error of at most so much.
        curve: Partial credit: pairs of an error, or a factor, and the share of the points that it earns.
        stand_in: The bound in its place where a stand-in is there for the data set; the curve moves along.
    """

    against: Literal["pca"] | None = None
    factor: Positive | None = None
    most: Positive | None = None
    curve: Pairs = ()
    stand_in: Positive | None = None


class Denoising(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much better hidden samples are than the noisy ones that the model is given.

    Attributes:
        sigma: The noise's standard deviation; black is 0, white 1.
        gain_db: The peak signal-to-noise ratio rises by at least so many decibels.
        curve: Partial credit: pairs of a gain and the share of the points that it earns.
        stand_in: The bound in its place where a stand-in is there for the data set; the curve moves along.
    """

    sigma: Annotated[float, msgspec.Meta(gt=0, le=_MOST_SIGMA)]
    gain_db: Decibels | None = None
    curve: Pairs = ()
    stand_in: Positive | None = None


class Sparsity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of the code is silent.

    Attributes:
        least: The share of the code's numbers that are silent, over hidden samples: at least so much.
        below: What counts as silent: less than this share of what is usual for the code's loudest moments,
            the median of the largest activity of each unit that is ever active.
        curve: Partial credit: pairs of a share of silent numbers and the share of the points that it earns.
        stand_in: The bound in its place where a stand-in is there for the data set; the curve moves along.
    """

    least: Share | None = None
    below: Annotated[float, msgspec.Meta(gt=0, le=0.5)] = 0.01
    curve: Pairs = ()
    stand_in: Positive | None = None


class Contraction(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much the code changes with the input: the mean squared Frobenius norm of its Jacobian, the input
    going from 0 for black to 1 for white.

    Attributes:
        relative: Whether it is divided by the variance of the code over hidden samples, summed over its
            numbers: a code that is only made small gains nothing.
        most: At most so much.
        curve: Partial credit: pairs of such a number and the share of the points that it earns.
        stand_in: The bound in its place where a stand-in is there for the data set; the curve moves along.
    """

    relative: bool = False
    most: Positive | None = None
    curve: Pairs = ()
    stand_in: Positive | None = None


class Anomalies(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How well odd samples are told by their reconstruction error: by the area under the ROC curve.

    Attributes:
        normal: The numbers of the classes that the model is trained on; all others are odd. Everything else
            is then judged on samples of these classes, and the grader trains on them alone.
        foreign: In its place: the data set whose samples are odd, ``"fashion_mnist"`` with ``dataset =
            "mnist"``. They are generated, also where its true files are there.
        auc: At least so much.
        curve: Partial credit: pairs of an area and the share of the points that it earns.
        stand_in: The bound in its place where a stand-in is there for the data set; the curve moves along.
    """

    normal: Annotated[tuple[ClassNumber, ...], msgspec.Meta(max_length=_MOST_CLASSES)] = ()
    foreign: DatasetName | None = None
    auc: Share | None = None
    curve: Pairs = ()
    stand_in: Positive | None = None


class AutoencoderCheckConfig(
    AboutTraining, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag="autoencoder"
):
    """An `autoencoder` check: an autoencoder of the submission, trained on the public part of the
    assignment's data set, its inputs as targets, and judged on hidden samples of it.

    The model is looked for as in a model check, trained as in a training check. A clean process makes it anew
    from its configuration and weights, and says what it gives back and what its code is. Where the loss is
    left out, the grader trains by the binary cross-entropy after a sigmoid, else by the mean squared error.

    Attributes:
        points: What each part is worth. What is asked for without points is said, and costs nothing.
        near: A part that is measured and misses its bound by less than this share of it is tried again with
            two other seeds where the check trains itself, and the best training counts.
        code_size: How many numbers the code has: so many, or between two bounds. The code is what a model in
            it gives that is called encoder, else what the narrowest layer between input and output gives.
        reconstruction: How well it gives back hidden samples.
        denoising: How much noise it takes off. A model that the grader trains is then trained on noisy
            samples, with the clean ones as targets.
        sparsity: How much of its code is silent.
        contraction: How little its code changes with the input.
        anomalies: How well it tells odd samples.
    """

    points: AutoencoderPoints
    near: Share = 0.05
    code_size: Size | Range | None = None
    reconstruction: Reconstruction | None = None
    denoising: Denoising | None = None
    sparsity: Sparsity | None = None
    contraction: Contraction | None = None
    anomalies: Anomalies | None = None


Measured: TypeAlias = Reconstruction | Denoising | Sparsity | Contraction | Anomalies
BOUNDS = {
    Reconstruction: ("factor", "most"),
    Denoising: ("gain_db",),
    Sparsity: ("least",),
    Contraction: ("most",),
    Anomalies: ("auc",),
}


def is_more_better(part: Measured) -> bool:
    """Return whether more of what a part measures is better."""
    return isinstance(part, Denoising | Sparsity | Anomalies)


def bounds_of(part: Measured) -> list[str]:
    """Return the keys that a part's bound is given by."""
    return [key for key in BOUNDS[type(part)] if getattr(part, key) is not None]


def bound_of(part: Measured) -> float:
    """Return what earns all points of a part: its bound, else the end of its curve that does.

    >>> bound_of(Denoising(sigma=0.3, curve=((1.0, 0.0), (4.0, 1.0), (9.0, 1.0))))
    4.0
    """
    if given := bounds_of(part):
        return float(getattr(part, given[0]))
    full = [value for value, share in part.curve if share >= 1]
    return full[0] if is_more_better(part) else full[-1]


def moved(part: Measured, *, is_stand_in: bool) -> tuple[float, Pairs]:
    """Return what earns all points of a part on the data at hand, and the curve that goes with it.

    >>> part = Reconstruction(against="pca", curve=((1.0, 1.0), (2.0, 0.0)), stand_in=3.0)
    >>> moved(part, is_stand_in=True)
    (3.0, ((3.0, 1.0), (6.0, 0.0)))
    """
    bound = bound_of(part)
    if not is_stand_in or part.stand_in is None:
        return bound, part.curve
    if is_more_better(part):
        return part.stand_in, tuple((value + part.stand_in - bound, share) for value, share in part.curve)
    return part.stand_in, tuple((value * part.stand_in / bound, share) for value, share in part.curve)


def asked_parts(check: AutoencoderCheckConfig) -> tuple[Part, ...]:
    """Return the parts that an autoencoder is asked for, in the order of the report."""
    return tuple(
        part
        for part in PARTS
        if (check.points.symmetry > 0 if part == "symmetry" else getattr(check, part) is not None)
    )


def needs_code(check: AutoencoderCheckConfig) -> bool:
    """Return whether the numbers of the code are looked at."""
    return check.sparsity is not None or check.contraction is not None
