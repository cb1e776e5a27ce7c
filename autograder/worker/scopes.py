"""What the names in a source mean, scope by scope: followed through imports, renaming and assignment.

Every expression is visited. Beside what is used, a scope collects doubts: what the text does not decide.
"""

from __future__ import annotations

import ast

from autograder.worker.expressions import Expressions
from autograder.worker.meanings import BUILTINS, Found, Function, bound_in, declared_in, defaults_of
from autograder.worker.packages import HANDED_IN


class Scope(Expressions, ast.NodeVisitor):
    """Follows names through one scope, and the scopes inside it.

    Args:
        names: What each name means so far: a full name, or None for what is made here.
        package: The package that relative imports start from.
        stars: The modules of which everything was imported.
    """

    def visit_body(self, definition: ast.AST) -> None:
        """Visit the inside of a function or class in a scope of its own."""
        outer = self.names, self.statement, self._is_in_function
        is_function = isinstance(definition, Function)
        defaults = defaults_of(definition) if isinstance(definition, Function) else {}
        self._followed.update(defaults.values())
        for default in defaults.values():
            self.visit(default)
        meant = {name: self._meaning(default) for name, default in defaults.items()}
        self.names = {**self.names, **dict.fromkeys(bound_in(definition)), **meant}
        self._is_in_function = is_function
        elsewhere = declared_in(definition)
        for child in ast.iter_child_nodes(definition):
            is_elsewhere = bool(elsewhere) and not elsewhere.isdisjoint(bound_in(_around(child)))
            self.statement = child if is_function and not is_elsewhere else None
            self.visit(child)
        self.names, self.statement, self._is_in_function = outer

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._store(node.name, node.lineno)
        self.visit_body(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._store(node.name, node.lineno)
        self.visit_body(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit_body(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._store(node.name, node.lineno)
        self.visit_body(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            first = alias.name.partition(".")[0]
            bound = alias.asname or first
            self.found.append(Found(alias.name, node.lineno, is_import=True, bound=bound))
            self._store(bound, node.lineno, alias.name if alias.asname else first)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        if node.level:
            parts = self.package.split(".")
            package = [part for part in parts[: max(len(parts) - node.level + 1, 0)] if part] or [HANDED_IN]
            module = ".".join(part for part in (*package, module) if part)
        for alias in node.names:
            if alias.name == "*":
                self.found.append(Found(module, node.lineno, is_import=True))
                self.stars.append(module)
                continue
            full = f"{module}.{alias.name}" if module else alias.name
            bound = alias.asname or alias.name
            self.found.append(Found(full, node.lineno, is_import=True, bound=bound))
            self._store(bound, node.lineno, full)

    def visit_If(self, node: ast.If) -> None:
        if self._meaning(node.test) != "typing.TYPE_CHECKING":  # which is never true where code runs
            self.generic_visit(node)
            return
        for statement in node.orelse:
            self.visit(statement)

    def visit_Expr(self, node: ast.Expr) -> None:
        self._followed.add(node.value)
        self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._follow(node)
        self.visit(node.value)
        for target in node.targets:
            self._bind(target, node.value)

    # What is bound is visited last: `signal: object = signal.convolve2d` uses the one from before.

    def _bind(self, target: ast.expr, value: ast.expr | None) -> None:
        """Visit a target, and let its names mean what they are given, one by one where both are listed."""
        match target, value:
            case ((ast.Tuple(targets) | ast.List(targets)), (ast.Tuple(values) | ast.List(values))) if (
                not any(isinstance(each, ast.Starred) for each in (*targets, *values))
            ):
                meanings = [self._meaning(each) for each in values]
                for each in targets:
                    self.visit(each)
                for each, meaning in zip(targets, meanings, strict=False):
                    if isinstance(each, ast.Name):
                        self.names[each.id] = meaning
            case ast.Name(id), _:
                self._store(id, target.lineno, None if value is None else self._meaning(value))
            case _:
                self.visit(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.annotation)
        self._follow(node)
        if node.value is not None:
            self.visit(node.value)
        self._bind(node.target, node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        self._bind(node.target, None)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self._bind(node.target, node.value)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.found.append(Found("for", node.lineno))
        for part in (node.iter, node.target, *node.body, *node.orelse):
            self.visit(part)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self.found.append(Found("for", node.target.lineno))
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
        self.found.append(Found("while", node.lineno))
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._store(node.id, node.lineno)
        elif (meaning := self._meaning(node)) is not None:
            self._use(node, meaning)
            if node.id not in self.names and node.id not in BUILTINS:
                self.found += [Found(f"{module}.{node.id}", node.lineno) for module in self.stars[:-1]]

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        self.generic_visit(node)
        if node.name is not None:
            self._store(node.name, node.lineno)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self.visit_MatchAs(node)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        if node.rest is not None:
            self._store(node.rest, node.lineno)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.visit(node.type)
        if node.name is not None:
            self._store(node.name, node.lineno)
        for statement in node.body:
            self.visit(statement)


def _around(node: ast.AST) -> ast.AST:
    """Return something that holds nothing but a node."""
    return ast.Tuple([node], ast.Load()) if isinstance(node, ast.expr) else ast.Module([node], [])  # type: ignore[list-item]
