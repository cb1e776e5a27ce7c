"""What of a cell is only definitions: imports, functions, classes, constants. Nothing else is to run."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

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
_OWN_SCOPE = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_MAKERS = frozenset(
    "array asarray zeros ones eye arange linspace full float32 float64 int32 int64 partial vectorize "
    "namedtuple".split()
)
_BUILT_IN = frozenset(
    "int float bool str list tuple dict set frozenset range len min max abs round sum sorted zip enumerate "
    "reversed partial namedtuple".split()
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


def kept_for_a_program(statements: Sequence[ast.stmt], known: Collection[str]) -> list[ast.stmt]:
    """Return what is defined below ``if __name__ == "__main__"`` alone, where functions or classes are.

    Args:
        statements: Of a file.
        known: The names that have a meaning without it.

    >>> found = kept_for_a_program(ast.parse("if __name__ == '__main__':\\n  def f(): ...\\n  f()").body, ())
    >>> [ast.unparse(statement) for statement in found]
    ['def f():\\n    ...']
    """
    guarded = [each for each in statements if isinstance(each, ast.If) and _is_main_guard(each.test)]
    below = [
        definition
        for each in guarded
        for definition in definitions_of(each.body)
        if set(names_bound_by([definition])).isdisjoint(known)
    ]
    has_any = any(isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) for each in below)
    return below if has_any else []


def names_bound_by(statements: Sequence[ast.AST]) -> list[str]:
    """Return the names that statements bind where they stand, each once.

    >>> names_bound_by(ast.parse("import os.path as p, sys\\nfor i in x:\\n  y = [z for z in i]").body)
    ['p', 'sys', 'i', 'y']
    """
    names: dict[str, None] = {}
    for node in statements:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names[node.name] = None
        elif isinstance(node, ast.alias):
            names[(node.asname or node.name).partition(".")[0]] = None
        elif isinstance(node, ast.Name):
            names |= {node.id: None} if isinstance(node.ctx, ast.Store) else {}
        elif not isinstance(node, _OWN_SCOPE):
            names |= dict.fromkeys(names_bound_by(list(ast.iter_child_nodes(node))))
    return list(names)


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
    if isinstance(value, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        return _is_constant(value.elt) and all(map(_is_of_constants, value.generators))
    if isinstance(value, ast.DictComp):
        pair = (value.key, value.value)
        return all(map(_is_constant, pair)) and all(map(_is_of_constants, value.generators))
    parts = [child for child in ast.iter_child_nodes(value) if isinstance(child, ast.expr)]
    return isinstance(value, _CONSTANT) and all(map(_is_constant, parts))


def _is_of_constants(generator: ast.comprehension) -> bool:
    return all(map(_is_constant, (generator.iter, *generator.ifs)))


def _is_maker(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return isinstance(function.value, ast.Name) and function.attr in _MAKERS
    return isinstance(function, ast.Name) and function.id in _BUILT_IN
