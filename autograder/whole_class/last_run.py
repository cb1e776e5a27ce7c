"""What a results folder holds from before, and what a new run must not do to it in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import ConfigError
from autograder.reports.class_report import ClassReport
from autograder.reports.rows import Roll, Row, roll_of
from autograder.whole_class import cases
from autograder.whole_class.folder import CLASS, Run, find_run, read_class_report

OTHER_CASES = "the hidden cases are others than in the last run (another seed?): all is graded again"


@dataclass(frozen=True)
class LastRun:
    """The last run into a folder, as far as it can be read.

    Attributes:
        path: The results folder.
        run: What it was made from.
        report: The class's report.
    """

    path: Path
    run: Run | None
    report: ClassReport | None

    @classmethod
    def into(cls, path: Path) -> LastRun:
        """Return the last run into a folder, which need not be there."""
        return cls(path, find_run(path), read_class_report(path / CLASS))

    @property
    def regrade(self) -> tuple[str, ...]:
        """Whom the last run was to grade again, and has not."""
        return self.run.regrade if self.run is not None else ()

    def require(self, slug: str, seed_file: Path | None, *, fresh: bool) -> None:
        """Raise ``ConfigError`` if a new run would spoil what is there.

        Args:
            slug: The assignment of the new run.
            seed_file: Where it takes its seed from, if it was told.
            fresh: Whether all is to be graded again.
        """
        self._require_assignment(slug)
        if not fresh:
            self._require_seed_file(seed_file)

    def _require_assignment(self, slug: str) -> None:
        for found in (self.report, self.run):
            if found is not None and found.assignment != slug:
                raise ConfigError(
                    f"--out: expected an empty folder, or one with results of {slug}; {self.path} holds "
                    f"those of {found.assignment}. Name another folder with --out, or move these away"
                )

    def _require_seed_file(self, file: Path | None) -> None:
        if self.run is not None and self.run.seed_file is not None and not cases.is_seed_given(file):
            raise ConfigError(
                f"expected --seed-file {self.run.seed_file}, as in the last run into {self.path}; received "
                "no seed. With --fresh, other hidden cases are drawn, and all is graded again"
            )

    def has_other_seed(self, seed: bytes) -> bool:
        """Return whether the last run had another seed, as far as it says."""
        known = self.run.seed_check if self.run is not None else ""
        return bool(known) and known != cases.seed_check(seed)

    def gone(self, students: Sequence[str]) -> list[Row]:
        """Return the rows of those who had handed in and are not among these students."""
        rows = self.report.rows if self.report is not None else ()
        return [row for row in rows if row.handed_in and row.submission not in students]

    def roll(self, students: Sequence[str]) -> Roll:
        """Return what the last run's roster said, of these students and of those who handed in nothing."""
        return roll_of(self.report.rows if self.report is not None else (), students)
