"""IPython without a kernel: the shell that runs the cells of a notebook."""

from __future__ import annotations
import __future__

import ast
import sys
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.worker.notebook.reading import SUFFIX
from autograder.worker.notebook.recording import Record
from autograder.worker.shims.notes import Notes

_SHOWN = ("text/plain", "image/png")
_TIMED = ("<timed exec>", "<timed eval>")
_ABOVE_PYTHON = ("time", "timeit", "prun", "capture")
_MOST_OF_LINE = 120
_FORGETTING = ("reset", "reset_selective", "xdel")
_KEPT = "what the cells have defined is kept, to be graded"
_SURROUNDINGS = ("matplotlib", "load_ext", "reload_ext", "config", "autoreload", "tensorboard", "pylab")


class _Compiler(CachingCompiler):
    """Names code by notebook, cell and line, as people count them.

    Attributes:
        name: Of the cell.
        lines_before: How many of its lines stand before a line that is timed.
    """

    name = "cell"
    lines_before = 0

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:  # noqa: ARG002
        """Return the name of the cell."""
        return self.name

    def cache(self, transformed_code: str, number: int = 0, raw_code: str | None = None) -> str:
        """Return the name of the cell; its lines are kept as they were written."""
        name: str = super().cache(raw_code or transformed_code, number, raw_code)
        return name

    def __call__(self, source: Any, filename: str, symbol: str, **more: Any) -> Any:
        """Compile a tree; what is timed belongs to its cell too."""
        if filename in _TIMED:
            ast.increment_lineno(source, self.lines_before)
            filename = self.name
        return super().__call__(source, filename, symbol, **more)


class _Display(DisplayPublisher):
    """Takes what a cell displays."""

    record = Record()

    def publish(self, data: dict[str, Any], *_: Any, **__: Any) -> None:
        """Keep a figure, or the text of anything else."""
        png = data.get("image/png")
        if isinstance(png, bytes | str):
            self.record.add_figure(png if isinstance(png, bytes) else b64decode(png))
        elif isinstance(text := data.get("text/plain"), str):
            self.record.add_shown(text)

    def clear_output(self, wait: bool = False) -> None:
        """Do nothing: what was shown stays."""


class _LastValue(DisplayHook):
    """Takes the value of a cell's last line."""

    def write_output_prompt(self) -> None:
        """Write no prompt."""

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:  # noqa: ARG002
        """Keep the value as text, or as a figure."""
        assert self.shell is not None
        self.shell.display_pub.publish(format_dict)

    def finish_displayhook(self) -> None:
        """Write no end of line."""


