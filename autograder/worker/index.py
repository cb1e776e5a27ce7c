"""Which files of a submission an imported name may mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from autograder.worker.meanings import BUILTINS
from autograder.worker.notebook.reading import is_notebook
from autograder.worker.packages import HANDED_IN, modules_in, packages_of, python_files, texts_of


class Index:
    """Which files of a submission a name may mean.

    Args:
        home: The folder of the submission.
        main: Its main file, which is loaded whatever else is installed.
    """

    def __init__(self, home: Path, main: str) -> None:
        self.home, self.main = home, main
        self.files = python_files(home)
        self._by_name: dict[str, list[str]] = {}
        self._installed: dict[str, bool] = {}
        for file in (*self.files, *([main] if is_notebook(main) else [])):
            self._by_name.setdefault(self.name_of(file), []).append(file)
        self._as_package = packages_of(texts_of(home), modules_in(self.files)) | {HANDED_IN}

    def name_of(self, file: str) -> str:
        """Return what a file is imported as, from the submission's folder; nothing where it cannot be."""
        if is_notebook(file):
            return "__main__"
        parts = PurePosixPath(file.removesuffix(".py")).parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        return ".".join(parts) if all("." not in part for part in parts) else ""

    def files_of(self, name: str) -> Iterator[str]:
        """Return the files that run when a name is imported: of each package on the way, and its own."""
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            yield from self.owners(".".join(parts[:end]))

    def owners(self, module: str) -> Sequence[str]:
        """Return the files that a module's full name may mean: none where an installed one comes first."""
        files = self._by_name.get(module, []) if module else []
        first, _, rest = module.partition(".")
        if first == HANDED_IN or (not files and self._is_folder(first)):
            return self._by_name.get(rest, []) if rest else [f for f in self.files if f == "__init__.py"]
        if not files or first == self.name_of(self.main):
            return files
        return [] if self._is_installed(first) else files

    def is_known(self, name: str) -> bool:
        """Return whether what an import names is there before anything runs, here or in the submission."""
        first, *others = name.split(".")
        if first in BUILTINS or any(each.partition(".")[0] == first for each in self._by_name):
            return True
        if self._is_installed(first) or (others and self._is_folder(first)):
            return True
        try:  # a folder without code of its own: `google.colab`
            return find_spec(first) is not None and (
                not others or find_spec(f"{first}.{others[0]}") is not None
            )
        except (ImportError, ValueError):
            return False

    def _is_folder(self, name: str) -> bool:
        """Return whether a package's name that nobody has stands for the submission's folder."""
        return name in self._as_package and name not in self._by_name and not self._is_installed(name)

    def _is_installed(self, name: str) -> bool:
        """Return whether a module is found before the submission's folder, which comes last."""
        if name not in self._installed:
            try:
                spec = find_spec(name)
                # A folder without code of its own is continued in the submission's.
                self._installed[name] = spec is not None and spec.origin is not None
            except (ImportError, ValueError):
                self._installed[name] = True
        return self._installed[name]
