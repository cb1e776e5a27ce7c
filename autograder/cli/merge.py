"""`autograder merge`: the shards of a class, put together again."""

from __future__ import annotations

from pathlib import Path

import click

from autograder.cli.terminal import print_whole, say


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.argument(
    "shards", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def merge(out: Path, shards: tuple[Path, ...], form: str) -> int:
    """Put the SHARDS of a class, results folders of `autograder grade --shard`, together in the folder OUT.

    Each shard must have been graded with the same configuration, hidden cases and code. overrides.toml in OUT
    counts. Exit code 3 if a shard is missing, is not finished, or has a row without a grade, by our fault or
    because files.toml has to say which file is meant.
    """
    from autograder.errors import ConfigError
    from autograder.reports.class_view import class_view
    from autograder.results.counting import counted
    from autograder.whole_class.folder import ResultsFolder
    from autograder.whole_class.merging import merge as put_together

    if out.resolve() in [shard.resolve() for shard in shards]:
        raise ConfigError(f"OUT: expected another folder than the shards; received {out}")
    merged = put_together(ResultsFolder(out), shards)
    for warning in merged.warnings:
        say(f"Warning: {warning}")
    if form == "json":
        click.echo((out / "class.json").read_text("utf-8"), nl=False)
    else:
        print_whole(class_view(merged.report))
    counts = merged.report.counts
    if merged.missing_shards:
        click.echo(f"missing shards: {', '.join(merged.missing_shards)}", err=True)
    if counts.remaining:
        click.echo(
            f"of these shards {counted(counts.remaining, 'submission is', 'submissions are')} not graded yet",
            err=True,
        )
    return 3 if merged.missing_shards or counts.remaining or counts.faults or counts.questions else 0
