"""Text for a terminal. Whatever a submission may have written is made harmless first."""

from __future__ import annotations

import re

from rich.text import Text

_WORKFLOW_COMMAND = re.compile(r"^(\s*)::", re.MULTILINE)
_OLD_COMMAND = re.compile(r"##(?=\[)")
_LOG_SECTION = re.compile(r"section_(start|end):(?=\d)")
_DRAWN_OVER = re.compile("[\b\r\x1b]")
_STEP = re.compile(
    r"(?P<back>\x08+)|(?P<start>\r)|(?P<erase>\x1b\[0?K)|(?P<clear>\x1b\[2K)"
    r"|\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-Z\\^-~]"
    r"|(?P<text>[^\x08\r\x1b]+|\x1b)"
)


def settled(text: str) -> str:
    """Return what a terminal shows of a text in the end: no colours, the last state of a progress bar.

    >>> settled("1/2 \\x1b[1m==\\x1b[0m  \\r2/2 ====\\r\\nab\\b\\bc")
    '2/2 ====\\ncb'
    """
    return "\n".join(_settled_line(line) if _DRAWN_OVER.search(line) else line for line in text.split("\n"))


def _settled_line(text: str) -> str:
    line: list[str] = []
    at = 0
    for step in _STEP.finditer(text):
        match step.lastgroup:
            case "back":
                at = max(0, at - len(step[0]))
            case "start":
                at = 0
            case "erase":
                del line[at:]
            case "clear":
                line, at = [], 0
            case "text":
                line[at : at + len(step[0])] = step[0]
                at += len(step[0])
    return "".join(line)


def harmless(text: str) -> str:
    """Return a text without what a terminal would obey: escapes, other control and format characters.

    Nor what a runner of workflows would: a line that begins with two colons, or a mark of a log's section.

    >>> harmless("a\\x1b[31mb\\u202e")
    'a�[31mb�'
    >>> harmless("x\\n  ::error::y")
    'x\\n  : :error::y'
    >>> harmless("##[error]y section_start:1:z")
    '# #[error]y section_start :1:z'
    """
    shown = "".join(
        character if character.isprintable() or character in "\n\t" else "�" for character in text
    )
    shown = _LOG_SECTION.sub(r"section_\1 :", _OLD_COMMAND.sub("# #", shown))
    return _WORKFLOW_COMMAND.sub(r"\1: :", shown)


def plain(text: str, style: str = "") -> Text:
    """Return a text that Rich shows as it is, made harmless."""
    return Text(harmless(text), style=style)


def points(score: float | None) -> str:
    """Return points as people write them: no zeros behind the point, a dash where there are none.

    >>> points(2.0), points(2.55), points(None)
    ('2', '2.55', '–')
    """
    return "–" if score is None else f"{score:.2f}".rstrip("0").rstrip(".")
