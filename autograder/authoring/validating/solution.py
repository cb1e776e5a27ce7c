"""A submission that answers an assignment as its references and its accepted values do."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.authoring.solutions.solution import Solution, as_submission
from autograder.config import (
    Assignment,
    FunctionCheckConfig,
    ValuesCheckConfig,
    WrittenCheckConfig,
    function_of,
)
from autograder.errors import ConfigError
from autograder.submission import Submission, SubmittedFile

_ANSWER = "An answer, in the place of what a student would write."


def solution_of(assignment: Assignment) -> Solution:
    """Return the references as a submission, with the first accepted answer of every value.

    Values that are looked at after a cell are set in a cell of that tag.

    Raises:
        ConfigError: If a reference cannot be handed in, or an accepted answer is no plain data.
    """
    functions = {
        function_of(check): assignment.problems[check.problem].reference
        for check in assignment.config.checks
        if isinstance(check, FunctionCheckConfig)
    }
    by_tag = _constants(assignment)
    try:
        solution = as_submission(functions, by_tag.pop(None, {}), assignment.config.file)
    except ValueError as error:
        raise ConfigError(f"{assignment.path}: the references make no submission: {error}") from None
    cells = "".join(_cell(tag, constants) for tag, constants in by_tag.items())
    if not cells:
        return solution
    imports, _, end = solution.files[solution.main].rpartition("\n\n")
    files = {**solution.files, solution.main: f"{imports}\n\n{cells}# %%\n{end}"}
    return Solution(files, solution.main, solution.origins)


def submission_of(identity: str, files: Mapping[str, str | bytes], main: str) -> Submission:
    """Return files as a submission. Sources that are bytes already are shared."""
    submitted = tuple(
        SubmittedFile(path, data if isinstance(data, bytes) else data.encode())
        for path, data in files.items()
    )
    digest = hashlib.sha256(b"\0".join(file.path.encode() + b"\0" + bytes(file.data) for file in submitted))
    return Submission(identity, submitted, main, f"sha256:{digest.hexdigest()}")


def shown_path(file: Path, course: Path) -> str:
    """Return where a reference stands, without the machine's folders: from the course or the toolkit on."""
    toolkit = Path(__file__).resolve().parents[3]
    for folder in (course.resolve(), toolkit):
        if file.is_relative_to(folder):
            return file.relative_to(folder).as_posix()
    return file.name


def _constants(assignment: Assignment) -> dict[str | None, dict[str, Any]]:
    """Return variables and their values by the tag of the cell after which they are looked at."""
    by_tag: dict[str | None, dict[str, Any]] = {}
    for check in assignment.config.checks:
        if isinstance(check, ValuesCheckConfig):
            for item in check.items:
                if item.accept is not None:
                    _set(by_tag.setdefault(item.after, {}), item.variable, item.entry, item.accept[0])
        elif isinstance(check, WrittenCheckConfig):
            _set(by_tag.setdefault(None, {}), check.variable, check.entry, _ANSWER)
    return by_tag


def _set(constants: dict[str, Any], variable: str, entry: str | None, value: Any) -> None:
    if entry is None:
        constants[variable] = value
    else:
        constants.setdefault(variable, {})[entry] = value


def _cell(tag: str | None, constants: Mapping[str, Any]) -> str:
    lines = [f'# %% tags=["{tag}"]', *(f"{name} = {value!r}" for name, value in constants.items())]
    return "\n".join(lines) + "\n\n"
