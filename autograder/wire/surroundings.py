"""What a submission finds around itself: what the grader asks for, what its worker says of it."""

from __future__ import annotations

from typing import Literal

import msgspec

MAX_NOTES = 50
MAX_NOTE = 300
NO_CELL = "no cell has the tag "
"""How a note begins that says why no cell ran."""


class Surroundings(msgspec.Struct, frozen=True, array_like=True):
    """What a submission finds around itself, besides the stand-ins that are always there.

    Attributes:
        period: Whether names of old versions of NumPy and Keras work.
        fit: Whether `model.fit` is run as it is written, shortened or skipped.
        epochs: The most epochs of one `fit`, where it is shortened.
        seconds: Wall seconds of one `fit`, where it is shortened.
        steps: The most batches of one `fit`, where it is shortened; 0 for any number.
        models: Whether it is kept in mind which models are built and fitted.
        threads: How many threads compute, where it must compute the same each time; else 0.
        run: Counts how often the submission is trained anew: each time has seeds of its own.
    """

    period: bool = False
    fit: Literal["run", "shorten", "skip"] = "run"
    epochs: int = 1
    seconds: float = 1.0
    models: bool = False
    steps: int = 0
    threads: int = 0
    run: int = 0


class CellPolicy(msgspec.Struct, frozen=True, array_like=True):
    """Which cells of a file run, and what is kept of them.

    Attributes:
        run: ``"all"``, only their ``"definitions"``, or those that are ``"tagged"`` by one of `tags`.
        tags: The tags.
        seconds: Wall seconds for each cell of a notebook; 0 for no limit but that of the whole.
        keep: Whether their texts, results and figures are returned.
    """

    run: Literal["all", "definitions", "tagged"] = "all"
    tags: list[str] = []
    seconds: float = 0.0
    keep: bool = False


class TellNotes(msgspec.Struct, frozen=True, tag="tell_notes"):
    """Say what the stand-ins around the submission have done in the place of the real things."""

    id: int


class Noted(msgspec.Struct, frozen=True, tag="noted"):
    """What was done in the place of the real things, each once. Only good for a note: a worker may say
    what it likes."""

    id: int
    notes: list[str]

    def cut(self) -> tuple[str, ...]:
        """Return the notes in one line each, no more and no longer than they may be."""
        lines = (" ".join(note[:MAX_NOTE].split()) for note in self.notes[:MAX_NOTES])
        return tuple(dict.fromkeys(line for line in lines if line))
