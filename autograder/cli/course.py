"""Finding the course that a command is about."""

from __future__ import annotations

from pathlib import Path

import click

course_option = click.option(
    "--course",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that holds grading_configs/. Default: found upward from here.",
)


def course_folder(given: Path | None, start: Path | None = None) -> Path:
    """Return the course: the one named, else the nearest upward from `start` or the working directory."""
    from autograder.config import CONFIGS, find_course
    from autograder.errors import ConfigError

    if given is not None:
        if not (given / CONFIGS).is_dir():
            raise ConfigError(f"--course: expected a folder that holds {CONFIGS}/; received {given}")
        return given
    if start is not None:
        try:
            return find_course(start)
        except ConfigError:
            pass  # the working directory may be in a course all the same
    return find_course(Path.cwd())
