"""The hidden samples that a class's models are judged on, and whether their thresholds belong to them."""

from __future__ import annotations

from autograder.checks.evaluation import Evaluation
from autograder.config import (
    Assignment,
    AutoencoderCheckConfig,
    Calibrated,
    CalibratedPart,
    TrainingCheckConfig,
)
from autograder.config.calibration import place_of
from autograder.config.training import AboutTraining
from autograder.datasets import Prepared, hidden_set
from autograder.errors import ConfigError
from autograder.whole_class.images import hidden_images


def evaluation_of(assignment: Assignment, seed: bytes) -> Evaluation | None:
    """Return the hidden samples of an assignment's data set; None where no check needs some.

    Args:
        assignment: With its data set.
        seed: The secret seed.

    Raises:
        ConfigError: If what is held back is not here.
    """
    checks = [check for check in assignment.config.checks if isinstance(check, AboutTraining)]
    prepared = assignment.dataset
    if not checks or prepared is None:
        return None
    most = max(check.samples for check in checks)
    if prepared.manifest.held_back:
        most = min(most, prepared.manifest.held_back)  # no sample counts twice
    hidden = hidden_set(prepared, seed, most)
    data = data_in_words(prepared)
    images = {
        check.name: hidden_images(check, prepared, hidden, seed, data)
        for check in checks
        if isinstance(check, AutoencoderCheckConfig)
    }
    return Evaluation(
        data, prepared.digest, hidden.inputs, hidden.labels, prepared.description.classes, images
    )


def data_in_words(prepared: Prepared) -> str:
    """Return what a data set is, in a line."""
    told = prepared.description
    return (
        f"{prepared.name} (stand-in: {told.made})"
        if prepared.is_stand_in
        else f"{prepared.name} ({told.title})"
    )


def require_calibrated(assignment: Assignment) -> None:
    """Refuse thresholds that belong to other data alone: right work may stay below them.

    Raises:
        ConfigError: If there are such. Where nothing was calibrated, those of the configuration count.
    """
    for check in _training_checks(assignment):
        if assignment.dataset is not None:
            _require_calibrated(assignment, check, assignment.dataset)


def calibration_notes(assignment: Assignment, device: str) -> list[str]:
    """Return what to say where thresholds were calibrated on another device, or bounds on other data.

    Args:
        assignment: With its data set.
        device: What submissions compute on, as reports call it.
    """
    prepared = assignment.dataset
    if prepared is None:
        return []
    notes = []
    kind = device.partition(":")[0]
    known: list[Calibrated | CalibratedPart] = [*assignment.calibration.calibrated]
    known += assignment.calibration.parts
    for check in dict.fromkeys(each.check for each in known):
        here = [each for each in known if each.check == check and each.digest == prepared.digest]
        if not here:  # of a training check, grading is refused
            notes.append(
                f"{check} was calibrated on other data than {data_in_words(prepared)}, "
                f"{prepared.digest[:19]}…: right work may miss its bounds"
            )
        elif not any(each.device.partition(":")[0] == kind for each in here):
            on = ", ".join(dict.fromkeys(each.device for each in here))
            notes.append(
                f"{check} was calibrated on {on}, and submissions compute on {device}: right work may come "
                "out otherwise"
            )
    return notes


def _training_checks(assignment: Assignment) -> list[TrainingCheckConfig]:
    return [check for check in assignment.config.checks if isinstance(check, TrainingCheckConfig)]


def _require_calibrated(assignment: Assignment, check: TrainingCheckConfig, prepared: Prepared) -> None:
    known = assignment.calibration.of(check.name)
    if not known or any(each.digest == prepared.digest for each in known):
        return
    others = "; ".join(f"{each.data}, {each.digest[:19]}…" for each in known)
    raise ConfigError(
        f"{place_of(assignment.course, assignment.slug)}: expected {check.name} to be calibrated on the data "
        f"at hand, {data_in_words(prepared)}, {prepared.digest[:19]}…; it is on {others}. "
        f"Run: autograder calibrate {assignment.slug}"
    )
