"""What of an autoencoder check its structure alone does not refuse: bounds that are missing, odd curves."""

from __future__ import annotations

from itertools import pairwise

from msgspec import structs

from autograder.config.about_models import why_not_found
from autograder.config.autoencoders import (
    BOUNDS,
    PARTS,
    Anomalies,
    AutoencoderCheckConfig,
    Measured,
    Reconstruction,
    asked_parts,
    bounds_of,
    is_more_better,
)
from autograder.config.model_layers import Range
from autograder.config.training import why_not_trainable

_FOREIGN = {"mnist": ("fashion_mnist",)}  # drawn, and of the same shape
_IMAGES = ("mnist", "fashion_mnist", "cifar10", "everyday", "photographs")


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
        told = getattr(check, part, None)
        if isinstance(told, Range) and told.most is not None and told.most < told.least:
            return part, f"expected least ≤ most; received {told.least} and {told.most}"
        if isinstance(told, Measured) and (odd := _why_not_bounded(told)):
            return part, odd
    if check.reconstruction is not None and (odd := _why_not_compared(check.reconstruction)):
        return "reconstruction", odd
    if check.anomalies is not None and (odd := _why_not_odd(check.anomalies, dataset)):
        return "anomalies", odd
    return why_not_trainable(check)


def _why_not_bounded(part: Measured) -> str:
    given, curve = bounds_of(part), part.curve
    if not given and not curve:
        return f"expected {' or '.join(BOUNDS[type(part)])}, or a curve; all are missing"
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
        asked = getattr(part, given[0])
        return f"expected a curve with the share 1 at {given[0]}, {asked:g}; it reaches that at {at:g}"
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
    others = _FOREIGN.get(dataset, ())
    if part.foreign is not None and part.foreign not in others:
        said = " or ".join(others) or "no foreign set, since none is like this one, but normal classes"
        return f"expected {said} with {dataset}; received foreign = {part.foreign}"
    return ""
