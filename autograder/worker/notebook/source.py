"""A notebook's code as one Python text, as IPython makes it, for whoever reads it before it runs."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence

from IPython.core.inputtransformer2 import TransformerManager

from autograder.worker.notebook.reading import Cell, PythonText

_SHELL = "get_ipython"
_PYTHON_BELOW = ("time", "timeit", "capture", "prun")
_TIMERS = ("time", "timeit", "prun")
_HARMLESS = frozenset(
    "matplotlib load_ext reload_ext autoreload config pip conda tensorflow_version pwd cd ls ll who whos "
    "precision pinfo pinfo2 xmode colors env set_env html markdown javascript js svg latex".split()
)
_COMMANDS = frozenset(
    "pip pip3 conda apt apt-get ls pwd mkdir nvidia-smi nvcc wget curl unzip git gdown kaggle cat head "
    "free df uname whoami rm".split()
)
_JOINS_COMMANDS = re.compile(r"[;&|><`$]")
_MOST_MAGICS = 200


def python_of(cells: Sequence[Cell]) -> PythonText:
    """Return the Python text of cells.

    Of the commands and magics, those that run no code become ``None``, and those that time Python the Python
    that they time; what is left of them are calls of ``get_ipython``. A cell that IPython cannot compile does
    not run, and is left out.

    >>> cells = "!pip install x\\nimport numpy", "print 1", "%time f(x)"
    >>> found = python_of([Cell(number, cell) for number, cell in enumerate(cells, start=1)])
    >>> found.text, found.place(3)
    ('None\\nimport numpy\\nf(x)\\n', (3, 1))
    """
    lines: list[str] = []
    starts: list[int] = []
    numbers: list[int] = []
    for cell in cells:
        text = _python(cell.source)
        if text is not None:
            starts.append(len(lines))
            numbers.append(cell.number)
            lines += text.split("\n")
    return PythonText("".join(f"{line}\n" for line in lines), tuple(starts), tuple(numbers))


def _python(source: str) -> str | None:
    """Return what IPython makes of a cell; None where it cannot be compiled."""
    try:
        text = TransformerManager().transform_cell(source).rstrip("\n")
        for _ in range(_MOST_MAGICS):
            changed = _with_one_magic_less(text)
            if changed is None:
                break
            text = changed
        _tree(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return text


def _tree(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST
        tree = compile(text, "cell", "exec", flags, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return tree


def _with_one_magic_less(text: str) -> str | None:
    """Return a text with one of its magics resolved; None where there is none that can be."""
    if _SHELL not in text:
        return None
    for node in ast.walk(_tree(text)):
        if isinstance(node, ast.Call) and (instead := _instead(node)) is not None:
            lines = text.split("\n")
            begin, end = node.lineno - 1, (node.end_lineno or node.lineno) - 1
            before = lines[begin].encode()[: node.col_offset].decode()
            after = lines[end].encode()[node.end_col_offset :].decode()
            if "\n" in instead and (before or after):  # the body of a cell's magic stands alone
                return None
            return "\n".join([*lines[:begin], before + instead + after, *lines[end + 1 :]])
    return None


def _instead(call: ast.Call) -> str | None:
    """Return what a call of the shell comes to, as Python; None where that is not known."""
    match call:
        case ast.Call(ast.Attribute(ast.Call(ast.Name(id)), method), given, []) if id == _SHELL:
            texts = [each.value for each in given if isinstance(each, ast.Constant)]
            if len(texts) == len(given) and all(isinstance(each, str) for each in texts):
                return _resolved(method, [str(each) for each in texts])
    return None


def _resolved(method: str, given: list[str]) -> str | None:
    match method, given:
        case "run_line_magic", [name, _] if name in _HARMLESS:
            return "None"
        case "run_line_magic", [name, code] if name in _TIMERS and not code.lstrip().startswith("-"):
            return code.strip() or "None"
        case "run_cell_magic", [name, _, body] if name in _PYTHON_BELOW:
            return "\n" + (_python(body) or "")
        case "run_cell_magic", [name, _, _] if name in _HARMLESS:
            return "None"
        case "system" | "getoutput", [command]:
            word = command.split()[0] if command.split() else ""
            if word in _COMMANDS and not _JOINS_COMMANDS.search(command):
                return "None"
    return None
