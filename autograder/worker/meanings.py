"""What an expression is, by its text: a full name, through what each name of a scope means so far."""

from __future__ import annotations

import ast
import builtins
from typing import NamedTuple

from autograder.worker.facilities import OF_MODULE, imported_by, is_importer, text_of

BUILTINS = frozenset(dir(builtins)) | {"__builtins__", "get_ipython"}
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_ALL_PARTS = frozenset({"__dict__", "__getattr__", "__getattribute__"})


class Found(NamedTuple):
    """A name that a line uses.

    Attributes:
        name: In full.
        is_import: Whether it is imported here, by a statement or by a call that names it.
        bound: What it is called from here on, where a statement imports it.
        is_stored: Whether it is given another value, or deleted, as an attribute.
    """

    name: str
    line: int
    is_import: bool = False
    bound: str | None = None
    is_stored: bool = False


class Meanings:
    """The names of a scope.

    Args:
        names: What each name means so far: a full name, or None for what is made here.
        package: The package that relative imports start from.
        stars: The modules of which everything was imported.
    """

    def __init__(self, names: dict[str, str | None], package: str, stars: list[str] | None = None) -> None:
        self.names = names
        self.package = package
        self.stars = [] if stars is None else stars
        self.found: list[Found] = []
        self.doubts: list[tuple[str, int]] = []
        self.statement: ast.AST | None = None
        self._followed: set[ast.AST] = set()
        self._is_in_function = False

    def _use(self, node: ast.Name | ast.Attribute, meaning: str) -> None:
        """Note a use. What is handed on as a value may have parts that are used under no name."""
        self.found.append(Found(meaning, node.lineno))
        if isinstance(node.ctx, ast.Load) and node not in self._followed:
            if meaning == "getattr":
                self.doubts.append(("getattr is handed on", node.lineno))
            if meaning not in BUILTINS:
                self._hand_on(meaning, node.lineno)
        parts = meaning.split(".")
        for at, part in enumerate(parts):
            if part in _ALL_PARTS and at:
                self.doubts.append(
                    (f"{'.'.join(parts[:at])}.{part} has parts that are not named", node.lineno)
                )

    def _hand_on(self, meaning: str, line: int) -> None:
        self.found.append(Found(f"{meaning}.*", line))

    def _follow(self, node: ast.Assign | ast.AnnAssign) -> None:
        """Note which values are followed by name: of an assignment that runs before what follows it."""
        if node is not self.statement or node.value is None:
            return
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        pairs = [(target, node.value) for target in targets]
        while pairs:
            match pairs.pop():
                case ((ast.Tuple(inner) | ast.List(inner)), (ast.Tuple(values) | ast.List(values))):
                    pairs += zip(inner, values, strict=False)
                case ast.Name(), value:
                    self._followed.add(value)
        if not all(map(_is_plain, targets)):
            self._followed.discard(node.value)

    def _store(self, name: str, line: int, meaning: str | None = None) -> None:
        before = self.names.get(name)
        if self._is_in_function and before not in (None, meaning):  # which of them runs last is not told
            self._hand_on(str(before), line)
        self.names[name] = meaning
        if name in OF_MODULE:
            self.doubts.append((f"{name} is given another value", line))

    def _meaning(self, node: ast.expr) -> str | None:
        """Return the full name of what an expression is, where its text tells."""
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        meaning = self._named(node.id) if isinstance(node, ast.Name) else None
        if isinstance(node, ast.Call):
            meaning = self._returned_by(node)
        if meaning is None:
            return None
        if meaning in ("builtins", "__builtins__") and attributes and attributes[-1] in BUILTINS:
            meaning = attributes.pop()
        return ".".join((meaning, *reversed(attributes)))

    def _returned_by(self, node: ast.Call) -> str | None:
        function = self._meaning(node.func)
        if function == "getattr" and len(node.args) > 1:
            base, attribute = self._meaning(node.args[0]), text_of(node.args[1])
            if base is None or attribute is None:
                return None
            is_builtin = base in ("builtins", "__builtins__") and attribute in BUILTINS
            return attribute if is_builtin else f"{base}.{attribute}"
        if function is not None and is_importer(function):
            return imported_by(function, node).returned
        return None

    def _named(self, name: str) -> str | None:
        if name in self.names:
            return self.names[name]
        if name in BUILTINS:
            return name
        return f"{self.stars[-1]}.{name}" if self.stars else None


def _is_plain(target: ast.expr) -> bool:
    return not isinstance(target, ast.Attribute | ast.Subscript | ast.Starred)


def declared_in(definition: ast.AST) -> frozenset[str]:
    """Return the names that a definition, or one inside it, says are another scope's."""
    declared = [node for node in ast.walk(definition) if isinstance(node, ast.Global | ast.Nonlocal)]
    return frozenset(name for node in declared for name in node.names)


def defaults_of(function: Function) -> dict[str, ast.expr]:
    """Return the defaults of a function's parameters, by name."""
    parts = function.args
    positional = [*parts.posonlyargs, *parts.args]
    defaults = dict(zip(reversed(positional), reversed(parts.defaults), strict=False))
    named = zip(parts.kwonlyargs, parts.kw_defaults, strict=True)
    defaults |= {each: default for each, default in named if default is not None}
    return {each.arg: default for each, default in defaults.items()}


def bound_in(definition: ast.AST) -> set[str]:
    """Return the names that a function or class binds itself: parameters, and what it stores."""
    if isinstance(definition, Function):
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
            case (
                ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name))
            ):
                bound.add(name)
            case ast.ExceptHandler(name=str(name)):
                bound.add(name)
        todo += ast.iter_child_nodes(node)
    return bound - outer
