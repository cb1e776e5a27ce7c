"""A notebook's code as one Python text, as IPython makes it, for whoever reads it before it runs."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence

from IPython.core.inputtransformer2 import TransformerManager

from autograder.worker.notebook.definitions import definitions_of
from autograder.worker.notebook.reading import Cell, PythonText
from autograder.worker.notebook.shell import blank_lines_before, the_shell

_SHELL = "get_ipython"
_PYTHON_BELOW = {  # cell magics that run what stands below them, and what may stand beside them
    "time": re.compile(r""),
    "timeit": re.compile(r"(-([nrp] *\d+|[tcqov]+) *)*"),
    "prun": re.compile(r""),
    "capture": re.compile(r"(\w+ *)?(--no-(stdout|stderr|display) *)*"),
}
_TIMERS = ("time", "timeit", "prun")
_OPTIONS_OF_TIMEIT = re.compile(r"(-([nrp] *\d+|[tcqov]+) +)*")
_HARMLESS = frozenset(
    "matplotlib autoreload pip conda pwd cd ls ll who whos who_ls precision pinfo pinfo2 psource pdoc pfile "
    "psearch xmode colors env set_env html markdown javascript js svg latex".split()
)
_SETTINGS = re.compile(  # no call can stand there
    r"((InlineBackend|I?P?Completer)\.\w+|InteractiveShell\.ast_node_interactivity) *=[\w.,'\"{} ]+"
)
_ADDED = ("shell",)  # to IPython's cell magics, before a notebook runs
_COMMANDS = frozenset(
    "pip pip3 conda apt apt-get ls pwd mkdir nvidia-smi wget curl git gdown kaggle cat head free df uname "
    "whoami rm".split()
)
_RUNS_MORE = re.compile(r"[;&|><`${}:\n]")  # another command, or Python that IPython puts into the line
_ADDRESS = re.compile(r"\b(https?|git)://")
_FIRST_WORD = re.compile(r"\s*(\w+)")
_MOST_MAGICS = 200


def python_of(cells: Sequence[Cell]) -> PythonText:
    """Return the Python text of cells.

    Of the commands and magics, those that run no code, or are unknown and skipped, become ``None``; those
    that time Python become the Python that they time; what is left of them are calls of ``get_ipython``. A
    cell that IPython cannot compile does not run: of it there is what is defined all the same.

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
    """Return what IPython makes of a cell; None where nothing of it can be compiled."""
    try:
        return cell_text(source)
    except SyntaxError as error:
        return text_beside(source, error.lineno or 0)
    except (ValueError, RecursionError, MemoryError):
        return None


def text_beside(source: str, line: int, name: str = "cell") -> str | None:
    """Return the definitions of a cell of which one line is no Python, but for what that line belongs to.

    None if there are none, or more than this line is wrong. Its lines are where they were.

    >>> text_beside("print 'x'\\nimport math\\nf(1)\\ny = 2", 1)
    '\\nimport math\\n\\ny = 2'
    """
    lines = source.split("\n")
    if not 0 < line <= len(lines):
        return None
    wrong = lines[line - 1]
    lines[line - 1] = wrong[: len(wrong) - len(wrong.lstrip())] + "pass"
    try:
        text = cell_text("\n".join(lines), name)
        body = _tree(text, name).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    kept: set[int] = set()
    for statement in definitions_of(body):
        own = range(_first_line(statement), (statement.end_lineno or statement.lineno) + 1)
        kept |= set() if line in own else set(own)
    lines = [each if number in kept else "" for number, each in enumerate(text.split("\n"), start=1)]
    return "\n".join(lines) if kept else None


def _first_line(statement: ast.stmt) -> int:
    lines: list[int] = [each.lineno for each in getattr(statement, "decorator_list", ())]
    return min([statement.lineno, *lines])


def cell_text(source: str, name: str = "cell") -> str:
    """Return the Python text of one cell; its lines are where they were.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: If IPython cannot compile it.
    """
    text = _transformed(source).rstrip("\n")
    for _ in range(_MOST_MAGICS):
        changed = _with_one_magic_less(text)
        if changed is None:
            break
        text = changed
    _tree(text, name)
    return text


def _transformed(source: str) -> str:
    """Return what IPython makes of a text, also of a line that is a magic without its sign (``pip list``).

    A word alone (``history``) is rather a name; there is no magic that brings in anything without being told.
    """
    text = TransformerManager().transform_cell(source)
    word = _FIRST_WORD.match(text)
    if word is not None and len(text.splitlines()) == 1 and the_shell().find_line_magic(word[1]) is not None:
        changed: str = the_shell().transform_cell(source)
        if not changed.rstrip().endswith(", '')"):
            return changed
    return blank_lines_before(source) + text


def _tree(text: str, name: str = "cell") -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST
        tree = compile(text, name, "exec", flags, dont_inherit=True)
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
        case "run_line_magic", [name, line]:
            return _of_line(name, line)
        case "run_cell_magic", [name, line, body]:
            return _of_cell(name, line, body)
        case "system" | "getoutput", [command]:
            return "None" if _is_harmless(command, _COMMANDS) else None
    return None


def _of_line(name: str, line: str) -> str | None:
    if name in _TIMERS:
        code = line[_OPTIONS_OF_TIMEIT.match(line).end() :] if name == "timeit" else line  # type: ignore[union-attr]
        return None if code.startswith("-") else (_python(code) or "None")
    is_set_up = (name == "load_ext" and line.strip() == "autoreload") or (
        name == "config" and _SETTINGS.fullmatch(line.strip()) is not None
    )
    if is_set_up or _is_harmless(f"{name} {line}", _HARMLESS) or the_shell().find_line_magic(name) is None:
        return "None"
    return None


def _of_cell(name: str, line: str, body: str) -> str | None:
    if name in _PYTHON_BELOW:
        return "\n" + (_python(body) or "") if _PYTHON_BELOW[name].fullmatch(line.strip()) else None
    is_known = name in _ADDED or the_shell().find_cell_magic(name) is not None
    return "None" if not is_known or _is_harmless(f"{name} {line}", _HARMLESS) else None


def _is_harmless(command: str, known: frozenset[str]) -> bool:
    """Return whether a command is one of those that bring in no code, and nothing else."""
    words = command.split()
    return bool(words) and words[0] in known and _RUNS_MORE.search(_ADDRESS.sub("", command)) is None
