"""Commands that fetch a file, or copy one of the data: it is linked from the data folder, with a note."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

from autograder.worker.shims.data import Files, link_data
from autograder.worker.shims.elsewhere import below
from autograder.worker.shims.network import name_of

_NAMING = {"wget": ("-O", "--output-document"), "curl": ("-o", "--output"), "gdown": ("-O", "--output")}
_MORE = re.compile(r"[;&|><`$*\n]")


def is_fetched(command: str, files: Files) -> bool:
    """Link the file of the data that a command means to where it would put it; return whether it did.

    Args:
        command: Of ``wget``, ``curl``, ``gdown`` or ``cp``; of any other, nothing is done.
        files: Where it is looked for.
    """
    asked, place = _asked(command)
    found = files.in_data(name_of(asked)) if asked else None
    if found is None:
        return False
    parts = below(place)
    target = files.home.joinpath(*parts) if parts is not None else Path(place or found.name)
    target = target / found.name if target.is_dir() else target
    try:
        link_data(found, target)
    except FileExistsError:
        pass
    except OSError:
        return False
    if target.resolve() != found.resolve():
        return False
    files.notes.add(f"{command.strip()[:120]} was not run: {target.name} is {found.name} of the data folder")
    return True


def _asked(command: str) -> tuple[str, str]:
    """Return what a command fetches or copies, and where it puts it; empty where that is not said.

    >>> _asked("wget -q https://example.org/a.csv -O b.csv"), _asked("cp -r data/a.csv ."), _asked("ls")
    (('https://example.org/a.csv', 'b.csv'), ('data/a.csv', '.'), ('', ''))
    """
    try:
        program, *words = shlex.split(command) or [""]
    except ValueError:
        return "", ""
    if program == "cp" and not _MORE.search(command):
        given = [word for word in words if not word.startswith("-")]
        return (given[0], given[1]) if len(given) == 2 and not _is_own(given[0]) else ("", "")
    place = ""
    for word, after in pairwise([*words, ""]):
        option, _, value = word.partition("=")
        if option in _NAMING.get(program, ()):
            place = value or after
    addresses = [word for word in words if "://" in word] if program in _NAMING else []
    return (addresses[0], place) if len(addresses) == 1 else ("", "")


def _is_own(path: str) -> bool:
    """Return whether there is such a file, and it is no link to the data."""
    return Path(path).is_file() and not Path(path).is_symlink()
