"""The files of a submission as modules: what each defines and uses, and by which names it is imported."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from autograder.worker.facilities import danger
from autograder.worker.index import Index
from autograder.worker.loading import MAX_SOURCE_BYTES, notebook_text, read_source, syntax_tree
from autograder.worker.meanings import Found, bound_in
from autograder.worker.notebook.reading import is_notebook, read_notebook
from autograder.worker.scopes import Scope

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


_LONG = 300
_WRITERS = frozenset(
    {
        *("open", "fdopen", "FileIO", "write", "writelines", "write_text", "write_bytes", "get_ipython"),
        *("save", "savez", "savez_compressed", "savetxt", "tofile", "memmap", "open_memmap", "dump"),
        *("to_csv", "to_json", "to_html", "to_string", "to_latex", "to_markdown", "to_xml", "savefig"),
        *("FileHandler", "shutil", "copyfile", "copytree", "copy2", "move", "rename", "renames", "symlink"),
        *("symlink_to", "hardlink_to", "link", "extract", "extractall", "unpack_archive", "tempfile"),
        *("zipfile", "tarfile", "urlretrieve", "get_file", "sqlite3", "fileinput"),
    }
)
_SPARED = frozenset({"doctest.testmod"})
_IN_EXAMPLES = re.compile(r"import|exec|eval|__|getattr|get_ipython")


class Located(NamedTuple):
    """A use, and the definition at the top level around it; an empty one is the file's own code."""

    definition: str
    found: Found
    is_at_top: bool = True


class Doubt(NamedTuple):
    """What the text of a line does not decide, and why; whether the line runs when its file does."""

    definition: str
    reason: str
    line: int
    is_at_top: bool


class Module:
    """One file: its definitions, what they use, and what they leave open.

    Args:
        name: What it is imported as; empty for a file that no statement can import.
        file: Its path below the submission's folder.
        tree: Its syntax tree.
    """

    def __init__(self, name: str, file: str, tree: ast.Module) -> None:
        self.name, self.file = name, file
        self._package = name if file.endswith("__init__.py") else name.rpartition(".")[0]
        self._statements = [(statement, _bound_by(statement)) for statement in tree.body]
        self.functions = {each.name for each in ast.walk(tree) if isinstance(each, _Definition)}
        bound = {name for _, names in self._statements for name in names}
        run = [statement for statement, _ in self._statements if not isinstance(statement, _Definition)]
        self.definitions = bound.union(*map(_imported_by, run))
        self.functions &= self.definitions
        self.meanings: dict[str, str | None] = {
            each: f"{self.name}.{each}" if self.name else None for each in self.definitions
        }
        self.uses: list[Located] = []
        self.doubts: list[Doubt] = [
            Doubt("", f"{facility} under a name with two meanings", line, is_at_top=True)
            for facility, line in _facilities_bound_twice(tree)
        ]
        self.spared = _SPARED if _has_plain_examples(tree) else frozenset[str]()
        self.writes, self.texts = _written_by(tree)
        self._follow()

    def _follow(self) -> None:
        outer = Scope(self.meanings, self._package)
        deferred = []
        for statement, bound in self._statements:
            if isinstance(statement, _Definition):
                deferred.append((statement, bound))  # runs when it is called: all of the names are there
                for each in _run_at_once(statement):
                    outer.visit(each)
                continue
            before = {name: outer.names.get(name) for name in (*bound, *_imported_by(statement))}
            outer.statement = statement
            outer.visit(statement)
            for name, meaning in before.items():
                self._keep_both(outer, name, meaning, statement.lineno)
            self._take(outer, bound, is_at_top=True)
        self._take(outer, set(), is_at_top=True)
        for definition, bound in deferred:
            inner = Scope(outer.names, self._package, outer.stars)
            inner.visit_body(definition)
            self._take(inner, bound, is_at_top=isinstance(definition, ast.ClassDef))

    def _keep_both(self, scope: Scope, name: str, before: str | None, line: int) -> None:
        """Let a name that is bound again mean both: the text does not tell which binding runs."""
        own, now = f"{self.name}.{name}", scope.names.get(name)
        if now is None:
            scope.names[name] = own
        if before not in (None, own, now):
            self.uses += [
                Located(name, Found(each, line, is_import=True)) for each in (before, now) if each is not None
            ]
            scope.names[name] = own

    def _take(self, scope: Scope, bound: set[str], *, is_at_top: bool) -> None:
        """Take over what a scope has found since it was last asked, once for each name that it belongs to."""
        for found in scope.found:
            names = bound | {found.bound} if found.bound and is_at_top else bound
            self.uses += [Located(name, found, is_at_top) for name in (names or {""})]
        for reason, line in scope.doubts:
            self.doubts += [Doubt(name, reason, line, is_at_top) for name in (bound or {""})]
        scope.found, scope.doubts = [], []


