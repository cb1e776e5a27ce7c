"""The pages name commands and options that there are, every command is on one, and links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from autograder.cli.main import autograder

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").rglob("*.md")])
_CALL = re.compile(r"(?:^|`|\s)autograder ([a-z]+)([^`\n]*)")


def calls(page: Path) -> Iterator[tuple[str, str]]:
    """Return the calls of the command on a page: in indented or fenced blocks, and in code in a line."""
    text = page.read_text("utf-8").replace("\\\n", " ")
    inside = False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = not inside
        elif inside or line.startswith("    "):
            yield from _CALL.findall(line.partition("#")[0] if not line.lstrip().startswith("#") else "")
        else:
            for code in re.findall(r"`([^`]+)`", line):
                yield from _CALL.findall(code)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
class TestPages:
    def test_commands_and_options_exist(self, page: Path) -> None:
        for name, rest in calls(page):
            command = autograder.commands.get(name)
            assert command is not None, f"autograder {name}"
            words = shlex.split(rest, comments=True)
            if isinstance(command, click.Group) and words:
                command = command.commands[words[0]]
            options = {
                option for each in command.params for option in each.opts if isinstance(each, click.Option)
            }
            for word in words:
                if word.startswith("--"):
                    assert word.partition("=")[0] in options | {"--help"}, f"autograder {name} {rest}"

    def test_links_lead_to_files(self, page: Path) -> None:
        for target in re.findall(r"\]\(([^)#:]+)[^)]*\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), target


def test_every_command_is_on_a_page() -> None:
    named = {name for page in PAGES for name, _ in calls(page)}
    assert set(autograder.commands) - named == set()


@pytest.mark.parametrize("name", ["grade", "ci"])
def test_every_option_is_explained(name: str) -> None:
    pages = "\n".join(page.read_text("utf-8") for page in PAGES)
    options = [option for each in autograder.commands[name].params for option in each.opts]
    assert [option for option in options if option.startswith("--") and option not in pages] == []
