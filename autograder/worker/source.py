"""What a submission's sources use, by syntax tree: before any of it runs, so that it cannot be hidden.

Names are followed through imports, renaming and assignment (``conv = tf.nn.conv2d``), by scope; what a
function reaches is followed through the submission's own functions and files. What is only known when the
code runs (a name computed by it) is not found: the packages that are bound into the sandbox are the wall.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from autograder.wire.messages import MAX_USES, Use
from autograder.worker.loading import MAX_SOURCE_BYTES, UnreadableSource, read_source, syntax_tree
from autograder.worker.scopes import Scope, bound_in

MAX_FILES = 40
_MOST_FUNCTIONS = 300  # of which is said what they reach, where that is not asked for
_Node = tuple[str, str]
"""A module of the submission, and a definition at its top level; an empty one is the module's own code."""
_Line = tuple[str, int, str]
"""A module of the submission, a line in it, and a name that this line uses."""
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Inspection(NamedTuple):
    """What the sources use, and why not all of them could be looked through, where that is so."""

    uses: list[Use]
    unread: list[str]


def inspect(home: Path, main: str, asked: Collection[str] = ()) -> Inspection:
    """Return what a submission's sources use.

    Args:
        home: The folder of the submission.
        main: Its main file; `Use.within` names functions and classes of this one.
        asked: Names of it that matter however they are defined.
    """
    paths = sorted(home.rglob("*.py"), key=lambda path: (path != home / main, path))
    unread = [f"there are more than {MAX_FILES} files"] if len(paths) > MAX_FILES else []
    modules: dict[str, _Module] = {}
    for path in paths[:MAX_FILES]:
        file = path.relative_to(home).as_posix()
        name = file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        try:
            if path.stat().st_size > MAX_SOURCE_BYTES:  # which does not keep it from being imported
                unread.append(f"{file} has more than {MAX_SOURCE_BYTES:,} bytes")
            modules.setdefault(name, _Module(name, file, syntax_tree(read_source(path))))
        except (RecursionError, MemoryError):
            unread.append(f"{file} is nested too deeply")
        except (UnreadableSource, OSError, SyntaxError, ValueError):
            continue  # nor can it be imported
    found: dict[_Line, set[str]] = {}  # by module, line and name: the definitions around it
    edges: dict[_Node, set[_Node]] = {}
    for module in modules.values():
        try:
            for node, name, line in module.uses():
                target = _own(name, modules)
                if target is not None:
                    edges.setdefault((module.name, node), set()).add(target)
                if target is None or target[0] != module.name or target[1] in module.functions:
                    found.setdefault((module.name, line, name), set()).add(node)
        except RecursionError:
            unread.append(f"{module.file} is nested too deeply")
    reached = _reached_from(main.removesuffix(".py"), modules, edges, asked)
    first, again = _each_name_once(found)
    uses = [
        Use(name, modules[module].file, line, sorted(_within(module, found[module, line, name], reached)))
        for module, line, name in (first + again)[:MAX_USES]
    ]
    if len(first) > MAX_USES:
        unread.append(f"there are more than {MAX_USES:,} uses of names")
    return Inspection(uses, unread)


def _each_name_once(found: Mapping[_Line, set[str]]) -> tuple[list[_Line], list[_Line]]:
    """Return what was found, and apart from it what only says again what the same definitions use."""
    seen: set[tuple[str, str, frozenset[str]]] = set()
    first: list[_Line] = []
    again: list[_Line] = []
    for (module, line, name), nodes in found.items():
        key = module, name, frozenset(nodes)
        (again if key in seen else first).append((module, line, name))
        seen.add(key)
    return first, again


def _within(module: str, nodes: Iterable[str], reached: Mapping[_Node, set[str]]) -> set[str]:
    """Return the definitions of the main file that reach one of these."""
    return {start for node in nodes for start in reached.get((module, node), ())}


