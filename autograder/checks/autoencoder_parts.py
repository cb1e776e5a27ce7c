"""Each part that an autoencoder is asked for, judged by what was measured, rounded as students are told."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.checks.autoencoder_measures import Measures
from autograder.checks.code_layer import Build
from autograder.config import Range
from autograder.config.autoencoders import (
    AutoencoderCheckConfig,
    Measured,
    Pairs,
    Part,
    asked_parts,
    is_more_better,
    moved,
)
from autograder.results.counting import counted

_NEARLY = 1e-9
_MOST_WIDTHS = 20
_OF_CODE = ("sparsity", "contraction")
MEASURED: tuple[Part, ...] = ("reconstruction", "denoising", "sparsity", "contraction", "anomalies")


@dataclass(frozen=True)
class Verdict:
    """One part, judged.

    Attributes:
        name: The part.
        share: The share of its points that it earns; None where a person has to say.
        expected: What was expected, in words.
        received: What there is.
        exact: The number that was judged, before it was rounded.
    """

    name: Part
    share: float | None
    expected: str
    received: str
    exact: float | None = None


def verdicts(
    check: AutoencoderCheckConfig, build: Build, measures: Measures, *, is_stand_in: bool
) -> tuple[Verdict, ...]:
    """Return what is said of each part that is asked for.

    Args:
        check: What is asked.
        build: How the model is built.
        measures: What it comes to.
        is_stand_in: Whether a stand-in is there for the data set.
    """
    judge = _Parts(check, build, measures, is_stand_in)
    return tuple(judge.of(part) for part in asked_parts(check))


def verdicts_of_build(check: AutoencoderCheckConfig, build: Build) -> tuple[Verdict, ...]:
    """Return the same of the parts that no data are needed for."""
    judge = _Parts(check, build, Measures(), False)
    return tuple(judge.of(part) for part in asked_parts(check) if part not in MEASURED)


def is_near(check: AutoencoderCheckConfig, verdict: Verdict, *, is_stand_in: bool) -> bool:
    """Return whether a part that was measured misses its bound by less than `near` of it, if at all."""
    bound, _ = _bound(check, verdict.name, is_stand_in=is_stand_in)
    if verdict.exact is None or verdict.share is None:
        return False
    return abs(verdict.exact - bound) <= check.near * abs(bound) + _NEARLY


def asked_in_words(check: AutoencoderCheckConfig) -> Iterator[tuple[Part, str]]:
    """Yield each part that is asked for, and what is expected there, in words."""
    for part in asked_parts(check):
        yield part, _expected(check, part, _bound(check, part, is_stand_in=False)[0])


def credit(value: float, bound: float, curve: Pairs, *, more: bool) -> float:
    """Return the share of points that a number earns.

    >>> credit(1.5, 1.0, ((1.0, 1.0), (2.0, 0.0)), more=False), credit(3.9, 4.0, (), more=True)
    (0.5, 0.0)
    """
    if curve:
        return float(np.interp(value, [x for x, _ in curve], [y for _, y in curve]))
    return float(value >= bound - _NEARLY if more else value <= bound + _NEARLY)


@dataclass(frozen=True)
class _Parts:
    check: AutoencoderCheckConfig
    build: Build
    measures: Measures
    is_stand_in: bool

    def of(self, part: Part) -> Verdict:
        bound, curve = _bound(self.check, part, is_stand_in=self.is_stand_in)
        expected = _expected(self.check, part, bound)
        if part == "code_size":
            return self._of_code_size(expected)
        if part == "symmetry":
            return self._of_symmetry(expected)
        told: Measured = getattr(self.check, part)
        number, received = self._measured(part)
        if (why := self._why_not(part)) is not None:
            return Verdict(part, why[0], expected, why[1], number)
        if number is None:
            return Verdict(part, None, expected, "not known")
        share = credit(self._rounded(part, number), bound, curve, more=is_more_better(told))
        return Verdict(part, share, expected, received, number)

    def _why_not(self, part: Part) -> tuple[float | None, str] | None:
        """Return what a part earns that is not judged by its number, and why; None where it is."""
        measures, build = self.measures, self.build
        if measures.problem:
            return (None if measures.doubts else 0.0), measures.problem
        needs_code = part in _OF_CODE or (
            part == "reconstruction"
            and self.check.reconstruction is not None
            and self.check.reconstruction.against is not None
        )
        if needs_code and build.unknown:
            return None, build.unknown
        if needs_code and build.code_size is None:
            return 0.0, "it has no layer between its first and its last"
        if needs_code and build.bypass:
            return 0.0, f"what goes in gets past the code, by {build.bypass}"
        if part == "reconstruction" and needs_code and (build.code_size or 0) >= build.size:
            return 0.0, f"a code of {build.code_size:,}, no smaller than the input, {build.size:,}: a copy"
        if part in (*_OF_CODE, "anomalies") and not measures.is_alive:
            return 0.0, "it gives back no more than the mean image, so that its code says nothing"
        return None

    def _of_code_size(self, expected: str) -> Verdict:
        build, wanted = self.build, self.check.code_size
        if build.unknown:
            return Verdict("code_size", None, expected, build.unknown)
        if build.code_size is None:
            return Verdict("code_size", 0.0, expected, "it has no layer between its first and its last")
        received = f"{build.code_size:,}, in {build.layer}"
        if build.bypass:
            return Verdict("code_size", 0.0, expected, f"{received}; but {build.bypass} gets past the code")
        if build.code_size >= build.size:
            received += f", no smaller than the input, {build.size:,}: it can learn to copy"
        if isinstance(wanted, Range):
            fits = wanted.least <= build.code_size and (wanted.most is None or build.code_size <= wanted.most)
        else:
            fits = build.code_size == wanted
        return Verdict("code_size", float(fits), expected, received)

    def _of_symmetry(self, expected: str) -> Verdict:
        build = self.build
        if build.unknown or build.is_symmetric is None:
            return Verdict("symmetry", None, expected, build.unknown or "not known")
        widths = [f"{width:,}" for width in build.widths[:_MOST_WIDTHS]]
        more = "-…" if len(build.widths) > _MOST_WIDTHS else ""
        received = f"layers of {'-'.join(widths)}{more}, the code in {build.layer or 'none of them'}"
        return Verdict("symmetry", float(build.is_symmetric), expected, received)

    def _measured(self, part: Part) -> tuple[float | None, str]:
        """Return the number that a part is judged by, and in words what there is."""
        seen = self.measures
        if part == "reconstruction" and seen.error is not None:
            return self._reconstruction(seen.error)
        if part == "denoising" and seen.noisy_db is not None and seen.denoised_db is not None:
            gain = seen.denoised_db - seen.noisy_db
            said = f"{seen.noisy_db:.1f} dB before, {seen.denoised_db:.1f} dB after: {gain:+.1f} dB"
            return gain, said
        if part == "sparsity" and seen.silent is not None:
            return seen.silent, f"{100 * seen.silent:.0f} % of the code is silent"
        if part == "contraction" and seen.contraction is not None and seen.spread is not None:
            asked = self.check.contraction
            relative = asked is not None and asked.relative
            number = seen.contraction
            if relative:  # a code that never changes is not judged by this: it is dead
                number = number / seen.spread if seen.spread else math.inf
            return number, f"{number:.3g}{' times its variance' if relative else ''}"
        if part == "anomalies" and seen.auc is not None:
            return seen.auc, f"an area of {seen.auc:.2f}"
        return None, ""

    def _rounded(self, part: Part, number: float) -> float:
        """Return a number as it is said to its student: a grade tells no more."""
        if part == "contraction":
            return float(f"{number:.3g}")
        if part == "denoising":
            return round(number, 1)
        asked = self.check.reconstruction
        is_error = part == "reconstruction" and (asked is None or asked.against is None)
        return round(number, 4 if is_error else 2)

    def _reconstruction(self, error: float) -> tuple[float | None, str]:
        asked, pca = self.check.reconstruction, self.measures.error_of_pca
        if asked is None or asked.against is None:
            beside = f"; PCA's with a code as large is {pca:.4f}" if pca is not None else ""
            return error, f"an error of {error:.4f}{beside}"
        if pca is None:
            return None, ""
        factor = error / max(pca, 1e-12)
        return factor, f"an error of {error:.4f}, {factor:.2f} times PCA's, {pca:.4f}"


def _bound(check: AutoencoderCheckConfig, part: Part, *, is_stand_in: bool) -> tuple[float, Pairs]:
    told = getattr(check, part, None)
    return moved(told, is_stand_in=is_stand_in) if isinstance(told, Measured) else (0.0, ())


def _expected(check: AutoencoderCheckConfig, part: Part, bound: float) -> str:
    match part:
        case "code_size":
            return f"a code of {_count(check.code_size)}"
        case "symmetry":
            return "a decoder that mirrors the encoder"
        case "reconstruction":
            is_compared = check.reconstruction is not None and check.reconstruction.against is not None
            most = f"{bound:g} times PCA's with a code as large" if is_compared else f"{bound:g}"
            return f"a mean squared error of at most {most}"
        case "denoising":
            sigma = 0.0 if check.denoising is None else check.denoising.sigma
            return f"at least {bound:g} dB less noise, of noise of {sigma:g}"
        case "sparsity":
            return f"at least {100 * bound:.4g} % of the code silent"
        case "contraction":
            relative = check.contraction is not None and check.contraction.relative
            of = " times its variance" if relative else ""
            return f"a code whose squared slopes by the pixels sum to at most {bound:g}{of}"
        case "anomalies":
            return f"odd samples told with an area under the ROC curve of at least {bound:g}"


def _count(wanted: int | Range | None) -> str:
    if isinstance(wanted, Range):
        return f"{wanted.least:,} numbers or more" if wanted.most is None else _between(wanted)
    return counted(wanted or 0, "number")


def _between(wanted: Range) -> str:
    return f"{wanted.least:,} to {wanted.most or 0:,} numbers"


def failed(found: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Return the parts that do not earn all their points."""
    return tuple(each for each in found if each.share is None or each.share < 1)
