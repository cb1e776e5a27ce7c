"""Where this runs, by what the services' environments say, and what each of them reads."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

GRADESCOPE = Path("/autograder")


class Format(StrEnum):
    """What a result is written as, besides the text for people."""

    JUNIT = "junit"
    GITHUB = "github"
    GITLAB = "gitlab"
    CLASSROOM50 = "classroom50"
    GRADESCOPE = "gradescope"


_OF_GRADERS = {Format.CLASSROOM50, Format.GRADESCOPE}


def is_github(environment: Mapping[str, str]) -> bool:
    """Return whether the log is read by GitHub Actions."""
    return environment.get("GITHUB_ACTIONS") == "true"


def detected(environment: Mapping[str, str]) -> tuple[Format, ...]:
    """Return the formats that are read where this runs; none on a machine of one's own.

    >>> detected({"GITHUB_ACTIONS": "true", "CLASSROOM50_BUNDLE_DIR": "/bundle"})
    (<Format.GITHUB: 'github'>, <Format.CLASSROOM50: 'classroom50'>)
    """
    found = []
    if is_github(environment):
        found.append(Format.GITHUB)
    if environment.get("CLASSROOM50_BUNDLE_DIR"):
        found.append(Format.CLASSROOM50)
    if environment.get("GITLAB_CI") == "true":
        found.append(Format.GITLAB)
    if (GRADESCOPE / "submission_metadata.json").exists():
        found.append(Format.GRADESCOPE)
    return tuple(found)


def reads_scores_from_files(formats: tuple[Format, ...]) -> bool:
    """Return whether somebody takes the score from a file, and any other exit code than 0 for a fault."""
    return bool(_OF_GRADERS & set(formats))
