"""The forms in which code is handed in, a Python file and a notebook: either may come for the other; and how
copies of a file are called.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath

PYTHON, NOTEBOOK = ".py", ".ipynb"
_OTHER = {PYTHON: NOTEBOOK, NOTEBOOK: PYTHON}


def is_source(name: str) -> bool:
    """Return whether a file is called as a Python file or a notebook is."""
    return PurePosixPath(name).suffix.lower() in _OTHER


def is_notebook(name: str) -> bool:
    """Return whether a file is called as a notebook is."""
    return PurePosixPath(name).suffix.lower() == NOTEBOOK


def other_form(name: str) -> str:
    """Return what a file is called in the other form.

    >>> other_form("net.py"), other_form("net.ipynb")
    ('net.ipynb', 'net.py')
    """
    path = PurePosixPath(name)
    return str(path.with_suffix(_OTHER[path.suffix]))


def unveiled(name: str) -> str:
    """Return a source's name without the ending that an editor or a browser has added.

    >>> unveiled("net.py.txt"), unveiled("net.ipynb.json"), unveiled("net.txt")
    ('net.py', 'net.ipynb', 'net.txt')
    """
    return re.sub(r"(\.(?:py|ipynb))\.(?:txt|json)$", r"\1", name, flags=re.IGNORECASE)


def named_as(name: str, main: str) -> str:
    """Return what the file asked for is called in the form in which this one came."""
    return main if is_notebook(unveiled(name)) == is_notebook(main) else other_form(main)


@cache
def _copies(stem: str) -> re.Pattern[str]:
    number = r"(?: ?\(\d{1,3}\)|[-_ ]\d{1,3})"
    copy = r"(?: -)? (?:copy|copie|copia|kopie)(?: ?\(\d{1,3}\)| \d{1,3})?"
    before = r"(?:copy of |copie de |copia de |copia di |kopie von )?"
    return re.compile(f"{before}{re.escape(stem)}(?:{number}|{copy}){{0,2}}", re.IGNORECASE)


def is_version(name: str, main: str) -> bool:
    """Return whether a file's name is that of the file asked for, or of a copy of it.

    >>> [is_version(name, "net.py") for name in ("Net.py", "net (1).py", "net-2.py", "net_3.PY")]
    [True, True, True, True]
    >>> [is_version(name, "net.py") for name in ("Copy of net.py", "net - Copy (2).py", "Kopie von net.py")]
    [True, True, True]
    >>> [is_version(name, "net.py") for name in ("net copy 2.py", "net_final.py", "my_net.py", "net.py.txt")]
    [True, False, False, False]
    """
    path, asked = PurePosixPath(name), PurePosixPath(main)
    if path.suffix.casefold() != asked.suffix.casefold():
        return False
    return _copies(asked.stem).fullmatch(path.stem) is not None
