"""`autograder data`: which data sets are there, preparing them, and whether they are as they should be."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.dataset import data_option
from autograder.cli.terminal import echo_json, say

if TYPE_CHECKING:
    from autograder.datasets.finding import Places
    from autograder.datasets.listing import Listed

SCHEMA = "autograder/data-sets/v1"
_DIFFERENT, _OURS = 1, 3
_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
_course_option = click.option(
    "--course",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder that holds grading_configs/. Default: found upward from here, if there is one.",
)


@click.group(invoke_without_command=True)
@_json_option
@data_option
@_course_option
@click.pass_context
def data(context: click.Context, as_json: bool, data_folder: Path | None, course: Path | None) -> None:
    """List the data sets that assignments can name: dataset = "mnist".

    Each is real where its true files are in your data folder or in Keras' cache, else a stand-in, which every
    report says. Nothing is ever downloaded. What models are scored on is held back, or drawn under the secret
    seed: no submission gets to see it.
    """
    if context.invoked_subcommand is not None:
        return
    from autograder.datasets.listing import listing

    found = list(listing(_places(data_folder, course)))
    if as_json:
        _echo_list(found)
        return
    _say_list(found)


@data.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All of them.")
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder for them. Default: --data, else $AUTOGRADER_DATA, else your own cache.",
)
@_json_option
@data_option
@_course_option
def prepare(
    names: tuple[str, ...],
    every: bool,
    to: Path | None,
    as_json: bool,
    data_folder: Path | None,
    course: Path | None,
) -> None:
    """Prepare data sets: the public part for submissions, and beside it what is held back.

    The true files are looked for in the folders where data sets are, and in Keras' cache: mnist.npz,
    fashion-mnist/*.gz, cifar-10-python.tar.gz. Where they are missing, what stands in their place is made.
    """
    from autograder.datasets import NAMES
    from autograder.datasets import prepare as prepare_one
    from autograder.datasets.listing import listed
    from autograder.datasets.sets import set_named
    from autograder.datasets.true_files import keras_cache

    if every == bool(names):
        raise click.UsageError(f"expected --all, or names among {', '.join(NAMES)}; received {_given(names)}")
    chosen = NAMES if every else tuple(dict.fromkeys(names))
    described = [set_named(name) for name in chosen]
    where = _places(data_folder, course)
    target = to or where.target
    made = []
    for number, each in enumerate(described, 1):
        say(f"preparing {each.name} ({number} of {len(described)}) in {target / each.name}")
        sources = (*where.folders, target, keras_cache())
        made.append(listed(each, prepare_one(each.name, target, sources=sources)))
    if as_json:
        _echo_list(made)
    else:
        _say_list(made)


@data.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@_json_option
@data_option
@_course_option
def verify(names: tuple[str, ...], as_json: bool, data_folder: Path | None, course: Path | None) -> int:
    """Look at prepared data sets again, file by file and sample by sample; by default at all that are there.

    Exit code 0 if they are what was prepared, 1 if not, with what differs; 2 if a named one is not there; 3
    if the toolkit makes other samples here than on other machines.
    """
    from autograder.datasets.listing import prepared_in, verify
    from autograder.datasets.sets import set_named
    from autograder.errors import ConfigError

    wanted = [set_named(name).name for name in names]
    where = _places(data_folder, course)
    found = [each for each in prepared_in(where) if not wanted or each.name in wanted]
    if missing := [name for name in wanted if name not in {each.name for each in found}]:
        looked = ", ".join(map(str, where.folders))
        raise ConfigError(f"expected data sets that are prepared; {', '.join(missing)} are not in {looked}")
    seen = [verify(each) for each in found]
    if as_json:
        echo_json(
            {
                "schema": SCHEMA,
                "verified": [{**dataclasses.asdict(each), "place": str(each.place)} for each in seen],
            }
        )
    else:
        for each in seen:
            click.echo(f"{'✗' if each.differences else '✓'} {each.name} in {each.place}")
            for difference in each.differences:
                click.echo(f"    {difference}")
        if not seen:
            click.echo("nothing is prepared: autograder data prepare NAME")
    if any(each.is_ours for each in seen):
        return _OURS
    return _DIFFERENT if any(each.differences for each in seen) else 0


def _given(names: Sequence[str]) -> str:
    return f"both --all and {', '.join(names)}" if names else "neither"


def _places(folder: Path | None, course: Path | None) -> Places:
    """Return where data sets are; there need not be a course."""
    from autograder.cli.course import course_folder
    from autograder.datasets.finding import places
    from autograder.errors import ConfigError

    context = click.get_current_context()
    if (
        context.parent is not None and context.parent.command is data
    ):  # as in `autograder data --data DIR verify`
        folder = folder or context.parent.params["data_folder"]
        course = course or context.parent.params["course"]
    try:
        found = course_folder(course)
    except ConfigError:
        if course is not None:
            raise
        found = None
    return places(found, folder)


def _echo_list(found: Sequence[Listed]) -> None:
    echo_json({"schema": SCHEMA, "sets": [dataclasses.asdict(each) for each in found]})


def _say_list(found: Sequence[Listed]) -> None:
    """Print each data set: a line of figures, what it is, and where."""
    from autograder.reports.text import harmless

    for each in found:
        parts = [each.name, each.state]
        if each.place is not None:
            parts += [f"{each.samples[part]:,} {part}" for part in ("train", "test")]
            parts += [each.hidden, f"{each.size_bytes / 2**20:.1f} MiB", str(each.digest)[:15]]
        widths = (14, 10, 13, 10, 27, 10, 0)
        click.echo("".join(f"{part:<{width}}" for part, width in zip(parts, widths, strict=False)).rstrip())
        click.echo(f"    {each.title}")
        if each.state == "stand-in":
            click.echo(f"    in its place: {each.made}")
        if each.place is not None:
            click.echo(f"    in {harmless(each.place)}")
    for each in found:
        if each.trouble:
            say(f"{each.name}: {each.trouble}")
        elif each.original is not None:
            say(f"{each.name}: its true files are in {each.original}: autograder data prepare {each.name}")
