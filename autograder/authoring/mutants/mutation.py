"""Mutants: a module's source, changed in one place as a student might have got it wrong.

A problem's cases are as good as the mutants of its reference that they catch. Only what the cases reach
is worth changing (`tracing`), and what no input in the assignment's domain can tell from the reference is no
mutant to catch (`autograder.authoring.inputs.exploring`).
"""

from __future__ import annotations

import ast
import textwrap
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from autograder.authoring.mutants import operators, values
from autograder.authoring.mutants.modes import modes
from autograder.authoring.mutants.operators import Edits, Operator
from autograder.authoring.mutants.places import places
from autograder.authoring.mutants.text import Source

_OPERATORS: dict[str, Operator] = {
    "arithmetic": operators.arithmetic,
    "comparison": operators.comparison,
    "logic": operators.logic,
    "sign": operators.sign,
    "constant": values.constant,
    "slice": values.slices,
    "range": values.ranges,
    "order": values.order,
    "keyword": values.keyword,
    "function": values.function,
    "condition": operators.condition,
    "return": operators.returned,
    "deletion": operators.deletion,
}


@dataclass(frozen=True)
class Mutant:
    """A module with one change.

    Attributes:
        line: The first line that differs.
        before: The changed lines as they were.
        after: The changed lines as they are.
        source: The whole module; but for the change, every line is where it was, unless a change made a
            statement of several lines shorter.
        operator: What was done: ``"arithmetic"``, ``"condition"`` and so on.
    """

    line: int
    before: str
    after: str
    source: str
    operator: str


def mutants(source: str, lines: Collection[int]) -> list[Mutant]:
    """Return the mutants of a module, no two of them equal, in the order of the source.

    Docstrings, annotations, decorators, names of types, imports, asserts, raised errors and their messages
    stay as they are.

    Args:
        source: The module.
        lines: The lines to change something in; a statement of several lines counts by any of them.

    Raises:
        SyntaxError: If the source is no Python.

    >>> for mutant in mutants("def f(x):\\n    return x + 1\\n", {2}):
    ...     print(f"{mutant.operator}: {mutant.after}")
    return: return None
    arithmetic: return x - 1
    arithmetic: return x * 1
    constant: return x + 2
    constant: return x + 0
    """
    text = Source(source)
    seen = {source}
    found = []
    for name, edits in sorted(_changes(text, lines), key=lambda change: min(change[1])[0]):
        mutated = text.edited(edits)
        if mutated not in seen and _differs(text, edits, mutated):
            found.append(_mutant(text, edits, mutated, name))
        seen.add(mutated)
    return found


def _changes(text: Source, lines: Collection[int]) -> Iterator[tuple[str, Edits]]:
    others = modes(text.tree)
    for node, parent in places(text.tree, lines):
        for name, operator in _OPERATORS.items():
            for edits in operator(text, node, parent):
                yield name, edits
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            for other in others.get(node.value, []):
                yield "mode", ((*text.span(node), f'"{other}"'),)


def _differs(text: Source, edits: Edits, mutated: str) -> bool:
    """Return whether the edits make another program of the source; what is no program is none."""
    first = min(edits)[0]
    statement = next(node for node in reversed(text.tree.body) if _start(text, node) <= first)
    start, end = _start(text, statement), text.span(statement)[1]
    grown = len(mutated.encode()) - len(text.data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        try:
            tree = ast.parse(mutated.encode()[start : end + grown])
        except (SyntaxError, ValueError):
            return False
    return ast.dump(tree) != ast.dump(ast.Module([statement], []))


def _start(text: Source, statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([text.span(statement)[0], *(text.span(decorator)[0] - 1 for decorator in decorators)])


def _mutant(text: Source, edits: Edits, mutated: str, operator: str) -> Mutant:
    first = text.line_of(min(edits)[0])
    last = text.line_of(max(edit[1] for edit in edits))
    before, after = text.text.splitlines(), mutated.splitlines()
    changed = after[first - 1 : last + len(after) - len(before)]
    return Mutant(first, _listed(before[first - 1 : last]), _listed(changed), mutated, operator)


def _listed(lines: list[str]) -> str:
    return textwrap.dedent("\n".join(lines)).strip()
