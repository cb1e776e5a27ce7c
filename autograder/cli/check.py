"""`autograder check`: a student's own check, before handing in."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from autograder.cli.course import course_option
from autograder.cli.dataset import data_option, with_data
from autograder.cli.own_file import find_own_file
from autograder.cli.terminal import echo_json


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option("--assignment", metavar="SLUG", help="The assignment, where the file's name does not tell.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@data_option
@course_option
def check(
    path: Path, assignment: str | None, as_json: bool, data_folder: Path | None, course: Path | None
) -> int:
    """Run the visible checks on your own work: PATH is your file, or the folder that holds it.

    Needs no sandbox: your code runs as a plain process of yours, on any operating system.
    Exit code 0 if every visible check passes, else 1.
    """
    from rich.console import Console

    from autograder.checks.training_words import epoch_in_words
    from autograder.errors import Unreadable
    from autograder.reports.student_view import all_visible_pass, visible_view
    from autograder.self_check.own_check import OwnCheck, version_notes
    from autograder.submission import UnreadableSubmission, own_work

    own_file = find_own_file(path, course, assignment)
    found = with_data(own_file.assignment, data_folder, is_graded=False, allow_stand_in=True)
    submission = own_work(own_file.file, found.config.file)
    if isinstance(submission, UnreadableSubmission):
        raise Unreadable(submission.reason)
    submission = dataclasses.replace(submission, notes=(*own_file.notes, *submission.notes))
    own = OwnCheck(found)
    console = Console(stderr=True, highlight=False)
    with own.worker(submission) as worker, console.status("checking") as status:
        seen = own.run(submission, worker, tell=lambda epoch: status.update(epoch_in_words(epoch)))
    for note in (*version_notes(found), *seen.warnings):
        click.echo(f"Warning: {note}\n", err=True)
    if as_json:
        echo_json(seen.feedback)
    else:
        Console(highlight=False).print(visible_view(seen.feedback))
    return 0 if all_visible_pass(seen.feedback) else 1
