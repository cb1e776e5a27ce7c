"""IPython without a kernel: the shell that runs the cells of a notebook."""

from __future__ import annotations

import linecache
from pathlib import Path
from typing import Any

from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from autograder.worker.notebook.recording import Record

_SHOWN = ("text/plain", "image/png")


class _Compiler(CachingCompiler):
    """Names code by notebook, cell and line, as people count them."""

    name = "cell"

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:  # noqa: ARG002
        return self.name


class _Display(DisplayPublisher):
    """Takes what a cell displays."""

    record = Record()

    def publish(self, data: dict[str, Any], *_: Any, **__: Any) -> None:
        """Keep a figure, or the text of anything else."""
        png = data.get("image/png")
        if isinstance(png, bytes):
            self.record.add_figure(png)
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
    """An IPython that keeps no history, writes no files, and prints no tracebacks: they are returned."""

    compiler_class = Type(_Compiler)
    display_pub_class = Type(_Display)
    displayhook_class = Type(_LastValue)

    def init_ipython_dir(self, ipython_dir: Any) -> None:
        """Have no folder of IPython's own."""

    def init_profile_dir(self, profile_dir: Any) -> None:
        """Have no profile."""

    def showtraceback(self, *_: Any, **__: Any) -> None:
        """Print nothing: the exception is returned."""

    def showsyntaxerror(self, *_: Any, **__: Any) -> None:
        """Print nothing: the exception is returned."""

    def showindentationerror(self) -> None:
        """Print nothing: the exception is returned."""

    def enable_gui(self, gui: Any = None) -> None:
        """Have no window: figures are kept."""

    def ask_exit(self) -> None:
        """End the cell in which ``exit()`` stands."""
        raise SystemExit

    def begin_cell(self, name: str, record: Record) -> None:
        """Have the next cell's code called `name`, and what it displays go into `record`."""
        assert isinstance(self.compile, _Compiler)
        assert isinstance(self.display_pub, _Display)
        self.compile.name = name
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


def source_line(file: str, line: int) -> str:
    """Return a line of a cell that has run, by the name of its code."""
    return linecache.getline(file, line)


def cell_name(path: Path, number: int) -> str:
    """Return what the code of a cell is called in tracebacks."""
    return f"{path}, cell {number}"
