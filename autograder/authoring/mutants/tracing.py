"""Which lines a function's calls really run: what no case reaches is not worth mutating."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from types import FrameType
from typing import Any


def executed_lines(
    function: Callable[..., Any], calls: Iterable[Mapping[str, Any]], files: Collection[Path]
) -> dict[Path, set[int]]:
    """Return the lines of the given files that a function's calls run.

    The line of a function's ``def`` counts where the function is called. What a call raises is raised here: a
    case that the reference refuses is none.

    Args:
        function: What to call.
        calls: The arguments of each call, by name.
        files: The files whose lines are wanted.
    """
    found: dict[Path, set[int]] = {file: set() for file in files}
    known: dict[str, Path | None] = {}
    of_path = {file.resolve(): file for file in files}
    for inputs in calls:
        run = _Run(of_path, known)
        before = sys.gettrace()
        sys.settrace(run.enter)
        try:
            function(**inputs)
        finally:
            sys.settrace(before)
        for file, lines in run.lines.items():
            found[file] |= lines
    return found


class _Run:
    """The lines that one call runs."""

    def __init__(self, of_path: Mapping[Path, Path], known: dict[str, Path | None]) -> None:
        self.lines: dict[Path, set[int]] = {}
        self._of_path = of_path
        self._known = known  # by the name that the code has for its file

    def enter(self, frame: FrameType, event: str, _: Any) -> Any:
        """Follow a function that begins, if its file is one of ours."""
        name = frame.f_code.co_filename
        if name not in self._known:
            self._known[name] = self._of_path.get(Path(name).resolve())
        file = self._known[name]
        if file is None or event != "call":
            return None
        lines = self.lines.setdefault(file, set())
        lines.add(frame.f_code.co_firstlineno)

        def follow(inner: FrameType, _event: str, _argument: Any) -> Any:
            lines.add(inner.f_lineno)
            return follow

        return follow
