"""What is said where thresholds and bounds were calibrated on something else than what is there."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograder.config import Calibrated, CalibratedPart, Calibration
from autograder.config.training import TrainingBudget
from autograder.whole_class.evaluating import calibration_notes

SHARED: dict[str, Any] = {
    "data": "digits",
    "device": "cpu",
    "reference": "zip_code_base",
    "budget": TrainingBudget(),
    "epochs": 5,
    "batch_size": 64,
    "seeds": 2,
    "failing": 0.01,
}
ACCURACY = Calibrated(check="accuracy", digest="sha256:here", accuracies=(0.9, 0.9), threshold=0.8, **SHARED)
CODER = CalibratedPart(
    check="coder", part="reconstruction", digest="sha256:there", reached=(0.1, 0.2), bound=0.3, **SHARED
)


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        ("cpu", ["coder was calibrated on other data than digits (eight by eight)"]),
        ("gpu: NVIDIA L4", ["accuracy was calibrated on cpu", "coder was calibrated on other data"]),
    ],
)
def test_another_device_and_other_data_are_told(device: str, expected: list[str]) -> None:
    prepared = SimpleNamespace(
        name="digits",
        digest="sha256:here",
        is_stand_in=False,
        description=SimpleNamespace(title="eight by eight"),
    )
    calibration = Calibration().with_entry(ACCURACY).with_entry(CODER)
    assignment: Any = SimpleNamespace(dataset=prepared, calibration=calibration, course=Path(), slug="nets")
    notes = calibration_notes(assignment, device)
    assert len(notes) == len(expected)
    assert all(note.startswith(start) for note, start in zip(notes, expected, strict=True))


def test_an_entry_takes_the_place_of_that_of_the_same_part() -> None:
    calibration = Calibration().with_entry(CODER).with_entry(ACCURACY).with_entry(CODER)
    assert (calibration.calibrated, calibration.parts) == ((ACCURACY,), (CODER,))
