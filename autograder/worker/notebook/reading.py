"""From the bytes of a notebook to its code cells: nbformat 3 and 4, as damaged as students hand them in."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.worker.loading import MAX_SOURCE_BYTES, UnreadableSource

SUFFIX = ".ipynb"
_MOST_BYTES = 80 * 1024 * 1024
_MOST_CELLS = 2_000
_MOST_TAGS = 20
_PYTHON = ("python", "python2", "python3", "ipython", "ipython2", "ipython3", "xpython", "")
_SHOWN = 40


@dataclass(frozen=True)
class Cell:
    """A code cell.

    Attributes:
        number: Its place among the code cells, from 1: what ``In [n]`` shows after a run from top to bottom.
        source: Its text; lines end with a line feed.
        tags: Its tags.
        saved_count: Its execution count, as saved; None where it has none.
    """

    number: int
    source: str
    tags: tuple[str, ...] = ()
    saved_count: int | None = None


@dataclass(frozen=True)
class Notebook:
    """The code cells of a notebook, and what had to be overlooked to read it."""

    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PythonText:
    """The code of all cells that can be compiled, below each other.

    Attributes:
        text: The code.
        starts: The line before the first of each cell, ascending.
        numbers: The number of each cell.
    """

    text: str
    starts: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()

    def place(self, line: int) -> tuple[int, int]:
        """Return the cell of a line, and the line within it; both from 1."""
        if not self.numbers:
            return 1, line
        index = max(0, bisect_right(self.starts, line - 1) - 1)
        return self.numbers[index], line - self.starts[index]


def is_notebook(name: str) -> bool:
    """Return whether a file is called as a notebook is."""
    return name.lower().endswith(SUFFIX)


def read_notebook(path: Path) -> Notebook:
    """Return a notebook's code cells.

    Whatever does not matter to running it may be missing or damaged: metadata, ids, outputs, the numbers of
    the format. A file that is no JSON but Python text is taken as one cell.

    Raises:
        UnreadableSource: If there is no code to be found; the message says what there is instead.
    """
    name = path.name
    text = _text(path)
    try:
        data = json.loads(text)
    except RecursionError:
        raise UnreadableSource(f"{name} is nested too deeply") from None
    except MemoryError:
        raise UnreadableSource(f"{name} takes too much memory to be read") from None
    except ValueError as error:
        return _without_json(name, text, error)
    notes: list[str] = []
    cells = _bounded(name, _cells(name, data, notes))
    return Notebook(tuple(cells), tuple(dict.fromkeys(notes)))


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableSource(f"{path.name} cannot be opened: {error.strerror}") from None
    if len(data) > _MOST_BYTES:
        raise UnreadableSource(f"{path.name} is larger than {_MOST_BYTES // 2**20} MiB")
    if not data.strip(b"\0 \t\r\n"):
        raise UnreadableSource(f"{path.name} is empty")
    encoding = json.detect_encoding(data)
    return data.decode("utf-8-sig" if encoding == "utf-8" else encoding, "replace")


def _without_json(name: str, text: str, error: ValueError) -> Notebook:
    """Return the only cell of a file that holds Python under a notebook's name; refuse anything else."""
    begin = " ".join(text[: 4 * _SHOWN].split())[:_SHOWN]
    if "\n<<<<<<< " in text or text.startswith("<<<<<<< "):
        raise UnreadableSource(f"{name} holds the marks of a merge that was not finished (<<<<<<<)")
    if text.lstrip().startswith(("{", "<")):
        raise UnreadableSource(f"{name} is no notebook that can be read, or only a part of one: {error}")
    try:
        compile(text, name, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise UnreadableSource(f"{name} is no notebook: it begins with {begin!r}") from None
    note = f"{name} is no notebook but Python text; it is run as one cell"
    return Notebook(tuple(_bounded(name, [_made(1, {"source": text})])), (note,))


def _cells(name: str, data: Any, notes: list[str]) -> Iterator[Cell]:
    if not isinstance(data, dict):
        raise UnreadableSource(f"{name} is no notebook: expected an object, found {type(data).__name__}")
    language = _language(data)
    if language not in _PYTHON:
        raise UnreadableSource(f"{name} is a notebook in {language[:_SHOWN]}, not in Python")
    number = 0
    for cell in _raw_cells(name, data):
        if not isinstance(cell, dict):
            notes.append("something that is no cell is overlooked")
        elif _is_code(cell):
            number += 1
            yield _made(number, cell)


def _raw_cells(name: str, data: dict[str, Any]) -> list[Any]:
    """Return the cells of any version: nbformat 3 has them in worksheets."""
    cells = data.get("cells")
    if isinstance(cells, list):
        return cells
    sheets = data.get("worksheets")
    if isinstance(sheets, list):
        found = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
        return [cell for cells in found if isinstance(cells, list) for cell in cells]
    keys = ", ".join(repr(str(key)[:_SHOWN]) for key in list(data)[:5]) or "nothing"
    raise UnreadableSource(f"{name} is no notebook: expected a list of cells, found {keys}")


def _language(data: dict[str, Any]) -> str:
    """Return the language that the metadata name, in lower case; empty where they name none."""
    metadata = data.get("metadata")
    if not isinstance(metadata, dict):
        return ""
    for part, key in (("kernelspec", "language"), ("language_info", "name"), ("kernelspec", "name")):
        value = metadata.get(part)
        if isinstance(value, dict) and isinstance(value.get(key), str):
            language: str = value[key]
            known = language.lower().rstrip("0123456789.")
            if part != "kernelspec" or key != "name":
                return known
            return known if known in ("ir", "julia", "bash", "javascript", "octave") else ""
    return ""


def _is_code(cell: dict[str, Any]) -> bool:
    kind = cell.get("cell_type")
    if not isinstance(kind, str):
        return "outputs" in cell or "execution_count" in cell or "input" in cell
    return kind.lower() == "code"


def _made(number: int, cell: dict[str, Any]) -> Cell:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    if not isinstance(source, str):
        source = ""
    lines = source.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\ufeff", "")
    count = cell.get("execution_count", cell.get("prompt_number"))
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return Cell(
        number,
        lines.replace("\0", "").encode("utf-8", "replace").decode(),
        tuple(tag for tag in tags if isinstance(tag, str))[:_MOST_TAGS] if isinstance(tags, list) else (),
        count if type(count) is int and count > 0 else None,
    )


def _bounded(name: str, cells: Iterator[Cell] | list[Cell]) -> list[Cell]:
    found: list[Cell] = []
    size = 0
    for cell in cells:
        size += len(cell.source)
        if len(found) >= _MOST_CELLS or size > MAX_SOURCE_BYTES:
            raise UnreadableSource(
                f"{name} has more code than is read: expected at most {_MOST_CELLS:,} code cells and "
                f"{MAX_SOURCE_BYTES:,} characters of code"
            )
        found.append(cell)
    return found
