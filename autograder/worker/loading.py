"""Reading the submission's file, and telling of its exceptions, inside the worker."""

from __future__ import annotations

import ast
import codecs
import io
import linecache
import os
import tokenize
import traceback
import types
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.wire.messages import Error, Traceback

if TYPE_CHECKING:
    from autograder.worker.notebook.reading import Notebook, PythonText

MAX_SOURCE_BYTES = 256 * 1024
_MAX_MESSAGE = 2_000
_MAX_LINES = 8


class UnreadableSource(Exception):
    """The file is no Python source that can be read; the message says why."""


def read_source(path: Path) -> str:
    """Return the text of a source file, by the encoding that `source_and_note` finds.

    Raises:
        UnreadableSource: If it is missing, too large, or not text in that encoding.
    """
    return source_and_note(path)[0]


def source_and_note(path: Path) -> tuple[str, str | None]:
    """Return the text of a source file, and in which other encoding than Python would read it, if in one.

    UTF-16 shows by its first bytes: Windows' command line writes it. What declares nothing and is no UTF-8 is
    from an editor on Windows.

    Raises:
        UnreadableSource: If it is missing, too large, or not text in its encoding.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableSource(f"{path.name} cannot be opened: {error.strerror}") from None
    if len(data) > MAX_SOURCE_BYTES:
        raise UnreadableSource(
            f"{path.name} has {len(data):,} bytes; a source file may have {MAX_SOURCE_BYTES:,}"
        )
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return io.TextIOWrapper(io.BytesIO(data), encoding).read(), None
    except (SyntaxError, UnicodeDecodeError) as error:
        if (other := _other_encoding(data)) is not None:
            text = io.TextIOWrapper(io.BytesIO(data), other).read()
            return text, f"{path.name} was read as {other}: save it as UTF-8, which Python asks for"
        raise UnreadableSource(
            f"{path.name} is not text in its declared encoding; save it as UTF-8: {error}"
        ) from None


def _other_encoding(data: bytes) -> str | None:
    """Return in what a source is written that is no UTF-8 and does not say so; None where nothing tells."""
    if b"coding" in b"".join(data.splitlines()[:2]) or data.startswith(codecs.BOM_UTF8):
        return None
    candidate = "UTF-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "cp1252"
    try:
        text = data.decode(candidate)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else candidate


def notebook_text(name: str, notebook: Notebook) -> PythonText:
    """Return a notebook's code as Python text.

    Raises:
        UnreadableSource: If there is no IPython here to say what its cells mean, and to run them.
    """
    try:
        from autograder.worker.notebook.source import python_of  # noqa: PLC0415  # IPython, only for notebooks
    except ImportError:
        raise UnreadableSource(
            f"{name} is a notebook, and IPython, which runs it, is not installed here: pip install ipython"
        ) from None
    return python_of(notebook.cells)


def syntax_tree(source: str | bytes) -> ast.Module:
    """Return a source's tree: of bytes, as Python reads them when it imports them.

    What Python warns of is printed when the source is run, and not here.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def imports_of(source: str) -> list[str]:
    """Return the first names of the modules that a source imports as soon as it runs; none if it cannot."""
    try:
        body = syntax_tree(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    names: dict[str, None] = {}
    for statement in body:
        if isinstance(statement, ast.Import):
            names |= dict.fromkeys(alias.name.partition(".")[0] for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            names[statement.module.partition(".")[0]] = None
    return list(names)


def describe(error: BaseException, home: Path) -> Error:
    """Return what travels of an exception: its type, its message and the submission's own lines."""
    try:
        message = str(error)
    except BaseException:
        message = "(the exception cannot be shown)"
    if isinstance(error, SyntaxError):
        return _describe_syntax(error, home)
    message = message.replace(f"{home}{os.sep}", "")
    return Error(_clean(type(error).__name__), _clean(message), _own_lines(error, home))


def _describe_syntax(error: SyntaxError, home: Path) -> Error:
    file = str(error.filename or "")
    line = linecache.getline(file, error.lineno or 0) if file in linecache.cache else error.text or ""
    own = [Traceback(_relative(file, home), error.lineno or 0, "", _clean(line.rstrip()))]
    name = type(error).__name__
    name = "SyntaxError" if name.startswith("_") else name  # Python 3.13's _IncompleteInputError
    return Error(name, _clean(str(error.msg)), own if file.startswith(str(home)) else [])


def _own_lines(error: BaseException, home: Path) -> list[Traceback]:
    lines = [
        Traceback(
            _relative(frame.f_code.co_filename, home), line, frame.f_code.co_name, _source_line(frame, line)
        )
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename.startswith(str(home))
    ]
    return lines[:1] + lines[1:][-(_MAX_LINES - 1) :]


def _source_line(frame: types.FrameType, line: int) -> str:
    file = frame.f_code.co_filename
    if file in linecache.cache:  # the cell of a notebook
        return _clean(linecache.getline(file, line).strip())
    try:
        return _clean(read_source(Path(file)).splitlines()[line - 1].strip())
    except (UnreadableSource, IndexError):
        return ""


def _relative(file: str, home: Path) -> str:
    return _clean(file.removeprefix(str(home)).lstrip("/\\"))


def _clean(text: str) -> str:
    """Return a text that can be encoded, and is not endless."""
    return text[:_MAX_MESSAGE].encode("utf-8", "replace").decode("utf-8")
