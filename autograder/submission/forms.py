"""The two forms in which code is handed in, a Python file and a notebook: either may come for the other."""

from __future__ import annotations

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


def named_as(name: str, main: str) -> str:
    """Return what the file asked for is called in the form in which this one came."""
    return main if is_notebook(name) == is_notebook(main) else other_form(main)
