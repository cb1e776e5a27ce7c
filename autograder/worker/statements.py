"""Running statements: one that fails ends itself, and what the others define is there all the same.

A submission is often graded without something that it had around it: the course's own tests, a package, a
picture. An import that fails leaves stand-ins for its names, which fail with the same error where they are
used, and the rest runs; a definition is made without the decorators and type hints that they would give it.
After any other error, and after `sys.exit()`, what follows is only defined, not run, and takes no place of a
function that was there before.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass
from typing import Any, NoReturn

from autograder.worker.notebook.definitions import definitions_of

_MOST_NOTED = 8


class Missing:
    """What an import that failed was to give: it raises the same error when it is used."""

    def __init__(self, error: Exception) -> None:
        self.__dict__["_error"] = error

    def _fail(self, *_: Any, **__: Any) -> NoReturn:
        raise self.__dict__["_error"].with_traceback(None)

    __call__ = __getitem__ = __iter__ = __len__ = __bool__ = __enter__ = __array__ = _fail
    __mro_entries__ = __add__ = __sub__ = __mul__ = __truediv__ = __matmul__ = __neg__ = __float__ = _fail
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rmatmul__ = __int__ = __index__ = _fail

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what Python asks of anything
            raise AttributeError(name)
        self._fail()

    __setattr__ = _fail


@dataclass(frozen=True)
class Ran:
    """How statements ran.

    Attributes:
        error: The first exception that one of them ended with; `sys.exit()` is none.
        notes: What was done about those that failed, and which imports failed later.
    """

    error: BaseException | None = None
    notes: tuple[str, ...] = ()


def run_statements(
    body: Sequence[ast.stmt], file: str, namespace: dict[str, Any], flags: int, what: str
) -> Ran:
    """Run statements in their order, as far as they run.

    Args:
        body: The statements.
        file: Their name in tracebacks, which no other code has.
        namespace: Where they run.
        flags: Of the compiler, for ``from __future__`` imports.
        what: What they are the whole of, in words.

    Raises:
        BaseException: That is neither an Exception nor SystemExit.
    """
    try:
        _execute(body, file, namespace, flags)
    except (Exception, SystemExit) as error:
        return go_on_after(error, body, file, namespace, flags, what)
    return Ran()


def go_on_after(
    error: Exception | SystemExit,
    body: Sequence[ast.stmt],
    file: str,
    namespace: dict[str, Any],
    flags: int,
    what: str,
) -> Ran:
    """Run what is left of statements after an exception that ended them; return how all of them ran.

    Raises:
        BaseException: That is neither an Exception nor SystemExit.
    """
    notes: list[str] = []
    where = error.__traceback__  # stand-ins raise it anew
    is_whole = True
    left: Exception | SystemExit | None = error
    while left is not None:
        at = _failed(body, left, file)
        failed, body = (None, ()) if at is None else (body[at], body[at + 1 :])
        if isinstance(failed, ast.Import | ast.ImportFrom) and isinstance(left, Exception):
            for one, why in _failing(failed, left, file, namespace, flags):
                name = _bind(one, why, namespace)
                if str(why) != str(error):  # which is told as the error of the whole
                    notes.append(_import_note(one.lineno, why, name, what))
        elif failed is not None and (bare := _without_missing(failed, left, namespace)) is not None:
            statement, left_out = bare
            body = [statement, *body]
            notes += [f"{what}, {each}" for each in left_out]
        elif is_whole:
            is_whole = False
            body = [each for each in definitions_of([*body]) if _is_new(each, namespace)]
            if failed is not None and body:
                how = "fails" if isinstance(left, Exception) else "ends the program (SystemExit)"
                notes.append(
                    f"{what}: what follows line {failed.lineno}, which {how}, was only defined, not run"
                )
        left = None
        try:
            _execute(body, file, namespace, flags)
        except (Exception, SystemExit) as another:
            left = another
    error.__traceback__ = where
    return Ran(error if isinstance(error, Exception) else None, tuple(notes[:_MOST_NOTED]))


class _Bare(ast.NodeTransformer):
    """Takes from definitions the decorators, and from type hints the meaning, that some names would give.

    Attributes:
        left_out: Which decorators, in words.
        is_changed: Whether there were any.
    """

    def __init__(self, names: set[str]) -> None:
        self._names = names
        self.left_out: list[str] = []
        self.is_changed = False

    def bare(self, statement: ast.stmt) -> ast.stmt:
        """Return a copy of a statement without these."""
        copied = deepcopy(statement)
        self.visit(copied)
        return ast.fix_missing_locations(copied)

    def visit(self, node: ast.AST) -> ast.AST:
        """Return a node without these, and all below it."""
        for field in ("annotation", "returns"):
            hint = getattr(node, field, None)
            if hint is not None and self._uses(hint):
                setattr(node, field, ast.Constant(ast.unparse(hint)))
        for each in [each for each in getattr(node, "decorator_list", ()) if self._uses(each)]:
            node.decorator_list.remove(each)  # type: ignore[attr-defined]
            self.left_out.append(
                f"line {each.lineno}: @{ast.unparse(each)} is not here; {node.name} is graded without it"  # type: ignore[attr-defined]
            )
        self.generic_visit(node)
        return node

    def _uses(self, expression: ast.expr) -> bool:
        nodes = ast.walk(expression)
        is_found = any(isinstance(node, ast.Name) and node.id in self._names for node in nodes)
        self.is_changed |= is_found
        return is_found


def _without_missing(
    failed: ast.stmt, error: BaseException, namespace: dict[str, Any]
) -> tuple[ast.stmt, list[str]] | None:
    """Return a definition without what failed imports were to give; None if it failed for another cause."""
    missing = {name: each for name, each in namespace.items() if isinstance(each, Missing)}
    if all(each.__dict__["_error"] is not error for each in missing.values()):
        return None
    bare = _Bare({*missing})
    statement = bare.bare(failed)
    return (statement, bare.left_out) if bare.is_changed else None


def _is_new(definition: ast.stmt, namespace: dict[str, Any]) -> bool:
    """Return whether a definition gives something a name that nothing has yet."""
    match definition:
        case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
            return name not in namespace
    return True


def _execute(body: Sequence[ast.stmt], file: str, namespace: dict[str, Any], flags: int) -> None:
    exec(compile(ast.Module([*body], []), file, "exec", flags, dont_inherit=True), namespace)  # noqa: S102


def _failing(
    failed: ast.Import | ast.ImportFrom, error: Exception, file: str, namespace: dict[str, Any], flags: int
) -> Iterator[tuple[ast.Import | ast.ImportFrom, Exception]]:
    """Return the parts of an import that failed, one for each name, and why; run the others."""
    if len(failed.names) == 1:
        yield failed, error
        return
    for alias in failed.names:
        one = copy(failed)
        one.names = [alias]
        try:
            _execute([one], file, namespace, flags)
        except Exception as why:
            yield one, why


def _import_note(line: int, error: Exception, name: str, what: str) -> str:
    why = f"{type(error).__name__}: {error}"[:200]
    later = f"; {name} will fail where used" if name else ""
    return f"{what}, line {line}: {why}; the rest ran{later}"


def _failed(body: Sequence[ast.stmt], error: BaseException, file: str) -> int | None:
    """Return which statement an exception came from: behind a magic that ran the others, one of those."""
    trace: types.TracebackType | None = error.__traceback__
    line = None
    while trace is not None:
        code = trace.tb_frame.f_code
        if code.co_filename == file and code.co_name == "<module>":
            line = trace.tb_lineno
        trace = trace.tb_next
    if line is None:
        return None
    ends = (each.end_lineno or each.lineno for each in body)
    return next((index for index, end in enumerate(ends) if line <= end), None)


def _bind(failed: ast.Import | ast.ImportFrom, error: Exception, namespace: dict[str, Any]) -> str:
    """Put a stand-in where a failed import's only name is missing; return the name, if there is one."""
    [alias] = failed.names
    name = alias.asname or alias.name.partition(".")[0]
    if name == "*" or name in namespace:
        return ""
    namespace[name] = Missing(error)
    return name
