"""The tutorial, walked through: every edit is made, every command run, and prints what the page shows."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.problems import draws, problem
from tests.docs.walking import Block, Command, agrees, blocks, commands, edit

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "write-an-assignment.md").read_text("utf-8")
BLOCKS = list(blocks(PAGE))


def run(command: Command, folder: Path) -> tuple[int, str]:
    """Run a command as a person does; return its exit code and what it prints."""
    done = subprocess.run(
        ["bash", "-c", command.line],
        cwd=folder,
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "96",
            "AUTOGRADER_SEED": "7" * 32,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout or done.stderr


def walk(folder: Path) -> list[str]:
    """Walk through the page in a folder; return what is not as it says."""
    wrong: list[str] = []
    course = folder / "deep-learning"
    for block in BLOCKS:
        if block.language != "console":
            edit(block.directive, block.text, course)
            continue
        status = 0
        for command in commands(block.text):
            if command.line.startswith("cd "):
                folder = folder / command.line.removeprefix("cd ")
                continue
            status, printed = run(command, folder)
            if not agrees(command.shown, printed):
                wrong.append(f"$ {command.line}\n{printed}")
        if status != int(block.directive.removeprefix("exit: ") or 0):
            wrong.append(f"exit code {status} of block {block.number}:\n{block.text}")
    return wrong


@pytest.mark.slow
def test_every_step_does_what_the_page_says(tmp_path: Path) -> None:
    assert "\n".join(walk(tmp_path)) == ""


class TestThePage:
    @pytest.mark.parametrize("block", BLOCKS, ids=lambda block: str(block.number))
    def test_every_block_is_walked_through(self, block: Block) -> None:
        is_command = block.language == "console"
        assert is_command == (block.directive == "" or block.directive.startswith("exit: "))

    @pytest.mark.parametrize(
        "block", [block for block in BLOCKS if " " in block.directive], ids=lambda block: str(block.number)
    )
    def test_readers_are_told_which_file_is_meant(self, block: Block) -> None:
        """In the text before the block; or, for the pieces of one file, in that of the section."""
        if block.directive.startswith("exit: "):
            return
        found = re.search(r"[\w./-]+\.(?:toml|py|md)", block.directive)
        assert found is not None
        section = PAGE[: PAGE.index(block.before) + len(block.before)].rpartition("\n## ")[2]
        assert Path(found[0]).name in section

    def test_it_covers_every_kind_of_check(self) -> None:
        for kind in ("function", "values", "source", "written"):
            assert f'kind = "{kind}"' in PAGE

    def test_what_a_problem_may_use_is_there_and_explained(self) -> None:
        table = PAGE.partition("## What a problem may use")[2]
        for module, names in (
            (problem, {"Problem", "Case", "Misconception", "nothing_to_round"}),
            (draws, {"numbers", "kernel"}),
        ):
            for name in names:
                assert f"`{name}" in table
                assert inspect.getdoc(getattr(module, name))
        for signature in re.findall(r"^\| `(\w+)\((.*)\)` \|", table, re.MULTILINE):
            shown = [parameter.partition("=")[0] for parameter in signature[1].split(", ")]
            assert list(inspect.signature(getattr(draws, signature[0])).parameters) == shown


class TestWalking:
    """The walk itself sees what is wrong."""

    @pytest.mark.parametrize(
        ("shown", "printed", "expected"),
        [
            (["a"], "a\n", True),
            (["a"], "b\n", False),
            (["a"], "a\nb\n", False),
            (["a", "…"], "a\nb\nc\n", True),
            (["…", "c"], "a\nb\nc\n", True),
            (["…", "b"], "a\nb\nc\n", False),
            (["…"], "", True),
            ([], "a\n", False),
            (["2 passed in 3.1s"], "2 passed in 0.25s\n", True),
            (["2 passed in 3.1s"], "3 passed in 3.1s\n", False),
            (["in /here/a.toml: x"], "in /tmp/there/a.toml: x\n", True),
            (["in /here/a.toml: x"], "in /tmp/there/b.toml: x\n", False),
        ],
    )
    def test_what_is_shown_is_compared(self, shown: list[str], printed: str, expected: bool) -> None:
        assert agrees(shown, printed) is expected

    def test_edits_are_made_where_they_belong(self, tmp_path: Path) -> None:
        file = tmp_path / "a.py"
        for directive in ("new: a.py", "end of: a.py"):
            edit(directive, "one\ntwo\n", tmp_path)
        assert file.read_text() == "one\ntwo\n" * 2
        edit("new: a.py", "one\ntwo\n", tmp_path)
        edit("in a.py, above: tw", "1.5\n", tmp_path)
        edit("in a.py, below: tw", "2.5\n", tmp_path)
        edit("in a.py, instead of: one", "1\n", tmp_path)
        assert file.read_text() == "1\n1.5\ntwo\n2.5\n"
        edit("shown: a.py", "1.5\ntwo\n", tmp_path)
        with pytest.raises(AssertionError):
            edit("shown: a.py", "two\n1.5\n", tmp_path)
        with pytest.raises(ValueError, match="not enough values"):
            edit("in a.py, above: three", "x\n", tmp_path)