def read_module(index: Index, file: str) -> tuple[Module, str | None]:
    """Return a file as a module, and why it may be more than what was looked at, where that is so.

    Raises:
        UnreadableSource: If the main file is no text.
        SyntaxError, ValueError: If Python cannot read it either.
        RecursionError, MemoryError: If it is nested too deeply.
        OSError: If it cannot be opened.
    """
    path = index.home / file
    if is_notebook(file):
        text = notebook_text(file, read_notebook(path)).text
        return Module(index.name_of(file), file, syntax_tree(text)), None
    size = path.stat().st_size
    if size > MAX_SOURCE_BYTES:  # which does not keep it from being imported
        raise ValueError(f"it has more than {MAX_SOURCE_BYTES:,} bytes")
    data = path.read_bytes()
    if file != index.main:
        return Module(index.name_of(file), file, syntax_tree(data)), None
    text = read_source(path)
    tree = syntax_tree(text)
    compile(tree, file, "exec", dont_inherit=True)
    open_question = None if _is_plain(data) or _is_read_alike(tree, data) else "is read in two ways"
    return Module(index.name_of(file), file, tree), open_question


def _written_by(tree: ast.Module) -> tuple[bool, str]:
    """Return whether a file names what writes files, and its short texts, maybe names of files."""
    names: set[str] = set()
    texts: list[str] = []
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                names.update(name.split("."))
            case ast.Constant(str(text)) if len(text) < _LONG:
                texts.append(text)
    return not names.isdisjoint(_WRITERS), "\n".join(texts)


def _has_plain_examples(tree: ast.Module) -> bool:
    """Return whether a file's docstrings are as they stand there, and their examples bring nothing in."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Attribute(attr="__doc__") | ast.Constant("__doc__") | ast.Name(id="__test__" | "__doc__")
            ):
                return False
            case ast.Constant(str(text)) if ">>>" in text and _IN_EXAMPLES.search(text):
                return False
    return True


def _is_plain(data: bytes) -> bool:
    return data.isascii() and b"\r" not in data and b"coding" not in b"".join(data.splitlines()[:2])


def _is_read_alike(tree: ast.Module, data: bytes) -> bool:
    """Return whether a file's text, as it is run, is what Python makes of the bytes."""
    try:
        return ast.dump(tree) == ast.dump(syntax_tree(data))
    except (SyntaxError, ValueError):
        return False


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


def _run_at_once(definition: ast.stmt) -> Iterable[ast.expr]:
    """Return the decorators and defaults of a definition, which run where it stands."""
    assert isinstance(definition, _Definition)
    yield from definition.decorator_list
    if not isinstance(definition, ast.ClassDef):
        yield from definition.args.defaults
        yield from (each for each in definition.args.kw_defaults if each is not None)


def _facilities_bound_twice(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Return facilities that are imported under a name which also means something else, and where."""
    meanings: dict[str, set[str]] = {}
    facilities: list[tuple[str, str, int]] = []
    for node in ast.walk(tree):
        match node:
            case ast.Import() | ast.ImportFrom():
                module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
                for alias in node.names:
                    full = module + alias.name
                    short = full if alias.asname or module else full.partition(".")[0]
                    name = alias.asname or short.rpartition(".")[2]
                    meanings.setdefault(name, set()).add(short)
                    if danger(full) is not None:
                        facilities.append((name, full, node.lineno))
            case ast.Name(id, ast.Store()) | ast.arg(id):
                meanings.setdefault(id, set()).add("")
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                meanings.setdefault(name, set()).add("")
    yield from ((full, line) for name, full, line in facilities if len(meanings[name]) > 1)
