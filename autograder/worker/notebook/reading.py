"""From the bytes of a notebook to its code cells: nbformat 3 and 4, as damaged as students hand them in."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.worker.loading import MAX_SOURCE_BYTES, UnreadableSource

SUFFIX = ".ipynb"
_MOST_BYTES = 80 * 1024 * 1024
_MOST_CELLS = 2_000
_MOST_TAGS = 20
_PYTHON = ("python", "ipython", "xpython")
_SHOWN = 40
_AS_LATIN = {0xDC00 + byte: chr(byte) for byte in range(0x80, 0x100)}  # what `surrogateescape` makes of it
_INK = re.compile(r"[^\s\0]")


def _unless_output(found: dict[str, Any]) -> dict[str, Any] | None:
    """Return an object of a notebook; of an output, of which there may be very many, nothing."""
    return None if "output_type" in found and "cell_type" not in found else found


_decoder = json.JSONDecoder(object_hook=_unless_output, strict=False)  # line ends in a text mean themselves


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


@cache  # what was looked through is what runs, and 50 MB are read once
def read_notebook(path: Path) -> Notebook:
    """Return a notebook's code cells.

    Whatever does not matter to running it may be missing or damaged: metadata, ids, outputs, the numbers of
    the format. A file that is no JSON but Python text is taken as one cell.

    Raises:
        UnreadableSource: If there is no code to be found; the message says what there is instead.
    """
    name = path.name
    notes: list[str] = []
    text = _text(path, notes)
    try:
        data, end = _decoder.raw_decode(text, _after_space(text, 0))
    except RecursionError:
        raise UnreadableSource(f"{name} is nested too deeply") from None
    except MemoryError:
        raise UnreadableSource(f"{name} takes too much memory to be read") from None
    except ValueError as error:
        return _without_json(name, text, str(error))
    if _after_space(text, end) < len(text):
        if not isinstance(data, dict):  # Python may begin with a text or a number
            return _without_json(name, text, "there is more than JSON in it")
        notes.append(f"what stands in {name} behind the end of the notebook is overlooked")
    cells = _bounded(name, _cells(name, data, notes))
    return Notebook(tuple(cells), tuple(dict.fromkeys(notes)))


def _text(path: Path, notes: list[str]) -> str:
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
    if not encoding.startswith("utf-8"):
        return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append(f"{path.name} is not UTF-8 throughout; what is not is read as Latin-1")
        return data.decode("utf-8-sig", "surrogateescape").translate(_AS_LATIN)


def _after_space(text: str, start: int) -> int:
    """Return where what is neither space nor NUL begins; nothing is copied."""
    found = _INK.search(text, start)
    return found.start() if found is not None else len(text)


def _without_json(name: str, text: str, error: str) -> Notebook:
    """Return the only cell of a file that holds Python under a notebook's name; refuse anything else."""
    begin = " ".join(text[: 4 * _SHOWN].split())[:_SHOWN]
    if "\n<<<<<<< " in text or text.startswith("<<<<<<< "):
        line = text[: text.index("<<<<<<< ")].count("\n") + 1
        raise UnreadableSource(
            f"{name} holds merge conflict markers (<<<<<<<) from line {line} on: choose one version"
        )
    if begin.startswith("<"):
        raise UnreadableSource(f"{name} is no notebook but a page of a website; it begins with {begin!r}")
    if begin.startswith("{"):
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
    if (language := _other_language(data)) is not None:
        notes.append(f"{name} says that it is in {language[:_SHOWN]}; its cells are run as Python")
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
    if "cells" in data or "worksheets" in data:
        raise UnreadableSource(f"{name} is no notebook: expected a list of cells, found none")
    keys = ", ".join(repr(str(key)[:_SHOWN]) for key in list(data)[:5]) or "nothing"
    raise UnreadableSource(f"{name} is no notebook: expected a list of cells, found {keys}")


def _other_language(data: dict[str, Any]) -> str | None:
    """Return the language that the metadata name, where they nowhere name Python."""
    metadata = data.get("metadata")
    named = [
        part.get(key)
        for place, key in (("kernelspec", "language"), ("language_info", "name"))
        if isinstance(metadata, dict) and isinstance(part := metadata.get(place), dict)
    ]
    languages = [name for name in named if isinstance(name, str) and name]
    if any(name.lower().rstrip("0123456789.") in _PYTHON for name in languages):
        return None
    return next(iter(languages), None)


def _is_code(cell: dict[str, Any]) -> bool:
    kind = cell.get("cell_type")
    if not isinstance(kind, str):
        return "outputs" in cell or "execution_count" in cell or "input" in cell
    return kind.lower() == "code"


def _made(number: int, cell: dict[str, Any]) -> Cell:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        lines = [part for part in source if isinstance(part, str)]
        has_ends = len(lines) < 2 or any("\n" in line or "\r" in line for line in lines)
        source = ("" if has_ends else "\n").join(lines)
    if not isinstance(source, str):
        source = ""
    source = source.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "").replace("\0", "")
    count = cell.get("execution_count", cell.get("prompt_number"))
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return Cell(
        number,
        source.encode("utf-8", "replace").decode(),
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
