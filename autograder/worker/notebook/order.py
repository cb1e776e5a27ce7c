"""What the saved execution counts of a notebook say: whether it was last run from top to bottom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from autograder.worker.notebook.reading import Cell


def order_note(cells: Sequence[Cell]) -> str | None:
    """Return what to say of a notebook that was saved after a run in another order; None where there is none.

    >>> order_note([Cell(1, "a = 1", saved_count=3), Cell(2, "b = a", saved_count=2)])
    'saved after a run out of order: code cell 2 was run before code cell 1; here it ran from top to bottom'
    """
    counted = [cell for cell in cells if cell.saved_count is not None and cell.source.strip()]
    here = "here it ran from top to bottom"
    for before, after in pairwise(counted):
        first, second = before.saved_count, after.saved_count
        if first is not None and second is not None and second < first:
            return (
                f"saved after a run out of order: code cell {after.number} was run before code cell "
                f"{before.number}; {here}"
            )
        if first == second:
            return f"code cells {before.number} and {after.number} were saved by different runs; {here}"
    return None
