"""An autoencoder: how it learnt, and part by part what it was asked for, as text."""

from __future__ import annotations

import msgspec

from autograder.reports.text import points
from autograder.reports.training_view import BY, curve_text
from autograder.results import AutoencoderDetails, AutoencoderPart, EpochResult

_MARKS = {True: "✓", False: "✗", None: "?"}


class AutoencoderFeedback(msgspec.Struct, frozen=True, kw_only=True):
    """What of an autoencoder its student may know: rounded numbers, and nothing of single hidden images.

    Attributes:
        by: Who trained it.
        data: What it was trained and judged on.
        samples: How many hidden samples it was to give back.
        code_size: How many numbers its code has; None where that is not known.
        error: The mean squared error on hidden samples.
        error_of_pca: The same of a principal component analysis of that code size.
        error_of_mean: The same of whoever gives back the mean image.
        noisy_db: The peak signal-to-noise ratio of noisy hidden samples.
        denoised_db: The same of what the model makes of them.
        epochs_asked: How many epochs were asked for.
        epochs_run: How many were run.
        seconds: How long that took.
        parts: What it was asked for, part by part.
        curve: What each epoch came to, on public data.
    """

    by: str
    data: str
    samples: int
    code_size: int | None
    error: float | None
    error_of_pca: float | None
    error_of_mean: float | None
    noisy_db: float | None
    denoised_db: float | None
    epochs_asked: int
    epochs_run: int
    seconds: float
    parts: tuple[AutoencoderPart, ...] = ()
    curve: tuple[EpochResult, ...] = ()


def autoencoder_feedback(details: AutoencoderDetails) -> AutoencoderFeedback:
    """Return what a student may know."""
    return AutoencoderFeedback(
        by=details.run.by,
        data=details.data,
        samples=details.samples,
        code_size=details.code_size,
        error=details.error,
        error_of_pca=details.error_of_pca,
        error_of_mean=details.error_of_mean,
        noisy_db=details.noisy_db,
        denoised_db=details.denoised_db,
        epochs_asked=details.run.epochs_asked,
        epochs_run=details.run.epochs_run,
        seconds=details.run.seconds,
        parts=tuple(msgspec.structs.replace(part, exact=None) for part in details.parts),
        curve=details.curve,
    )


def autoencoder_text(found: AutoencoderFeedback) -> str:
    """Return each part with its points, what the numbers are beside, and how the model learnt."""
    lines = [_part(part) for part in found.parts]
    if found.error is not None:
        pca = "" if found.error_of_pca is None else f", PCA's with a code as large {found.error_of_pca:.4f}"
        mean = "" if found.error_of_mean is None else f", the mean image's {found.error_of_mean:.4f}"
        lines.append(f"mean squared error on {found.samples:,} hidden samples {found.error:.4f}{pca}{mean}")
    if found.noisy_db is not None and found.denoised_db is not None:
        lines.append(
            f"noisy samples {found.noisy_db:.1f} dB, what it makes of them {found.denoised_db:.1f} dB"
        )
    trained = f"{BY[found.by]}, on {found.data}"
    if found.epochs_run:
        trained += f": {found.epochs_run} of {found.epochs_asked} epochs, {found.seconds:.3g} s"
    return "\n".join([*lines, trained, *curve_text(found.curve)])


def staff_autoencoder_text(details: AutoencoderDetails) -> str:
    """Return the same with all that staff may know: exact numbers, what a person has to decide."""
    lines = [autoencoder_text(autoencoder_feedback(details))]
    widths = "-".join(map(str, details.widths))
    if widths:
        lines.append(f"layers that learn: {widths}; the code in {details.code_layer or 'none'}")
    who = "a clean process" if details.refereed else "its own process"
    if details.output_range:
        lines.append(
            f"given back by {who}, taken as {details.output_range}; inputs prepared as {details.prepared}"
        )
    exact = [f"{part.name} {part.exact:.6g}" for part in details.parts if part.exact is not None]
    if exact:
        lines.append(f"exactly: {', '.join(exact)}")
    if details.proposed is not None:
        lines.append(f"what is known would earn {details.proposed:g} points")
    return "\n".join([*lines, f"data {details.data_digest[:19]}…"])


def _part(part: AutoencoderPart) -> str:
    name = part.name.replace("_", " ")
    said = part.received if part.passed else f"expected {part.expected}; received {part.received}"
    score = "?" if part.score is None else points(part.score)
    return f"{_MARKS[part.passed]} {name}: {said}  {score} of {points(part.max_score)}"
