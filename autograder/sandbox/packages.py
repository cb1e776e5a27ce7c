"""What is importable inside: the closure of the packages that a configuration names, and nothing else."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import NormalizedName, canonicalize_name

NOTEBOOKS = "ipython"
"""What runs notebooks; it is there only where there are some."""
_ALWAYS = ("numpy", "msgspec")
_OF_GPUS = ("nvidia-", "jax-cuda")
_OF_GRADERS = ("nvidia-ml-py",)
_NEVER = (".pth", ".egg-link")
# How a line of RECORD begins, and at once all lines below it that begin so: there are 50,000 of them.
_HEAD = re.compile(r'^"?([^/,"\n]+)(?:/([^/,"\n]+))?(/?).*(?:\n"?\1/\2/.*)*', re.MULTILINE)


@dataclass(frozen=True)
class Package:
    """An installed distribution and the entries of its site-packages folder that belong to it."""

    name: str
    version: str
    folder: Path
    entries: tuple[str, ...]


def closure(names: Iterable[str]) -> list[Package]:
    """Return the named packages that are installed and all that they require, by package metadata."""
    installed = _installed()
    wanted = [canonicalize_name(name) for name in (*_ALWAYS, *names)]
    found: dict[str, Distribution] = {}
    while wanted:
        name = wanted.pop()
        if name in found or name not in installed:
            continue
        found[name] = installed[name]
        wanted += _requirements(name)
    shared = _claimed_by_others(found, installed)
    return [_package(name, distribution, shared) for name, distribution in sorted(found.items())]


def of_gpus() -> list[str]:
    """Return the installed packages by which frameworks compute on a GPU: none requires them without that."""
    return [name for name in _installed() if name.startswith(_OF_GPUS) and name not in _OF_GRADERS]


def digest(packages: Sequence[Package]) -> str:
    """Return a digest of the names and versions of packages, and of Python's version."""
    lines = [sys.version, *(f"{package.name}=={package.version}" for package in packages)]
    return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()


@cache
def _installed() -> dict[str, Distribution]:
    """Return what is installed, by name. The names of folders tell: reading all metadata takes long."""
    found: dict[str, Distribution] = {}
    for folder in map(Path, sys.path):
        for info in sorted([*folder.glob("*.dist-info"), *folder.glob("*.egg-info")]):
            # The first on sys.path is the one that is imported.
            found.setdefault(canonicalize_name(info.name.split("-")[0]), Distribution.at(info))
    return found


@cache
def _requirements(name: str) -> tuple[NormalizedName, ...]:
    """Return the packages that one requires here, without its extras."""
    found = []
    for line in _installed()[name].requires or ():
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            found.append(canonicalize_name(requirement.name))
    return tuple(found)


@cache
def _version(name: str) -> str:
    return str(_installed()[name].version)


@cache
def _heads(name: str) -> frozenset[tuple[str, str, str]]:
    """Return how the paths of a distribution's files begin, relative to its site-packages folder.

    Each as the first part, the second where there is one, and a slash where there are more.
    """
    distribution = _installed()[name]
    record = distribution.read_text("RECORD")
    return frozenset(_HEAD.findall(record or "\n".join(map(str, distribution.files or ()))))


def _claimed_by_others(found: dict[str, Distribution], installed: dict[str, Distribution]) -> set[str]:
    """Return the top entries that packages outside share: namespace folders such as ``google``."""
    return {entry for name in installed if name not in found for entry in _top_entries(name)}


@cache
def _top_entries(name: str) -> frozenset[str]:
    return frozenset(first for first, _, _ in _heads(name))


def _package(name: str, distribution: Distribution, shared: set[str]) -> Package:
    entries = set()
    for first, second, more in _heads(name):
        entry = f"{first}/{second}" if first in shared and more else first
        if first not in ("..", "__pycache__") and not entry.endswith(_NEVER):
            entries.add(entry)
    folder = Path(str(distribution.locate_file("")))
    present = tuple(sorted(entry for entry in entries if (folder / entry).exists()))
    return Package(name, _version(name), folder, present)
