"""Whether the packages that an assignment allows are there, on the machine that grades."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from importlib.metadata import distributions, packages_distributions

from autograder.allowed import DEFAULT_PACKAGES, installed
from autograder.config.loading import Assignment
from autograder.errors import ConfigError


def require_packages(assignment: Assignment) -> None:
    """Refuse packages that a configuration names itself and that are not installed here.

    Raises:
        ConfigError: If there are such; it says which, and what may be meant.
    """
    absent = _absent(assignment)
    if not absent or _is_default(assignment):
        return
    meant = list(dict.fromkeys(found for name in absent if (found := _meant(name))))
    advice = f"Did you mean {_quoted(meant)}?" if meant else "Install them, or leave them out"
    raise ConfigError(
        f"{assignment.path}: packages: expected installed packages; received {_quoted(absent)}. {advice}"
    )


def absent_packages_note(assignment: Assignment) -> str | None:
    """Return what to say of packages that are allowed by default and not installed here; None without any."""
    absent = _absent(assignment) if _is_default(assignment) else []
    if not absent:
        return None
    return (
        f"not installed here: {', '.join(absent)}. A submission that imports one of them ends at that line. "
        f"Say in {assignment.path.name} what may be imported: packages = [{_quoted(_present(assignment))}]"
    )


def _is_default(assignment: Assignment) -> bool:
    config = assignment.config
    return config.packages in (DEFAULT_PACKAGES, (*DEFAULT_PACKAGES, config.backend))


def _present(assignment: Assignment) -> Sequence[str]:
    return installed(assignment.config.packages)


def _absent(assignment: Assignment) -> list[str]:
    present = _present(assignment)
    return [name for name in assignment.config.packages if name not in present]


def _meant(name: str) -> str | None:
    """Return the installed package that a name is a misspelling of, or that is imported by this name."""
    if importable := packages_distributions().get(name):
        return importable[0]
    known = {str(found.metadata["Name"]).lower(): str(found.metadata["Name"]) for found in distributions()}
    near = difflib.get_close_matches(name.lower(), known, n=1, cutoff=0.75)
    return known[near[0]] if near else None


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
