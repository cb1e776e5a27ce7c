"""What a cell prints, shows and draws, kept within bounds while it runs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any, TextIO

from autograder.wire.messages import MAX_CELL_TEXT, MAX_FIGURE_BYTES, MAX_FIGURES
from autograder.worker.shims.console import unclosed


class Record:
    """What came of one cell.

    Attributes:
        printed: Its text, cut.
        shown: The value of its last line, and what it displayed as text, cut.
        figures: Its figures, PNG.
        left_out: How many figures there were beyond those.
    """

    def __init__(self) -> None:
        self.printed = ""
        self.shown = ""
        self.figures: list[bytes] = []
        self.left_out = 0

    def add_text(self, text: str) -> None:
        """Keep what was printed, as far as there is room."""
        self.printed += text[: MAX_CELL_TEXT - len(self.printed)]

    def add_shown(self, text: str) -> None:
        """Keep what was displayed as text, as far as there is room."""
        text = f"{text}\n"
        self.shown += text[: MAX_CELL_TEXT - len(self.shown)]

    def add_figure(self, png: bytes) -> None:
        """Keep a figure, if it is not too large and there are not too many."""
        if len(self.figures) < MAX_FIGURES and len(png) <= MAX_FIGURE_BYTES:
            self.figures.append(png)
        else:
            self.left_out += 1


class _Copying(io.TextIOBase):
    """A stream that keeps what goes through it."""

    def __init__(self, stream: TextIO, record: Record) -> None:
        self._stream, self._record = stream, record

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding

    @property
    def buffer(self) -> Any:
        self._stream.flush()
        return unclosed(self._stream.fileno())

    def reconfigure(self, **_: Any) -> None:
        """Do nothing: what is printed is text, in no encoding yet."""

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._stream.fileno()

    def write(self, text: str) -> int:
        count = self._stream.write(text)
        self._record.add_text(text)
        return count

    def flush(self) -> None:
        self._stream.flush()


@contextmanager
def recorded(stdout: TextIO, stderr: TextIO) -> Iterator[Record]:
    """Give the record of what is printed in this context; it goes on to the streams as well."""
    record = Record()
    with redirect_stdout(_Copying(stdout, record)), redirect_stderr(_Copying(stderr, record)):
        yield record