class CellShell(InteractiveShell):
    """An IPython that keeps no history, writes no files, and prints no tracebacks.

    Attributes:
        notes: What was skipped, and why.
        failure: The first exception of the present cell.
        run_notebook: Runs another notebook, which ``%run`` names.
    """

    compiler_class = Type(_Compiler)
    display_pub_class = Type(_Display)
    displayhook_class = Type(_LastValue)

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.notes = Notes()
        self.failure: BaseException | None = None
        self.run_notebook: Callable[[Path], None] | None = None

    def transform_cell(self, raw_cell: str) -> str:
        """Return a cell as Python; its lines stay where they are."""
        transformed: str = super().transform_cell(raw_cell)
        return blank_lines_before(raw_cell) + transformed

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        """Run a magic; skip, with a note, one that is unknown, or sets up what is not here."""
        if self.find_line_magic(magic_name) is None:
            return self._skip(f"%{magic_name}", "it is not known here")
        if magic_name in _FORGETTING:
            return self._skip(f"%{magic_name} {line}".strip(), _KEPT)
        if magic_name == "matplotlib" and line.split(None, 1)[:1] not in ([], ["inline"]):
            line = "inline"  # there is no window, and no widget
        self._compiler.lines_before = self._line_of_caller() - 1
        try:
            return super().run_line_magic(magic_name, line, _stack_depth + 1)
        except (ImportError, UsageError) as error:
            if magic_name not in _SURROUNDINGS:
                raise
            return self._skip(f"%{magic_name} {line}".strip(), str(error))

    def magic(self, line: str) -> Any:
        """Run a magic as it was asked for before IPython 8."""
        name, _, rest = line.lstrip(" %").partition(" ")
        return self.run_line_magic(name, rest)

    def safe_execfile_ipy(
        self, fname: Any, shell_futures: bool = False, raise_exceptions: bool = False
    ) -> None:
        """Run what ``%run`` names; a notebook as this one is run."""
        path = Path(fname)
        if path.suffix.lower() != SUFFIX or self.run_notebook is None:
            super().safe_execfile_ipy(fname, shell_futures, raise_exceptions)
            return
        name, failure = self._compiler.name, self.failure
        try:
            self.run_notebook(path)
        finally:
            self._compiler.name, self.failure = name, failure

    def enter_cell(self, name: str) -> None:
        """Have the next cell's code called `name`."""
        self._compiler.name, self.failure = name, None

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        """Run a cell's magic; skip, with a note, one that is unknown, or has nothing to work on."""
        if self.find_cell_magic(magic_name) is None:
            return self._skip(f"a cell under %%{magic_name}", "it is not known here")
        if not cell.strip():
            return self._skip(f"%%{magic_name}", "there is nothing below it")
        self._compiler.lines_before = 0
        if magic_name in _ABOVE_PYTHON:
            cell = "\n" * self._line_of_caller() + cell  # its lines keep their numbers
        return super().run_cell_magic(magic_name, line, cell)

    def _line_of_caller(self) -> int:
        """Return the line of the cell in which a magic was called; 1 where another code called it."""
        caller = sys._getframe(2)
        return caller.f_lineno if caller.f_code.co_filename == self._compiler.name else 1

    @property
    def _compiler(self) -> _Compiler:
        assert isinstance(self.compile, _Compiler)
        return self.compile

    def _skip(self, what: str, why: str) -> None:
        self.notes.add(f"{what[:_MOST_OF_LINE]} was skipped: {why[:_MOST_OF_LINE]}")

    def reset(self, new_session: bool = True, aggressive: bool = False) -> None:  # noqa: ARG002
        """Forget nothing: what the cells have defined is to be graded."""
        self._skip("get_ipython().reset()", _KEPT)

    def init_ipython_dir(self, ipython_dir: Any) -> None:
        """Have no folder of IPython's own."""

    def init_profile_dir(self, profile_dir: Any) -> None:
        """Have no profile."""

    def showtraceback(self, exc_tuple: Any = None, *_: Any, **__: Any) -> None:
        """Print nothing: the exception is kept, also of a cell that a magic has run, or that is no Python."""
        failure = exc_tuple[1] if isinstance(exc_tuple, tuple) else sys.exc_info()[1]
        if isinstance(failure, SyntaxError) and failure.filename == "<string>":
            failure.filename = self._compiler.name
        self.failure = self.failure or failure

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        """Print nothing: the exception is kept."""
        self.showtraceback()

    def showindentationerror(self) -> None:
        """Print nothing: the exception is kept."""
        self.showtraceback()

    def _format_exception_for_storage(self, *_: Any, **__: Any) -> dict[str, Any]:
        """Keep nothing for a history that is not kept: to format an exception takes a tenth of a second."""
        return {}

    def enable_gui(self, gui: Any = None) -> None:
        """Have no window: figures are kept."""

    def ask_exit(self) -> None:
        """End the cell in which ``exit()`` stands."""
        raise SystemExit

    def begin_cell(self, name: str, record: Record) -> None:
        """Have the next cell's code called `name`, and what it displays go into `record`."""
        assert isinstance(self.display_pub, _Display)
        self.enter_cell(name)
        # A cell is compiled by the grammar by which it was looked through, whatever an earlier one imports.
        self._compiler.flags &= ~__future__.barry_as_FLUFL.compiler_flag
        self.display_pub.record = record


def the_shell() -> CellShell:
    """Return the process's shell, made and warm; a fork server makes it once, before it forks."""
    if not CellShell.initialized():
        config = Config()
        config.HistoryManager.enabled = False
        config.HistoryManager.hist_file = ":memory:"
        config.InteractiveShell.colors = "nocolor"
        config.InteractiveShell.autoindent = False
        config.Completer.use_jedi = False
        shell = CellShell.instance(config=config)
        assert shell.display_formatter is not None
        shell.display_formatter.active_types = list(_SHOWN)
        shell.run_cell("None", silent=True)
        shell.user_module.__dict__.pop("__file__", None)
    shell = CellShell.instance()
    assert isinstance(shell, CellShell)
    return shell


def blank_lines_before(source: str) -> str:
    """Return the ends of the blank lines that a cell begins with: IPython takes them away.

    >>> blank_lines_before("\\n  \\nx = 1\\n")
    '\\n\\n'
    """
    return "\n" * source[: len(source) - len(source.lstrip())].count("\n")


def cell_name(path: Path, number: int) -> str:
    """Return what the code of a cell is called in tracebacks."""
    return f"{path}, cell {number}"
