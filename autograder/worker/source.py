"""What a submission's sources use, by syntax tree: before any of it runs, so that it cannot be hidden.

Names are followed through imports, renaming and assignment (``conv = tf.nn.conv2d``), by scope; what a
function reaches is followed through the submission's own functions and files. What the text does not decide
(a name that is put together while the code runs) is a doubt, for a person.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from autograder.wire.messages import MAX_USES, Use
from autograder.worker.facilities import danger, why
from autograder.worker.index import Index
from autograder.worker.loading import UnreadableSource, notebook_text
from autograder.worker.meanings import Found
from autograder.worker.modules import Doubt, Module, read_module
from autograder.worker.notebook.reading import is_notebook, read_notebook

MAX_FILES = 40
_MOST_DOUBTS = 100
_MOST_FUNCTIONS = 300  # of which is said what they reach, where that is not asked for
_MOST_FRAMES = 20_000
_MOST_NAMES = 8  # that lead to each other
_TOP = ""  # stands for what runs as soon as the file does
_Node = tuple[str, str]
"""A file of the submission, and a definition at its top level; an empty one is the file's own code."""
_Line = tuple[str, int, str]
"""A file of the submission, a line in it, and a name that this line uses."""


class Inspection(NamedTuple):
    """What the sources use, and what could not be found out.

    Attributes:
        uses: What they use.
        unread: Why not all of them could be looked through, where that is so.
        doubts: What their text does not decide; an empty name in `Use.within` is what runs with the file.
        broken: Why the main file is no Python, where it is none.
    """

    uses: list[Use]
    unread: list[str]
    doubts: list[Use]
    broken: str | None


def inspect(home: Path, main: str, asked: Collection[str] = ()) -> Inspection:
    """Return what a submission's sources use: the main file's, and of those that it can come to import.

    Args:
        home: The folder of the submission.
        main: Its main file; `Use.within` names functions and classes of this one.
        asked: Names of it that matter however they are defined.
    """
    reading = _Reading(Index(home, main))
    with _deep_recursion():
        reading.read([main])
        links = _Links(reading)
        if links.doubts or reading.has_doubts():  # then any file may be run
            reading.read(reading.index.files)
            links = _Links(reading)
    reached = links.reached_from(asked)
    first, again = _each_name_once(links.found)
    uses = [
        Use(name, file, line, sorted(_within(file, links.found[file, line, name], reached)))
        for file, line, name in (first + again)[:MAX_USES]
    ]
    if len(first) > MAX_USES:
        reading.unread.append(f"there are more than {MAX_USES:,} uses of names")
    doubts = [
        Use(reason, file, line, sorted(_within(file, nodes, reached) | (nodes & {_TOP})))
        for (file, line, reason), nodes in [*links.doubts.items()][:_MOST_DOUBTS]
    ]
    if is_notebook(main):
        uses, doubts = _in_cells(home, main, uses), _in_cells(home, main, doubts)
    return Inspection(uses, reading.unread, doubts, reading.broken)


def _in_cells(home: Path, main: str, uses: list[Use]) -> list[Use]:
    """Return uses with the cell and the line in it, for those of the notebook itself."""
    if all(use.file != main for use in uses):
        return uses
    text = notebook_text(main, read_notebook(home / main))
    return [
        Use(use.name, f"{main}, cell {cell}", line, use.within) if use.file == main else use
        for use in uses
        for cell, line in [text.place(use.line)]
    ]


@contextlib.contextmanager
def _deep_recursion() -> Iterator[None]:
    """Let a long sum be visited: its tree is as deep as Python itself can read."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _MOST_FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


class _Reading:
    """The files that were read, and why some could not be."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.modules: dict[str, Module] = {}
        self.unread: list[str] = []
        self.broken: str | None = None
        self._seen: set[str] = set()

    def read(self, files: Iterable[str]) -> None:
        """Read files, and all that they import of the submission's own."""
        todo = [file for file in files if file not in self._seen]
        while todo:
            file = todo.pop(0)
            if file in self._seen:
                continue
            if len(self._seen) >= MAX_FILES:
                self.unread.append(f"there are more than {MAX_FILES} files")
                return
            self._seen.add(file)
            self._read(file)
            if file in self.modules:
                todo += self._imported_by(self.modules[file])

    def _read(self, file: str) -> None:
        try:
            self.modules[file], question = read_module(self.index, file)
            if question is not None:
                self.unread.append(f"{file} {question}")
        except (RecursionError, MemoryError):
            self.unread.append(f"{file} is nested too deeply")
        except UnreadableSource as error:
            self.unread.append(str(error))
        except SyntaxError as error:
            if file == self.index.main:
                self.broken = f"{file}, line {error.lineno or 1}: {error.msg}"
            else:
                self.unread.append(f"{file} is no Python: line {error.lineno or 1}: {error.msg}")
        except (OSError, ValueError, LookupError) as error:
            self.unread.append(f"{file} cannot be read: {error}")

    def _imported_by(self, module: Module) -> list[str]:
        names = dict.fromkeys(use.found.name for use in module.uses if use.found.is_import)
        return [file for name in names for file in self.index.files_of(name)]

    def has_doubts(self) -> bool:
        """Return whether something is left open that may run any file."""
        return any(module.doubts for module in self.modules.values())

    def owned(self, name: str) -> tuple[list[Module], list[str]]:
        """Return the modules of the submission's own that a full name begins with, and what is left of it."""
        parts = name.split(".")
        for end in range(len(parts), 0, -1):
            files = self.index.owners(".".join(parts[:end]))
            if modules := [self.modules[file] for file in files if file in self.modules]:
                return modules, parts[end:]
        return [], parts


