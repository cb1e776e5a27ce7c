"""What an autoencoder gives back, measured: against images that no submission's process has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from autograder.checks import judged_run, reconstruction
from autograder.checks.code_layer import Build
from autograder.checks.hidden_images import HiddenImages
from autograder.checks.judged_run import why_not_predicted
from autograder.checks.reconstruction import NotImages, Numbers, rows_of
from autograder.config.autoencoders import AutoencoderCheckConfig
from autograder.observation import Observation, Raised, Returned, Stopped, TrainedModel
from autograder.wire.training import Preparation

PROBED = 32
"""Of how many images it is looked at how the code changes with them."""
_ALIKE = 0.02  # the root mean square of what two processes' outputs may differ by
_FLAT = 1e-3  # the standard deviation over samples of outputs that hardly differ
_ALIVE = 0.05  # of the mean image's error that is taken off at least


@dataclass(frozen=True)
class Run(judged_run.Run):
    """One training of an autoencoder, as it was seen: what is predicted is the images, given back.

    Attributes:
        codes: The code of images that are not odd, and then of what `reconstruction.probes` makes of some.
    """

    codes: Observation | None = None


@dataclass(frozen=True)
class Measures:
    """What an autoencoder comes to on hidden images. None stands for what could not be measured.

    Attributes:
        problem: Why nothing could be measured, where that is the student's doing.
        doubts: What a person has to decide.
        refereed: Whether a clean process gave the images back.
        output_range: In which range they were taken.
        error: The mean squared error, of images that are not odd.
        error_of_pca: The same of a principal component analysis whose code is as large.
        error_of_mean: The same of whoever gives back the mean image.
        is_flat: Whether all images that it gives back are the same.
        noisy_db: The peak signal-to-noise ratio of noisy images.
        denoised_db: The same of what the model makes of them.
        silent: The share of the code's numbers that are silent.
        contraction: The mean squared Frobenius norm of the code's Jacobian.
        spread: The variance of the code, summed over its numbers.
        auc: The area under the ROC curve, of odd images by their error.
    """

    problem: str = ""
    doubts: tuple[str, ...] = ()
    refereed: bool = False
    output_range: str = ""
    error: float | None = None
    error_of_pca: float | None = None
    error_of_mean: float | None = None
    is_flat: bool = False
    noisy_db: float | None = None
    denoised_db: float | None = None
    silent: float | None = None
    contraction: float | None = None
    spread: float | None = None
    auc: float | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it gives back more than the mean image: else its code says nothing."""
        if self.error is None or self.error_of_mean is None:
            return False
        return self.error < (1 - _ALIVE) * self.error_of_mean


def to_be_coded(hidden: HiddenImages, check: AutoencoderCheckConfig) -> Numbers:
    """Return the images whose code is looked at, and after them those that are a small step beside some."""
    images = hidden.normal.astype(np.float32)
    if check.contraction is None:
        return images
    return np.concatenate([images, reconstruction.probes(hidden.normal[:PROBED])])


def measures_of(
    run: Run, model: TrainedModel, build: Build, hidden: HiddenImages, check: AutoencoderCheckConfig
) -> Measures:
    """Return what an autoencoder comes to."""
    prepared = model.told.preparation
    problem = why_not_predicted(model, hidden)
    if problem or prepared is None:
        return Measures(problem=problem)
    own, own_problem = _outputs(run.own, hidden, prepared)
    outputs, problem = _outputs(run.refereed, hidden, prepared, is_clean=True)
    doubts: tuple[str, ...] = ()
    refereed = outputs is not None
    if outputs is None and isinstance(run.refereed, Returned):
        return Measures(problem=problem, refereed=True)
    if outputs is None:
        why = model.told.unwritten or problem or "its weights were not returned"
        doubts = (f"no clean process can make this model anew, so what its own gives back counts: {why}",)
        outputs, problem = own, own_problem
    if outputs is None:
        return Measures(problem=problem, doubts=doubts)
    clean = rows_of(hidden.normal)
    count = len(hidden.images)
    ranges = reconstruction.ranges_of(prepared)
    found = reconstruction.fitting_range(outputs[:count][~hidden.is_odd], clean, ranges)
    outputs = reconstruction.in_range(outputs, found)
    if refereed and own is not None:
        apart = np.sqrt(np.square(reconstruction.in_range(own, found) - outputs).mean())
        if apart > _ALIKE:
            doubts = ("its own process gives back otherwise than a clean one with the same weights",)
    given_back = outputs[:count]
    noisy_db, denoised_db = _noise(outputs[count:], hidden)
    silent, contraction, spread = _coded(run.codes, hidden, check)
    size = build.code_size
    return Measures(
        doubts=doubts,
        refereed=refereed,
        output_range=found.said,
        error=reconstruction.mean_squared_error(given_back[~hidden.is_odd], clean),
        error_of_pca=hidden.error_of_pca(size) if size is not None and size < build.size else None,
        error_of_mean=hidden.error_of_mean,
        is_flat=bool(given_back.std(axis=0).max() < _FLAT),
        noisy_db=noisy_db,
        denoised_db=denoised_db,
        silent=silent,
        contraction=contraction,
        spread=spread,
        auc=_auc(given_back, hidden),
    )


def _outputs(
    seen: Observation | None, hidden: HiddenImages, prepared: Preparation, *, is_clean: bool = False
) -> tuple[Numbers | None, str]:
    """Return what a process gave back as rows, or None and why there is nothing.

    What a submission's worker says once it has seen hidden images is not repeated.
    """
    match seen:
        case None:
            return None, ""
        case Stopped(outcome=outcome):
            return None, f"predicting ended with {outcome.replace('_', ' ')}"
        case Raised(error=error) if is_clean and not error.type:
            return None, error.message
        case Raised(error=error):
            return None, "predicting raised an exception" if error.type else "it does not predict one array"
    try:
        return reconstruction.outputs_of(seen.value, hidden.inputs, prepared), ""
    except NotImages as problem:
        return None, str(problem)


def _noise(denoised: Numbers, hidden: HiddenImages) -> tuple[float | None, float | None]:
    if not len(hidden.noisy):
        return None, None
    clean = rows_of(hidden.clean)
    both = (rows_of(hidden.noisy), denoised)
    before, after = (
        reconstruction.peak_signal_to_noise(reconstruction.mean_squared_error(each, clean)) for each in both
    )
    return before, after


def _auc(given_back: Numbers, hidden: HiddenImages) -> float | None:
    if not hidden.is_odd.any():
        return None
    return reconstruction.roc_auc(reconstruction.errors_of(given_back, rows_of(hidden.images)), hidden.is_odd)


def _coded(
    seen: Observation | None, hidden: HiddenImages, check: AutoencoderCheckConfig
) -> tuple[float | None, float | None, float | None]:
    """Return the silent share of a code, how it changes with the input, and how much it varies."""
    if not isinstance(seen, Returned) or not isinstance(seen.value, np.ndarray):
        return None, None, None
    count = len(hidden.normal)
    if seen.value.dtype.kind not in "fiub" or len(seen.value) != len(to_be_coded(hidden, check)):
        return None, None, None  # a layer may make other samples of those that it is given
    codes = seen.value.reshape(len(seen.value), -1).astype(np.float64)
    if not codes.size or not np.isfinite(codes).all():
        return None, None, None
    codes = reconstruction.bounded(codes)
    own, probed = codes[:count], codes[count:]
    silent = reconstruction.silent_share(own, check.sparsity.below) if check.sparsity is not None else None
    changes = reconstruction.contraction(probed) if len(probed) else None
    return silent, changes, reconstruction.spread_of(own)
