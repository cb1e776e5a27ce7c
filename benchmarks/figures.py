"""What every benchmark shares: a figure beside its target, as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One measured number.

    Attributes:
        name: What was measured.
        value: How much, in the unit.
        unit: ``"ms"``, ``"MiB"``, ``"×"`` for a ratio.
        target: What was promised, or None for a figure that is only context.
        better: Which side of the target keeps the promise.
    """

    name: str
    value: float
    unit: str
    target: float | None = None
    better: Literal["lower", "higher"] | None = None

    def __post_init__(self) -> None:
        if (self.target is None) != (self.better is None):
            raise ValueError(
                "target and better: expected both or neither; "
                f"received target={self.target}, better={self.better!r}"
            )

    @property
    def met(self) -> bool | None:
        """Whether the promise is kept; None without one. A NaN keeps none."""
        if self.target is None:
            return None
        return self.value <= self.target if self.better == "lower" else self.value >= self.target


def print_table(title: str, figures: Sequence[Figure], console: Console) -> None:
    """Print figures, each beside its target."""
    table = Table("figure", title=title, title_justify="left")
    for heading in ("measured", "target", ""):
        table.add_column(heading, justify="right")
    for figure in figures:
        bound = {"lower": "≤", "higher": "≥", None: ""}[figure.better]
        target = "" if figure.target is None else f"{bound} {figure.target:,.4g} {figure.unit}"
        verdict = {True: "[green]met[/green]", False: "[red]missed[/red]", None: ""}[figure.met]
        table.add_row(figure.name, f"{figure.value:,.4g} {figure.unit}", target, verdict)
    console.print(table)


def write_json(title: str, figures: Sequence[Figure], path: Path) -> None:
    """Write figures, each with whether its target is met."""
    rows = [{**asdict(figure), "met": figure.met} for figure in figures]
    text = json.dumps({"benchmark": title, "figures": rows}, indent=2, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def run(name: str, measure: Callable[[], Sequence[Figure]]) -> None:
    """Be the command line of a benchmark: measure, print, and write JSON where it is asked for."""

    @click.command(name, help=f"Measure the figures of {name} and print each beside its target.")
    @click.option(
        "--json", "path", type=click.Path(dir_okay=False, path_type=Path), help="Also write them here."
    )
    def command(path: Path | None) -> None:
        figures = measure()
        print_table(name, figures, Console())
        if path is not None:
            write_json(name, figures, path)

    command()
