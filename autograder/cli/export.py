"""`autograder export`: what other platforms take."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import click

from autograder.cli.course import course_folder, course_option
from autograder.cli.dataset import data_option, stand_in_option, with_data


@click.group()
def export() -> None:
    """Make what other platforms take."""


@export.command("gradescope-bundle")
@click.argument("assignment")
@click.argument("bundle", metavar="ZIP", type=click.Path(path_type=Path))
@click.option(
    "--toolkit",
    required=True,
    metavar="WHEEL|REQUIREMENT",
    help="What pip installs there: a wheel of the toolkit, which is taken along, or a requirement.",
)
@click.option(
    "--seed-file",
    type=click.Path(path_type=Path),
    help="The hidden cases' secret seed. Default: $AUTOGRADER_SEED, else a new one.",
)
@click.option(
    "--hidden-results",
    type=click.Choice(["visible", "after_due_date", "after_published"]),
    default="after_published",
    show_default=True,
    help="When students see what is said of hidden cases; until then they see no total.",
)
@data_option
@stand_in_option
@course_option
def bundle_for_gradescope(
    assignment: str,
    bundle: Path,
    toolkit: str,
    seed_file: Path | None,
    hidden_results: str,
    data_folder: Path | None,
    allow_stand_in: bool,
    course: Path | None,
) -> None:
    """Make the autograder of ASSIGNMENT for Gradescope, in the file ZIP.

    Upload it under "Configure Autograder". The seed, answers and rubrics are in it: keep it from students.
    """
    from autograder.authoring.gradescope_bundle import gradescope_bundle
    from autograder.config import load
    from autograder.errors import ConfigError
    from autograder.whole_class.cases import SEED_BYTES, is_seed_given, read_seed

    if bundle.exists():
        raise ConfigError(f"expected a new file; {bundle} is there, and may hold the only copy of its seed")
    if not bundle.parent.is_dir():
        raise ConfigError(f"expected a folder for the new file {bundle}; there is no {bundle.parent}")
    found = load(course_folder(course), assignment)
    found = with_data(found, data_folder, is_graded=True, allow_stand_in=allow_stand_in)
    is_given = is_seed_given(seed_file)
    seed = read_seed(bundle.parent, seed_file) if is_given else secrets.token_bytes(SEED_BYTES)
    made = gradescope_bundle(found, toolkit, seed, hidden_results)
    with os.fdopen(os.open(bundle, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(made.zipped())
    click.echo(f"the autograder of {assignment} for Gradescope is in {bundle}:")
    for path in made.files:
        click.echo(f"  {path}")
    if not is_given:
        click.echo(f"Its seed is new. To draw the same hidden cases elsewhere: unzip -p {bundle} seed > seed")
    click.echo("Keep it from students: the seed, answers and rubrics are in it.")
