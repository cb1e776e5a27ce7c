"""One file for each function: parts of the file asked for, such as ``0-convolve.py`` and ``1-pool.py``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from autograder.submission.files import SubmittedFile

_FEWEST = 2
_HEAD = "# Put together of one file for each function."


def put_together(
    files: Sequence[SubmittedFile], main: str, functions: Sequence[str]
) -> tuple[list[SubmittedFile], list[str]] | None:
    """Return the files with one more: the file asked for, which imports each function from its own file.

    A function's file may have a number before its name (``0-pool.py``, ``12_pool.py``), whatever the case. Of
    several with different contents the one nearest to the top counts; where that decides nothing, none does.
    All files keep their paths, so that they find each other, and these lie at the top, too.

    Args:
        files: What was handed in, without the file asked for.
        main: Its name.
        functions: What it is to define.

    Returns:
        The files, and what to note; None if there are not at least two parts.
    """
    parts = {name: part for name in functions if (part := _part(files, name)) is not None}
    if len(parts) < _FEWEST:
        return None
    placed = {file.path.casefold(): file for file in files}
    lines = [_HEAD]
    for name, part in parts.items():
        own = PurePosixPath(part.path)
        module = re.sub(r"\W", "_", f"_{own.stem}")
        for path in (own.name, f"{module}.py"):
            placed.setdefault(path.casefold(), replace(part, path=path))
        lines.append(f"from {module} import {name}")
    text = ("\n".join(lines) + "\n").encode()
    placed[main.casefold()] = SubmittedFile(main, text)
    shown = ", ".join(PurePosixPath(part.path).name for part in parts.values())
    return [placed[key] for key in sorted(placed)], [f"{main} was put together of {shown}"]


def _part(files: Sequence[SubmittedFile], function: str) -> SubmittedFile | None:
    pattern = re.compile(rf"(?:\d{{1,3}}[-_. ]*)?{re.escape(function)}\.py", re.IGNORECASE)
    found = [file for file in files if pattern.fullmatch(PurePosixPath(file.path).name)]
    nearest = min((file.path.count("/") for file in found), default=0)
    near = [file for file in found if file.path.count("/") == nearest]
    return near[0] if len({file.digest() for file in near}) == 1 else None