class _Links:
    """What definitions use, in full, and which definitions of the submission's own lead to which.

    Attributes:
        found: By file, line and name: the definitions around it.
        doubts: The same of what is left open, by file, line and reason.
    """

    def __init__(self, reading: _Reading) -> None:
        self._reading = reading
        self._edges: dict[_Node, set[_Node]] = {}
        self.found: dict[_Line, set[str]] = {}
        self.doubts: dict[_Line, set[str]] = {}
        for module in reading.modules.values():
            for doubt in module.doubts:
                self._doubt(module, doubt)
            for node, found, is_at_top in module.uses:
                if (why_open := self._open(found)) is not None:
                    self._doubt(module, Doubt(node, why_open, found.line, is_at_top))
                for name in self._names(found.name, (module.file, node)):
                    self.found.setdefault((module.file, found.line, name), set()).add(node)
                    facility = None if found.is_import or self._is_own(name) else danger(name)
                    if facility is not None and name not in module.spared:
                        self._doubt(module, Doubt(node, why(facility), found.line, is_at_top))

    def _is_own(self, name: str) -> bool:
        modules, rest = self._reading.owned(name)
        return any(rest and rest[0] in module.definitions for module in modules)

    def _taken_of_own(self, name: str) -> str | None:
        """Return the facility that is taken from a definition of the submission's own, if one is."""
        _, rest = self._reading.owned(name)
        return danger(".".join(("", *rest[1:]))) if self._is_own(name) else None

    def _open(self, found: Found) -> str | None:
        """Return what a use leaves open by the module that it names, whatever it uses of it."""
        first = found.name.partition(".")[0]
        if first == "__main__" and found.is_import and (found.bound or found.name == first):
            return why(first)
        if found.is_import and not self._reading.index.is_known(found.name) and self._may_write(first):
            return f"{first} is not there before the code runs"
        if not found.is_import and (facility := self._taken_of_own(found.name)) is not None:
            return why(facility)
        base = found.name.rpartition(".")[0]
        if found.is_stored and base and self._reading.owned(base)[0] and not self._reading.owned(base)[1]:
            return f"{found.name} is given another value"
        return None

    def _may_write(self, module: str) -> bool:
        """Return whether the submission may make a module while it runs: it writes files, or has its name."""
        return any(each.writes or module in each.texts for each in self._reading.modules.values())

    def _doubt(self, module: Module, doubt: Doubt) -> None:
        nodes = self.doubts.setdefault((module.file, doubt.line, doubt.reason), set())
        nodes |= {doubt.definition, _TOP} if doubt.is_at_top else {doubt.definition}

    def _names(self, name: str, node: _Node) -> Iterator[str]:
        """Return what a name means beyond the submission's own files, and link what it means in them."""
        todo, done = [name], 0
        while todo and done < _MOST_NAMES:
            done += 1
            name = todo.pop()
            modules, rest = self._reading.owned(name)
            if not modules:
                yield name
            for module in modules:
                definition = rest[0] if rest else ""
                if definition not in module.definitions:
                    continue
                self._edges.setdefault(node, set()).add((module.file, definition))
                meaning = module.meanings.get(definition)
                if meaning is not None and meaning != f"{module.name}.{definition}":
                    todo.append(".".join((meaning, *rest[1:])))
                elif module.file == self._reading.index.main and definition in module.functions:
                    yield name

    def reached_from(self, asked: Collection[str]) -> dict[_Node, set[str]]:
        """Return, for each definition, the functions and classes of the main file that reach it."""
        reached: dict[_Node, set[str]] = {}
        main = self._reading.index.main
        if main not in self._reading.modules:
            return reached
        module = self._reading.modules[main]
        starts = set(asked) & module.definitions
        if len(module.functions) <= _MOST_FUNCTIONS:
            starts |= module.functions
        for start in starts:
            todo = [(main, start)]
            while todo:
                node = todo.pop()
                if start not in reached.setdefault(node, set()):
                    reached[node].add(start)
                    todo += self._edges.get(node, ())
        return reached


def _each_name_once(found: Mapping[_Line, set[str]]) -> tuple[list[_Line], list[_Line]]:
    """Return what was found, and apart from it what only says again what the same definitions use."""
    seen: set[tuple[str, str, frozenset[str]]] = set()
    first: list[_Line] = []
    again: list[_Line] = []
    for (file, line, name), nodes in found.items():
        key = file, name, frozenset(nodes)
        (again if key in seen else first).append((file, line, name))
        seen.add(key)
    return first, again


def _within(file: str, nodes: Iterable[str], reached: Mapping[_Node, set[str]]) -> set[str]:
    """Return the definitions of the main file that reach one of these."""
    return {start for node in nodes for start in reached.get((file, node), ())}
