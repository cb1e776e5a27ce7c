"""What the surroundings have done in the place of the real things, for the student to read."""

from __future__ import annotations

from autograder.wire.surroundings import MAX_NOTE, MAX_NOTES


class Notes:
    """Notes of one worker: each once, in a line, no more and no longer than may travel."""

    def __init__(self) -> None:
        self._texts: dict[str, None] = {}

    def add(self, text: str) -> None:
        """Take note of something; what is too long is cut, what comes too late is left out.

        >>> notes = Notes(); notes.add("input() returned"); notes.add("input() returned"); notes.texts()
        ['input() returned']
        """
        if len(self._texts) < MAX_NOTES:
            line = " ".join(text.split()).encode("utf-8", "replace").decode("utf-8")
            self._texts[line if len(line) <= MAX_NOTE else line[: MAX_NOTE - 1] + "…"] = None

    def texts(self) -> list[str]:
        """Return all notes, in the order in which they came."""
        return list(self._texts)
