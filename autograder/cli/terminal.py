"""How commands write: tables, JSON, and what is said beside them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

_COLUMNS_OF_A_PIPE = 200
_MOST_COLUMNS = 400


def is_terminal() -> bool:
    """Return whether the standard output is a terminal, where a table has to fit."""
    return os.isatty(1)


def make_console() -> Console:
    """Return a console: as wide as the terminal, or wide enough for a pipe."""
    from rich.console import Console

    return Console(highlight=False, width=None if is_terminal() else _COLUMNS_OF_A_PIPE)


def print_whole(shown: RenderableType) -> None:
    """Print tables of which no name may be cut: where the terminal is too narrow for them, beyond it."""
    from rich.measure import Measurement

    console = make_console()
    least = Measurement.get(console, console.options.update(max_width=_MOST_COLUMNS), shown).minimum
    console.width = max(console.width, least)
    console.print(shown, crop=False)


def echo_json(value: object) -> None:
    """Print a value as JSON, without what a terminal would obey."""
    from autograder.reports.json_text import json_text

    click.echo(json_text(value))


def say(text: str) -> None:
    """Say something on the standard error, without what a terminal would obey."""
    from autograder.reports.text import harmless

    click.echo(harmless(text), err=True)


def say_names(what: str, names: Sequence[str], then: str = "") -> None:
    """Say to whom something applies, if there is anybody: to all of them, who may be listed nowhere else."""
    if names:
        say(f"{what}: {', '.join(names)}{then}")
