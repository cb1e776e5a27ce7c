"""The folder of a course, and the assignments in it."""

from __future__ import annotations

from pathlib import Path

from autograder.config.calibration import SUFFIX
from autograder.errors import ConfigError

CONFIGS = "grading_configs"


def find_course(start: Path) -> Path:
    """Return the nearest folder, upward from `start`, that holds ``grading_configs/``.

    Raises:
        ConfigError: If there is none.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / CONFIGS).is_dir():
            return folder
    raise ConfigError(f"no folder {CONFIGS}/ here or above; received {start}. Name one with --course DIR")


def slugs(course: Path) -> list[str]:
    """Return the names of a course's assignments."""
    files = (course / CONFIGS).glob("*.toml")
    return sorted(path.stem for path in files if not path.name.endswith(SUFFIX))
