"""Running the cells of a notebook in their order, each by the policy; one that fails ends only itself."""

from __future__ import annotations

import ast
import contextlib
import signal
import sys
import time
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from autograder.wire.messages import CellRun, Error
from autograder.wire.surroundings import MAX_NOTES, CellPolicy
from autograder.worker.loading import describe
from autograder.worker.notebook.definitions import definitions_of, names_bound_by
from autograder.worker.notebook.reading import Cell, Notebook, read_notebook
from autograder.worker.notebook.recording import Record, recorded
from autograder.worker.notebook.shell import CellShell, cell_name, the_shell
from autograder.worker.notebook.source import cell_text, text_beside
from autograder.worker.notebook.written import DEFINES, file_written_by
from autograder.worker.shims import scalars
from autograder.worker.statements import go_on_after

_MOST_KEPT_BYTES = 4 * 1024 * 1024
_MOST_DESCRIBED = 50  # errors
_MOST_TOLD = 200
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
        self._errors = 0
        self.notes: list[str] = []
        self._whose = ""
        shell.run_notebook = self._run_other

    def left_out(self, cell: Cell) -> CellRun:
        kept = self._kept(cell, Record())
        return CellRun(cell.number, "nothing", 0.0, None, _defined_in(cell), *kept)

    def run(self, cell: Cell) -> tuple[CellRun, BaseException | None]:
        """Run one cell; return how it ran, and what ended it."""
        began = time.perf_counter()
        with recorded(sys.stdout, sys.stderr) as record:
            self._shell.begin_cell(cell_name(self._path, cell.number), record)
            with _time_limit(self._policy.seconds):
                error = self._run(cell)
            unbound = self._unbound(cell, error)
        seconds = time.perf_counter() - began
        described = self._described(error) if error is not None else None
        kept = self._kept(cell, record)
        ran: Literal["whole", "definitions"] = "definitions" if self._policy.run == "definitions" else "whole"
        defined = _defined_in(cell) if error is not None or file_written_by(cell.source) is None else []
        run = CellRun(cell.number, ran, round(seconds, 4), described, defined, *kept, unbound=unbound)
        return run, error

    def _run(self, cell: Cell) -> BaseException | None:
        try:
            if self._policy.run == "definitions":
                return self._define(cell)
            self._shell.run_cell(cell.source, store_history=True)
            failure = self._shell.failure
            if isinstance(failure, SyntaxError) and failure.filename == cell_name(self._path, cell.number):
                self._define_beside(cell, failure.lineno or 0)
            elif isinstance(failure, Exception | SystemExit) and not _is_timed(cell):
                self._go_on(cell, failure)
        except BaseException as error:  # also what a signal raised between two of IPython's own lines
            return error
        return None if isinstance(failure, SystemExit) else failure

    def _go_on(self, cell: Cell, error: Exception | SystemExit) -> None:
        """Run what is left of a cell after an error or `sys.exit()`, as it would be of a file."""
        name, tree = self._tree(cell)
        what = f"code cell {cell.number}{self._whose}"
        ran = go_on_after(error, tree.body, name, vars(self._shell.user_module), 0, what)
        self.notes += ran.notes

    def _run_other(self, path: Path) -> None:
        """Run the cells of another notebook, in the middle of a cell of this one."""
        before = self._path, self._whose
        try:
            for cell in read_notebook(path).cells:
                self._path, self._whose = path, f" of {path.name}"
                self._shell.enter_cell(cell_name(path, cell.number))
                if (error := self._run(cell)) is not None:
                    told = f"{type(error).__name__}: {error}"[:_MOST_TOLD]
                    self.notes.append(
                        f"code cell {cell.number}{self._whose} ended with an error; the others ran. {told}"
                    )
        finally:
            self._path, self._whose = before

    def _define(self, cell: Cell) -> BaseException | None:
        """Run the definitions of a cell, one at a time: one that fails keeps no other from being made."""
        try:
            name, tree = self._tree(cell)
        except SyntaxError as error:
            self._define_beside(cell, error.lineno or 0)
            return error
        return self._define_each(definitions_of(tree.body), name)

    def _define_beside(self, cell: Cell, line: int) -> None:
        """Run the definitions of a cell of which one line is no Python; none that was there is replaced."""
        text = text_beside(cell.source, line, cell_name(self._path, cell.number))
        if text is None:
            return
        name, tree = self._tree(cell, text)
        namespace = vars(self._shell.user_module)
        left = [each for each in tree.body if namespace.keys().isdisjoint(names_bound_by([each]))]
        self._define_each(left, name)
        if left:
            self.notes.append(
                f"code cell {cell.number} ended with an error in line {line}; its other imports and "
                "definitions were run all the same"
            )

    def _unbound(self, cell: Cell, error: BaseException | None) -> list[str]:
        """Return what a failed cell was to bind, as far as that can be read, and has not."""
        if error is None:
            return []
        try:
            tree = self._tree(cell)[1]
        except Exception:  # it is no Python
            return []
        namespace = vars(self._shell.user_module)
        return [name for name in names_bound_by(tree.body) if name not in namespace][:MAX_NOTES]

    def _define_each(self, statements: Sequence[ast.stmt], name: str) -> BaseException | None:
        first: BaseException | None = None
        for statement in statements:
            try:
                one = ast.Module([statement], [])
                code = self._shell.compile(one, name, "exec")  # type: ignore[arg-type]  # a tree will do
                exec(code, vars(self._shell.user_module))  # noqa: S102
            except CellTimeout:
                raise
            except BaseException as error:
                if not isinstance(statement, ast.Assign | ast.AnnAssign | ast.If):
                    first = first or error  # else no constant: it is made of what is not run
        return first

    def _tree(self, cell: Cell, text: str | None = None) -> tuple[str, ast.Module]:
        """Return what a cell's code is called, and its tree, without what a shell alone can run."""
        name = self._shell.compile.cache(cell.source, cell.number)
        text = text if text is not None else cell_text(cell.source, name)
        tree = self._shell.compile.ast_parse(text, name)
        assert isinstance(tree, ast.Module)
        return name, scalars.rewritten(tree)

    def _described(self, error: BaseException) -> Error:
        """Return what is told of an error: of the first ones all, of more only what they are."""
        self._errors += 1
        if self._errors > _MOST_DESCRIBED:
            return Error(type(error).__name__, "", [])
        return describe(error, self._path.parent)

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


def _is_timed(cell: Cell) -> bool:
    """Return whether what a cell defines is not defined outside of it."""
    return cell.source.lstrip().startswith("%%timeit")


def _defined_in(cell: Cell) -> list[str]:
    """Return the functions and classes whose definitions stand in a cell, whether it runs or not."""
    return DEFINES.findall(cell.source)[:MAX_NOTES]


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
