"""`autograder calibrate`: the accuracy that may be asked for, found by training the reference."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.course import course_folder, course_option
from autograder.cli.dataset import data_option, stand_in_option, with_data
from autograder.cli.terminal import make_console, say
from autograder.errors import SandboxError

if TYPE_CHECKING:
    from autograder.authoring.calibrating import Calibrations, Options
    from autograder.config import Assignment


@click.command()
@click.argument("assignment")
@click.option(
    "--seeds",
    type=click.IntRange(2, 1_000),
    default=5,
    show_default=True,
    help="How often each reference is trained.",
)
@click.option("--check", metavar="CHECK", help="Only this check.")
@click.option("--jobs", type=click.IntRange(1, 256), help="Trainings at a time. Default: the processors.")
@click.option(
    "--sandbox",
    type=click.Choice(["full", "container", "process"]),
    default="full",
    show_default=True,
    help="The walls.",
)
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@data_option
@stand_in_option
@course_option
def calibrate(
    assignment: str,
    seeds: int,
    check: str | None,
    jobs: int | None,
    sandbox: str,
    dry_run: bool,
    data_folder: Path | None,
    allow_stand_in: bool,
    course: Path | None,
) -> None:
    """Train the reference model of each training and autoencoder check of ASSIGNMENT on several seeds, as
    students' models are trained, and propose the accuracy, or the bound, that at most one good training in a
    hundred misses.

    The reference is named in the configuration: reference = "zip_code_improved". What was found is written to
    grading_configs/ASSIGNMENT.calibration.toml, with the digest of the data. From then on work is graded on
    calibrated data alone, and of that threshold and the configuration's own the lower one counts. Bounds of
    autoencoders are proposed: the configuration's own count.
    """
    from autograder.sandbox.level import Level
    from autograder.sandbox.survey import require

    level = Level(sandbox)
    require(level)
    try:
        from autograder.authoring.calibrating import Options
        from autograder.authoring.calibrating.record import write
        from autograder.authoring.calibrating.view import calibration_view
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        raise SandboxError(f"calibrating needs {package}: pip install 'cnn-autograder[grade]'") from None
    from autograder.config import load

    found = load(course_folder(course), assignment)
    found = with_data(found, data_folder, is_graded=True, allow_stand_in=allow_stand_in)
    calibrations = _run(found, Options(level, seeds, jobs or _processors(), check))
    make_console().print(calibration_view(calibrations.entries))
    for note in calibrations.notes:
        say(note)
    if not dry_run:
        click.echo(f"\nwritten: {write(found, [entry for entry, _ in calibrations.entries])}")


def _run(assignment: Assignment, options: Options) -> Calibrations:
    """Calibrate, and show how it goes."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    from autograder.authoring.calibrating import Begins, Calibrations, Epoch, calibrate

    console = Console(stderr=True, highlight=False)
    running: dict[str, str] = {}
    with (
        Progress(
            SpinnerColumn(), TextColumn("{task.description}", markup=False), console=console, transient=True
        ) as progress,
        contextlib.closing(calibrate(assignment, options)) as events,
    ):
        task = progress.add_task("calibrating", total=None)
        for event in events:
            if isinstance(event, Calibrations):
                return event
            name = f"{event.check}, seed {event.seed} of {options.seeds}"
            if isinstance(event, Begins):
                running[name] = name
            elif isinstance(event, Epoch):
                running[name] = f"{name}: {event.told}"
            else:
                running.pop(name, None)
                console.print(f"{name}: {event.said} in {event.seconds:.1f} s", markup=False)
            progress.update(task, description="; ".join(running.values()) or "calibrating")
    raise AssertionError("calibrating ends with what it found")


def _processors() -> int:
    with contextlib.suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
