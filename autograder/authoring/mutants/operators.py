"""Mutation operators: the small mistakes that can be made at one node, as edits of the text.

An operator takes the source, a node and its parent, and returns edits, one tuple for each mutant. Edits
are as small as can be: a token, a constant, a bracket where the order of evaluation needs it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from autograder.authoring.mutants.text import Edit, Source

Edits = tuple[Edit, ...]
Operator = Callable[[Source, ast.AST, ast.AST], Iterator[Edits]]

_TOKENS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
_INSTEAD = {
    "+": ["-", "*"],
    "-": ["+"],
    "*": ["+", "/"],
    "/": ["*", "//"],
    "//": ["/", "*"],
    "%": ["//", "*"],
    "**": ["*"],
    "@": ["*"],
    "<": ["<=", ">="],
    "<=": ["<", ">"],
    ">": [">=", "<="],
    ">=": [">", "<"],
    "==": ["!="],
    "!=": ["=="],
    "is": ["is not"],
    "is not": ["is"],
    "in": ["not in"],
    "not in": ["in"],
}
_BINDING = {"+": 9, "-": 9, "*": 10, "/": 10, "//": 10, "%": 10, "@": 10, "**": 12}
_OPERATIONS = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp)


def arithmetic(source: Source, node: ast.AST, parent: ast.AST) -> Iterator[Edits]:
    """Swap ``+ - * / // % ** @``, in ``a + b`` and in ``a += b``, which also becomes ``a = b``."""
    if isinstance(node, ast.BinOp) and type(node.op) in _TOKENS:
        token = _TOKENS[type(node.op)]
        start = source.find(token, source.span(node.left)[1], source.span(node.right)[0])
        for other in _INSTEAD[token]:
            brackets = _brackets(source, node, parent, _BINDING[other])
            yield ((start, start + len(token), other), *brackets)
    elif isinstance(node, ast.AugAssign) and type(node.op) in _TOKENS:
        token = _TOKENS[type(node.op)]
        start = source.find(token + "=", source.span(node.target)[1], source.span(node.value)[0])
        for other in ["", *_INSTEAD[token]]:
            yield ((start, start + len(token), other),)


def comparison(source: Source, node: ast.AST, _: ast.AST) -> Iterator[Edits]:
    """Swap ``< <= > >= == !=``, ``is`` and ``in`` with what they are confused with."""
    if not isinstance(node, ast.Compare):
        return
    operands = [node.left, *node.comparators]
    for kind, left, right in zip(node.ops, operands, operands[1:], strict=False):
        token = _TOKENS[type(kind)]
        start = source.find(token, source.span(left)[1], source.span(right)[0])
        if start >= 0:
            for other in _INSTEAD[token]:
                yield ((start, start + len(token), other),)


def logic(source: Source, node: ast.AST, parent: ast.AST) -> Iterator[Edits]:
    """Swap ``and`` with ``or``, take one side alone, remove ``not``."""
    if isinstance(node, ast.BoolOp):
        token, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        gaps = [
            source.find(token, source.span(left)[1], source.span(right)[0])
            for left, right in zip(node.values, node.values[1:], strict=False)
        ]
        around = _around(source, node) if isinstance(parent, _OPERATIONS) else ()
        yield (*((start, start + len(token), other) for start in gaps), *around)
        for value in node.values:
            yield ((*source.span(node), source.of(value)),)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        start, _end = source.span(node)
        after = source.data[start + 3 :]
        yield ((start, start + 3 + len(after) - len(after.lstrip()), ""),)


def sign(source: Source, node: ast.AST, _: ast.AST) -> Iterator[Edits]:
    """Remove a minus sign."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        start, _end = source.span(node)
        yield ((start, start + 1, ""),)


def condition(source: Source, node: ast.AST, _: ast.AST) -> Iterator[Edits]:
    """Make a condition true or false; of a loop, only false."""
    if isinstance(node, ast.If | ast.IfExp):
        yield ((*source.span(node.test), "True"),)
        # Without the check for what is out of the domain nothing within it changes.
        if isinstance(node, ast.IfExp) or not isinstance(node.body[-1], ast.Raise):
            yield ((*source.span(node.test), "False"),)
    elif isinstance(node, ast.While):
        yield ((*source.span(node.test), "False"),)
    elif isinstance(node, ast.comprehension):
        for test in node.ifs:
            yield ((*source.span(test), "True"),)
            yield ((*source.span(test), "False"),)


def deletion(source: Source, node: ast.AST, _: ast.AST) -> Iterator[Edits]:
    """Leave out an assignment or a call for its effect."""
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr) or (
        isinstance(node, ast.AnnAssign) and node.value is not None
    ):
        start, end = source.span(node)
        yield ((start, end, "pass" + "\n" * source.data.count(b"\n", start, end)),)


def returned(source: Source, node: ast.AST, _: ast.AST) -> Iterator[Edits]:
    """Return nothing."""
    if isinstance(node, ast.Return) and node.value is not None:
        yield ((*source.span(node.value), "None"),)


def _brackets(source: Source, node: ast.BinOp, parent: ast.AST, binding: int) -> Edits:
    """Return the brackets that keep the operands together, and the whole, under another operator."""
    edits: list[Edit] = []
    if binding < binding_of(node) and isinstance(parent, _OPERATIONS):
        edits += _around(source, node)
    for operand in (node.left, node.right):
        own = binding_of(operand)
        if own < binding or (own == binding and operand is node.right) or own == binding == 12:
            edits += _around(source, operand)
    return tuple(edits)


def _around(source: Source, node: ast.expr) -> Edits:
    if source.is_enclosed(node):
        return ()
    start, end = source.span(node)
    return (start, start, "("), (end, end, ")")


def binding_of(node: ast.expr) -> int:
    """Return how closely an expression holds together, from 0 to 20."""
    match node:
        case ast.BinOp():
            return _BINDING.get(_TOKENS.get(type(node.op), ""), 7)
        case ast.UnaryOp():
            return 3 if isinstance(node.op, ast.Not) else 11
        case ast.BoolOp():
            return 2 if isinstance(node.op, ast.And) else 1
        case ast.Compare():
            return 4
        case ast.IfExp() | ast.Lambda() | ast.NamedExpr() | ast.Starred():
            return 0
        case _:
            return 20
