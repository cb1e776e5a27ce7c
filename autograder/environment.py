"""Where a grade is made: versions, walls, device. All of it is compared before a grade is used again."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder.results import Dataset, Environment

_ROOT = Path(__file__).resolve().parent.parent


def describe(
    walls: str, packages_digest: str = "", dataset: Dataset | None = None, device: str = "cpu"
) -> Environment:
    """Return the environment of this process.

    Args:
        walls: The level of the walls.
        packages_digest: Of what can be imported inside.
        dataset: The data that submissions are given, where there are some.
        device: What submissions compute on.
    """
    return Environment(
        autograder=version_of("cnn-autograder") or "not installed",
        code_digest=code_digest(),
        python=platform.python_version(),
        numpy=version_of("numpy") or "",
        tensorflow=version_of("tensorflow"),
        packages_digest=packages_digest,
        device=device,
        walls=walls,
        dataset=dataset,
    )


def version_of(distribution: str) -> str | None:
    """Return the version of an installed distribution, or None."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


@cache
def code_digest() -> str:
    """Return a digest of the toolkit's own source: grading, checks, problems, worker and reference."""
    digest = hashlib.sha256()
    for package in ("autograder", "reference"):
        for path in sorted((_ROOT / package).rglob("*.py")):
            digest.update(str(path.relative_to(_ROOT)).encode() + path.read_bytes())
    return "sha256:" + digest.hexdigest()
