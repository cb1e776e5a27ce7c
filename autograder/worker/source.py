"""What a submission's sources use, by syntax tree: before any of it runs, so that it cannot be hidden.

Names are followed through imports, renaming and assignment (``conv = tf.nn.conv2d``), by scope; what a
function reaches is followed through the submission's own functions and files. What is only known when the
code runs (a name computed by it) is not found: the packages that are bound into the sandbox are the wall.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.wire.messages import MAX_USES, Use
from autograder.worker.loading import UnreadableSource, read_source

_MOST_FILES = 40
_BUILTINS = frozenset(dir(builtins))
_IMPORTERS = ("importlib.import_module", "__import__")
_Node = tuple[str, str]
"""A module of the submission, and a definition at its top level; an empty one is the module's own code."""
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def inspect(home: Path, main: str) -> list[Use]:
    """Return what a submission's sources use.

    Args:
        home: The folder of the submission.
        main: Its main file; `Use.within` names definitions of this one.
    """
    modules: dict[str, _Module] = {}
    paths = sorted(home.rglob("*.py"), key=lambda path: (path != home / main, path))
    for path in paths[:_MOST_FILES]:
        file = path.relative_to(home).as_posix()
        name = file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        try:
            modules.setdefault(name, _Module(name, file, ast.parse(read_source(path))))
        except (UnreadableSource, SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    found: dict[tuple[str, str, int, str], None] = {}
    edges: dict[_Node, set[_Node]] = {}
    for module in modules.values():
        try:
            for node, name, line in module.uses():
                target = _own(name, modules)
                if target is not None:
                    edges.setdefault((module.name, node), set()).add(target)
                found[module.name, node, line, name] = None
        except RecursionError:
            continue
    main_name = main.removesuffix(".py")
    reached = _reached_from(main_name, modules, edges)
    return [
        Use(name, modules[module].file, line, sorted(reached.get((module, node), ())))
        for module, node, line, name in list(found)[:MAX_USES]
    ]


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
    main: str, modules: Mapping[str, _Module], edges: Mapping[_Node, set[_Node]]
) -> dict[_Node, set[str]]:
    """Return, for each definition, the definitions of the main file that reach it."""
    reached: dict[_Node, set[str]] = {}
    for start in modules[main].definitions if main in modules else ():
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
        self.name, self.file, self._tree = name, file, tree
        self.definitions = {
            statement.name
            for statement in tree.body
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        }

    def uses(self) -> Iterator[tuple[str, str, int]]:
        """Return every use: the definition around it, the full name, the line."""
        names: dict[str, str | None] = {name: f"{self.name}.{name}" for name in self.definitions}
        outer = _Scope(names, self._package())
        deferred = []
        for statement in self._tree.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                deferred.append(statement)  # runs when it is called: all of the module's names are there
                for decorator in statement.decorator_list:
                    outer.visit(decorator)
            else:
                outer.visit(statement)
        yield from (("", name, line) for name, line in outer.found)
        for statement in deferred:
            inner = _Scope(outer.names, self._package(), outer.stars)
            inner.visit_body(statement)
            yield from ((statement.name, name, line) for name, line in inner.found)

    def _package(self) -> str:
        return self.name.rpartition(".")[0]


class _Scope(ast.NodeVisitor):
    """Follows names through one scope, and the scopes inside it.

    Args:
        names: What each name means so far: a full name, or None for what is made here.
        package: The package that relative imports start from.
        stars: The modules of which everything was imported.
    """

    def __init__(self, names: dict[str, str | None], package: str, stars: list[str] | None = None) -> None:
        self.names = names
        self.package = package
        self.stars = [] if stars is None else stars
        self.found: list[tuple[str, int]] = []

    def visit_body(self, definition: ast.AST) -> None:
        """Visit the inside of a function or class in a scope of its own."""
        outer = self.names
        self.names = {**outer, **dict.fromkeys(_bound_in(definition))}
        for child in ast.iter_child_nodes(definition):
            self.visit(child)
        self.names = outer

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.names[node.name] = None
        self.visit_body(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.names[node.name] = None
        self.visit_body(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit_body(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.names[node.name] = None
        self.visit_body(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.found.append((alias.name, node.lineno))
            first = alias.name.partition(".")[0]
            self.names[alias.asname or first] = alias.name if alias.asname else first

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level:
            module = ".".join(part for part in (self.package, module) if part)
        for alias in node.names:
            if alias.name == "*":
                self.found.append((module, node.lineno))
                self.stars.append(module)
                continue
            full = f"{module}.{alias.name}" if module else alias.name
            self.found.append((full, node.lineno))
            self.names[alias.asname or alias.name] = full

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        meaning = self._meaning(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.names[target.id] = meaning
            elif isinstance(target, ast.Tuple | ast.List) and isinstance(node.value, ast.Tuple | ast.List):
                for each, value in zip(target.elts, node.value.elts, strict=False):
                    if isinstance(each, ast.Name):
                        self.names[each.id] = self._meaning(value)
            else:
                self.visit(target)

    def visit_For(self, node: ast.For) -> None:
        self.found.append(("for", node.lineno))
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self.found.append(("for", node.target.lineno))
        self.generic_visit(node)

    def visit_While(self, node: ast.While) -> None:
        self.found.append(("while", node.lineno))
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.names[node.id] = None
        elif (meaning := self._meaning(node)) is not None:
            self.found.append((meaning, node.lineno))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if (meaning := self._meaning(node)) is not None:
            self.found.append((meaning, node.lineno))
        else:
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if (meaning := self._meaning(node)) is not None:
            self.found.append((meaning, node.lineno))
        self.generic_visit(node)

    def _meaning(self, node: ast.expr) -> str | None:
        """Return the full name of what an expression is, where its text tells."""
        match node:
            case ast.Name(id):
                return self._named(id)
            case ast.Attribute(value, attribute):
                base = self._meaning(value)
                return None if base is None else f"{base}.{attribute}"
            case ast.Call(ast.Name("getattr"), [base_node, ast.Constant(str(attribute)), *_]):
                base = self._meaning(base_node)
                return None if base is None else f"{base}.{attribute}"
            case ast.Call(function, [ast.Constant(str(module)), *_]):
                return module if self._meaning(function) in _IMPORTERS else None
        return None

    def _named(self, name: str) -> str | None:
        if name in self.names:
            return self.names[name]
        if name in _BUILTINS:
            return name
        return f"{self.stars[-1]}.{name}" if self.stars else None


def _bound_in(definition: ast.AST) -> set[str]:
    """Return the names that a function or class binds itself: parameters, and what it stores."""
    if isinstance(definition, _Function):
        parts = definition.args
        arguments = [*parts.posonlyargs, *parts.args, *parts.kwonlyargs]
        arguments += [each for each in (parts.vararg, parts.kwarg) if each is not None]
        bound = {argument.arg for argument in arguments}
    else:
        bound = set()
    todo: list[ast.AST] = list(ast.iter_child_nodes(definition))
    outer: set[str] = set()
    while todo:
        node = todo.pop()
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                bound.add(node.name)
                continue
            case ast.Lambda():
                continue
            case ast.Global() | ast.Nonlocal():
                outer |= set(node.names)
            case ast.Name(id, ast.Store()):
                bound.add(id)
        todo += ast.iter_child_nodes(node)
    return bound - outer
