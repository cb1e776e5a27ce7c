"""A tutorial as something to walk through: its commands with what they print, and its edits of files.

What a block is for is said in a comment before it, which readers do not see:

- ``<!-- shown: FILE -->``: the block is a part of the file.
- ``<!-- new: FILE -->``, ``<!-- end of: FILE -->``: the block is the file, or goes to its end.
- ``<!-- in FILE, below: TEXT -->``, ``above``, ``instead of``: where the one line is that holds the text.
- ``<!-- exit: N -->``: with what the last command of a console block ends.

In a console block, lines with ``$`` are commands, and what follows is what they print on standard output. A
line ``…`` stands for any lines; seconds and paths may be others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"(?:^<!-- ([^\n]*) -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A block of a page.

    Attributes:
        number: Its number on the page.
        directive: What it is for.
        language: The language named at its fence.
        text: What is in it.
        before: The text before it, back to the block before.
    """

    number: int
    directive: str
    language: str
    text: str
    before: str


@dataclass(frozen=True)
class Command:
    """A command, and the lines that it is shown to print."""

    line: str
    shown: list[str]


def blocks(page: str) -> Iterator[Block]:
    """Return the fenced blocks of a page."""
    end = 0
    for number, found in enumerate(_BLOCK.finditer(page)):
        directive, language, text = found.groups()
        yield Block(number, directive or "", language, text, page[end : found.start()])
        end = found.end()


def commands(text: str) -> list[Command]:
    """Return the commands of a console block."""
    found: list[Command] = []
    for line in text.splitlines():
        if line.startswith("$ #"):
            continue
        if line.startswith("$ "):
            found.append(Command(line[2:], []))
        else:
            found[-1].shown.append(line)
    return found


def edit(directive: str, text: str, course: Path) -> None:
    """Do to a file what a block says."""
    kind, _, rest = directive.partition(": ")
    if kind in ("shown", "new", "end of"):
        path = course / rest
        if kind == "shown":
            assert text in path.read_text("utf-8")
        elif kind == "new":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        else:
            path.write_text(path.read_text("utf-8") + text, "utf-8")
        return
    file, how = kind.removeprefix("in ").split(", ")
    path = course / file
    lines = path.read_text("utf-8").splitlines(keepends=True)
    [place] = [number for number, line in enumerate(lines) if rest in line]
    before = lines[:place] if how in ("above", "instead of") else lines[: place + 1]
    after = lines[place:] if how == "above" else lines[place + 1 :]
    path.write_text("".join([*before, text, *after]), "utf-8")


def agrees(shown: list[str], printed: str) -> bool:
    """Return whether what is shown is what was printed."""
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == "…" else re.escape(_settled(line)) + r"\n" for line in shown
    )
    text = "".join(f"{_settled(line)}\n" for line in printed.rstrip().splitlines())
    return re.fullmatch(pattern, text) is not None


def _settled(line: str) -> str:
    """Return a line without what differs from run to run."""
    line = re.sub(r"\b\d+(\.\d+)? ?s\b", "0 s", line)
    return re.sub(r"(?<!\w)/[\w./-]*/", "/", line).rstrip()
