"""`autograder diff`: whose grade differs between two runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.terminal import echo_json, make_console, print_whole

if TYPE_CHECKING:
    from autograder.reports.class_report import ClassReport

SCHEMA = "autograder/diff/v1"


@click.command()
@click.argument("before", type=click.Path(path_type=Path, exists=True))
@click.argument("after", type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
def diff(before: Path, after: Path, as_json: bool) -> None:
    """Show whose grade differs between two runs: by how much, in which check, from which version.

    A run is a results folder, or one of its earlier class reports, RESULTS/runs/0001.json and so on.
    """
    import msgspec

    from autograder.reports.changes import changes, reports_differ
    from autograder.reports.class_view import changes_view

    old, new = _read(before), _read(after)
    found = changes(old.rows, new.rows)
    conditions = reports_differ(old, new)
    if as_json:
        shown = {"schema": SCHEMA, "conditions": conditions, "changes": msgspec.to_builtins(found)}
        echo_json(shown)
        return
    console = make_console()
    for said in conditions:
        console.print(f"another: {said}", style="yellow", markup=False)
    if found:
        print_whole(changes_view(found))
    else:
        console.print("no grade differs")


def _read(path: Path) -> ClassReport:
    from autograder.errors import ConfigError
    from autograder.whole_class.folder import CLASS, read_class_report

    file = path / CLASS if path.is_dir() else path
    report = read_class_report(file)
    if report is None:
        raise ConfigError(f"expected a class report in {file}, as autograder grade writes it; there is none")
    return report
