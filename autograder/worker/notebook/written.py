"""Files that a notebook's cells write (``%%writefile``): the one asked for runs, if no cell imports it."""

from __future__ import annotations

import re
import types
from collections.abc import Sequence
from pathlib import Path

from autograder.wire.surroundings import CellPolicy
from autograder.worker.loading import UnreadableSource, read_source
from autograder.worker.notebook.reading import Cell
from autograder.worker.places import Places
from autograder.worker.script import run_source

_WRITES = re.compile(
    r"\s*%%(?:writefile|file)[ \t]+(?:(?:-a|--append)[ \t]+)?[\"']?([^\n\"']+?)[\"']?[ \t]*\n"
)
DEFINES = re.compile(r"^(?:async +)?(?:def|class) +([A-Za-z_]\w*)", re.MULTILINE)


def file_written_by(source: str) -> str | None:
    """Return the file that a cell writes, instead of running what stands in it.

    >>> file_written_by("%%writefile -a src/layers.py\\nimport numpy"), file_written_by("%%time\\nx = 1")
    ('src/layers.py', None)
    """
    found = _WRITES.match(source)
    return found[1] if found is not None else None


def run_written(cells: Sequence[Cell], main: Path, module: types.ModuleType) -> list[str]:
    """Run the file that is asked for, where cells write it and nothing of it is there; return what to note.

    Args:
        cells: Of the notebook, which have run.
        main: The notebook.
        module: What they have defined; it gets what the file defines, where it has nothing of that name.
    """
    notes: list[str] = []
    for cell in cells:
        written = file_written_by(cell.source)
        names = DEFINES.findall(cell.source) if written is not None else []
        if written is None or not names or not vars(module).keys().isdisjoint(names):
            continue
        file = Path(written)
        if file.name != f"{main.stem}.py":
            notes.append(
                f"code cell {cell.number} only writes {file.name}; no cell imports {names[0]} from it"
            )
            continue
        try:
            made, _ = run_source(read_source(file), file, main.stem, Places(), CellPolicy())
        except UnreadableSource:
            continue
        for name, value in vars(made).items():
            vars(module).setdefault(name, value)
        notes.append(f"{file.name}, which code cell {cell.number} writes, was run: no cell imports it")
    return notes
