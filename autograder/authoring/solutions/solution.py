"""A submission made of references: what a sandbox, which has no `reference`, can run as a student's.

The modules that the references need come along under the package ``solution``, and the file that is
handed in imports the functions from there. Lines stay where they were, so that what was traced in a
reference can be changed in its copy.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.mutants.mutation import Mutant, mutants
from autograder.authoring.solutions.copies import Copies, place_of

_PACKAGE = "solution"


@dataclass(frozen=True)
class MutatedSolution:
    """A solution with one change.

    Attributes:
        file: The file that was changed.
        mutant: The change.
        files: All files, the changed one among them.
    """

    file: str
    mutant: Mutant
    files: Mapping[str, str]


@dataclass(frozen=True)
class Solution:
    """A submission that answers as the references do.

    Attributes:
        files: Sources by path.
        main: The file that is handed in as the assignment's.
        origins: Of each file that was copied, where it comes from; line by line it is the same.
    """

    files: Mapping[str, str]
    main: str
    origins: Mapping[str, Path]

    def mutants(self, lines: Mapping[Path, Collection[int]]) -> Iterator[MutatedSolution]:
        """Return the solution with one change at a time, in the order of files and lines.

        Args:
            lines: Where to change something, by original file: as `executed_lines` returns it.
        """
        for file, origin in self.origins.items():
            for mutant in mutants(self.files[file], lines.get(origin, ())):
                yield MutatedSolution(file, mutant, {**self.files, file: mutant.source})


def as_submission(
    functions: Mapping[str, Callable[..., Any]], constants: Mapping[str, object], main: str
) -> Solution:
    """Return a submission that defines functions and constants, with all the modules that it takes.

    A module in a package of its own brings the modules of that package which it imports. Of a file that is
    in no package only what the function needs is taken. What is installed is imported as it is.

    Args:
        functions: What the student must define, and the reference that does it: a function at module level.
        constants: Plain data by name.
        main: The name of the file that is handed in.

    Raises:
        ValueError: If a reference is no function of a module, a constant is no plain data, or two files
            would have the same name.
    """
    copies = Copies(_PACKAGE if Path(main).stem != _PACKAGE else f"{_PACKAGE}_files")
    places = {name: place_of(function) for name, function in functions.items()}
    lines = ['"""The references, as a submission."""', ""]
    for name, place in places.items():
        together = [other.attribute for other in places.values() if other.file == place.file]
        module = copies.take(place, together)
        alias = f" as {name}" if name != place.attribute else ""
        lines.append(f"from {module} import {place.attribute}{alias}")
    lines += ["", *(f"{name} = {_literal(name, value)}" for name, value in constants.items())]
    text = "\n".join(lines).rstrip() + "\n"
    return Solution({main: text, **copies.files}, main, copies.origins)


def _literal(name: str, value: object) -> str:
    """Return the text of plain data."""
    text = repr(value)
    try:
        is_plain = bool(ast.literal_eval(text) == value)
    except (SyntaxError, ValueError):
        is_plain = False
    if not is_plain:
        raise ValueError(f"{name}: expected plain data; received {text:.200}")
    return text
