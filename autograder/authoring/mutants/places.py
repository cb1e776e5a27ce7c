"""The places of a source where a change is a change of behaviour: no docstring, annotation or message."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence

Place = tuple[ast.AST, ast.AST]
"""A node and its parent."""

# Types, and what says nothing of the result where the inputs are right.
_CALLS_ABOUT_TYPES = frozenset({"isinstance", "issubclass", "cast", "TypeVar", "NewType", "NamedTuple"})
_KEYWORDS_WITHOUT_EFFECT = frozenset({"strict", "copy", "casting"})
_UNTOUCHED = (
    ast.Import,
    ast.ImportFrom,
    ast.Raise,
    ast.Assert,
    ast.Global,
    ast.Nonlocal,
    ast.Pass,
    ast.JoinedStr,
    ast.expr_context,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
    ast.boolop,
)


def places(tree: ast.Module, lines: Collection[int]) -> Iterator[Place]:
    """Return every node that may be changed, with its parent, in the order of the source.

    Args:
        tree: The module.
        lines: Lines that are run; a statement counts if one of its own lines is among them.
    """
    yield from _in_block(tree.body, tree, frozenset(lines))


def is_type_alias(statement: ast.stmt) -> bool:
    """Return whether a statement names a type: ``Shape = tuple[int, ...]``."""
    if isinstance(statement, ast.AnnAssign):
        return ast.unparse(statement.annotation).endswith("TypeAlias")
    if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
        return type(statement).__name__ == "TypeAlias"  # the statement of Python 3.12
    name = statement.targets[0].id.lstrip("_")
    value = statement.value
    of_types = isinstance(value, ast.Subscript | ast.BinOp | ast.Name | ast.Attribute) or (
        isinstance(value, ast.Call) and _name_of(value.func) in _CALLS_ABOUT_TYPES
    )
    return of_types and name[:1].isupper() and name != name.upper()


def is_docstring(statement: ast.stmt) -> bool:
    """Return whether a statement is a string that stands for itself, or three dots that do."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def only_raises(block: Sequence[ast.stmt]) -> bool:
    """Return whether a block raises an error, and at most puts its message together before."""
    return bool(block) and isinstance(block[-1], ast.Raise) and not any(map(_is_compound, block))


def _is_compound(statement: ast.stmt) -> bool:
    return hasattr(statement, "body") or isinstance(statement, ast.Match)


def _in_block(block: Sequence[ast.stmt], parent: ast.AST, lines: frozenset[int]) -> Iterator[Place]:
    if only_raises(block):
        return
    for statement in block:
        if isinstance(statement, _UNTOUCHED) or is_docstring(statement):
            continue
        if isinstance(parent, ast.Module | ast.ClassDef) and is_type_alias(statement):
            continue
        if not lines.isdisjoint(_own_lines(statement)):
            yield statement, parent
            for child in _own_parts(statement):
                yield from _in_expression(child, statement)
        yield from _in_blocks(statement, lines)


def _in_blocks(statement: ast.stmt, lines: frozenset[int]) -> Iterator[Place]:
    """Return the places in the blocks that belong to a compound statement."""
    if isinstance(statement, ast.Match):
        for case in statement.cases:
            if case.pattern.lineno in lines:
                yield from _in_expression(case.pattern, statement)
                if case.guard:
                    yield from _in_expression(case.guard, statement)
            yield from _in_block(case.body, statement, lines)
        return
    for field in ("body", "orelse", "finalbody"):
        yield from _in_block(getattr(statement, field, []), statement, lines)
    for handler in getattr(statement, "handlers", []):
        yield from _in_block(handler.body, statement, lines)


def _own_lines(statement: ast.stmt) -> range:
    """Return the lines of a statement without those of its blocks."""
    last = statement.end_lineno or statement.lineno
    if isinstance(statement, ast.Match):
        last = statement.cases[0].pattern.lineno - 1
    elif _is_compound(statement):
        last = statement.body[0].lineno - 1  # type: ignore[attr-defined]
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return range(first, max(last, statement.lineno) + 1)


def _own_parts(statement: ast.stmt) -> list[ast.expr]:
    """Return the expressions of a statement that are neither annotations, decorators nor in its blocks."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        return _defaults(statement.args)
    if isinstance(statement, ast.ClassDef):
        return []
    if isinstance(statement, ast.AnnAssign):
        return [statement.value] if statement.value else []
    if isinstance(statement, ast.With | ast.AsyncWith):
        return [item.context_expr for item in statement.items]
    if isinstance(statement, ast.Match):
        return [statement.subject]
    return [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.expr)]


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [*arguments.defaults, *(default for default in arguments.kw_defaults if default)]


def _in_expression(node: ast.AST, parent: ast.AST) -> Iterator[Place]:
    if isinstance(node, _UNTOUCHED) or getattr(node, "arg", None) in _KEYWORDS_WITHOUT_EFFECT:
        return
    if not isinstance(getattr(node, "ctx", None), ast.Store | ast.Del):
        yield node, parent  # of out[i + 1] = x it is i + 1 alone that may be changed
    if isinstance(node, ast.Call) and _name_of(node.func) in _CALLS_ABOUT_TYPES:
        return
    for child in [*_defaults(node.args), node.body] if isinstance(node, ast.Lambda) else _children(node):
        yield from _in_expression(child, node)


def _children(node: ast.AST) -> list[ast.AST]:
    return list(ast.iter_child_nodes(node))


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
