"""Writing what was calibrated beside the assignment's configuration."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.authoring.kits.toml_writing import table_of
from autograder.config import Assignment, Calibrated, CalibratedPart, Calibration
from autograder.config.calibration import place_of

_HEADING = """\
# What training the reference models came to: written by autograder calibrate, read by autograder grade.
# A threshold belongs to the data of its digest. The lower of it and the configuration's own counts.
"""


def write(assignment: Assignment, entries: Sequence[Calibrated | CalibratedPart]) -> Path:
    """Write entries, each in the place of an earlier one of the same check and data; return the file."""
    calibration = assignment.calibration
    for entry in entries:
        calibration = calibration.with_entry(entry)
    path = place_of(assignment.course, assignment.slug)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(toml_of(calibration), "utf-8")
    temporary.replace(path)
    return path


def toml_of(calibration: Calibration) -> str:
    """Return a calibration as TOML."""
    lines = [_HEADING, f'schema = "{calibration.schema}"']
    for entry in calibration.calibrated:
        lines += ["", "[[calibrated]]", *table_of(entry)]
    for part in calibration.parts:
        lines += ["", "[[parts]]", *table_of(part)]
    return "\n".join(lines) + "\n"
