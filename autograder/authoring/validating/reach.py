"""Which mutants are worth trying, and what each of them can change: by the lines that cases run."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from autograder.authoring.mutants.tracing import executed_lines
from autograder.authoring.solutions.solution import MutatedSolution, Solution
from autograder.checks.function import FunctionCheck

Place = tuple[FunctionCheck, str]
"""A check, and a group of its cases."""

Lines = Mapping[Path, set[int]]


class Reach:
    """The lines of the references that each group of cases runs.

    Args:
        checks: The checks, with their drawn cases.
        solution: The references, as a submission.
    """

    def __init__(self, checks: Sequence[FunctionCheck], solution: Solution) -> None:
        self._solution = solution
        self._lines: dict[Place, Lines] = {}
        files = list(solution.origins.values())
        for check in checks:
            for group in check.groups:
                cases = [each.case for each in (*check.visible, *check.hidden) if each.case.group == group]
                inputs = [case.inputs for case in cases]
                self._lines[check, group] = executed_lines(check.problem.reference, inputs, files)
        self._spans = {file: _spans(source) for file, source in solution.files.items()}

    def mutants(self) -> list[MutatedSolution]:
        """Return the mutants of the lines that are run, in the order of files and lines."""
        together: dict[Path, set[int]] = {file: set() for file in self._solution.origins.values()}
        for lines in self._lines.values():
            for file, numbers in lines.items():
                together[file] |= numbers
        return list(self._solution.mutants(together))

    def places(self, mutated: MutatedSolution) -> list[Place]:
        """Return the checks and groups whose cases run the function that was changed; all, if it is none."""
        origin = self._solution.origins[mutated.file]
        changed = mutated.mutant.line
        span = next((span for span in self._spans[mutated.file] if changed in span), None)
        found = [
            place
            for place, lines in self._lines.items()
            if span is not None and any(number in span for number in lines[origin])
        ]
        return found or list(self._lines)


def chosen(mutants: Sequence[MutatedSolution], count: int, seed: int) -> list[MutatedSolution]:
    """Return so many mutants, evenly over the files, in their order; all, if there are no more.

    Args:
        mutants: Those there are.
        count: How many to choose at most.
        seed: Decides which.
    """
    rng = np.random.default_rng(seed)
    of_file: dict[str, list[int]] = {}
    for number, mutated in enumerate(mutants):
        of_file.setdefault(mutated.file, []).append(number)
    left, kept = min(count, len(mutants)), list[int]()
    by_size = sorted(of_file.values(), key=len)
    for index, numbers in enumerate(by_size):
        share = min(len(numbers), left // (len(by_size) - index))
        kept += rng.choice(numbers, share, replace=False).tolist()
        left -= share
    return [mutants[number] for number in sorted(kept)]


def _spans(source: str) -> list[range]:
    """Return the lines of each definition at module level."""
    return [
        range(min([node.lineno, *(each.lineno for each in node.decorator_list)]), (node.end_lineno or 0) + 1)
        for node in ast.parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    ]
