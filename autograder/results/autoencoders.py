"""What an `autoencoder` check found out: how it is built, and what it gives back of hidden images."""

from __future__ import annotations

import msgspec

from autograder.results.training import EpochResult, TrainingRun


class AutoencoderPart(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an autoencoder was asked for.

    Attributes:
        name: ``"code_size"``, ``"reconstruction"`` and so on.
        score: What it earns; None where a person has to say.
        max_score: What it is worth.
        passed: Whether it is all that was asked for; None where a person has to say.
        expected: What was expected, in words.
        received: What there is, rounded as it was judged.
        exact: The number that was judged, before it was rounded: for staff.
    """

    name: str
    score: float | None
    max_score: float
    passed: bool | None
    expected: str
    received: str
    exact: float | None = None


class AutoencoderDetails(msgspec.Struct, frozen=True, kw_only=True, tag="autoencoder"):
    """What an `autoencoder` check found.

    Attributes:
        place: Where the model was found.
        kind: Its class.
        data: What it was trained and judged on, in words.
        data_digest: Of that data set.
        samples: How many hidden samples it was to give back, without odd ones.
        run: How it was trained.
        refereed: Whether a clean process said what it gives back.
        prepared: How inputs were prepared, in words.
        output_range: In which range what it gives back was taken.
        loss: What it is compiled with, as its process says.
        widths: How many numbers each layer that learns puts out.
        code_layer: The layer whose output is the code.
        code_size: How many numbers that has.
        error: The mean squared error on hidden samples, four digits after the point.
        error_of_pca: The same of a principal component analysis of that code size.
        error_of_mean: The same of whoever gives back the mean image.
        noisy_db: The peak signal-to-noise ratio of noisy hidden samples.
        denoised_db: The same of what the model makes of them.
        parts: What was asked for, part by part.
        curve: What each epoch came to.
        doubts: What a person has to decide.
        proposed: What the parts that are known would earn, where a person has to decide.
    """

    place: str
    kind: str
    data: str
    data_digest: str
    samples: int
    run: TrainingRun
    refereed: bool = False
    prepared: str = ""
    output_range: str = ""
    loss: str = ""
    widths: tuple[int, ...] = ()
    code_layer: str = ""
    code_size: int | None = None
    error: float | None = None
    error_of_pca: float | None = None
    error_of_mean: float | None = None
    noisy_db: float | None = None
    denoised_db: float | None = None
    parts: tuple[AutoencoderPart, ...] = ()
    curve: tuple[EpochResult, ...] = ()
    doubts: tuple[str, ...] = ()
    proposed: float | None = None
