"""A run from top to bottom: what it may be trusted for, what is graded, and by what."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from autograder.ci.checkout import find_assignment, find_place, paths_of, read_attempt, zip_of
from autograder.ci.run import run_graded, run_visible, visible_points
from autograder.ci.trust import of_assignment, require_apart, require_seed, require_walls
from autograder.ci.writing import Writer
from autograder.config.datasets import with_dataset
from autograder.reports.entry import Result, Trust
from autograder.reports.feedback import Feedback
from autograder.sandbox.level import Level
from autograder.submission import Submission


@dataclass(frozen=True)
class Request:
    """What was asked for.

    Attributes:
        course: The folder of the course, or of a students' kit.
        slug: The assignment; None where it is to be found.
        submission: The student's work; None where it is to be found.
        trust: Graded or unverified; None where the assignment is to decide.
        level: The walls; None for those that are usual.
        seed: What the environment has as the seed.
        seed_file: The seed's file.
        data_folder: Where data sets are, if that was said.
        allow_stand_in: Whether a graded run may use what stands in a real data set's place.
    """

    course: Path
    slug: str | None
    submission: Path | None
    trust: Trust | None
    level: Level | None
    seed: str | None
    seed_file: Path | None
    data_folder: Path | None = None
    allow_stand_in: bool = False


@dataclass(frozen=True)
class Performed:
    """The result of a run, and what to warn of."""

    result: Result
    warnings: tuple[str, ...] = ()


def perform(request: Request, writer: Writer) -> Performed:
    """Grade one submission.

    Raises:
        SeedMissing, WallsMissing: If a graded run is asked for and one of the two is not there.
        ConfigError: If it is not clear what is to be graded, or something in the course is wrong.
    """
    began = time.monotonic()
    if request.trust is Trust.GRADED:
        require_seed(request.seed, request.seed_file)
        require_walls(request.level or Level.FULL)
    place = find_place(request.submission, request.trust)
    if request.trust is Trust.GRADED:  # before anything of the course is read: its problems are code
        require_apart(request.course, request.seed_file, place)
    assignment = find_assignment(request.course, request.slug, place)
    trust = of_assignment(request.trust, assignment)
    assignment = with_dataset(
        assignment,
        request.data_folder,
        is_graded=trust is Trust.GRADED,
        allow_stand_in=request.allow_stand_in or trust is not Trust.GRADED,
    )
    attempt = read_attempt(place, assignment)
    main = attempt.main if isinstance(attempt, Submission) else assignment.config.file
    paths = paths_of(attempt, place, main, Path())

    def result(feedback: Feedback, *, is_complete: bool = True) -> Result:
        return Result(
            feedback=feedback,
            trust=trust,
            seconds=time.monotonic() - began,
            main=paths.get(main, "") or zip_of(attempt, place, Path()),
            paths=paths,
            is_complete=is_complete,
            visible_points=visible_points(assignment),
        )

    def tell(feedback: Feedback) -> None:
        writer.write_interim(result(feedback, is_complete=False))

    if trust is Trust.GRADED:
        level = request.level or Level.FULL
        return Performed(result(run_graded(assignment, attempt, level, request.seed_file, tell)))
    seen, warnings = run_visible(assignment, attempt, request.level or Level.PROCESS)
    return Performed(result(seen), warnings)
