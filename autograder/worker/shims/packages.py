"""The package in which a submission was written, where it was handed in without: see `worker.packages`."""

from __future__ import annotations

import ast
import contextlib
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.worker.packages import HANDED_IN, modules_in, packages_of, python_files, texts_of
from autograder.worker.shims.notes import Notes

_LEVEL = 1


def install(home: Path, main: str, notes: Notes) -> None:
    """Stand last among the finders."""
    sys.meta_path.append(_Folder(home, main, notes))


def belong(module: types.ModuleType, tree: ast.Module) -> None:
    """Have a main file's relative imports look into its folder, if it has any."""
    if any(isinstance(node, ast.ImportFrom) and node.level == _LEVEL for node in ast.walk(tree)):
        module.__package__ = HANDED_IN


def is_folder(name: str, home: Path) -> bool:
    """Return whether a package that was imported is the submission's folder."""
    return [*getattr(sys.modules.get(name), "__path__", ())] == [str(home)]


class _Folder:
    """Finds the submission's folder under the name of a package that nobody has."""

    def __init__(self, home: Path, main: str, notes: Notes) -> None:
        self._home, self._main, self._notes = home, main.removesuffix(".py"), notes

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: types.ModuleType | None = None,  # noqa: ARG002
    ) -> importlib.machinery.ModuleSpec | None:
        """Return how to make the package; its modules are found as those of any other."""
        if path is not None or not self._is_meant(fullname):
            return None
        folder = [str(self._home)]
        first = self._home / "__init__.py"
        if first.is_file():
            spec = importlib.util.spec_from_file_location(fullname, first, submodule_search_locations=folder)
            assert spec is not None
            _overlook_errors(spec.loader)
        else:
            spec = importlib.machinery.ModuleSpec(fullname, None, is_package=True)
            spec.submodule_search_locations = folder
        if (main := sys.modules.get(self._main)) is not None:  # which is run already, and once
            sys.modules.setdefault(f"{fullname}.{self._main}", main)
        if fullname != HANDED_IN:
            self._notes.add(f"there is no package {fullname}: its modules were looked for beside the file")
        return spec

    def _is_meant(self, name: str) -> bool:
        if name == HANDED_IN:
            return True
        return name in packages_of(texts_of(self._home), modules_in(python_files(self._home)))


def _overlook_errors(loader: Any) -> None:
    """Have a package be there, whatever its own file runs into: its modules are what is asked for."""
    execute = loader.exec_module

    def exec_module(module: types.ModuleType) -> None:
        with contextlib.suppress(Exception):
            execute(module)

    loader.exec_module = exec_module
