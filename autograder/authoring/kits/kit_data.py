"""What a student's kit has of a data set: never what is held back, and nothing that can be made there."""

from __future__ import annotations

import tempfile
from pathlib import Path

from autograder.datasets import prepare
from autograder.datasets.prepared import HELD_BACK
from autograder.datasets.sets import Kind, set_named


def kit_data(name: str) -> dict[str, bytes]:
    """Return the files of a data set, by path from the kit's folder.

    Generated ones are made again by `autograder check`, from NumPy alone. What is made from a package that a
    student may not have goes along. The true files do not: students have them from Keras.

    Raises:
        ConfigError: If what it is made from is not installed.
    """
    if set_named(name).draw is not None:
        return {}
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        place = prepare(name, Path(folder), sources=()).place
        return {
            f"data/{path.relative_to(folder).as_posix()}": path.read_bytes()
            for path in sorted(place.rglob("*"))
            if path.is_file() and path.name != HELD_BACK
        }


def data_remark(name: str) -> str:
    """Return what students check their work with."""
    described = set_named(name)
    if described.kind is not Kind.STAND_IN:
        return f"for a check at home, {name} is made there: {described.made}"
    real = "the real files where Keras has fetched them, else with " if described.originals else ""
    return f"a check at home is done with {real}what stands in the place of {name}: {described.made}"
