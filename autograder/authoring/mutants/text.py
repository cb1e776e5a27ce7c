"""A source as text and as a tree, and edits of it at the exact place of a node.

The syntax tree counts columns in bytes of UTF-8, so places here are offsets into those bytes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Protocol

Edit = tuple[int, int, str]
"""From which byte, to which, and what comes instead."""


class Placed(Protocol):
    """A node with a place in the source."""

    lineno: int
    col_offset: int
    end_lineno: int | None
    end_col_offset: int | None


class Source:
    """A source text that answers where its nodes stand."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.data = text.encode()
        self.tree = ast.parse(text)
        self._starts = [0]
        for line in self.data.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def span(self, node: Placed) -> tuple[int, int]:
        """Return the bytes from which and to which a node reaches, without parentheses around it."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset

    def of(self, node: Placed) -> str:
        """Return a node's text."""
        start, end = self.span(node)
        return self.data[start:end].decode()

    def find(self, token: str, start: int, end: int) -> int:
        """Return where a token stands between two places, or -1; what a comment says does not count."""
        while start < end:
            line_end = self.data.find(b"\n", start, end)
            line_end = end if line_end < 0 else line_end
            code = self.data[start:line_end].partition(b"#")[0]
            found = code.find(token.encode())
            if found >= 0:
                return start + found
            start = line_end + 1
        return -1

    def is_enclosed(self, node: Placed) -> bool:
        """Return whether parentheses stand right around a node."""
        start, end = self.span(node)
        return self.data[:start].rstrip().endswith(b"(") and self.data[end:].lstrip().startswith(b")")

    def line_of(self, offset: int) -> int:
        """Return the number of the line that a byte stands in."""
        return self.data.count(b"\n", 0, offset) + 1

    def edited(self, edits: Iterable[Edit]) -> str:
        """Return the text with edits made, none of which overlap."""
        data = self.data
        for start, end, text in sorted(edits, key=lambda edit: edit[:2], reverse=True):
            data = data[:start] + text.encode() + data[end:]
        return data.decode()
