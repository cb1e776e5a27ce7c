"""Running a Python file as a module."""

from __future__ import annotations

import ast
import re
import sys
import types
from pathlib import Path

from autograder.wire.surroundings import CellPolicy
from autograder.worker.cells import future_flags, run_cells, tags_in
from autograder.worker.notebook.definitions import definitions_of, kept_for_a_program
from autograder.worker.places import Places
from autograder.worker.shims import scalars
from autograder.worker.shims.packages import belong
from autograder.worker.statements import Ran, run_statements

_COMMAND = re.compile(r"^([ \t]*)[%!](?=[A-Za-z]).*$", re.MULTILINE)
_DEFINED = '{name}: what stands below `if __name__ == "__main__"` alone was defined, and not run'
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
            more = _define_more(tree, path, module)
            ran = Ran(found.error or more.error, (*notes, *found.notes, *more.notes))
    except BaseException as error:
        return module, Ran(error, tuple(notes))
    return module, ran


def _define_more(tree: ast.Module, path: Path, module: types.ModuleType) -> Ran:
    """Define what a file has for its use as a program alone: functions are asked for wherever they stand."""
    body = kept_for_a_program(tree.body, module.__dict__)
    if not body:
        return Ran()
    ran = run_statements(body, str(path), module.__dict__, future_flags(tree), path.name)
    return Ran(ran.error, (_DEFINED.format(name=path.name), *ran.notes))


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
