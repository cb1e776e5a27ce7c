"""The texts and figures of cells travel as a frame's buffers: of a header, each byte costs many."""

from __future__ import annotations

from itertools import accumulate, islice, pairwise

from msgspec import structs

from autograder.wire.messages import CellRun, Loaded
from autograder.wire.values import WireError


def with_buffers(loaded: Loaded) -> tuple[Loaded, list[bytes]]:
    """Return what a file's loading gave without its cells' texts and figures, and these as buffers."""
    cells: list[CellRun] = []
    buffers: list[bytes] = []
    for cell in loaded.cells:
        texts = [text.encode("utf-8", "replace") for text in (cell.printed, cell.source, cell.shown)]
        own = [*texts, *cell.figures]
        buffers += own
        sizes = [len(each) for each in own]
        cells.append(structs.replace(cell, printed="", source="", shown="", figures=[], sizes=sizes))
    return structs.replace(loaded, cells=cells), buffers


def from_buffers(loaded: Loaded, data: bytes) -> Loaded:
    """Return the same as it was before `with_buffers`.

    Raises:
        WireError: If the buffers are not those of these cells.
    """
    sizes = [size for cell in loaded.cells for size in cell.sizes]
    if min(sizes, default=0) < 0 or sum(sizes) != len(data) or any(len(c.sizes) < 3 for c in loaded.cells):
        raise WireError("cells whose texts are not there")
    parts = iter([data[start:end] for start, end in pairwise(accumulate(sizes, initial=0))])
    cells: list[CellRun] = []
    for cell in loaded.cells:
        own = [*islice(parts, len(cell.sizes))]
        printed, source, shown = (text.decode("utf-8", "replace") for text in own[:3])
        cells.append(
            structs.replace(cell, printed=printed, source=source, shown=shown, figures=own[3:], sizes=[])
        )
    return structs.replace(loaded, cells=cells)
