"""The little that is needed of the YAML that Gradescope writes: whose a submission is, and when it came.

It is a dump by Ruby: one mapping of submissions, in block style, two columns a level, its keys symbols::

    submission_1234:
      :submitters:
      - :name: Ada Lovelace
        :sid: '101'
        :email: ada@example.org
      :created_at: 2026-04-26 17:34:00.861687000 Z
      :results:
        output: |-
          what a student's program printed
      :history:
      - :created_at: 2026-04-25 …

Students' output is in it, so what is text and what is structure must be told apart strictly: the lines of a
quoted, a block or a folded plain text are passed over as such. Anything else that such a dump does not hold
is an error with its line. Nothing is built from what is read but texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from autograder.errors import Unreadable
from autograder.submission.platforms.times import parse_time

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_DASHES = re.compile(r"(?P<indent> *)(?P<dashes>(?:[-?:](?: +|$))*)")
_KEY = re.compile(
    r"""(?P<key>'(?:[^']|'')*'|"(?:[^"\\]|\\.)*"|[^\s'"\[\]{}|>&*!%@`#][^\n]*?):(?:\ +(?P<value>.*))?""",
    re.VERBOSE,
)
_TAGS = re.compile(r"(?:[!&]\S*(?: +|$))*")
_IN_DOUBLE_QUOTES = re.compile(r'(?:[^"\\]|\\.)*')
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "e": "\x1b", "0": "\0", "a": "\a", "b": "\b"}
_MOST_SUBMITTERS = 20
_NOTHING = frozenset({"", "~", "null", "[]", "{}"})


@dataclass(frozen=True)
class Submitter:
    """One of those who handed in together, or the only one."""

    name: str | None = None
    sid: str | None = None
    email: str | None = None


@dataclass
class Record:
    """What is told of a submission: by whom, when, and how many came before it."""

    submitters: list[Submitter] = field(default_factory=list)
    created_at: datetime | None = None
    earlier: int = 0


@dataclass(frozen=True)
class _Node:
    """A key with its text, or an item of a list; ``dash`` is the column of its first dash, -1 for none."""

    line: int
    dash: int
    column: int
    key: str | None
    value: str


def read_records(text: str) -> dict[str, Record]:
    """Return what the dump says of each submission, by the submission's folder.

    Raises:
        Unreadable: If it is no such dump; the message names the line.
    """
    records: dict[str, Record] = {}
    of: list[_Node] = []
    name: str | None = None
    for node in _Nodes(_BREAK.split(text)):
        if node.dash < 0 and node.column == 0 and node.key is not None:
            if node.key in records:
                raise Unreadable(f"line {node.line}: expected each submission once")
            if name is not None:
                records[name] = _record(of)
            name, of = node.key, []
            records[name] = Record()
        elif name is None or node.dash == 0:
            raise Unreadable(f"line {node.line}: expected the name of a submission")
        else:
            of.append(node)
    if name is not None:
        records[name] = _record(of)
    return records


def _record(nodes: list[_Node]) -> Record:
    record = Record()
    fields: list[dict[str, str]] = []
    section, top = None, nodes[0].column if nodes else 0
    item = -1  # the column of the section's dashes
    for node in nodes:
        key = (node.key or "").removeprefix(":")
        if node.dash < 0 and node.column == top:
            section, item = key, -1
            if key == "created_at":
                record.created_at = parse_time(node.value)
            continue
        if node.dash >= 0 and item < 0:
            item = node.dash
        if section == "history":
            record.earlier += node.dash == item
        elif section == "submitters":
            if node.dash == item:
                if len(fields) == _MOST_SUBMITTERS:
                    raise Unreadable(
                        f"line {node.line}: expected at most {_MOST_SUBMITTERS} students who handed in "
                        "together; there are more"
                    )
                fields.append({})
            if fields and node.column == item + 2 and key in {"name", "sid", "email"}:
                fields[-1][key] = node.value.strip()
    for found in fields:
        told = {key: value for key, value in found.items() if value not in _NOTHING}
        record.submitters.append(Submitter(told.get("name"), told.get("sid"), told.get("email")))
    return record


class _Nodes:
    """Reads the dump's lines into nodes, and passes over all lines that are text."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._next = 0

    def __iter__(self) -> Iterator[_Node]:
        while self._next < len(self._lines):
            line = self._lines[self._next]
            self._next += 1
            if line.strip() and not line.startswith(("#", "---", "...")):
                yield self._node(line)

    def _node(self, line: str) -> _Node:
        number = self._next
        start = _DASHES.match(line)
        assert start is not None  # it matches the empty text
        dash = len(start["indent"]) if start["dashes"] else -1
        body = line[start.end() :]
        pair = _KEY.fullmatch(body)
        column = start.end() if pair else max(dash, len(start["indent"]))
        if pair is None and dash < 0:
            raise self._error("a key and a value")
        value = self._text((pair["value"] or "") if pair else body, column)
        return _Node(number, dash, column, _unquoted(pair["key"]) if pair else None, value)

    def _text(self, value: str, column: int) -> str:
        """Return a text that begins here, and pass over the lines that it goes on in."""
        tags = _TAGS.match(value)
        value = value[tags.end() if tags else 0 :]
        if not value or value in _NOTHING:
            return ""
        if value[0] == "'":
            return self._single_quoted(value[1:])
        if value[0] == '"':
            return self._double_quoted(value[1:])
        if value[0] in "[{":
            raise self._error("lists and mappings on lines of their own")
        is_block = value[0] in "|>"
        more = list(self._indented(column))
        return "" if is_block else " ".join([value, *more])

    def _indented(self, column: int) -> Iterator[str]:
        while self._next < len(self._lines):
            line = self._lines[self._next]
            if line.strip() and len(line) - len(line.lstrip(" ")) <= column:
                return
            self._next += 1
            yield line.strip()

    def _single_quoted(self, rest: str) -> str:
        parts: list[str] = []
        while True:
            pieces = rest.replace("''", "\0").split("'", 1)
            parts.append(pieces[0].replace("\0", "'"))
            if len(pieces) == 2:
                self._require_end(pieces[1])
                return " ".join(part.strip() for part in parts)
            rest = self._line_more()

    def _double_quoted(self, rest: str) -> str:
        parts: list[str] = []
        while True:
            match = _IN_DOUBLE_QUOTES.match(rest)
            end = match.end() if match else 0
            parts.append(_unescaped(rest[:end]))
            if rest[end : end + 1] == '"':
                self._require_end(rest[end + 1 :])
                return " ".join(part.strip() for part in parts)
            if rest[end:] not in ("", "\\"):  # a backslash at a line's end joins it with the next
                raise self._error("an escaped character")
            rest = self._line_more()

    def _line_more(self) -> str:
        if self._next >= len(self._lines):
            raise self._error("a closing quote")
        self._next += 1
        return self._lines[self._next - 1]

    def _require_end(self, rest: str) -> None:
        if rest.strip():
            raise self._error("nothing behind a quoted text")

    def _error(self, expected: str) -> Unreadable:
        return Unreadable(f"line {self._next}: expected {expected}")


def _unquoted(text: str) -> str:
    if text.startswith("'"):
        return text[1:-1].replace("''", "'")
    return _unescaped(text[1:-1]) if text.startswith('"') else text


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code is None:
            return _ESCAPES.get(match[4], match[4])
        return chr(int(code, 16)) if int(code, 16) < 0x110000 else "�"

    return _ESCAPE.sub(character, text)
