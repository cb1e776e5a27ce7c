"""`autograder check`: a student's own check, before handing in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.course import course_folder, course_option

if TYPE_CHECKING:
    from collections.abc import Collection

    from autograder.config import Assignment


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option("--assignment", metavar="SLUG", help="The assignment, where the file's name does not tell.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@course_option
def check(path: Path, assignment: str | None, as_json: bool, course: Path | None) -> int:
    """Run the visible checks on your own work: PATH is your file, or the folder that holds it.

    Needs no sandbox: your code runs as a plain process of yours, on any operating system.
    Exit code 0 if every visible check passes, else 1.
    """
    import msgspec
    from rich.console import Console

    from autograder.errors import Unreadable
    from autograder.reports.student_view import all_visible_pass, visible_view
    from autograder.self_check.own_check import OwnCheck, version_notes
    from autograder.submission import UnreadableSubmission, own_work

    folder = path if path.is_dir() else path.parent
    found = find_assignment(course_folder(course, folder), file_names(path), assignment)
    main_file = path / found.config.file if path.is_dir() else path
    if not main_file.is_file():
        raise click.UsageError(
            f"expected {main_file.name} in {main_file.parent.resolve()}; it is not there. "
            "Name it: autograder check PATH"
        )
    submission = own_work(main_file, found.config.file)
    if isinstance(submission, UnreadableSubmission):
        raise Unreadable(submission.reason)
    own = OwnCheck(found)
    with own.worker() as worker:
        seen = own.run(submission, worker)
    for note in (*version_notes(found), *seen.warnings):
        click.echo(f"Warning: {note}\n", err=True)
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(seen.feedback), indent=2).decode())
    else:
        Console(highlight=False).print(visible_view(seen.feedback))
    return 0 if all_visible_pass(seen.feedback) else 1


def file_names(path: Path) -> set[str]:
    """Return the name of a file, or those of the Python files in a folder."""
    return {entry.name for entry in path.glob("*.py")} if path.is_dir() else {path.name}


def find_assignment(course: Path, names: Collection[str], slug: str | None) -> Assignment:
    """Return the assignment that is meant: by its own name, else by the names of files."""
    from autograder.config import load, slugs

    if slug is not None:
        return load(course, slug)
    every = [load(course, name) for name in slugs(course)]
    fitting = [each for each in every if each.config.file in names]
    if len(fitting) == 1:
        return fitting[0]
    expected = ", ".join(f"{each.config.file} ({each.slug})" for each in every) or "no assignment at all"
    there = ", ".join(sorted(names)) or "no Python file"
    raise click.UsageError(
        f"which assignment? expected one of: {expected}; received {there}. Name it with --assignment SLUG"
    )
