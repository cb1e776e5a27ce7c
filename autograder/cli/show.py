"""`autograder show` and `autograder schema`."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.course import course_folder, course_option


@click.command()
@click.argument("assignment", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@course_option
def show(assignment: str | None, as_json: bool, course: Path | None) -> None:
    """List the assignments of a course, or show one: its checks, groups and points."""
    import msgspec
    from rich.console import Console
    from rich.table import Table

    from autograder.config import load, points_of, slugs
    from autograder.problems import PROBLEMS
    from autograder.reports.terminal import points

    folder = course_folder(course)
    assignments = [load(folder, slug) for slug in ([assignment] if assignment else slugs(folder))]
    if as_json:
        listed = [
            {
                "assignment": each.slug,
                "title": each.config.title,
                "file": each.config.file,
                "max_score": each.max_score,
                "limits": msgspec.to_builtins(each.config.limits),
                "checks": [
                    {
                        "name": check.name,
                        "kind": "function",
                        "signature": PROBLEMS[check.problem].signature,
                        "max_score": points_of(check),
                        "points": msgspec.to_builtins(check.points),
                    }
                    for check in each.config.checks
                ],
            }
            for each in assignments
        ]
        shown = listed[0] if assignment else listed
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode())
        return
    console = Console()
    if not assignment:
        table = Table("assignment", "title", "file", "checks", "points")
        for each in assignments:
            names = ", ".join(check.name for check in each.config.checks)
            table.add_row(each.slug, each.config.title, each.config.file, names, points(each.max_score))
        console.print(table)
        return
    for each in assignments:
        limits = each.config.limits
        console.print(f"{each.slug}: {each.config.title}", style="bold", highlight=False)
        console.print(
            f"hand in {each.config.file}; {points(each.max_score)} points; each call has "
            f"{limits.call_seconds:g} s, loading {limits.load_seconds:g} s, memory {limits.memory_mib} MiB",
            highlight=False,
        )
        table = Table("function", "group", "visible", "hidden")
        for check in each.config.checks:
            for number, (group, worth) in enumerate(check.points.items()):
                name = PROBLEMS[check.problem].signature if number == 0 else ""
                table.add_row(name, group, points(worth.visible), points(worth.hidden))
        console.print(table)


@click.command()
def schema() -> None:
    """Print the JSON Schema of an assignment's file in grading_configs/."""
    import json

    from autograder.config import json_schema

    click.echo(json.dumps(json_schema(), indent=2))