def _own(name: str, modules: Mapping[str, _Module]) -> _Node | None:
    """Return the definition of the submission's own that a name means."""
    module, _, rest = name.rpartition(".")
    while module:
        if module in modules:
            definition = rest.partition(".")[0]
            return (module, definition) if definition in modules[module].definitions else None
        module, _, last = module.rpartition(".")
        rest = f"{last}.{rest}"
    return None


def _reached_from(
    main: str, modules: Mapping[str, _Module], edges: Mapping[_Node, set[_Node]], asked: Collection[str]
) -> dict[_Node, set[str]]:
    """Return, for each definition, the functions and classes of the main file that reach it."""
    reached: dict[_Node, set[str]] = {}
    if main not in modules:
        return reached
    starts = set(asked) & modules[main].definitions
    if len(modules[main].functions) <= _MOST_FUNCTIONS:
        starts |= modules[main].functions
    for start in starts:
        todo = [(main, start)]
        while todo:
            node = todo.pop()
            if start not in reached.setdefault(node, set()):
                reached[node].add(start)
                todo += edges.get(node, ())
    return reached


class _Module:
    """One file: its definitions, and what they use."""

    def __init__(self, name: str, file: str, tree: ast.Module) -> None:
        self.name, self.file = name, file
        self._statements = [(statement, _bound_by(statement)) for statement in tree.body]
        self.functions = {each.name for each in ast.walk(tree) if isinstance(each, _Definition)}
        bound = {name for _, names in self._statements for name in names}
        run = [statement for statement, _ in self._statements if not isinstance(statement, _Definition)]
        self.definitions = bound.union(*map(_imported_by, run))
        self.functions &= self.definitions

    def uses(self) -> Iterator[tuple[str, str, int]]:
        """Return every use: the definition around it, the full name, the line."""
        names: dict[str, str | None] = {name: f"{self.name}.{name}" for name in self.definitions}
        outer = Scope(names, self._package())
        deferred = []
        for statement, bound in self._statements:
            if isinstance(statement, _Definition):
                deferred.append((statement, bound))  # runs when it is called: all of the names are there
                for decorator in statement.decorator_list:
                    outer.visit(decorator)
                continue
            before = {name: outer.names.get(name) for name in (*bound, *_imported_by(statement))}
            outer.visit(statement)
            for name, meaning in before.items():
                yield from self._keep_both(outer, name, meaning, statement.lineno)
            yield from self._found(outer, bound)
        yield from self._found(outer, set())
        for definition, bound in deferred:
            inner = Scope(outer.names, self._package(), outer.stars)
            inner.visit_body(definition)
            yield from self._found(inner, bound)

    def _keep_both(
        self, scope: Scope, name: str, before: str | None, line: int
    ) -> Iterator[tuple[str, str, int]]:
        """Let a name that is bound again mean both: the text does not tell which binding runs."""
        own, now = f"{self.name}.{name}", scope.names.get(name)
        if now is None:
            scope.names[name] = own
        if before not in (None, own, now):
            yield from ((name, each, line) for each in (before, now) if each is not None)
            scope.names[name] = own

    def _found(self, scope: Scope, bound: set[str]) -> Iterator[tuple[str, str, int]]:
        """Return what a scope has found since it was last asked, once for each name that it belongs to."""
        found, scope.found = scope.found, []
        yield from ((name, used, line) for used, line in found for name in (bound or {""}))

    def _package(self) -> str:
        return self.name.rpartition(".")[0]


def _imported_by(tree: ast.AST) -> set[str]:
    """Return the names that are bound by imports, wherever they are."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    return {alias.asname or alias.name.partition(".")[0] for node in imports for alias in node.names}


def _bound_by(statement: ast.stmt) -> set[str]:
    """Return the names of the module that a statement at its top level binds, other than by an import."""
    if not isinstance(statement, _Definition):
        return bound_in(statement)
    declared = [node for node in ast.walk(statement) if isinstance(node, ast.Global)]
    return {statement.name, *(name for node in declared for name in node.names)}
