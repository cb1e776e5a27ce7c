"""What of a cell is only definitions: imports, functions, classes, constants. Nothing else is to run."""

from __future__ import annotations

import ast

_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_CONSTANT = (
    ast.Constant,
    ast.List,
    ast.Tuple,
    ast.Set,
    ast.Dict,
    ast.UnaryOp,
    ast.BinOp,
    ast.BoolOp,
    ast.Compare,
    ast.IfExp,
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.Slice,
    ast.Lambda,
    ast.JoinedStr,
)
_MAKERS = frozenset(
    "array asarray zeros ones eye arange linspace full float32 float64 int32 int64 partial vectorize "
    "namedtuple".split()
)
_BUILT_IN = frozenset(
    "int float bool str list tuple dict set frozenset range len min max abs round partial namedtuple".split()
)


def definitions_of(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Return the statements that define something and compute nothing to speak of, in their order.

    A constant is what is put together of literals, names and attributes, or made of them by an array's maker
    (``np.array([[1, 0], [0, 1]])``). An ``if`` or ``try`` is kept where all of it is definitions, as around
    imports; ``if __name__ == "__main__"`` is not.

    >>> found = definitions_of(ast.parse("import numpy as np\\nK = np.eye(3)\\nmodel.fit(x)\\ny = f(K)").body)
    >>> [ast.unparse(statement) for statement in found]
    ['import numpy as np', 'K = np.eye(3)']
    """
    return [statement for statement in statements if _is_definition(statement)]


def _is_definition(statement: ast.stmt) -> bool:
    match statement:
        case ast.Assign(targets, value):
            return all(map(_is_name, targets)) and _is_constant(value)
        case ast.AnnAssign(target, _, value):
            return _is_name(target) and (value is None or _is_constant(value))
        case ast.If(test, body, orelse):
            return _is_constant(test) and not _is_main_guard(test) and _all_define([*body, *orelse])
        case ast.Try(body, handlers, orelse, finalbody):
            handled = [each for handler in handlers for each in handler.body]
            return _all_define([*body, *handled, *orelse, *finalbody])
        case ast.Pass():
            return False
    return isinstance(statement, _DEFINING)


def _all_define(statements: list[ast.stmt]) -> bool:
    return all(isinstance(each, ast.Pass) or _is_definition(each) for each in statements)


def _is_name(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_is_name, target.elts))
    return isinstance(target, ast.Name)


def _is_main_guard(test: ast.expr) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "__name__" for node in ast.walk(test))


def _is_constant(value: ast.expr) -> bool:
    """Return whether an expression is a constant; what runs inside a lambda does not matter."""
    if isinstance(value, ast.Lambda):
        return True
    if isinstance(value, ast.Call):
        given = [*value.args, *(keyword.value for keyword in value.keywords)]
        return _is_maker(value.func) and all(map(_is_constant, given))
    if isinstance(value, ast.Starred):
        return _is_constant(value.value)
    parts = [child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr)]
    return isinstance(value, _CONSTANT) and all(map(_is_constant, parts))


def _is_maker(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.attr in _MAKERS
    return isinstance(function, ast.Name) and function.id in _BUILT_IN
