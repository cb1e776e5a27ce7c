"""`autograder release`: a student's kit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.course import course_folder, course_option

if TYPE_CHECKING:
    from autograder.authoring.kits.kit import Kit
    from autograder.authoring.kits.kit_folder import Written


@click.command()
@click.argument("assignment")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--install",
    metavar="COMMAND",
    help="How your students install the toolkit, for the kit's CHECK.md.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@course_option
def release(assignment: str, folder: Path, install: str | None, as_json: bool, course: Path | None) -> None:
    """Make a student's kit of ASSIGNMENT in DIR: handout, starter, and the visible checks.

    In it are the visible examples with their results, and what each known mistake gives for them, so that
    `autograder check` works from the kit alone. There is no hidden case in it, no answer, rubric or seed.

    Into an earlier kit of the same assignment it writes what is new; what a student has changed stays.
    """
    import msgspec

    from autograder.authoring.kits.kit import INSTALL, make_kit
    from autograder.authoring.kits.kit_folder import write_kit
    from autograder.config import load

    kit = make_kit(load(course_folder(course), assignment), install or INSTALL)
    written = write_kit(kit, folder)
    for remark in kit.remarks:
        click.echo(f"Warning: {remark}", err=True)
    if as_json:
        click.echo(
            msgspec.json.format(msgspec.json.encode(_described(kit, written, folder)), indent=2).decode()
        )
        return
    _say(kit, written, folder)


def _described(kit: Kit, written: Written, folder: Path) -> dict[str, object]:
    import dataclasses

    from autograder.authoring.kits.kit_folder import MANIFEST

    return {
        "assignment": kit.slug,
        "folder": str(folder),
        "files": [*kit.files, MANIFEST],
        **dataclasses.asdict(written),
        "versions": kit.versions,
        "config_digest": kit.config_digest,
        "remarks": kit.remarks,
    }


def _say(kit: Kit, written: Written, folder: Path) -> None:
    from autograder.authoring.kits.kit_folder import MANIFEST

    purposes = {**kit.purposes, MANIFEST: "what this kit wrote, so that a later one keeps students' work"}
    width = max(map(len, purposes))
    click.echo(f"the kit of {kit.slug} is in {folder}:")
    for path, purpose in purposes.items():
        click.echo(f"  {path:<{width}}  {purpose}")
    for paths, said in (
        (written.kept, "kept, since they differ from what the earlier kit wrote"),
        (written.removed, "removed, since the assignment has them no more"),
    ):
        if paths:
            click.echo(f"{said}: {', '.join(paths)}")
    click.echo(
        "\nNo hidden case, answer or seed is in it. Hand out the whole folder, and the toolkit to install "
        "(CHECK.md says how).\nStudents run, in the folder with their file: autograder check"
    )
