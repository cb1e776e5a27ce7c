"""The data set that an assignment names, for the commands that run submissions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.terminal import say

if TYPE_CHECKING:
    from autograder.config import Assignment

data_option = click.option(
    "--data",
    "data_folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where data sets are. Default: $AUTOGRADER_DATA, else the course's data/ and your own cache.",
)
stand_in_option = click.option(
    "--allow-stand-in",
    is_flag=True,
    help="Grade on what stands in a real data set's place where that is missing; every report says so.",
)


def with_data(
    assignment: Assignment, folder: Path | None, *, is_graded: bool, allow_stand_in: bool
) -> Assignment:
    """Return an assignment with the data set that it names, prepared if it was not."""
    if assignment.config.dataset is None:
        return assignment
    from autograder.config.datasets import with_dataset

    return with_dataset(assignment, folder, is_graded=is_graded, allow_stand_in=allow_stand_in, say=say)
