"""What an assignment's file may ask of an autoencoder, part by part, each with a bound or a curve."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import structs

from autograder.config.about_models import why_not_found
from autograder.config.model_layers import Range
from autograder.config.names import DatasetName, Points
from autograder.config.training import AboutTraining, Positive, Share, why_not_trainable

_MOST_CLASSES = 100
_MOST_SIGMA = 2.0
_MOST_DB = 60.0
_IMAGES = ("mnist", "fashion_mnist", "cifar10", "everyday", "photographs")
_DRAWN = ("fashion_mnist", "cifar10", "everyday", "photographs")

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
        foreign: In its place: the data set whose generated samples are odd, of the same shape.
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
    code_size: Size | Range | None = None
    reconstruction: Reconstruction | None = None
    denoising: Denoising | None = None
    sparsity: Sparsity | None = None
    contraction: Contraction | None = None
    anomalies: Anomalies | None = None


Measured: TypeAlias = Reconstruction | Denoising | Sparsity | Contraction | Anomalies
_BOUNDS = {
    Reconstruction: ("factor", "most"),
    Denoising: ("gain_db",),
    Sparsity: ("least",),
    Contraction: ("most",),
    Anomalies: ("auc",),
}


def is_more_better(part: Measured) -> bool:
    """Return whether more of what a part measures is better."""
    return isinstance(part, Denoising | Sparsity | Anomalies)


def bound_of(part: Measured) -> float:
    """Return what earns all points of a part: its bound, else the end of its curve that does.

    >>> bound_of(Denoising(sigma=0.3, curve=((1.0, 0.0), (4.0, 1.0), (9.0, 1.0))))
    4.0
    """
    given = _given(part)
    if given:
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


def why_not_coded(check: AutoencoderCheckConfig, dataset: str | None) -> tuple[str, str] | None:
    """Return a key, and what is expected there, where the structure alone cannot say what is wrong.

    Args:
        check: The check.
        dataset: The assignment's data set; None where there is none.
    """
    if (wrong := why_not_found(check)) is not None:
        return wrong
    if dataset not in _IMAGES:
        return "kind", f"expected dataset = one of {', '.join(_IMAGES)} at the top of the file"
    asked = asked_parts(check)
    if not asked:
        return "points", f"expected one at least of {', '.join(PARTS)}"
    for part, points in structs.asdict(check.points).items():
        if points and part not in asked:
            return f"points.{part}", f"expected {part} beside it, which says what is asked for"
    for part in asked:
        told = getattr(check, part)
        if isinstance(told, Range) and told.most is not None and told.most < told.least:
            return part, f"expected least ≤ most; received {told.least} and {told.most}"
        if isinstance(told, Measured) and (odd := _why_not_bounded(told)):
            return part, odd
    if check.reconstruction is not None and (odd := _why_not_compared(check.reconstruction)):
        return "reconstruction", odd
    if check.anomalies is not None and (odd := _why_not_odd(check.anomalies, dataset)):
        return "anomalies", odd
    return why_not_trainable(check)


def _given(part: Measured) -> list[str]:
    return [key for key in _BOUNDS[type(part)] if getattr(part, key) is not None]


def _why_not_bounded(part: Measured) -> str:
    given, curve = _given(part), part.curve
    if not given and not curve:
        return f"expected {' or '.join(_BOUNDS[type(part)])}, or a curve; all are missing"
    if not curve:
        return ""
    if any(after[0] <= before[0] for before, after in pairwise(curve)):
        return "expected a curve whose first numbers ascend"
    shares = [share for _, share in curve]
    if shares != sorted(shares, reverse=not is_more_better(part)):
        return (
            f"expected a curve whose shares {'do not descend' if is_more_better(part) else 'do not ascend'}"
        )
    if max(shares) != 1:
        return f"expected the share 1 in its curve; received {max(shares):g} at most"
    full = [value for value, share in curve if share >= 1]
    at = full[0] if is_more_better(part) else full[-1]
    if given and getattr(part, given[0]) != at:
        return (
            f"expected the share 1 up to {given[0]}, {getattr(part, given[0]):g}; the curve has it at {at:g}"
        )
    return ""


def _why_not_compared(part: Reconstruction) -> str:
    if part.against is None and part.factor is not None:
        return 'expected against = "pca" with factor'
    if part.against is not None and part.most is not None:
        return "expected factor with against, not most"
    return ""


def _why_not_odd(part: Anomalies, dataset: str) -> str:
    if bool(part.normal) == (part.foreign is not None):
        return "expected either normal or foreign; received both or neither"
    if len(set(part.normal)) != len(part.normal):
        return "expected classes that differ in normal"
    if part.foreign is not None and (part.foreign == dataset or part.foreign not in _DRAWN):
        others = [name for name in _DRAWN if name != dataset]
        return f"expected foreign to be one of {', '.join(others)}; received {part.foreign}"
    return ""
