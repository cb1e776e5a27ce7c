"""Cells of a Python file, in the percent format that editors know: ``# %% title tags=["answers"]``."""

from __future__ import annotations

import ast
import json
import re
import types
from collections.abc import Callable, Iterator
from pathlib import Path

from autograder.wire.surroundings import CellPolicy
from autograder.worker.notebook.definitions import definitions_of
from autograder.worker.shims import scalars
from autograder.worker.statements import Ran, run_statements

_CELL = re.compile(r"^# ?%%(?P<rest>.*)$", re.MULTILINE)
_TAGS = re.compile(r"tags=(\[[^\]]*\])")


def run_cells(
    source: str,
    path: str,
    namespace: dict[str, object],
    after_cell: Callable[[list[str]], None],
    policy: CellPolicy,
) -> Ran:
    """Run a source cell by cell, and say after each what its tags are; return how they ran.

    As in a notebook, an error or `sys.exit()` ends its own cell: what follows there is only defined, and the
    other cells run.

    Args:
        source: The whole text; what stands before the first marker is a cell without tags.
        path: Its name in tracebacks.
        namespace: Where it runs.
        after_cell: Called with the tags of each cell that has run to its end.
        policy: Which cells run, and what of them.
    """
    tree = scalars.rewritten(ast.parse(source, path))
    error: BaseException | None = None
    notes: list[str] = []
    for tags, whole in _cells(source, tree.body):
        if policy.run == "tagged" and set(policy.tags).isdisjoint(tags):
            continue
        body = definitions_of(whole) if policy.run == "definitions" else whole
        ran = run_statements(body, path, namespace, future_flags(tree), Path(path).name)
        notes += ran.notes
        error = error or ran.error
        if ran.error is None:
            after_cell(tags)
    return Ran(error, tuple(notes))


def tags_in(source: str) -> list[str]:
    """Return the tags that a source's cells have, each once, in their order.

    >>> tags_in('# %% tags=["one"]\\n# %% two\\n')
    ['one']
    """
    return list(dict.fromkeys(tag for found in _CELL.finditer(source) for tag in _tags(found["rest"])))


def _cells(source: str, statements: list[ast.stmt]) -> Iterator[tuple[list[str], list[ast.stmt]]]:
    marks = [
        (source.count("\n", 0, found.start()) + 1, _tags(found["rest"])) for found in _CELL.finditer(source)
    ]
    marks = [(0, list[str]()), *marks]
    for number, (line, tags) in enumerate(marks):
        end = marks[number + 1][0] if number + 1 < len(marks) else float("inf")
        yield tags, [statement for statement in statements if line <= statement.lineno < end]


def _tags(text: str) -> list[str]:
    found = _TAGS.search(text)
    try:
        tags = json.loads(found[1]) if found else []
    except ValueError:
        return []
    return [tag for tag in tags if isinstance(tag, str)]


def future_flags(tree: ast.Module) -> int:
    """Return the flags of the file's ``from __future__`` imports, which hold for all of its cells."""
    import __future__  # noqa: PLC0415

    names = [
        alias.name
        for statement in tree.body
        if isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
        for alias in statement.names
    ]
    flags = 0
    for name in names:
        feature = getattr(__future__, name, None)
        flags |= getattr(feature, "compiler_flag", 0) if not isinstance(feature, types.ModuleType) else 0
    return flags
