"""`autograder ci`: one submission, in the CI of an assignment's repository or on Gradescope."""

from __future__ import annotations

import io
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.course import course_folder, course_option
from autograder.cli.dataset import data_option, stand_in_option
from autograder.cli.terminal import say

if TYPE_CHECKING:
    from autograder.reports.entry import Result

_COLUMNS = 120
_FORMATS = ["junit", "github", "gitlab", "classroom50", "gradescope"]


@click.command()
@click.argument("assignment", required=False)
@click.option(
    "--submission",
    type=click.Path(path_type=Path),
    help="The student's work: a folder or a file. Default: here; for a graded run, submission/.",
)
@click.option("--graded", is_flag=True, help="With hidden cases: needs a seed, and walls. Never less.")
@click.option("--visible-only", is_flag=True, help="The visible checks alone; the result is unverified.")
@click.option(
    "--seed-file",
    type=click.Path(path_type=Path),
    help="The hidden cases' secret seed. Default: $AUTOGRADER_SEED. A seed makes the run a graded one.",
)
@click.option(
    "--sandbox",
    type=click.Choice(["full", "container", "process"]),
    help="The walls. Default: full; for an unverified run, process.",
)
@click.option(
    "--format",
    "forms",
    type=click.Choice(_FORMATS),
    multiple=True,
    help="What to write; may be repeated. Default: what is read where this runs.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="The folder for junit.xml, result.json and results.json. Default: here; Gradescope's own.",
)
@click.option(
    "--hidden-results",
    type=click.Choice(["visible", "after_due_date", "after_published"]),
    default="after_published",
    show_default=True,
    help="When Gradescope shows students what is said of hidden cases.",
)
@data_option
@stand_in_option
@course_option
def ci(
    assignment: str | None,
    submission: Path | None,
    graded: bool,
    visible_only: bool,
    seed_file: Path | None,
    sandbox: str | None,
    forms: tuple[str, ...],
    out: Path | None,
    hidden_results: str,
    data_folder: Path | None,
    allow_stand_in: bool,
    course: Path | None,
) -> int:
    """Grade one submission where its repository is checked out.

    A students' kit is run as it is: the visible checks, and the result is marked "unverified", since
    whoever can write the repository can write the result. With a seed the run is graded, as in a repository
    that only instructors can write.

    Exit code 0 if everything passed, 1 if a check did not pass, 2 if the command or a configuration is
    wrong, 3 for a fault of ours, missing walls or a missing seed. For Classroom 50 and Gradescope, which
    read the score from a file, 0 where there is a result, whatever it says.
    """
    from autograder.ci import trust
    from autograder.ci.performing import Request, perform
    from autograder.ci.place import GRADESCOPE, Format, detected, is_github
    from autograder.ci.verdict import exit_code
    from autograder.ci.writing import Writer
    from autograder.errors import AutograderError
    from autograder.reports.entry import Trust
    from autograder.reports.gradescope import Visibility
    from autograder.sandbox.level import Level
    from autograder.whole_class.cases import SEED_VARIABLE

    formats = tuple(map(Format, forms)) or detected(os.environ)
    if not forms and Format.GRADESCOPE in formats:
        submission = submission or GRADESCOPE / "submission"
        out = out or GRADESCOPE / "results"
    writer = Writer(formats, out or Path(), Visibility(hidden_results), os.environ)
    writer.begin()
    seed = os.environ.get(SEED_VARIABLE)
    names_seed = seed_file is not None or (bool(seed) if visible_only else seed is not None)
    try:
        asked = trust.decide(graded=graded, visible_only=visible_only, names_seed=names_seed)
        start = None if asked is Trust.GRADED else submission or Path()
        request = Request(
            course=course_folder(course, start),
            slug=assignment,
            submission=submission,
            trust=asked,
            level=Level(sandbox) if sandbox else None,
            seed=seed,
            seed_file=seed_file,
            data_folder=data_folder,
            allow_stand_in=allow_stand_in,
        )
        performed = perform(request, writer)
    except AutograderError:
        writer.say("The grader has failed, and that is no fault of yours: nothing is known of your work yet.")
        raise
    for warning in performed.warnings:
        say(f"Warning: {warning}")
    written = writer.write(performed.result)
    _print(performed.result, on_github=Format.GITHUB in formats or is_github(os.environ))
    for path in written:
        click.echo(f"written: {path.as_posix()}")
    return exit_code(performed.result, formats)


def _print(result: Result, *, on_github: bool) -> None:
    """Print the result for people; on GitHub so that nothing of a student's is taken for a command."""
    from rich.console import Console

    from autograder.reports.entries import summary
    from autograder.reports.entry import Trust
    from autograder.reports.github import fenced, workflow_commands
    from autograder.reports.student_view import feedback_view, visible_view

    view = feedback_view if result.trust is Trust.GRADED else visible_view
    shown = io.StringIO()
    console = Console(file=shown, width=_COLUMNS, highlight=False, color_system=None)
    console.print(view(result.feedback))
    console.print(f"\n{summary(result)}", markup=False)
    text = "\n".join(line.rstrip() for line in shown.getvalue().splitlines())
    if not on_github:
        click.echo(text)
        return
    click.echo(fenced(text, secrets.token_hex(16)))
    for command in workflow_commands(result):
        click.echo(command)
