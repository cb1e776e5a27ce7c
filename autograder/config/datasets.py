"""The data set that an assignment names: found, or prepared, before anything runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from autograder.config.data import data_digest
from autograder.config.loading import Assignment
from autograder.results import Dataset


def with_dataset(
    assignment: Assignment,
    folder: Path | None = None,
    *,
    is_graded: bool,
    allow_stand_in: bool,
    say: Callable[[str], None] = lambda _: None,
) -> Assignment:
    """Return an assignment with the data set that it names; the same one where it names none.

    Args:
        assignment: As it was loaded.
        folder: Where data sets are, if that was said: `--data`.
        is_graded: Whether models are scored on it, for which what is held back must be here.
        allow_stand_in: Whether something else may stand in a real set's place.
        say: Told what is prepared, and where.

    Raises:
        ConfigError: If it is not there and nothing may stand in its place, or what is there is damaged.
    """
    name = assignment.config.dataset
    if name is None:
        return assignment
    from autograder.datasets.finding import obtain, places  # noqa: PLC0415  # most assignments have none

    found = obtain(
        name,
        places(assignment.course, folder),
        is_graded=is_graded,
        allow_stand_in=allow_stand_in,
        say=say,
    )
    return dataclasses.replace(assignment, dataset=found)


def data_of(assignment: Assignment, walls: str) -> Dataset | None:
    """Return what reports say of the data that submissions are given; None where there are none.

    Args:
        assignment: With its data set.
        walls: The level of the walls.

    Raises:
        ConfigError: If the data folder holds what a sandbox cannot show.
    """
    found = assignment.dataset
    if found is None:
        if (digest := data_digest(assignment.data)) is None:
            return None
        return Dataset(name=assignment.config.data, is_stand_in=False, digest=digest)
    return Dataset(
        name=found.name,
        is_stand_in=found.is_stand_in,
        digest=found.digest,
        about=found.about,
        is_open=walls == "process" and found.manifest.held_back > 0,
    )
