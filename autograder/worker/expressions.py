"""What the expressions in a source use: parts of what has a name, calls, texts that name something."""

from __future__ import annotations

import ast

from autograder.worker.facilities import (
    ATTRIBUTES,
    danger,
    hinted,
    imported_by,
    is_importer,
    runs_text,
    text_of,
)
from autograder.worker.meanings import BUILTINS, Found, Meanings

_ONLY_LOOK = frozenset({"print", "hasattr", "dir", "id", "isinstance", "repr", "str"})


class Expressions(Meanings, ast.NodeVisitor):
    """Visits expressions, and collects what they use, and doubts."""

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and (found := hinted(node.value)) is not None:
            self._doubt_attribute(found, node.lineno)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if (text := text_of(node)) is not None and (found := hinted(text)) is not None:
            self._doubt_attribute(found, node.lineno)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        meaning = self._meaning(node)
        if meaning is not None:
            self._use(node, meaning)
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
        if attributes and self._meaning(node) is None:
            self._doubt_parts(attributes, node.lineno)
        if not isinstance(node, ast.Name):
            self._followed.add(node)
            self.visit(node)
        elif node.id not in self.names and node.id not in BUILTINS:
            self.found += [
                Found(".".join((module, node.id, *attributes)), node.lineno) for module in self.stars[:-1]
            ]

    def visit_MatchClass(self, node: ast.MatchClass) -> None:
        for attribute in node.kwd_attrs:
            if attribute in ATTRIBUTES:
                self._doubt_attribute(attribute, node.lineno)
            self._doubt_parts([attribute], node.lineno)
        self.generic_visit(node)

    def _doubt_parts(self, attributes: list[str], line: int) -> None:
        """Doubt what is taken of something whose text does not tell what it is, if it leads to a facility."""
        if (facility := danger(".".join(("", *attributes)))) is not None:
            self._doubt_attribute(facility, line)

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
                if node not in self._followed:
                    self._hand_on(meaning, node.lineno)
                self._visit_base(node.args[0])
                arguments = arguments[1:]
            elif taken is not None and text_of(node.args[1]) is None:
                self.found.append(Found(f"{taken}.*", node.lineno))
        else:
            self._followed.add(node.func)
            self.visit(node.func)
            if function in _ONLY_LOOK:
                self._followed.update(node.args)
        for each in arguments:
            self.visit(each)

    def _import_by_call(self, function: str, node: ast.Call) -> None:
        imported = imported_by(function, node)
        self.found.append(Found(function, node.lineno, is_import=True))
        if imported.module is None:
            self.doubts.append((f"{function} with a name that only running tells", node.lineno))
        else:
            self.found.append(Found(imported.module, node.lineno, is_import=True))
            if imported.returned is not None and node not in self._followed:
                self._hand_on(imported.returned, node.lineno)
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
