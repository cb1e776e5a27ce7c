"""The console and IPython, where there is none: `input`, `get_ipython`, `IPython.display`."""

from __future__ import annotations

import builtins
import io
import itertools
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograder.worker.shims.callers import is_submission
from autograder.worker.shims.hooks import Change
from autograder.worker.shims.notes import Notes

INPUT = "input() returned an empty text: nobody answers while work is graded"
_MOST_ANSWERS = 100
_DATA_CLASSES = (
    "HTML Markdown Latex Math SVG Image Audio Video JSON GeoJSON Javascript Pretty Code ProgressBar IFrame "
    "YouTubeVideo VimeoVideo FileLink FileLinks TextDisplayObject DisplayObject DisplayHandle"
).split()


def install(notes: Notes) -> None:
    """Put `input` and, for scripts, `get_ipython` among Python's own names; make the streams anew."""
    for name, stream in (("stdout", sys.stdout), ("stderr", sys.stderr)):
        stream.flush()
        made = io.TextIOWrapper(unclosed(stream.fileno()), "utf-8", "backslashreplace", line_buffering=False)
        vars(sys).update({name: made, f"__{name}__": made})  # it was made for what lay there before the fork
    answered = itertools.count(1)

    def input(prompt: object = "", /) -> str:  # noqa: A001
        """Return an empty text: nobody answers here. Whoever asks for ever is told so."""
        print(prompt, flush=True)  # noqa: T201
        notes.add(INPUT)
        if next(answered) > _MOST_ANSWERS:
            raise EOFError(f"input() was asked more than {_MOST_ANSWERS} times, and nobody answers here")
        return ""

    builtins.input = input
    if not hasattr(builtins, "get_ipython"):
        builtins.get_ipython = _shell_of(notes)  # type: ignore[attr-defined]


def unclosed(descriptor: int) -> io.BufferedWriter:
    """Return a stream to a descriptor that stays open, whoever closes or wraps the stream."""
    return io.BufferedWriter(io.FileIO(descriptor, "w", closefd=False))


def changes(notes: Notes) -> Sequence[tuple[str, Change]]:
    """Return what to change in IPython, where it is installed and runs nothing."""

    def change(module: types.ModuleType) -> None:
        vars(module)["get_ipython"] = _shell_of(notes, module.get_ipython)

    return (("IPython", change),)


def _shell_of(notes: Notes, real: Callable[[], Any] = lambda: None) -> Callable[[], Any]:
    def get_ipython() -> Any:
        """Return the shell that runs this; for a submission that is a script, one that does nothing."""
        shell = real()
        return NoShell(notes) if shell is None and is_submission() else shell

    return get_ipython


class NoShell:
    """What `get_ipython()` returns in a script: it takes magics and commands, and does nothing."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self.user_ns: dict[str, Any] = {}
        self.config: dict[str, Any] = {}

    def run_line_magic(self, name: str, line: str = "", *_: Any, **__: Any) -> None:
        """Note that a magic was skipped."""
        self._notes.add(f"%{name} {line} was skipped: this file runs as a script, outside of IPython")

    def run_cell_magic(self, name: str, line: str = "", *_: Any, **__: Any) -> None:
        """Note that a magic was skipped."""
        self._notes.add(f"%%{name} {line} was skipped: this file runs as a script, outside of IPython")

    def magic(self, line: str) -> None:
        """Note that a magic was skipped."""
        self.run_line_magic(*line.partition(" ")[::2])

    def system(self, command: str = "") -> None:
        """Note that a command was skipped."""
        self._notes.add(f"!{command} was skipped: this file runs as a script, outside of IPython")

    def getoutput(self, command: str = "", *_: Any, **__: Any) -> list[str]:
        """Note that a command was skipped; it printed nothing."""
        self.system(command)
        return []

    def run_cell(self, *_: Any, **__: Any) -> None:
        """Note that a cell was skipped."""
        self._notes.add("get_ipython().run_cell was skipped: this file runs as a script")


def modules(notes: Notes) -> Mapping[str, Change]:
    """Return what fills `IPython`, and what is imported from it for display, where it is not there."""

    def display(*objects: object, **_: Any) -> None:
        """Print what a notebook would show."""
        for each in objects:
            print(each)  # noqa: T201

    def nothing(*_: Any, **__: Any) -> None:
        """Do nothing: there is no output to change."""

    def fill_display(module: types.ModuleType) -> None:
        kinds = {name: type(name, (_Shown,), {}) for name in _DATA_CLASSES}
        display_names = dict.fromkeys(
            ("clear_output", "set_matplotlib_formats", "set_matplotlib_close", "update_display"), nothing
        )
        vars(module).update(kinds, display=display, **display_names)

    def fill_ipython(module: types.ModuleType) -> None:
        vars(module).update(get_ipython=_shell_of(notes), display=display, version_info=(0, 0, 0))

    return {
        "IPython": fill_ipython,
        "IPython.display": fill_display,
        "IPython.core": lambda _: None,
        "IPython.core.display": fill_display,
        "IPython.core.pylabtools": fill_display,
        "IPython.core.getipython": fill_ipython,
    }


class _Shown:
    """Data that a notebook would show."""

    def __init__(self, data: object = None, *_: Any, **more: Any) -> None:
        self.data = data
        vars(self).update(more)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} that a notebook would show>"
