"""How far the result of a run may be trusted, and what a graded one needs. It is never lowered in silence."""

from __future__ import annotations

from pathlib import Path

from autograder.config import Assignment
from autograder.errors import ConfigError, SeedMissing, WallsMissing
from autograder.reports.entry import Trust
from autograder.sandbox.level import Level
from autograder.sandbox.survey import missing
from autograder.whole_class.cases import SEED_VARIABLE

_HOW = (
    f"Store 32 hexadecimal digits (openssl rand -hex 16) as a secret of the instructor's repository, and "
    f"hand it over as the environment variable {SEED_VARIABLE} or with --seed-file FILE"
)


def decide(*, graded: bool, visible_only: bool, names_seed: bool) -> Trust | None:
    """Return what was asked for; None where nothing says so, and the assignment is to decide.

    Raises:
        ConfigError: If both were asked for, or there is a seed where students' code could read it.
    """
    if graded and visible_only:
        raise ConfigError("expected --graded or --visible-only; received both")
    if visible_only and names_seed:
        raise ConfigError(
            f"expected no seed with --visible-only, which needs none and could not keep it secret; received "
            f"one, in {SEED_VARIABLE} or --seed-file. Leave it out of this step, or grade: --graded"
        )
    if visible_only:
        return Trust.UNVERIFIED
    return Trust.GRADED if graded or names_seed else None


def of_assignment(asked: Trust | None, assignment: Assignment) -> Trust:
    """Return how far a run of an assignment may be trusted: a students' kit alone is run unverified unasked.

    Raises:
        SeedMissing: If nothing asks for an unverified run, and there is no seed for a graded one.
        ConfigError: If a graded run is asked for, and the assignment is a kit, which has no hidden cases.
    """
    if asked is None and assignment.config.kit:
        return Trust.UNVERIFIED
    if asked is None:
        raise SeedMissing(
            f"{assignment.path} is no students' kit, and there is no seed to grade with. {_HOW}; or run the "
            "visible checks alone, unverified: --visible-only"
        )
    if asked is Trust.GRADED and assignment.config.kit:
        raise ConfigError(
            f"{assignment.path} is a students' kit, which has no hidden cases to grade with. Name the "
            "instructor's course with --course DIR; or run the visible checks alone: --visible-only, without "
            f"{SEED_VARIABLE}"
        )
    return asked


def require_seed(environment_seed: str | None, file: Path | None) -> None:
    """Refuse a graded run without a seed. A secret that is not set is an empty text in most services.

    Raises:
        SeedMissing: If there is none.
    """
    if file is None and not (environment_seed or "").strip():
        is_empty = environment_seed is not None
        said = f"{SEED_VARIABLE} is empty" if is_empty else "it has none"
        raise SeedMissing(f"a graded run needs the secret seed of its hidden cases; {said}. {_HOW}")
    if file is not None and not file.is_file():
        raise SeedMissing(
            f"a graded run needs the secret seed of its hidden cases; {file} is no file. {_HOW}"
        )


def require_walls(level: Level) -> None:
    """Refuse a graded run behind less than the walls of level `container`.

    Raises:
        WallsMissing: If the level is lower, or walls of it are missing here; it names them.
    """
    if level is Level.PROCESS:
        raise WallsMissing(
            "a graded run needs the walls of --sandbox full, or of --sandbox container in a container of its "
            "own; --sandbox process has none"
        )
    if absent := missing(level):
        lines = [f"  {wall.name}: {wall.detail}. To get it: {wall.remedy}" for wall in absent]
        lower = (
            "" if level is Level.CONTAINER or missing(Level.CONTAINER) else "--sandbox container works here."
        )
        said = [f"a graded run with --sandbox {level.value} needs:", *lines, lower]
        raise WallsMissing("\n".join(line for line in said if line))


def require_apart(course: Path, seed_file: Path | None, submission: Path) -> None:
    """Refuse a graded run whose course or seed lies among what the student wrote.

    Raises:
        ConfigError: If one of them does.
    """
    checkout = submission.resolve()
    for what, path in (("the course", course), ("the seed", seed_file)):
        if path is not None and path.resolve().is_relative_to(checkout):
            raise ConfigError(
                f"a graded run takes {what} from the instructor; received {path}, which lies in the "
                f"student's work, {submission}. Check the student's commit out into a folder of its own"
            )
