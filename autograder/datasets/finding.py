"""Where prepared data sets are looked for, and what is done where one is missing: never a silent change."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.datasets import true_files
from autograder.datasets.prepared import Prepared, again, differences, read
from autograder.datasets.preparing import prepare
from autograder.datasets.sets import DataSet, Kind, set_named
from autograder.errors import ConfigError

VARIABLE = "AUTOGRADER_DATA"


@dataclass(frozen=True)
class Places:
    """Folders in which data sets are prepared.

    Attributes:
        folders: Where they are looked for, the first first.
        target: Where one is prepared that is missing.
    """

    folders: tuple[Path, ...]
    target: Path


def places(course: Path | None, named: Path | None = None) -> Places:
    """Return where data sets are: in the folder that is named, else in that of the environment's
    ``AUTOGRADER_DATA``, else in the course's ``data/`` and in the user's cache.

    Raises:
        ConfigError: If the one that is named, on the command line or in the environment, is no folder.
    """
    if named is None and os.environ.get(VARIABLE):
        named = Path(os.environ[VARIABLE])
        what = f"the environment variable {VARIABLE}"
    else:
        what = "--data"
    if named is not None:
        if not named.is_dir():
            raise ConfigError(f"{what}: expected a folder; received {named}")
        return Places((named,), named)
    cache = user_cache()
    return Places((*([course / "data"] if course is not None else []), cache), cache)


def user_cache() -> Path:
    """Return the user's own folder for data sets; it need not be there yet."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "autograder" / "data"


def find(name: str, where: Places, *, is_graded: bool = False) -> Prepared | None:
    """Return a data set that is prepared, the real one before what stands in its place; None if none is.

    Args:
        name: Of the data set.
        where: Where it is looked for.
        is_graded: Whether what is held back is needed, which a student's kit has not.

    Raises:
        ConfigError: If one is damaged.
    """
    found = [each for folder in where.folders if (each := read(folder / name)) is not None]
    whole = [each for each in found if each.is_whole or not is_graded]
    return next((each for each in whole if each.kind is Kind.REAL), whole[0] if whole else None)


def obtain(
    name: str, where: Places, *, is_graded: bool, allow_stand_in: bool, say: Callable[[str], None]
) -> Prepared:
    """Return a data set, prepared if it was not: from its true files where they are.

    Args:
        name: Of the data set.
        where: Where it is looked for, and prepared.
        is_graded: Whether models are scored on it.
        allow_stand_in: Whether something else may stand in a real set's place.
        say: Told what is prepared, and where.

    Raises:
        ConfigError: If it is not there and nothing may stand in its place, or what is there is damaged.
    """
    described = set_named(name)
    found = find(name, where, is_graded=is_graded)
    if found is None or found.kind is not Kind.REAL:
        originals = true_files.find(described.originals, (*where.folders, true_files.keras_cache()))
        if originals is not None:
            return _prepare(described, where, say)
    if described.kind is Kind.STAND_IN and not allow_stand_in and not (found and found.kind is Kind.REAL):
        raise ConfigError(_refusal(described, where))
    if found is None:
        return _prepare(described, where, say)
    if wrong := differences(found):
        raise ConfigError(f"{found.place}: expected what was prepared; {', '.join(wrong[:5])}. {again(name)}")
    if is_graded and found.is_outdated:
        raise ConfigError(
            f"{found.place}: expected {described.made} as this version of the toolkit makes them; they were "
            f"made by another one. {again(name)}"
        )
    return found


def _prepare(described: DataSet, where: Places, say: Callable[[str], None]) -> Prepared:
    say(f"preparing {described.name} in {where.target / described.name}")
    return prepare(described.name, where.target, sources=(*where.folders, true_files.keras_cache()))


def _refusal(described: DataSet, where: Places) -> str:
    """Return that a real data set is not there, and what to do about it."""
    looked = ", ".join(map(str, (*where.folders, true_files.keras_cache())))
    if described.originals:
        names = " or ".join(dict.fromkeys(next(iter(each.digests)) for each in described.originals[:1]))
        advice = f"Put its files (such as {names}) into one of these folders"
    else:
        advice = "There are no files of it that the toolkit knows"
    return (
        f"{described.name}: expected the real data set; it is not in {looked}. {advice}, or grade on what "
        f"stands in its place, which every report then says: --allow-stand-in ({described.made})"
    )
