"""What training the reference model came to, on which data: ``grading_configs/SLUG.calibration.toml``."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from autograder.config.training import Share, TrainingBudget
from autograder.errors import ConfigError

SUFFIX = ".calibration.toml"
SCHEMA = "autograder/calibration/v1"


class Trained(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was trained: the reference of one check, on one data set.

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


class Calibrated(Trained, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One training check on one data set.

    Attributes:
        accuracies: What the trainings reached on hidden samples.
        threshold: The proposed accuracy.
        failing: The estimated share of good work that stays below it.
    """

    accuracies: tuple[float, ...]
    threshold: Share
    failing: float


class CalibratedPart(Trained, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One measured part of one autoencoder check on one data set: proposed, for a person to take over.

    Attributes:
        part: ``"reconstruction"`` and so on.
        reached: What the trainings reached on hidden samples.
        bound: The proposed bound.
        curve: The configuration's curve, moved to that bound.
        failing: The estimated share of good work that misses it.
    """

    part: str
    reached: tuple[float, ...]
    bound: float
    curve: tuple[tuple[float, float], ...] = ()
    failing: float


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that was calibrated of an assignment."""

    schema: str = SCHEMA
    calibrated: tuple[Calibrated, ...] = ()
    parts: tuple[CalibratedPart, ...] = ()

    def of(self, check: str) -> tuple[Calibrated, ...]:
        """Return what was calibrated of a check."""
        return tuple(each for each in self.calibrated if each.check == check)

    def on(self, check: str, digest: str) -> Calibrated | None:
        """Return what a check came to on one data set, or None; of several devices, the lowest threshold."""
        known = [each for each in self.of(check) if each.digest == digest]
        return min(known, key=lambda each: each.threshold, default=None)

    def with_entry(self, entry: Calibrated | CalibratedPart) -> Calibration:
        """Return the same with an entry in the place of that of the same check, part, data and device."""
        if isinstance(entry, CalibratedPart):
            parts = [each for each in self.parts if _key(each) != _key(entry)]
            return Calibration(calibrated=self.calibrated, parts=(*parts, entry))
        others = [each for each in self.calibrated if _key(each) != _key(entry)]
        return Calibration(calibrated=(*others, entry), parts=self.parts)


def _key(entry: Calibrated | CalibratedPart) -> tuple[str, str, str, str]:
    part = entry.part if isinstance(entry, CalibratedPart) else ""
    return entry.check, part, entry.digest, entry.device


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
