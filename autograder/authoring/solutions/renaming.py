"""Imports of a source: which modules it imports, and the same source with a package under another name."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection

from autograder.authoring.mutants.text import Edit, Source


def imported_modules(text: str, package: str) -> list[str]:
    """Return what may be a module among all that a source imports, wherever in it.

    Args:
        text: The source.
        package: The package that it lies in, for relative imports; empty for none.

    >>> imported_modules("import math\\nfrom reference import shapes\\nfrom .arrays import taps", "reference")
    ['math', 'reference', 'reference.shapes', 'reference.arrays', 'reference.arrays.taps']
    """
    found: dict[str, None] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= dict.fromkeys(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            found |= dict.fromkeys([base, *(f"{base}.{alias.name}" for alias in node.names)])
    return list(found)


def renamed(text: str, roots: Collection[str], new: str) -> str:
    """Return a source that imports from another package; strings and comments stay as they are.

    Args:
        text: The source.
        roots: Names of packages to replace.
        new: The package instead.

    >>> renamed("from reference.shapes import pair  # reference", {"reference"}, "solution")
    'from solution.shapes import pair  # reference'
    """
    source = Source(text)
    edits: list[Edit] = []
    bound: set[str] = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and not node.level and _root(node.module or "") in roots:
            start, end = source.span(node)
            keyword = re.match(rb"from\s+", source.data[start:end])
            assert keyword is not None
            edits.append((start + keyword.end(), start + keyword.end() + len(_root(node.module or "")), new))
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if _root(alias.name) in roots:
                    start, _ = source.span(alias)
                    edits.append((start, start + len(_root(alias.name)), new))
                    bound |= set() if alias.asname else {_root(alias.name)}
    edits += [
        (*source.span(node), new)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Name) and node.id in bound
    ]
    return source.edited(edits)


def _root(module: str) -> str:
    return module.partition(".")[0]
