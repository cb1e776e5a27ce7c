"""`float(a)`, `int(a)` and `complex(a)` of an array of one element, which NumPy refuses since 2.4.

The calls are rewritten in the submission's tree, so that `float` itself stays what it is: a type.
"""

from __future__ import annotations

import ast
import builtins
from typing import Any

import numpy as np

from autograder.worker.shims.notes import Notes

_FUNCTION = "__scalar_of_period__"
_KINDS = (float, int, complex)


def install(notes: Notes) -> None:
    """Put what the rewritten calls call among Python's own names."""

    def convert(kind: Any, value: Any) -> Any:
        if kind in _KINDS and isinstance(value, np.ndarray) and value.ndim > 0 and value.size == 1:
            name = kind.__name__
            notes.add(
                f"{name}() of an array of one element is an error since NumPy 2.4: it worked here as "
                f"{name}(a.item())"
            )
            return kind(value.item())
        return kind(value)

    setattr(builtins, _FUNCTION, convert)


def is_installed() -> bool:
    """Return whether calls are to be rewritten in this process."""
    return hasattr(builtins, _FUNCTION)


class Rewriting(ast.NodeTransformer):
    """Rewrites `float(x)` as a call that looks at `float` and at `x` when it runs.

    >>> ast.unparse(Rewriting().visit(ast.parse("y = float(x)")))
    'y = __scalar_of_period__(float, x)'
    """

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Rewrite one call."""
        self.generic_visit(node)
        match node:
            case ast.Call(ast.Name("float" | "int" | "complex"), [argument], []):
                if not isinstance(argument, ast.Starred):
                    function = ast.copy_location(ast.Name(_FUNCTION, ast.Load()), node.func)
                    return ast.copy_location(ast.Call(function, [node.func, argument], []), node)
        return node


def rewritten(tree: ast.Module) -> ast.Module:
    """Return a tree with its calls rewritten, where names of old versions work; else the tree itself."""
    return Rewriting().visit(tree) if is_installed() else tree
