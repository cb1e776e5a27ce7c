"""`autograder review`: the free answers that await a person's marks."""

from __future__ import annotations

from pathlib import Path

import click

SCHEMA = "autograder/review/v1"


@click.command()
@click.argument("results", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--check", metavar="CHECK", help="Only this question.")
@click.option("--all", "everyone", is_flag=True, help="Also those that have been marked.")
@click.option("--toml", is_flag=True, help="Print entries for overrides.toml, to be filled in.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def review(results: Path, check: str | None, everyone: bool, toml: bool, as_json: bool) -> None:
    """Show the free answers in RESULTS that await marks, with the question and the rubric.

    Give the points in RESULTS/overrides.toml (--toml prints the entries), then run `autograder grade` again:
    nothing is run twice, and the reports show the points, the reason and who gave them.
    """
    import msgspec
    from rich.console import Console

    from autograder.errors import ConfigError
    from autograder.reports.staff_view import override_template, review_view
    from autograder.results import Status, WrittenDetails
    from autograder.whole_class.folder import ResultsFolder

    folder = ResultsFolder(results)
    waiting: dict[str, list[tuple[str, WrittenDetails]]] = {}
    worth: dict[str, float] = {}
    for path in sorted(results.glob("*/report.json")):
        grade = folder.read(path.parent.name)
        for each in grade.checks if grade else ():
            if isinstance(each.details, WrittenDetails):
                worth[each.name] = each.max_score
                if grade and each.details.answer and (everyone or each.status is Status.NEEDS_REVIEW):
                    waiting.setdefault(each.name, []).append((grade.submission, each.details))
    if check is not None and check not in worth:
        raise ConfigError(f"--check: expected one of {', '.join(worth) or 'none'}; received {check!r}")
    chosen = {name: answers for name, answers in waiting.items() if check in (None, name)}
    if as_json:
        listed = [
            {"check": name, "student": student, "max_score": worth[name], **msgspec.to_builtins(details)}
            for name, answers in chosen.items()
            for student, details in answers
        ]
        shown = {"schema": SCHEMA, "answers": listed}
        click.echo(msgspec.json.format(msgspec.json.encode(shown), indent=2).decode())
        return
    if not chosen:
        click.echo("no free answer awaits marks")
    console = Console(highlight=False)
    for name, answers in chosen.items():
        if toml:
            click.echo("\n".join(override_template(name, student, worth[name]) for student, _ in answers))
        else:
            console.print(review_view(name, answers))
            console.print()
