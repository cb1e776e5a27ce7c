"""Mutation operators of what stands in a call or an index: constants, bounds, axes, names of functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise

from autograder.authoring.mutants.operators import Edits, binding_of
from autograder.authoring.mutants.text import Source

# As an attribute, of a module or of an array.
_METHODS = {
    "min": ["max"],
    "max": ["min"],
    "minimum": ["maximum"],
    "maximum": ["minimum"],
    "argmin": ["argmax"],
    "argmax": ["argmin"],
    "floor": ["ceil"],
    "ceil": ["floor"],
    "sum": ["mean", "max"],
    "mean": ["sum", "max"],
    "prod": ["sum"],
    "any": ["all"],
    "all": ["any"],
    "add": ["subtract"],
    "subtract": ["add"],
    "multiply": ["add"],
    "zeros": ["ones"],
    "ones": ["zeros"],
    "square": ["abs"],
    "sqrt": ["abs"],
}
_BUILT_IN = {"min": ["max"], "max": ["min"], "sum": ["max"], "any": ["all"], "all": ["any"]}
_RANGES = frozenset({"range", "arange", "ndindex"})


def constant(source: Source, node: ast.AST, parent: ast.AST) -> Iterator[Edits]:
    """Change an integer by one, a float, a truth value; a default of None to 1."""
    if not isinstance(node, ast.Constant):
        return
    for other in _instead(node.value, is_default=isinstance(parent, ast.FunctionDef)):
        if not (isinstance(parent, ast.UnaryOp) and other < 0):  # --1 is 1: the sign's removal
            yield ((*source.span(node), repr(other)),)


def _instead(value: object, *, is_default: bool) -> Sequence[float]:
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1, value - 1]
        case float():
            return [value + 1.0, value / 2] if value else [1.0]
        case None if is_default:
            return [1]
        case _:
            return []


def slices(source: Source, node: ast.AST, _parent: ast.AST) -> Iterator[Edits]:
    """Drop a bound or the step of a slice, shift a bound that is no number, add the bound that is missing."""
    if not isinstance(node, ast.Slice):
        return
    for bound in (node.lower, node.upper):
        if bound is not None:
            yield from _shifted(source, bound)
            yield ((*source.span(bound), ""),)
    if node.step is not None:
        yield ((*source.span(node.step), ""),)
    if node.lower is not None and node.upper is None and node.step is None:
        _, end = source.span(node)
        yield ((end, end, "-1"),)
    if node.lower is None and node.upper is not None:
        start, _end = source.span(node)
        yield ((start, start, "1"),)


def ranges(source: Source, node: ast.AST, _: ast.AST) -> Iterator[Edits]:
    """Shift a bound of a range that is no number; begin a range at 1."""
    if not isinstance(node, ast.Call) or _name_of(node.func) not in _RANGES:
        return
    for argument in node.args:
        if not isinstance(argument, ast.Starred):
            yield from _shifted(source, argument)
    if len(node.args) == 1 and _name_of(node.func) != "ndindex":
        start, _end = source.span(node.args[0])
        yield ((start, start, "1, "),)


def _shifted(source: Source, node: ast.expr) -> Iterator[Edits]:
    """Return an integer more and less than an expression; a constant is another operator's."""
    if isinstance(node, ast.Constant) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)
    ):
        return
    start, end = source.span(node)
    opening, closing = ("(", ")") if binding_of(node) < 9 else ("", "")
    for shift in (" + 1", " - 1"):
        yield ((start, start, opening), (end, end, closing + shift))


def order(source: Source, node: ast.AST, parent: ast.AST) -> Iterator[Edits]:
    """Swap two neighbours in a tuple, a list or an index, or among constants in a call: axes, lengths."""
    if isinstance(node, ast.Tuple | ast.List):
        is_set = isinstance(parent, ast.Compare) and any(
            isinstance(kind, ast.In | ast.NotIn) for kind in parent.ops
        )
        items = [] if is_set else node.elts
    elif isinstance(node, ast.Call) and all(isinstance(item, ast.Constant) for item in node.args):
        items = node.args
    else:
        return
    for first, second in pairwise(items):
        yield ((*source.span(first), source.of(second)), (*source.span(second), source.of(first)))


def keyword(source: Source, node: ast.AST, parent: ast.AST) -> Iterator[Edits]:
    """Leave an argument out that is given by name: an axis, a dtype, a stride."""
    if not isinstance(node, ast.keyword) or node.arg is None or not isinstance(parent, ast.Call):
        return
    start, end = source.span(node)
    before = source.data[:start].rstrip()
    if before.endswith(b","):
        yield ((len(before) - 1, end, ""),)
    else:
        after = source.data[end:]
        yield ((start, end + len(after) - len(after.lstrip(b" ,")), ""),)


def function(source: Source, node: ast.AST, _: ast.AST) -> Iterator[Edits]:
    """Take another function: the maximum for the minimum, the mean for the sum."""
    if isinstance(node, ast.Attribute):
        _start, end = source.span(node)
        for other in _METHODS.get(node.attr, []):
            yield ((end - len(node.attr), end, other),)
    elif isinstance(node, ast.Name) and node.id in _BUILT_IN and node.id not in _stored(source.tree):
        for other in _BUILT_IN.get(node.id, []):
            yield ((*source.span(node), other),)


def _stored(tree: ast.Module) -> set[str]:
    names = (node for node in ast.walk(tree) if isinstance(node, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _name_of(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""
