"""What training the reference model came to, on which data: ``grading_configs/SLUG.calibration.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from autograder.config.training import Share, TrainingBudget
from autograder.errors import ConfigError

SUFFIX = ".calibration.toml"
SCHEMA = "autograder/calibration/v1"


class Calibrated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One training check on one data set.

    Attributes:
        check: The check, by name.
        data: The data set, in words.
        digest: Of it: a threshold belongs to one digest.
        device: What computed.
        reference: The model.
        budget: What one training could take.
        epochs: Of its recipe.
        batch_size: Of its recipe.
        seeds: How many trainings, each with a seed of its own.
        accuracies: What they reached on hidden samples.
        threshold: The proposed accuracy.
        failing: The estimated share of good work that stays below it.
    """

    check: str
    data: str
    digest: str
    device: str
    reference: str
    budget: TrainingBudget
    epochs: int
    batch_size: int
    seeds: int
    accuracies: tuple[float, ...]
    threshold: Share
    failing: float


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that was calibrated of an assignment."""

    schema: str = SCHEMA
    calibrated: tuple[Calibrated, ...] = ()

    def of(self, check: str) -> tuple[Calibrated, ...]:
        """Return what was calibrated of a check."""
        return tuple(each for each in self.calibrated if each.check == check)

    def on(self, check: str, digest: str) -> Calibrated | None:
        """Return what a check came to on one data set, or None; of several devices, the lowest threshold."""
        known = [each for each in self.of(check) if each.digest == digest]
        return min(known, key=lambda each: each.threshold, default=None)

    def with_entry(self, entry: Calibrated) -> Calibration:
        """Return the same with an entry in the place of that of the same check, data and device."""
        others = [each for each in self.calibrated if _key(each) != _key(entry)]
        return Calibration(calibrated=(*others, entry))


def _key(entry: Calibrated) -> tuple[str, str, str]:
    return entry.check, entry.digest, entry.device


def read_calibration(path: Path) -> Calibration:
    """Return what a file says; nothing where there is none.

    Raises:
        ConfigError: If it says something else than `autograder calibrate` writes.
    """
    if not path.is_file():
        return Calibration()
    try:
        found = msgspec.convert(tomllib.loads(path.read_text("utf-8")), Calibration)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ConfigError(f"{path}: expected what autograder calibrate writes; {error}") from None
    if found.schema != SCHEMA:
        raise ConfigError(f"{path}: schema: expected {SCHEMA}; received {found.schema}")
    return found


def place_of(course: Path, slug: str) -> Path:
    """Return where the calibration of an assignment is."""
    return course / "grading_configs" / f"{slug}{SUFFIX}"
