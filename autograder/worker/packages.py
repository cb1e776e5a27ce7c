"""The submission's folder as the package in which its files were written: `from .im2col import …`.

Handed in is a file, with or without those beside it, seldom the package in which it lay. A relative import
in a file at the top of the folder looks there; so does an import from a package that nobody has, where the
folder holds the module that is named (``cs231n.im2col``, and ``im2col.py`` is there).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

HANDED_IN = "_handed_in"
"""What the folder is called as a package where a relative import names none."""
_NEVER = frozenset(
    "autograder d2l jax keras mxnet numpy pandas reference scipy sklearn tensorflow torch torchvision".split()
)
_DOTTED = re.compile(r"\b([A-Za-z_]\w*)\.([A-Za-z_]\w*)")
_SOURCES = (".py", ".ipynb")


def packages_of(texts: Iterable[str], modules: frozenset[str]) -> frozenset[str]:
    """Return the first names under which texts may mean the folder: those before one of its modules.

    What is widely known is never meant: `torch.nn` is no file of a student's that is called ``nn.py``.

    >>> sorted(packages_of(["from cs231n.im2col import x, y", "import torch.im2col"], frozenset({"im2col"})))
    ['cs231n']
    """
    pairs = {pair for text in texts for pair in _DOTTED.findall(text)}
    return frozenset(first for first, second in pairs if second in modules and first not in _NEVER)


def modules_in(files: Iterable[str]) -> frozenset[str]:
    """Return what can be imported from a folder: its Python files, and the folders that hold some.

    >>> sorted(modules_in(["layers.py", "classifiers/cnn.py", "__init__.py"]))
    ['classifiers', 'layers']
    """
    firsts = {PurePosixPath(file).parts[0].removesuffix(".py") for file in files}
    return frozenset(firsts - {"__init__", "__main__"})


def texts_of(home: Path) -> Iterator[str]:
    """Return the texts of a submission's sources."""
    for path in sorted(home.rglob("*")):
        if path.suffix in _SOURCES and path.is_file() and not path.is_symlink():
            yield path.read_bytes().decode("latin-1")


def python_files(home: Path) -> list[str]:
    """Return the paths of the Python files below a folder."""
    return sorted(path.relative_to(home).as_posix() for path in home.rglob("*.py"))
