"""Where a function comes from, and copies of the modules that it takes, under one package."""

from __future__ import annotations

import importlib
import inspect
import sys
import sysconfig
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.solutions.excerpt import excerpt
from autograder.authoring.solutions.renaming import imported_modules, renamed

_REFERENCE = "reference"
_TOOLKIT = "autograder"


@dataclass(frozen=True)
class Place:
    """Where a function is defined.

    Attributes:
        module: The module's name.
        attribute: The function's name there.
        file: Its file; none for what is installed, which a sandbox can import as it is.
        is_in_package: Whether the module lies in a package that can be taken along.
    """

    module: str
    attribute: str
    file: Path | None
    is_in_package: bool


def place_of(function: Callable[..., Any]) -> Place:
    """Return where a function is defined.

    Raises:
        ValueError: If it is not what its module calls by its name.
    """
    inner = inspect.unwrap(function)
    attribute = str(getattr(inner, "__name__", ""))
    module = str(getattr(function, "__module__", "") or "")
    if module and _is_installed(_root(module)):
        return Place(module, attribute, None, False)
    names: dict[str, Any] = getattr(inner, "__globals__", {})
    if names.get(attribute) is not function or "__file__" not in names:
        raise ValueError(f"expected a function that a module defines; received {function!r}")
    file = Path(names["__file__"]).resolve()
    module = str(names["__name__"])
    is_in_package = "." in module and _root(module) != _TOOLKIT and _file_of(module) == file
    return Place(module, attribute, file, is_in_package)


class Copies:
    """The files of a package that is put together from modules of other packages.

    Attributes:
        files: Sources by path.
        origins: Where each file comes from.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self.files: dict[str, str] = {f"{package}/__init__.py": ""}
        self.origins: dict[str, Path] = {}

    def take(self, place: Place, together: Sequence[str]) -> str:
        """Take in the module that a function is defined in, and return its name here.

        Args:
            place: Where the function is defined.
            together: All the functions that are taken from there.
        """
        if place.file is None:
            return place.module
        if place.is_in_package:
            self._take_module(place.module)
            return self._named(place.module)
        taken = _file_of(f"{_REFERENCE}.{place.file.stem}") is not None
        name = f"{place.file.stem}_own" if taken else place.file.stem
        text = excerpt(place.file.read_text("utf-8"), together)
        self._add(f"{self._package}/{name}.py", place.file, text, "")
        return f"{self._package}.{name}"

    def _named(self, module: str) -> str:
        _, dot, rest = module.partition(".")
        return self._package + dot + rest

    def _take_module(self, module: str) -> None:
        """Take in a module, the packages that it lies in, and what it imports of them."""
        parts = module.split(".")
        for length in range(1, len(parts) + 1):
            name = ".".join(parts[:length])
            origin = _file_of(name)
            if origin is not None:
                is_package = origin.name == "__init__.py"
                path = self._named(name).replace(".", "/") + ("/__init__.py" if is_package else ".py")
                package = name if is_package else name.rpartition(".")[0]
                self._add(path, origin, origin.read_text("utf-8"), package)

    def _add(self, file: str, origin: Path, text: str, package: str) -> None:
        if self.origins.get(file) == origin:
            return
        if file in self.origins:
            raise ValueError(f"two modules would be {file}: {self.origins[file]} and {origin}")
        roots = {_REFERENCE, *([_root(package)] if package else [])}
        self.origins[file] = origin
        self.files[file] = renamed(text, roots, self._package)
        for module in imported_modules(text, package):
            if _root(module) in roots and _file_of(module) is not None:
                self._take_module(module)


def _file_of(module: str) -> Path | None:
    """Return the file of a module in a package that can be imported, if there is one."""
    root, *parts = module.split(".")
    try:
        folders = importlib.import_module(root).__path__
    except (ImportError, AttributeError):
        return None
    for folder in folders:
        for path in (Path(folder, *parts, "__init__.py"), Path(folder, *parts).with_suffix(".py")):
            if path.is_file():
                return path.resolve()
    return None


def _is_installed(root: str) -> bool:
    """Return whether a package comes with Python or was installed."""
    if root == _REFERENCE:
        return False
    if root in sys.stdlib_module_names:
        return True
    file = getattr(sys.modules.get(root), "__file__", None)
    homes = [Path(sysconfig.get_path(name)).resolve() for name in ("purelib", "platlib")]
    return file is not None and any(Path(file).resolve().is_relative_to(home) for home in homes)


def _root(module: str) -> str:
    return module.partition(".")[0]
