"""What the names in a source mean, scope by scope: followed through imports, renaming and assignment.

Every expression is visited. Beside what is used, a scope collects doubts: what the text does not decide.
"""

from __future__ import annotations

import ast

from autograder.worker.facilities import ATTRIBUTES, imported_by, is_importer, runs_text, text_of
from autograder.worker.meanings import BUILTINS, Found, Function, Meanings, bound_in, defaults_of


class Scope(Meanings, ast.NodeVisitor):
    """Follows names through one scope, and the scopes inside it.

    Args:
        names: What each name means so far: a full name, or None for what is made here.
        package: The package that relative imports start from.
        stars: The modules of which everything was imported.
    """

    def visit_body(self, definition: ast.AST) -> None:
        """Visit the inside of a function or class in a scope of its own."""
        outer = self.names
        defaults = defaults_of(definition) if isinstance(definition, Function) else {}
        for default in defaults.values():
            self.visit(default)
        meant = {name: self._meaning(default) for name, default in defaults.items()}
        self.names = {**outer, **dict.fromkeys(bound_in(definition)), **meant}
        for child in ast.iter_child_nodes(definition):
            self.visit(child)
        self.names = outer

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
            package = self.package.split(".")[: len(self.package.split(".")) - node.level + 1]
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

    def visit_Assign(self, node: ast.Assign) -> None:
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
            self.found.append(Found(meaning, node.lineno))
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

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and node.value in ATTRIBUTES:
            self._doubt_attribute(node.value, node.lineno)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if (text := text_of(node)) is not None and text in ATTRIBUTES:
            self._doubt_attribute(text, node.lineno)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        meaning = self._meaning(node)
        if meaning is not None:
            self.found.append(Found(meaning, node.lineno))
            if not isinstance(node.ctx, ast.Load):
                self.found.append(Found(meaning, node.lineno, is_stored=True))
        spares = meaning == "typing.TYPE_CHECKING" and isinstance(node.ctx, ast.Load)
        self._visit_base(node, spares=spares)

    def _visit_base(self, node: ast.expr, *, spares: bool = False) -> None:
        """Visit what attributes are taken from, unless it is a name: that is part of what was found."""
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            if node.attr in ATTRIBUTES and not spares:
                self._doubt_attribute(node.attr, node.lineno)
            attributes.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            self.visit(node)
        elif node.id not in self.names and node.id not in BUILTINS:
            self.found += [
                Found(".".join((module, node.id, *attributes)), node.lineno) for module in self.stars[:-1]
            ]

    def _doubt_attribute(self, attribute: str, line: int) -> None:
        self.doubts.append((f"{attribute} can bring in what the text does not name", line))

    def visit_Compare(self, node: ast.Compare) -> None:
        """Visit a comparison. Whether a module is among those there are may be asked."""
        self.visit(node.left)
        for operator, each in zip(node.ops, node.comparators, strict=True):
            if not (isinstance(operator, ast.In | ast.NotIn) and self._meaning(each) == "sys.modules"):
                self.visit(each)

    def visit_keyword(self, node: ast.keyword) -> None:
        if node.arg == "allow_pickle" and not (
            isinstance(node.value, ast.Constant) and node.value.value is False
        ):
            self.doubts.append(("allow_pickle lets a file run code", node.value.lineno))
        if node.arg == "eval_str" and not (
            isinstance(node.value, ast.Constant) and node.value.value is False
        ):
            self.doubts.append(("eval_str runs a text", node.value.lineno))
        self.visit(node.value)

    def visit_Call(self, node: ast.Call) -> None:
        function = self._meaning(node.func)
        arguments = [*node.args, *node.keywords]
        if function is not None and is_importer(function):
            self._import_by_call(function, node)
        elif function is not None and runs_text(function):
            self._run_text(function, node)
        elif function == "getattr" and len(node.args) > 1:
            self.found.append(Found(function, node.lineno))
            meaning, taken = self._meaning(node), self._meaning(node.args[0])
            if meaning is not None:
                self.found.append(Found(meaning, node.lineno))
                self._visit_base(node.args[0])
                arguments = arguments[1:]
            elif taken is not None and text_of(node.args[1]) is None:
                self.found.append(Found(f"{taken}.*", node.lineno))
        else:
            self.visit(node.func)
        for each in arguments:
            self.visit(each)

    def _import_by_call(self, function: str, node: ast.Call) -> None:
        imported = imported_by(function, node)
        self.found.append(Found(function, node.lineno, is_import=True))
        if imported.module is None:
            self.doubts.append((f"{function} with a name that only running tells", node.lineno))
        else:
            self.found.append(Found(imported.module, node.lineno, is_import=True))
        self._visit_base(node.func, spares=True)

    def _run_text(self, function: str, node: ast.Call) -> None:
        """Visit a text that is run, where it stands there; what it binds is not followed."""
        text = text_of(node.args[0]) if node.args else None
        try:
            tree = None if text is None else ast.parse(text.strip())
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            tree = None
        if tree is not None:
            for inner in ast.walk(tree):
                if hasattr(inner, "lineno"):
                    inner.lineno = node.lineno
            outer, self.names = self.names, dict(self.names)
            self.visit(tree)
            self.names = outer
        self.found.append(Found(function, node.lineno, is_import=tree is not None and function == "eval"))
