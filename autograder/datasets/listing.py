"""What is there of each data set, and whether it is as it should be: for `autograder data`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.datasets import true_files
from autograder.datasets.arrays import Split, digest_of
from autograder.datasets.finding import Places, find
from autograder.datasets.prepared import MANIFEST, Prepared, differences, read
from autograder.datasets.sets import SETS, DataSet, Kind
from autograder.errors import ConfigError


@dataclass(frozen=True)
class Listed:
    """A data set, and what is there of it.

    Attributes:
        name: Of the data set.
        title: What it is.
        state: ``"real"``, ``"stand-in"`` or ``"generated"`` where it is prepared, else ``"absent"``.
        place: Where it is prepared.
        digest: Of all its samples.
        size_bytes: Of its files.
        samples: How many, by part: ``train`` and ``test`` are public.
        hidden: What models are scored on.
        classes: The names of its classes, by number, where it is not the real one.
        original: Where its true files are, which nobody has prepared yet.
        made: What stands in its place, or what it is.
        trouble: What is wrong with it.
    """

    name: str
    title: str
    state: str
    place: str | None
    digest: str | None
    size_bytes: int
    samples: dict[str, int]
    hidden: str
    classes: tuple[str, ...]
    original: str | None
    made: str
    trouble: str = ""


def listing(where: Places) -> Iterator[Listed]:
    """Yield every data set, prepared or not."""
    for described in SETS.values():
        found, trouble, original = None, "", None
        try:
            found = find(described.name, where)
            if found is None or found.kind is not Kind.REAL:
                original = true_files.find(described.originals, (*where.folders, true_files.keras_cache()))
        except ConfigError as error:
            trouble = str(error)
        files = list(original.paths.values()) if original is not None else []
        yield listed(described, found, original=files[0].parent if files else None, trouble=trouble)


def listed(
    described: DataSet, found: Prepared | None, *, original: Path | None = None, trouble: str = ""
) -> Listed:
    """Return what there is to say of one data set."""
    manifest = found.manifest if found is not None else None
    samples = (
        {"train": manifest.train, "test": manifest.test, "held back": manifest.held_back} if manifest else {}
    )
    return Listed(
        name=described.name,
        title=described.title,
        state=str(found.kind) if found is not None else "absent",
        place=str(found.place) if found is not None else None,
        digest=found.digest if found is not None else None,
        size_bytes=_size(found.place) if found is not None else 0,
        samples=samples,
        hidden=_hidden(found),
        classes=described.classes if found is not None and found.kind is not Kind.REAL else (),
        original=str(original) if original is not None else None,
        made=described.made,
        trouble=trouble,
    )


def _hidden(found: Prepared | None) -> str:
    """Return what models are scored on, in words."""
    if found is None:
        return ""
    if not found.manifest.held_back:
        return f"{found.description.drawn:,} drawn under the seed"
    if not found.is_whole:
        return f"{found.manifest.held_back:,} held back, not here"
    return f"{found.manifest.held_back:,} held back"


def _size(place: Path) -> int:
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())


@dataclass(frozen=True)
class Verified:
    """What came of looking at a prepared data set again.

    Attributes:
        name: Of the data set.
        place: Where it is.
        differences: In what its files, or the samples in them, are not those that were prepared.
        is_ours: Whether that is a fault of the toolkit: it makes other samples than it should.
    """

    name: str
    place: Path
    differences: tuple[str, ...]
    is_ours: bool = False


def verify(prepared: Prepared) -> Verified:
    """Return whether a data set is what was prepared, file by file and sample by sample.

    What is made here is made once more, and compared with what is made everywhere.
    """
    name, place = prepared.name, prepared.place
    found = differences(prepared)
    if found:
        return Verified(name, place, tuple(found))
    try:
        train, test = prepared.public()
        hidden = prepared.held_back() if prepared.is_whole else None
    except (ConfigError, OSError, ValueError, KeyError) as error:
        return Verified(name, place, (f"cannot be read: {error}",))
    if hidden is not None and digest_of(Split(train, test, hidden)) != prepared.digest:
        return Verified(name, place, (f"the samples are not those of {MANIFEST}",))
    if prepared.kind is Kind.REAL:
        return Verified(name, place, ())
    if digest_of(prepared.description.make()) != prepared.description.digest:
        said = "other samples are made here than on other machines: please report it"
        return Verified(name, place, (said,), is_ours=True)
    if prepared.is_outdated:
        return Verified(name, place, ("it was prepared by another version of the toolkit",))
    return Verified(name, place, ())


def prepared_in(where: Places) -> Iterator[Prepared]:
    """Yield every data set that is prepared in some folders.

    Raises:
        ConfigError: If what is there is damaged.
    """
    for folder in where.folders:
        for name in SETS:
            if (found := read(folder / name)) is not None:
                yield found
