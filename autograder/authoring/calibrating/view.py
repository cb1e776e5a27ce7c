"""What was calibrated, as a table for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from autograder.authoring.calibrating.proposing import Spread
from autograder.config import Calibrated


def calibration_view(entries: Sequence[tuple[Calibrated, float]]) -> Table:
    """Return a row for each check: what its reference reached, and the threshold that comes of it."""
    table = Table(box=None, pad_edge=False)
    for title in ("check", "reference", "data"):
        table.add_column(title, overflow="fold")
    for title in ("seeds", "mean", "spread", "seconds", "threshold", "good work below it"):
        table.add_column(title, justify="right")
    for entry, seconds in entries:
        reached = entry.accuracies
        table.add_row(
            entry.check,
            entry.reference,
            f"{entry.data}, {entry.digest[:15]}…",
            str(entry.seeds),
            f"{Spread(reached, 1).mean:.3f}",
            f"{min(reached):.3f} to {max(reached):.3f}",
            f"{seconds:.1f}",
            f"{entry.threshold:.2f}",
            f"{100 * entry.failing:.1f} %",
        )
    return table
