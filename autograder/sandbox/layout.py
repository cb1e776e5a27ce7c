"""What a sandbox contains: Python, system libraries, allowed packages, the worker's own code; no more."""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox.devices.nodes import Node
from autograder.sandbox.inside import DATA, DRIVER, GRADER, PACKAGES, PYTHON
from autograder.sandbox.packages import Package

_OWN_CODE = Path(__file__).resolve().parents[1]
_SYSTEM_FILES = ("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo")


@dataclass(frozen=True)
class Bind:
    """A file or folder of the machine, and where the sandbox shows it, to be read only."""

    source: Path
    target: str


@dataclass(frozen=True)
class Layout:
    """The paths of a sandbox.

    Attributes:
        binds: What is shown.
        executable: The interpreter, as the sandbox sees it.
        hidden: Folders inside a bind that are covered by an empty one.
        masks: What is shown in the place of a file that is inside a bind.
        nodes: Device nodes beside those that every sandbox has.
    """

    binds: tuple[Bind, ...]
    executable: str
    hidden: tuple[str, ...]
    masks: tuple[Bind, ...] = ()
    nodes: tuple[Node, ...] = ()


def layout(
    packages: Sequence[Package],
    data: Path | None = None,
    masked: Sequence[str] = (),
    nodes: tuple[Node, ...] = (),
    libraries: Iterable[Path] = (),
) -> Layout:
    """Return the layout of a sandbox.

    Args:
        packages: What can be imported in it.
        data: A folder that can be read in it, as `DATA`.
        masked: Files of packages, by path from their folder, that nobody may read in it.
        nodes: The device nodes of a GPU.
        libraries: Of the GPU's driver.
    """
    executable, python, hidden = _python()
    system = [Bind(path, str(path)) for path in _system_libraries()]
    shown = [Bind(data.resolve(), DATA)] if data is not None else []
    shown += [Bind(path.resolve(), f"{DRIVER}/{path.name}") for path in libraries]
    binds = (*system, *python, *_own_code(), *_entries(packages), *shown)
    return Layout(binds, executable, hidden, tuple(_masks(packages, masked)), nodes)


def _python() -> tuple[str, list[Bind], tuple[str, ...]]:
    """Return the interpreter without its site-packages, laid out so that it finds its own library."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    library = Path(sysconfig.get_path("stdlib", vars={"base": sys.base_prefix}))
    interpreter = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    binds = [
        Bind(interpreter, f"{PYTHON}/bin/{version}"),
        Bind(library, f"{PYTHON}/lib/{version}"),
    ]
    shared = Path(str(sysconfig.get_config_var("LIBDIR"))) / str(sysconfig.get_config_var("INSTSONAME"))
    if sysconfig.get_config_var("Py_ENABLE_SHARED") and shared.exists():
        binds.append(Bind(shared.resolve(), f"{PYTHON}/lib/{shared.name}"))
    hidden = tuple(
        f"{PYTHON}/lib/{version}/{name}"
        for name in ("site-packages", "dist-packages", "test")
        if (library / name).is_dir()
    )
    return f"{PYTHON}/bin/{version}", binds, hidden


def _system_libraries() -> list[Path]:
    return [*system_folders(), *(Path(path) for path in _SYSTEM_FILES if Path(path).exists())]


def system_folders() -> list[Path]:
    """Return the folders of system libraries, which every sandbox shows."""
    multiarch = sysconfig.get_config_var("MULTIARCH") or "x86_64-linux-gnu"
    folders = ("/lib64", "/usr/lib64", f"/lib/{multiarch}", f"/usr/lib/{multiarch}")
    return [Path(path) for path in folders if Path(path).exists()]


def _own_code() -> list[Bind]:
    """Return the worker and the wire: the reference, the problems and the checks are not there."""
    names = ("__init__.py", "worker", "wire")
    return [Bind(_OWN_CODE / name, f"{GRADER}/autograder/{name}") for name in names]


def _entries(packages: Iterable[Package]) -> list[Bind]:
    binds: dict[str, Bind] = {}
    for package in packages:
        for entry in package.entries:
            binds.setdefault(entry, Bind(package.folder / entry, f"{PACKAGES}/{entry}"))
    return list(binds.values())


def _masks(packages: Sequence[Package], masked: Sequence[str]) -> Iterator[Bind]:
    """Return what stands in the place of files of these packages; of others nothing is shown anyway."""
    for path in masked:
        for package in packages:
            is_shown = any(path.startswith(f"{entry}/") for entry in package.entries)
            if is_shown and (package.folder / path).exists():
                yield Bind(_OWN_CODE / "worker" / "masked.txt", f"{PACKAGES}/{path}")
                break
