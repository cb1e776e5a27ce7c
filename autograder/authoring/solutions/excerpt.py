"""Of an instructor's own file, what a reference needs: its definition and all that this reaches.

Such a file defines a problem too, and so it imports `autograder`, which is not there in a sandbox.
"""

from __future__ import annotations

import ast
import symtable
from collections.abc import Collection

from autograder.authoring.mutants.text import Edit, Source

_FUTURE = "from __future__ import annotations"
_TOOLKIT = "autograder"


def excerpt(text: str, names: Collection[str]) -> str:
    """Return the definitions that the names reach; every line stays where it was, the others are empty.

    Annotations are not evaluated, so that they reach nothing; unless a definition takes the first line, where
    it would have to be said.

    Args:
        text: A module.
        names: Functions that it defines.

    Raises:
        ValueError: If the module does not define one of them, or it needs what `autograder` defines.

    >>> print(excerpt("SIDE = 2\\ndef area():\\n    return SIDE**2\\nx = area()\\n", ["area"]), end="")
    from __future__ import annotations; SIDE = 2
    def area():
        return SIDE**2
    """
    source = Source(text)
    wanted = _reached(source.tree, names)
    edits: list[Edit] = []
    covered = 0
    for statement in source.tree.body:
        start, end = _whole(source, statement)
        edits.append(_emptied(source, covered, start))
        kept = _kept(source, statement, wanted)
        if kept is None:
            edits.append(_emptied(source, start, end))
        elif kept:
            edits.append((start, end, kept))
        covered = end
    edits.append(_emptied(source, covered, len(source.data)))
    lines = source.edited(edits).rstrip().split("\n")
    if not _evaluates_annotations(source.tree):
        lines[0] = f"{_FUTURE}; {lines[0]}" if lines[0].strip(" ;") else _FUTURE
    return "\n".join(lines) + "\n"


def bound_names(statement: ast.stmt) -> set[str]:
    """Return the names that a statement at module level binds, or whose value it changes."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    bound = {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del)
    }
    for node in ast.walk(statement):
        if isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            bound |= {name.id for name in ast.walk(node.value) if isinstance(name, ast.Name)}
        elif isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef) and node is not statement:
            bound |= bound_names(node)
    return bound


def _reached(tree: ast.Module, names: Collection[str]) -> set[str]:
    """Return the names at module level that are used, directly or not."""
    binding: dict[str, list[ast.stmt]] = {}
    for statement in tree.body:
        for name in bound_names(statement):
            binding.setdefault(name, []).append(statement)
    missing = sorted(set(names) - binding.keys())
    if missing:
        raise ValueError(f"expected functions that the module defines; received {', '.join(missing)}")
    with_annotations = _evaluates_annotations(tree)
    reached: set[str] = set()
    waiting = sorted(names)
    while waiting:
        name = waiting.pop()
        if name in reached or name not in binding:
            continue
        reached.add(name)
        for statement in binding[name]:
            if _is_of_toolkit(statement):
                raise ValueError(f"a reference needs {name}, which {ast.unparse(statement)!r} brings in")
            waiting += sorted(_used_names(statement, with_annotations=with_annotations))
    return reached


def _is_of_toolkit(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.ImportFrom):
        return (statement.module or "").partition(".")[0] == _TOOLKIT
    return isinstance(statement, ast.Import) and any(
        alias.name.partition(".")[0] == _TOOLKIT for alias in statement.names
    )


def _evaluates_annotations(tree: ast.Module) -> bool:
    """Return whether the first line is taken by what no import can stand before, on that line."""
    first = tree.body[0]
    decorators: list[ast.expr] = getattr(first, "decorator_list", [])
    return hasattr(first, "body") and min([first.lineno, *(one.lineno for one in decorators)]) == 1


def _used_names(statement: ast.stmt, *, with_annotations: bool) -> set[str]:
    """Return the names at module level that running a statement, or calling what it defines, may use."""
    tree = ast.parse(ast.unparse(statement))
    if not with_annotations:
        tree = _WithoutAnnotations().visit(tree)
    waiting = [symtable.symtable(ast.unparse(tree), "", "exec")]
    used: set[str] = set()
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        used |= {
            symbol.get_name()
            for symbol in table.get_symbols()
            if symbol.is_referenced() and (table.get_type() == "module" or symbol.is_global())
        }
    return used


class _WithoutAnnotations(ast.NodeTransformer):
    """Takes away what is not evaluated."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        node.annotation = ast.Constant(None)
        return self.generic_visit(node)


def _kept(source: Source, statement: ast.stmt, wanted: set[str]) -> str | None:
    """Return what takes a statement's place: nothing at all (None), itself (""), or part of it."""
    if isinstance(statement, ast.ImportFrom) and statement.module == "__future__":
        return None
    if bound_names(statement).isdisjoint(wanted):
        return None
    if isinstance(statement, ast.Import | ast.ImportFrom):
        aliases = [
            alias for alias in statement.names if (alias.asname or alias.name).partition(".")[0] in wanted
        ]
        if len(aliases) < len(statement.names):
            start, end = source.span(statement)
            part = ast.unparse(
                ast.Import(aliases)
                if isinstance(statement, ast.Import)
                else ast.ImportFrom(statement.module, aliases, statement.level)
            )
            return part + "\n" * source.data.count(b"\n", start, end)
    return ""


def _whole(source: Source, statement: ast.stmt) -> tuple[int, int]:
    """Return a statement's place, decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    start, end = source.span(statement)
    return min([start, *(source.data.rindex(b"@", 0, source.span(one)[0]) for one in decorators)]), end


def _emptied(source: Source, start: int, end: int) -> Edit:
    """Return the edit that leaves of a piece its line breaks alone; between statements, semicolons."""
    return start, end, "\n" * source.data.count(b"\n", start, end)
