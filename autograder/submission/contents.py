"""Files side by side: what each defines, and whether a notebook and a Python file are the same code.

Nothing is run. Code is compared line by line as text, less what an export changes: comments, blank lines,
a notebook's commands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath

from autograder.submission.files import SubmittedFile
from autograder.submission.forms import NOTEBOOK, is_notebook
from autograder.submission.naming import safe_path

_MOST_COMPARED_BYTES = 8 * 1024 * 1024
_DEFINED = re.compile(r"\s*(?:async\s+)?(?:def|class)\s+(\w+)|(\w+)\s*=(?!=)")
_IMPORT = re.compile(r"\s*(?:from|import)\s")
_WORD = re.compile(r"\w+")
_HOLDS_CELLS = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"(?:cells|metadata|nbformat|nbformat_minor|worksheets)"'
)
_NO_CODE = re.compile(r"\s*(?:#|[%!]|get_ipython\(\)|$)")


def by_content(files: list[SubmittedFile]) -> tuple[list[SubmittedFile], list[str]]:
    r"""Return the files, notebooks called Python files as what they are, and what to note.

    >>> by_content([SubmittedFile("net.py", b'{"cells": [], "nbformat": 4}')])[1]
    ['net.py holds a notebook, and is taken as net.ipynb']
    """
    taken = {file.path.casefold() for file in files}
    found, notes = [], []
    for file in files:
        path = PurePosixPath(file.path)
        name = str(path.with_suffix(NOTEBOOK)) if path.suffix.lower() == ".py" else file.path
        if name.casefold() not in taken and _HOLDS_CELLS.match(file.data) and b'"nbformat"' in file.data:
            notes.append(f"{safe_path(file.path)} holds a notebook, and is taken as {safe_path(name)}")
            file = replace(file, path=name)  # noqa: PLW2901
        found.append(file)
    return found, notes


def code_lines(file: SubmittedFile) -> list[str] | None:
    r"""Return the lines of code of a Python file or a notebook; None where that cannot be told.

    >>> code_lines(SubmittedFile("net.py", b"# In[1]:\n\nx = 1 \n"))
    ['x = 1']
    >>> cells = b'{"cells": [{"cell_type": "code", "source": ["%pwd\\n", "x = 1"]}]}'
    >>> code_lines(SubmittedFile("net.ipynb", cells))
    ['x = 1']
    """
    if len(file.data) > _MOST_COMPARED_BYTES:
        return None
    text = bytes(file.data).decode("utf-8-sig", "replace")
    if is_notebook(file.path):
        try:
            text = "\n".join(_sources(json.loads(text)))
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            return None
    return [line.rstrip() for line in text.splitlines() if not _NO_CODE.match(line)]


def defined_in(file: SubmittedFile, names: Iterable[str]) -> frozenset[str] | None:
    r"""Return which of some names a file defines, or imports, as far as the beginnings of its lines tell.

    None stands for a file of which that cannot be told. Capitals and underscores do not matter, as where
    functions are called.

    >>> sorted(defined_in(SubmittedFile("a.py", b"def f_x(x):\n    return g(x)\nh = 1\n"), ["fX", "g", "h"]))
    ['fX', 'h']
    """
    lines = code_lines(file)
    if lines is None:
        return None
    there: set[str] = set()
    for line in lines:
        if found := _DEFINED.match(line):
            there.add(_folded(found[1] or found[2]))
        elif _IMPORT.match(line):
            there.update(map(_folded, _WORD.findall(line)))
    return frozenset(name for name in names if _folded(name) in there)


def _folded(name: str) -> str:
    return name.replace("_", "").casefold()


def _sources(notebook: dict[str, list[dict[str, str | list[str]]]]) -> list[str]:
    cells = notebook.get("cells", [])
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def is_rival(other: SubmittedFile, found: SubmittedFile) -> bool:
    """Return whether a file in the other form may be meant as well: it has code, and not the same."""
    lines = code_lines(other)
    return lines is None or (bool(lines) and lines != code_lines(found))
