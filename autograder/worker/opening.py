"""Opening a submission: read its file, run it, and say what it defines."""

from __future__ import annotations

import contextlib
import sys
import types
from pathlib import Path

from autograder.wire.messages import MAX_NAMES, CellRun, Loaded
from autograder.wire.surroundings import MAX_NOTES, NO_CELL, CellPolicy
from autograder.worker import stand_in
from autograder.worker.cells import tags_in
from autograder.worker.loading import (
    UnreadableSource,
    describe,
    imports_of,
    notebook_text,
    source_and_note,
)
from autograder.worker.notebook.order import order_note
from autograder.worker.notebook.reading import Notebook, is_notebook, read_notebook
from autograder.worker.places import Places
from autograder.worker.script import run_source
from autograder.worker.shims.data import Files
from autograder.worker.shims.packages import is_folder

_OF_A_SHELL = frozenset({"exit", "get_ipython", "quit"})  # which a notebook finds and defines nothing of


def open_submission(
    id: int,  # noqa: A002
    path: Path,
    home: Path,
    places: Places,
    policy: CellPolicy,
    files: Files,
) -> tuple[types.ModuleType, Loaded]:
    """Run the submission's file; return the module that it makes, and what to tell the grader.

    Args:
        id: Of the request.
        path: The file.
        home: The folder of the submission.
        places: Values to look at after their cells.
        policy: What of it runs.
        files: Where files are looked for, and notes are taken.
    """
    # Last on the path: a file of the submission never stands in for an installed package.
    sys.path.append(str(home))
    notebook, encoded = None, None
    try:
        if is_notebook(path.name):
            notebook = read_notebook(path)
            source = notebook_text(path.name, notebook).text
        else:
            source, encoded = source_and_note(path)
    except UnreadableSource as unreadable:
        return types.ModuleType(path.stem), Loaded(id, [], [], [], None, str(unreadable))
    stand_in.install()
    cells: list[CellRun] = []
    notes: list[str] = []
    if notebook is not None:
        module, error, cells, failed = _run_notebook(notebook, path, places, policy, files)
        order = order_note(notebook.cells) if policy.run == "all" else None
        notes = [*notebook.notes, *([order] if order else []), *failed]
    else:
        module, how = run_source(source, path, path.stem, places, policy)
        error, notes = how.error, [*([encoded] if encoded else []), *how.notes]
    there = {tag for cell in notebook.cells for tag in cell.tags} if notebook else {*tags_in(source)}
    if policy.run == "tagged" and there.isdisjoint(policy.tags):
        notes.append(f"{NO_CELL}{' or '.join(policy.tags)}, so none ran")
    callables = {key: value for key, value in list(vars(module).items()) if _is_callable(key, value)}
    own = [key for key, value in callables.items() if getattr(value, "__module__", None) == module.__name__]
    flush()
    described = describe(error, home) if error else None
    return module, Loaded(
        id,
        list(callables)[:MAX_NAMES],
        own[:MAX_NAMES],
        [each for each in imports_of(source) if not is_folder(each, home)][:MAX_NAMES],
        described,
        cells=cells,
        notes=notes[:MAX_NOTES],
    )


def _run_notebook(
    notebook: Notebook, path: Path, places: Places, policy: CellPolicy, files: Files
) -> tuple[types.ModuleType, BaseException | None, list[CellRun], list[str]]:
    from autograder.worker.notebook.running import run_notebook  # noqa: PLC0415  # IPython, only for notebooks
    from autograder.worker.notebook.shell import the_shell  # noqa: PLC0415
    from autograder.worker.notebook.written import run_written  # noqa: PLC0415
    from autograder.worker.shims.commands import prepare  # noqa: PLC0415
    from autograder.worker.shims.figures import keep_figures  # noqa: PLC0415

    places.know_tags([tag for cell in notebook.cells for tag in cell.tags])
    if policy.keep:
        keep_figures()
    prepare(the_shell(), files)
    ran = run_notebook(notebook, path, policy, places.keep)
    written = run_written(notebook.cells, path, ran.module) if policy.run == "all" else []
    return ran.module, ran.error, ran.cells, [*ran.notes, *written]


def _is_callable(key: object, value: object) -> bool:
    if type(key) is not str or key in _OF_A_SHELL:
        return False
    return key.isascii() and not key.startswith("__") and callable(value)


def flush() -> None:
    """Send on what was printed."""
    for stream in (sys.__stdout__, sys.__stderr__, sys.stdout, sys.stderr):
        with contextlib.suppress(BaseException):
            stream.flush()  # type: ignore[union-attr]  # whatever a submission puts there
