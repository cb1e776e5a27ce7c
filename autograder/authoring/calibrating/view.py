"""What was calibrated, as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from rich.table import Table

from autograder.config import Calibrated, CalibratedPart


def calibration_view(entries: Sequence[tuple[Calibrated | CalibratedPart, float]]) -> Table:
    """Return a row for each check: what its reference reached, and the threshold that comes of it."""
    table = Table(box=None, pad_edge=False)
    for title in ("check", "reference", "data", "device"):
        table.add_column(title, overflow="fold")
    for title in ("seeds", "mean", "spread", "seconds", "threshold", "good work that misses it"):
        table.add_column(title, justify="right")
    for entry, seconds in entries:
        is_part = isinstance(entry, CalibratedPart)
        reached = entry.reached if isinstance(entry, CalibratedPart) else entry.accuracies
        threshold = f"{entry.bound:g}" if isinstance(entry, CalibratedPart) else f"{entry.threshold:.2f}"
        digits = 4 if is_part else 3
        table.add_row(
            f"{entry.check}, {entry.part}" if isinstance(entry, CalibratedPart) else entry.check,
            entry.reference,
            f"{entry.data}, {entry.digest[:15]}…",
            entry.device,
            str(entry.seeds),
            f"{fmean(reached):.{digits}f}",
            f"{min(reached):.{digits}f} to {max(reached):.{digits}f}",
            f"{seconds:.1f}",
            threshold,
            f"{100 * entry.failing:.1f} %",
        )
    return table
