"""How a class's grading goes, shown while it does."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.runners.local import LocalRunner
    from autograder.whole_class.batch import Batch


def run_with_progress(batch: Batch, runner: LocalRunner) -> tuple[int, bool]:
    """Grade, and show how it goes. Return how many were graded now, and whether Ctrl-C ended it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from autograder.whole_class.batch import Finished, Started

    console = Console(stderr=True, highlight=False)
    running: dict[str, str] = {}
    new = done = 0
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[who]}", markup=False),
    )
    size = len(batch.chosen)
    every = max(1, size // 10)
    try:
        with (
            Progress(*columns, console=console, transient=True) as progress,
            contextlib.closing(batch.run(runner)) as events,
        ):
            task = progress.add_task("", total=size, rate="", who="")
            for event in events:
                if isinstance(event, Finished):
                    running.pop(event.grade.submission, None)
                    new, done = new + event.is_new, done + 1
                    if not console.is_terminal and (done % every == 0 or done == size):
                        console.print(f"graded {done} of {size}")
                else:
                    told = "" if isinstance(event, Started) else f" ({event.told})"
                    student = event.submission.partition("/")[0]
                    running[student] = student + told
                speed = progress.tasks[0].speed
                progress.update(
                    task,
                    completed=done,
                    rate=f"{speed:.1f}/s" if speed else "",
                    who=_names(list(running.values())),
                )
    except KeyboardInterrupt:
        return new, True
    return new, False


def _names(running: Sequence[str]) -> str:
    shown = ", ".join(running[:4])
    return f"{shown} and {len(running) - 4} more" if len(running) > 4 else shown
