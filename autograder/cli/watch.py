"""`autograder watch`: a student's own check, again after every save."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.course import course_folder, course_option
from autograder.cli.dataset import data_option, with_data
from autograder.cli.own_file import file_names, which_is_meant

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, RenderableType

    from autograder.config import Assignment
    from autograder.self_check.watching import Save, WarmCheck


@click.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option("--assignment", metavar="SLUG", help="The assignment, where the file's name does not tell.")
@data_option
@course_option
def watch(path: Path, assignment: str | None, data_folder: Path | None, course: Path | None) -> int:
    """Run the visible checks whenever you save: PATH is your file, or the folder that holds it.

    Says what `autograder check` says, about half a second after a save of your file or of a Python file
    beside it. The file need not be there yet. Ctrl-C ends it, with exit code 0.
    """
    try:
        _watch(path, assignment, data_folder, course)
    except KeyboardInterrupt:
        click.echo("stopped")  # not by the console: interrupted, it might say its last again
    return 0


def _watch(path: Path, assignment: str | None, data_folder: Path | None, course: Path | None) -> None:
    from rich.console import Console

    from autograder.reports.text import plain
    from autograder.self_check.own_check import OwnCheck, version_notes
    from autograder.self_check.watching import WarmCheck, saves

    folder = path if path.is_dir() else path.parent
    if not folder.is_dir():
        raise click.UsageError(f"expected a file in a folder that is there; received {path}")
    found = _find(course_folder(course, folder), path, assignment)
    found = with_data(found, data_folder, is_graded=False, allow_stand_in=True)
    file = _file_in(path, found) if path.is_dir() else path
    console = Console(highlight=False)
    with WarmCheck(OwnCheck(found)) as warm:
        console.print(plain(f"watching {file}; Ctrl-C ends", "dim"))
        notes = version_notes(found)
        watched = saves(file, found.config.file)
        for save in watched:
            said = _said(save, warm, notes, watched.has_changed)
            if said is None:
                watched.forget()  # it was saved again meanwhile
                continue
            _show(console, file.name, said, clear=_replaces(save))
            warm.warm_up()


def _find(course: Path, path: Path, slug: str | None) -> Assignment:
    """Return the assignment that is meant; where there is only one, also if no file of it is there yet."""
    from autograder.config import load, slugs
    from autograder.submission.forms import other_form

    if path.is_dir() and slug is None and len(only := slugs(course)) == 1:
        slug = only[0]
    if slug is not None:
        return load(course, slug)
    names = file_names(path)
    every = [load(course, each) for each in slugs(course)]
    for form in (str, other_form):
        fitting = [each for each in every if form(each.config.file) in names]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            break
    raise click.UsageError(which_is_meant(every, names))


def _file_in(folder: Path, assignment: Assignment) -> Path:
    """Return the file that is watched in a folder: the one asked for, unless only its other form is there."""
    from autograder.submission.forms import other_form

    asked, other = folder / assignment.config.file, folder / other_form(assignment.config.file)
    return other if other.exists() and not asked.exists() else asked


def _replaces(save: Save) -> bool:
    """Return whether what is said of a save takes the place of what was said before."""
    from autograder.self_check.watching import NothingThere

    return not isinstance(save, NothingThere)


def _said(
    save: Save, warm: WarmCheck, notes: list[str], is_outdated: Callable[[], bool]
) -> list[RenderableType] | None:
    """Return what is said of a save; None if the next one came before that was known."""
    from autograder.errors import AutograderError
    from autograder.reports.student_view import visible_view
    from autograder.reports.text import plain
    from autograder.self_check.watching import NothingThere
    from autograder.submission import Submission

    if isinstance(save, NothingThere):
        return [plain(f"{save.reason}; waiting for it to be saved", "yellow")]
    if not isinstance(save, Submission):
        return [plain(f"error: {save.reason}", "red")]
    try:
        seen = warm.run(save, is_outdated)
    except AutograderError as error:  # a fault of ours; the next save may fare better
        return [plain(f"error: {error}", "red")]
    if seen is None:
        return None
    warnings = [plain(f"Warning: {note}\n", "yellow") for note in (*notes, *seen.warnings)]
    return [*warnings, visible_view(seen.feedback)]


def _show(console: Console, name: str, said: list[RenderableType], *, clear: bool) -> None:
    """Print under a heading with the time; on a terminal, in the place of what was there."""
    from autograder.reports.text import plain

    if clear and console.is_terminal:
        console.clear()
    else:
        console.print()
    console.rule(plain(f"{datetime.now():%H:%M:%S}  {name}", "bold"), align="left", style="dim")
    console.print(*said, sep="\n")
