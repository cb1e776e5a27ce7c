"""Strings that choose among ways to compute, as ``"same"`` and ``"valid"`` do: which belong together."""

from __future__ import annotations

import ast
from collections import defaultdict


def modes(tree: ast.Module) -> dict[str, list[str]]:
    """Return, for each string that is a mode, the others that may stand in its place.

    Strings belong together that one expression is compared with, that the cases of one ``match`` name, or
    that one ``Literal`` lists.
    """
    families: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for operand in (node.left, *node.comparators):
                families[ast.dump(node.left)] |= set(_strings(operand))
        elif isinstance(node, ast.Match):
            for case in node.cases:
                families[ast.dump(node.subject)] |= set(_strings(case.pattern))
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("Literal"):
            families[ast.dump(node)] |= set(_strings(node.slice))
    others: dict[str, set[str]] = defaultdict(set)
    for family in families.values():
        for mode in family:
            others[mode] |= family - {mode}
    return {mode: sorted(rest) for mode, rest in others.items() if rest}


def _strings(node: ast.AST) -> list[str]:
    """Return the strings that a node is, or is a row of."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.Tuple | ast.List | ast.Set | ast.MatchOr | ast.MatchValue):
        return [string for child in ast.iter_child_nodes(node) for string in _strings(child)]
    return []
