"""How the mutants fare, as their grades come in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.authoring.solutions.solution import MutatedSolution
from autograder.authoring.validating.reach import Place
from autograder.authoring.validating.report import Finding, MutantCounts, Survivor
from autograder.authoring.validating.solution import shown_path
from autograder.authoring.validating.trial import Escape


class Tally:
    """Counts the mutants, and keeps those that lost no points.

    Args:
        course: The course's folder, from which files are shown.
    """

    def __init__(self, course: Path) -> None:
        self._course = course
        self._kept: list[Survivor] = []
        self.possible = self.caught = 0
        self.faults: list[Finding] = []

    def add_kept(
        self, mutated: MutatedSolution, origin: Path, places: Sequence[Place], escape: Escape | None
    ) -> None:
        """Add a mutant that lost no points.

        Args:
            mutated: The mutant.
            origin: The reference's file.
            places: The checks and groups whose cases run what was changed.
            escape: What it does otherwise; none if it is presumed to be equivalent.
        """
        mutant = mutated.mutant
        self._kept.append(
            Survivor(
                file=shown_path(origin, self._course),
                line=mutant.line,
                operator=mutant.operator,
                before=mutant.before,
                after=mutant.after,
                groups=tuple(f"{check.name}, {group}" for check, group in places),
                call=escape.call if escape else None,
                difference=escape.difference if escape else "",
            )
        )

    def add_fault(self, mutated: MutatedSolution, origin: Path, fault: str) -> None:
        """Add a mutant that a fault of ours kept from being graded."""
        where = f"{shown_path(origin, self._course)}, line {mutated.mutant.line}"
        self.faults.append(Finding(kind="fault", where=where, message=fault))

    def survivors(self) -> tuple[Survivor, ...]:
        """Return the mutants that lost no points and differ, in the order of files and lines."""
        return self._sorted(is_known_to_differ=True)

    def equivalents(self) -> tuple[Survivor, ...]:
        """Return the mutants that lost no points and differ nowhere, as far as was tried."""
        return self._sorted(is_known_to_differ=False)

    def counts(self) -> MutantCounts:
        """Return how many fared in which way."""
        survived, equivalent = len(self.survivors()), len(self.equivalents())
        return MutantCounts(
            possible=self.possible,
            tried=self.caught + survived + equivalent,
            caught=self.caught,
            survived=survived,
            equivalent=equivalent,
        )

    def rate(self) -> float | None:
        """Return the share that was caught of those that differ; None where there are none."""
        different = self.caught + len(self.survivors())
        return round(self.caught / different, 4) if different else None

    def _sorted(self, *, is_known_to_differ: bool) -> tuple[Survivor, ...]:
        found = [each for each in self._kept if (each.call is not None) is is_known_to_differ]
        return tuple(sorted(found, key=lambda each: (each.file, each.line, each.after)))
