"""`autograder validate`: whether an assignment's cases catch what is wrong. For instructors."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.course import course_folder, course_option
from autograder.cli.dataset import data_option, with_data
from autograder.errors import SandboxError

if TYPE_CHECKING:
    from autograder.authoring.validating import Options, Validation
    from autograder.config import Assignment
    from autograder.sandbox.level import Level


@click.command()
@click.argument("assignment")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.option(
    "--sandbox",
    type=click.Choice(["full", "container", "process"]),
    help="The walls: it is your own code that runs. Default: 'full' where it stands, else 'process'.",
)
@click.option(
    "--mutants",
    type=click.IntRange(0, 1_000_000),
    default=300,
    show_default=True,
    help="How many changed references to try at most.",
)
@click.option("--all", "every", is_flag=True, help="Try every one, and list those presumed equivalent.")
@click.option(
    "--seed",
    type=click.IntRange(0, 2**64 - 1),
    default=0,
    show_default=True,
    help="What the hidden cases and the choice of mutants come from; nobody is graded by it.",
)
@click.option("--train", is_flag=True, help="Train the reference of each check of a trained model, too.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Mutants at a time. Default: the processors.")
@data_option
@course_option
def validate(
    assignment: str,
    as_json: bool,
    sandbox: str | None,
    mutants: int,
    every: bool,
    seed: int,
    train: bool,
    jobs: int | None,
    data_folder: Path | None,
    course: Path | None,
) -> int:
    """Try out an ASSIGNMENT before a student does.

    The references, handed in as a submission, must earn everything; the starter nothing. Each known
    misconception must lose points and be named. Each group of cases needs a visible example, a hidden case
    that shows something, points, and its name in the handout. Then the references are changed, one place
    at a time: what keeps full points, and yet differs on some input, your cases would let through.
    Of checks of models, the reference networks that they name must earn everything; networks that differ in
    one place and keep all points are listed. With --train each reference is trained as a student's model is.

    Exit code 0 if there is nothing to mend and at least 98 % of the changed references that differ from the
    right ones are caught, else 1.
    """
    try:
        from autograder.authoring.validating import Options
        from autograder.authoring.validating.view import validation_view
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        raise SandboxError(f"validating needs {package}: pip install 'cnn-autograder[grade]'") from None
    import msgspec
    from rich.console import Console

    from autograder.config import load
    from autograder.config.datasets import data_of
    from autograder.config.installed import absent_packages_note
    from autograder.results import data_note

    found = load(course_folder(course), assignment)
    if (note := absent_packages_note(found)) is not None:
        click.echo(f"Warning: {note}", err=True)
    found = with_data(found, data_folder, is_graded=True, allow_stand_in=True)  # nobody is graded by it
    if found.dataset is not None and (said := data_note(data_of(found, ""))) is not None:
        click.echo(f"Note: {said}", err=True)
    options = Options(_level(sandbox), jobs or _processors(), None if every else mutants, seed, train)
    validation = _run(found, options)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(validation), indent=2).decode())
    else:
        console = Console(highlight=False, width=None if os.isatty(1) else 120)
        console.print(validation_view(validation, with_equivalents=every))
    return 0 if validation.holds else 1


def _level(given: str | None) -> Level:
    """Return the walls that were asked for; else all where they stand, and where not none, said aloud."""
    from autograder.sandbox.level import Level
    from autograder.sandbox.survey import missing, require

    if given is not None:
        require(Level(given))
        return Level(given)
    absent = missing(Level.FULL)
    if not absent:
        return Level.FULL
    names = ", ".join(wall.name for wall in absent)
    click.echo(f"without walls (--sandbox process), since these are missing: {names}", err=True)
    return Level.PROCESS


def _run(assignment: Assignment, options: Options) -> Validation:
    """Validate, and show how it goes."""
    import warnings

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from autograder.authoring.networks.training import Epoch
    from autograder.authoring.validating import Progress as Tried
    from autograder.authoring.validating import Validation, validate

    console = Console(stderr=True, highlight=False)
    described = TextColumn("{task.description}", markup=False)
    columns = (described, BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with (
        warnings.catch_warnings(),
        Progress(*columns, console=console, transient=True) as progress,
        contextlib.closing(validate(assignment, options)) as events,
    ):
        warnings.simplefilter("ignore")  # a reference is asked what is out of its domain too
        task = progress.add_task("mutants", total=None)
        for event in events:
            if isinstance(event, Validation):
                return event
            if not isinstance(event, Tried):
                told = event.told if isinstance(event, Epoch) else "begins"
                progress.update(task, description=f"training for {event.check}: {told}")
                continue
            progress.update(task, description="mutants", completed=event.done, total=event.total)
            if not console.is_terminal and event.done % max(1, event.total // 10) == 0:
                console.print(f"tried {event.done} of {event.total} mutants")
    raise AssertionError("validating ends with what it found")


def _processors() -> int:
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
