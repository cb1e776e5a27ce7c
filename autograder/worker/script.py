"""Running a Python file as a module."""

from __future__ import annotations

import ast
import re
import sys
import types
from pathlib import Path

from autograder.wire.surroundings import CellPolicy
from autograder.worker.cells import future_flags, run_cells, tags_in
from autograder.worker.notebook.definitions import definitions_of
from autograder.worker.places import Places
from autograder.worker.shims import scalars
from autograder.worker.shims.packages import belong
from autograder.worker.statements import Ran, run_statements

_COMMAND = re.compile(r"^([ \t]*)[%!](?=[A-Za-z]).*$", re.MULTILINE)
_SKIPPED = "the commands of a notebook in {name}, such as {command!r}, were skipped: it is a Python file"


def run_source(
    source: str, path: Path, name: str, places: Places, policy: CellPolicy
) -> tuple[types.ModuleType, Ran]:
    """Run a source file as a module, and return it with how it ran.

    What is defined by statements that do not fail is there, whatever comes before them (see `statements`).
    `sys.exit()` is no error: what follows it is defined. Only where the policy's tags, or a place that is to
    be looked at after a cell, ask for it is it run cell by cell.
    """
    module = types.ModuleType(name)
    module.__file__ = str(path)
    sys.modules[name] = module
    ran = Ran()
    notes: list[str] = []
    try:
        if places.tags or policy.run == "tagged":
            places.know_tags(tags_in(source))
            ran = run_cells(
                source, str(path), module.__dict__, lambda tags: places.keep(module, tags), policy
            )
        else:
            tree = _tree(source, path, notes)
            body = definitions_of(tree.body) if policy.run == "definitions" else tree.body
            belong(module, tree)
            found = run_statements(body, str(path), module.__dict__, future_flags(tree), path.name)
            ran = Ran(found.error, (*notes, *found.notes))
    except BaseException as error:
        return module, Ran(error, tuple(notes))
    return module, ran


def _tree(source: str, path: Path, notes: list[str]) -> ast.Module:
    """Return a source's tree, without a notebook's commands where these keep it from being Python.

    Raises:
        SyntaxError: If it is no Python.
    """
    try:
        return scalars.rewritten(ast.parse(source, str(path)))
    except SyntaxError as error:
        found, broken = _COMMAND.search(source), error
    if found is None:
        raise broken
    try:
        tree = ast.parse(_COMMAND.sub(r"\1pass", source), str(path))
    except SyntaxError:
        raise broken from None
    notes.append(_SKIPPED.format(name=path.name, command=found[0].strip()[:80]))
    return scalars.rewritten(tree)
