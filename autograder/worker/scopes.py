"""What the names in a source mean, scope by scope: followed through imports, renaming and assignment."""

from __future__ import annotations

import ast
import builtins

_BUILTINS = frozenset(dir(builtins))
_IMPORTERS = ("importlib.import_module", "__import__")
_Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Scope(ast.NodeVisitor):
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
        defaults = _defaults_of(definition) if isinstance(definition, _Function) else {}
        for default in defaults.values():
            self.visit(default)
        meant = {name: self._meaning(default) for name, default in defaults.items()}
        self.names = {**outer, **dict.fromkeys(bound_in(definition)), **meant}
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
            if isinstance(target, ast.Tuple | ast.List) and isinstance(node.value, ast.Tuple | ast.List):
                for each, value in zip(target.elts, node.value.elts, strict=False):
                    if isinstance(each, ast.Name):
                        self.names[each.id] = self._meaning(value)
            else:
                self._bind(target, meaning)

    # What is bound is visited last: `signal: object = signal.convolve2d` uses the one from before.

    def _bind(self, target: ast.expr, meaning: str | None) -> None:
        self.visit(target)
        if isinstance(target, ast.Name):
            self.names[target.id] = meaning

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        if node.value is not None:
            self.visit(node.value)
        self._bind(node.target, None if node.value is None else self._meaning(node.value))

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        self._bind(node.target, None)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._bind(node.target, self._meaning(node.value))

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.found.append(("for", node.lineno))
        for part in (node.iter, node.target, *node.body, *node.orelse):
            self.visit(part)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self.found.append(("for", node.target.lineno))
        for part in (node.iter, node.target, *node.ifs):
            self.visit(part)

    def _visit_inside(self, generators: list[ast.comprehension], *results: ast.expr) -> None:
        """Visit a comprehension, whose names are its own."""
        outer, self.names = self.names, dict(self.names)
        for part in (*generators, *results):
            self.visit(part)
        self.names = outer

    def visit_ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> None:
        self._visit_inside(node.generators, node.elt)

    def visit_SetComp(self, node: ast.SetComp) -> None:
        self.visit_ListComp(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self.visit_ListComp(node)

    def visit_DictComp(self, node: ast.DictComp) -> None:
        self._visit_inside(node.generators, node.key, node.value)

    def visit_While(self, node: ast.While) -> None:
        self.found.append(("while", node.lineno))
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.names[node.id] = None
        elif (meaning := self._meaning(node)) is not None:
            self.found.append((meaning, node.lineno))
            if node.id not in self.names and node.id not in _BUILTINS:
                self.found += [(f"{module}.{node.id}", node.lineno) for module in self.stars[:-1]]

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


def _defaults_of(function: _Function) -> dict[str, ast.expr]:
    """Return the defaults of a function's parameters, by name."""
    parts = function.args
    positional = [*parts.posonlyargs, *parts.args]
    defaults = dict(zip(reversed(positional), reversed(parts.defaults), strict=False))
    named = zip(parts.kwonlyargs, parts.kw_defaults, strict=True)
    defaults |= {each: default for each, default in named if default is not None}
    return {each.arg: default for each, default in defaults.items()}


def bound_in(definition: ast.AST) -> set[str]:
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
