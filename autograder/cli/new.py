"""`autograder new`: an assignment of one's own."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("slug")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
def new(slug: str, folder: Path | None) -> None:
    """Make a small assignment SLUG that works, to change into your own, in the course DIR.

    DIR is the folder that holds grading_configs/, or will. Default: the course found upward from here, else
    this folder. Nothing that is there is overwritten.
    """
    from autograder.authoring.new_assignment import new_assignment, write_new

    course = folder if folder is not None else _course()
    files = new_assignment(slug)
    write_new(files, course)
    click.echo(f"the assignment {slug} is in {course}:")
    for path in files:
        click.echo(f"  {path}")
    sample = f"assignments/{slug}/sample_class"
    click.echo("\nIt works as it is. There, try:")
    for command in (
        f"autograder show {slug}",
        f"autograder check {sample}/wrong --assignment {slug}",
        f"autograder grade {slug} {sample}",
        f"autograder validate {slug}",
        f"autograder release {slug} kit/",
        "pytest",
    ):
        click.echo(f"  {command}")
    click.echo("Then change it into your own: docs/write-an-assignment.md leads you through it.")


def _course() -> Path:
    from autograder.config import find_course
    from autograder.errors import ConfigError

    try:
        return find_course(Path.cwd())
    except ConfigError:
        return Path()
