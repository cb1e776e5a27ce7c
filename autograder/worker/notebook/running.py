"""Running the cells of a notebook in their order, each by the policy; one that fails ends only itself."""

from __future__ import annotations

import ast
import contextlib
import re
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.wire.messages import CellRun
from autograder.wire.surroundings import MAX_NOTES, CellPolicy
from autograder.worker.loading import describe
from autograder.worker.notebook.definitions import definitions_of
from autograder.worker.notebook.reading import Cell, Notebook
from autograder.worker.notebook.recording import Record, recorded
from autograder.worker.notebook.shell import CellShell, cell_name, the_shell
from autograder.worker.shims import scalars
from autograder.worker.statements import go_on_after

_DEFINES = re.compile(r"^(?:async +)?(?:def|class) +([A-Za-z_]\w*)", re.MULTILINE)
_MOST_KEPT_BYTES = 4 * 1024 * 1024
_MOST_TEXT = 400_000  # characters of all cells


class CellTimeout(BaseException):
    """A cell took longer than its limit; no handler for Exception takes it."""


@dataclass
class Ran:
    """A notebook that has run.

    Attributes:
        module: What its cells have defined.
        cells: How each ran.
        error: The first exception, of any cell.
        notes: What was done about cells that failed.
    """

    module: types.ModuleType
    cells: list[CellRun] = field(default_factory=list)
    error: BaseException | None = None
    notes: list[str] = field(default_factory=list)


def run_notebook(
    notebook: Notebook,
    path: Path,
    policy: CellPolicy,
    after_cell: Callable[[types.ModuleType, Sequence[str]], None],
) -> Ran:
    """Run a notebook's cells from top to bottom.

    Args:
        notebook: Its code cells.
        path: The file, in the folder of the submission.
        policy: Which cells run, how long, and what is kept of them.
        after_cell: Called with the module and the tags of each cell that has run to its end.
    """
    shell = the_shell()
    module = shell.user_module
    sys.modules[module.__name__] = module
    running = _Running(shell, path, policy)
    ran = Ran(module)
    for cell in notebook.cells:
        is_wanted = policy.run != "tagged" or not set(policy.tags).isdisjoint(cell.tags)
        run, error = running.run(cell) if is_wanted else (running.left_out(cell), None)
        ran.cells.append(run)
        ran.error = ran.error or error
        if is_wanted and error is None:
            after_cell(module, cell.tags)
    ran.notes = running.notes
    return ran


class _Running:
    """The cells of one notebook, and what may still be kept of them."""

    def __init__(self, shell: CellShell, path: Path, policy: CellPolicy) -> None:
        self._shell, self._path, self._policy = shell, path, policy
        self._bytes_left, self._text_left = _MOST_KEPT_BYTES, _MOST_TEXT
        self.notes: list[str] = []

    def left_out(self, cell: Cell) -> CellRun:
        return CellRun(cell.number, "nothing", 0.0, None, [], "", cell.source if self._policy.keep else "")

    def run(self, cell: Cell) -> tuple[CellRun, BaseException | None]:
        """Run one cell; return how it ran, and what ended it."""
        began = time.perf_counter()
        with recorded(sys.stdout, sys.stderr) as record:
            self._shell.begin_cell(cell_name(self._path, cell.number), record)
            with _time_limit(self._policy.seconds):
                error = self._run(cell)
        seconds = time.perf_counter() - began
        described = describe(error, self._path.parent) if error is not None else None
        kept = self._kept(cell, record)
        defines = _DEFINES.findall(cell.source)[:MAX_NOTES]
        is_whole = self._policy.run != "definitions"
        run = CellRun(
            cell.number, "whole" if is_whole else "definitions", round(seconds, 4), described, defines, *kept
        )
        return run, error

    def _run(self, cell: Cell) -> BaseException | None:
        try:
            if self._policy.run == "definitions":
                return self._define(cell)
            result = self._shell.run_cell(cell.source, store_history=True)
            ended: BaseException | None = result.error_before_exec or result.error_in_exec
            if result.error_before_exec is None and isinstance(ended, Exception):
                self._go_on(cell, ended)
        except BaseException as error:  # also what a signal raised between two of IPython's own lines
            return error
        return None if isinstance(ended, SystemExit) else ended

    def _go_on(self, cell: Cell, error: Exception) -> None:
        """Run what is left of a cell after an error, as it would be of a file."""
        name = cell_name(self._path, cell.number)
        tree = scalars.rewritten(ast.parse(self._shell.transform_cell(cell.source), name))
        what = f"code cell {cell.number}"
        ran = go_on_after(error, tree.body, name, vars(self._shell.user_module), 0, what)
        self.notes += ran.notes

    def _define(self, cell: Cell) -> BaseException | None:
        """Run the definitions of a cell, one at a time: one that fails keeps no other from being made."""
        text = self._shell.transform_cell(cell.source)
        name = self._shell.compile.cache(text, cell.number, raw_code=cell.source)
        tree = scalars.rewritten(ast.parse(text, name))
        first: BaseException | None = None
        for statement in definitions_of(tree.body):
            try:
                code = compile(ast.Module([statement], []), name, "exec", dont_inherit=True)
                exec(code, vars(self._shell.user_module))  # noqa: S102
            except BaseException as error:
                if isinstance(error, CellTimeout):
                    raise
                first = first or error
        return first

    def _kept(self, cell: Cell, record: Record) -> tuple[str, str, str, list[bytes]]:
        """Return what is kept of a cell: printed, source, shown, figures."""
        printed = record.printed[: self._text_left]
        self._text_left -= len(printed)
        if not self._policy.keep:
            return printed, "", "", []
        shown = record.shown[: self._text_left]
        self._text_left -= len(shown)
        figures = []
        for figure in record.figures:
            if len(figure) <= self._bytes_left:
                self._bytes_left -= len(figure)
                figures.append(figure)
        return printed, cell.source, shown, figures


@contextlib.contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Raise `CellTimeout` in what takes longer. A courtesy to the other cells."""
    if seconds <= 0 or not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: object) -> None:
        raise CellTimeout(f"the cell took longer than {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
