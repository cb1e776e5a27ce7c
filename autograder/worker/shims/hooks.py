"""Doing something as soon as a module has been imported, and giving modules that are not there.

What is installed is never replaced: a module is given only where nothing else finds it, the submission's own
files among them, and a real one is changed after it was imported by its own loader.
"""

from __future__ import annotations

import importlib.machinery
import sys
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

Change: TypeAlias = Callable[[types.ModuleType], None]
"""Changes a module that has just been imported, or fills one that is given."""


class AfterImport:
    """Changes modules once they are imported; the others find and load them.

    Args:
        changes: By the module's full name.
    """

    def __init__(self, changes: Mapping[str, Sequence[Change]]) -> None:
        self._changes = changes

    def install(self, is_used: Callable[[str], bool]) -> None:
        """Stand first among the finders; change at once what is there already.

        Args:
            is_used: Whether a module that is there may be used: changing one takes its time.
        """
        sys.meta_path.insert(0, self)
        for name, changes in self._changes.items():
            if (module := sys.modules.get(name)) is not None and is_used(name):
                _apply(changes, module)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return what the next finder returns, with a loader that changes the module afterwards."""
        changes = self._changes.get(fullname)
        if changes is None:
            return None
        for finder in sys.meta_path:
            if finder is not self and (spec := finder.find_spec(fullname, path, target)) is not None:
                if spec.loader is not None and not isinstance(spec.loader, type):
                    _change_afterwards(spec.loader, changes)
                return spec
        return None


def _change_afterwards(loader: object, changes: Sequence[Change]) -> None:
    """Have one loader, which is this module's own, change what it has executed."""
    execute = getattr(loader, "exec_module", None)
    if execute is None:
        return

    def exec_module(module: types.ModuleType) -> None:
        execute(module)
        _apply(changes, module)

    loader.exec_module = exec_module  # type: ignore[attr-defined]


def _apply(changes: Sequence[Change], module: types.ModuleType) -> None:
    for change in changes:
        try:
            change(module)
        except (AttributeError, ImportError, TypeError):
            continue  # another version than this was written for: the real thing stays as it is


class Given:
    """Gives modules that nobody else finds.

    Args:
        modules: What fills each, by full name. A package is what another one's name begins with.
        also: Returns what fills a module of any other name, if it is to be given.
    """

    def __init__(
        self,
        modules: Mapping[str, Change],
        also: Callable[[str], Change | None] = lambda _: None,
    ) -> None:
        self._modules = modules
        self._also = also

    def install(self) -> None:
        """Stand last among the finders."""
        sys.meta_path.append(self)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: types.ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        """Return how to make a module that is given here."""
        is_package = any(name.startswith(fullname + ".") for name in self._modules)
        if not is_package and fullname not in self._modules and self._also(fullname) is None:
            return None
        loader: Any = self
        return importlib.machinery.ModuleSpec(fullname, loader, origin="autograder", is_package=is_package)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        """Have a plain module be made."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Fill a module."""
        fill = self._modules.get(module.__name__) or self._also(module.__name__)
        if fill is not None:
            fill(module)


def offer(module: types.ModuleType, look_up: Callable[[str], object]) -> None:
    """Have a module look up the names that it has not; `look_up` raises AttributeError for others."""
    before = vars(module).get("__getattr__")

    def __getattr__(name: str) -> object:  # noqa: N807
        try:
            return look_up(name)
        except AttributeError:
            if before is not None:
                return before(name)
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}") from None

    vars(module)["__getattr__"] = __getattr__
