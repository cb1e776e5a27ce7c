"""`autograder show` and `autograder schema`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.course import course_folder, course_option
from autograder.cli.terminal import make_console, print_whole

if TYPE_CHECKING:
    from rich.table import Table

    from autograder.calling import CallStyle
    from autograder.config import Assignment, CheckConfig, FunctionCheckConfig


@click.command()
@click.argument("assignment", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
@click.option("--styles", is_flag=True, help="List the ready-made call styles instead.")
@click.option("--markdown", is_flag=True, help="With --styles: print a page for people.")
@course_option
def show(assignment: str | None, as_json: bool, styles: bool, markdown: bool, course: Path | None) -> None:
    """List the assignments of a course, or show one: its checks, groups and points."""
    if styles or markdown:
        _show_styles(as_json=as_json, markdown=markdown)
        return
    import msgspec

    from autograder.config import load, slugs
    from autograder.reports.text import plain, points

    folder = course_folder(course)
    assignments = [load(folder, slug) for slug in ([assignment] if assignment else slugs(folder))]
    if as_json:
        listed = [_described(each) for each in assignments]
        shown = listed[0] if assignment else listed
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode())
        return
    if not assignment:
        table = _table("assignment", "title", "file", "checks", "points", wrapped=("title", "checks"))
        for each in assignments:
            names = [check.name for check in each.config.checks]
            points_of_all = points(each.max_score)
            table.add_row(
                each.slug, plain(each.config.title), each.config.file, ", ".join(names), points_of_all
            )
            column = table.columns[3]
            column.min_width = max(column.min_width or 0, *(len(name) + 1 for name in names))
        print_whole(table)
        return
    console = make_console()
    for each in assignments:
        limits = each.config.limits
        console.print(f"{each.slug}: {each.config.title}", style="bold", markup=False)
        console.print(
            f"hand in {each.config.file}; {points(each.max_score)} points; each call has "
            f"{limits.call_seconds:g} s, loading {limits.load_seconds:g} s, memory {limits.memory_mib} MiB",
            markup=False,
        )
        table = _table("check", "group", "visible", "hidden", wrapped=("check", "group"))
        for check in each.config.checks:
            for number, (group, visible, hidden) in enumerate(_rows(check)):
                name = _title(check, each) if number == 0 else ""
                table.add_row(plain(name), plain(group), points(visible), points(hidden))
        print_whole(table)


def _table(*titles: str, wrapped: Sequence[str]) -> Table:
    """Return a table in which nothing is cut: some columns are wrapped, the others stay whole."""
    from rich.table import Table

    table = Table()
    for title in titles:
        table.add_column(title, overflow="fold", no_wrap=title not in wrapped)
    return table


def _show_styles(*, as_json: bool, markdown: bool) -> None:
    """Print the ready-made call styles."""
    import msgspec

    from autograder.authoring.styles_page import styles_page
    from autograder.calling import ready_styles
    from autograder.reports.text import plain

    if markdown:
        click.echo(styles_page(), nl=False)
    elif as_json:
        listed = [{"style": name, **msgspec.to_builtins(each)} for name, each in ready_styles().items()]
        click.echo(msgspec.json.format(msgspec.json.encode(listed), indent=2).decode())
    else:
        table = _table("style", "signature", "problem", "without", wrapped=("signature", "without"))
        for name, each in ready_styles().items():
            table.add_row(name, plain(each.signature), each.problem, ", ".join(each.without))
        print_whole(table)


def _described(assignment: Assignment) -> dict[str, object]:
    """Return an assignment as JSON: without the answers that it has for its values."""
    import msgspec

    from autograder.config import FunctionCheckConfig, for_students, points_of

    checks = []
    for check in for_students(assignment.config).checks:
        found = msgspec.to_builtins(check)
        if isinstance(check, FunctionCheckConfig):
            found["signature"] = _style(check, assignment).signature
        checks.append({**found, "max_score": points_of(check)})
    return {
        "assignment": assignment.slug,
        "title": assignment.config.title,
        "file": assignment.config.file,
        "max_score": assignment.max_score,
        "limits": msgspec.to_builtins(assignment.config.limits),
        "checks": checks,
    }


def _title(check: CheckConfig, assignment: Assignment) -> str:
    from autograder.config import FunctionCheckConfig

    if isinstance(check, FunctionCheckConfig):
        return _style(check, assignment).signature
    return check.name


def _style(check: FunctionCheckConfig, assignment: Assignment) -> CallStyle:
    from autograder.calling import style_of
    from autograder.config import functions_of

    return style_of(assignment.problems[check.problem], functions_of(check), check.call)


def _rows(check: CheckConfig) -> list[tuple[str, float, float]]:
    """Return the parts of a check: what each is called, and its visible and hidden points."""
    from autograder.checks.model_asked import asked_in_words
    from autograder.config import (
        AutoencoderCheckConfig,
        FunctionCheckConfig,
        ModelCheckConfig,
        SourceCheckConfig,
        TrainingCheckConfig,
        ValuesCheckConfig,
        points_of,
        threshold_of,
    )

    match check:
        case FunctionCheckConfig(points=groups):
            return [(name, group.visible, group.hidden) for name, group in groups.items()]
        case ValuesCheckConfig(items=items):
            return [
                (item.name, item.points * item.visible, item.points * (not item.visible)) for item in items
            ]
        case SourceCheckConfig(forbidden=forbidden, required=required):
            said = [f"not {name}" for name in forbidden] + [f"must use {name}" for name in required]
            return [(", ".join(said), points_of(check), 0.0)]
        case ModelCheckConfig(points=parts):
            return [(said, getattr(parts, part), 0.0) for part, said in asked_in_words(check)]
        case TrainingCheckConfig():
            title = f"an accuracy of {100 * threshold_of(check):.4g} % on hidden samples"
            return [(title, 0.0, points_of(check))]
        case AutoencoderCheckConfig(points=parts):
            from autograder.checks.autoencoder_parts import asked_in_words as asked_of_autoencoder

            asked = asked_of_autoencoder(check)
            return [(said, 0.0, getattr(parts, part)) for part, said in asked]
    return [("a free answer, marked by a person", 0.0, points_of(check))]


@click.command()
@click.option("--markdown", is_flag=True, help="Print a page for people: every key, and an example.")
def schema(markdown: bool) -> None:
    """Print the JSON Schema of an assignment's file in grading_configs/."""
    import json

    from autograder.authoring.schema_page import schema_page
    from autograder.config import json_schema

    if markdown:
        click.echo(schema_page(), nl=False)
    else:
        click.echo(json.dumps(json_schema(), indent=2))
