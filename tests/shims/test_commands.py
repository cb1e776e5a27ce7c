"""A notebook's commands, in a real IPython: installing is skipped with a note, the rest is bounded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.worker.shims import commands
from autograder.worker.shims.notes import Notes

ROOT = Path(__file__).resolve().parents[2]
SHELL = """
import json, sys, warnings
from IPython.core.interactiveshell import InteractiveShell
from autograder.worker.shims.commands import install_commands
from autograder.worker.shims.notes import Notes
shell, notes = InteractiveShell.instance(), Notes()
install_commands(shell, notes)
for cell in json.loads(sys.argv[1]):
    result = shell.run_cell(cell)
    result.raise_error()
print("NOTES" + json.dumps(notes.texts()))
"""


def run(*cells: str) -> tuple[str, list[str]]:
    """Return what cells print, and what is noted."""
    seen = subprocess.run(
        [sys.executable, "-c", SHELL, json.dumps(cells)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "IPYTHONDIR": "/nowhere", "PATH": "/bin:/usr/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    printed, _, notes = seen.stdout.partition("NOTES")
    return printed, json.loads(notes)


def test_installing_is_skipped() -> None:
    printed, notes = run(
        "!pip install -q no-such-a numpy",
        "%pip install numpy",
        "!apt-get -qq install graphviz",
        "x = !wget https://example.org/x.zip\nprint(list(x))",
        "%%bash\npip install keras\necho said",
    )
    assert printed == "[]\nsaid\n"
    assert notes == [
        "pip install -q no-such-a numpy was skipped: nothing can be installed while work is graded; "  # noqa: ISC004
        "the package no-such-a is not here: an instructor can name it in `packages`",
        "%pip install numpy was skipped: nothing can be installed while work is graded",
        "apt-get -qq install graphviz was skipped: nothing can be installed while work is graded",
        "wget https://example.org/x.zip was skipped: nothing can be downloaded while work is graded",
        "pip install keras was skipped: nothing can be installed while work is graded",
    ]


def test_other_commands_run_with_the_cell_s_names() -> None:
    printed, notes = run(
        "name = 'ada'\n!echo hello {name}\nlines = !echo $name\nprint(lines)", "%%sh\necho $((1+1))"
    )
    assert (printed, notes) == ("hello ada\n['ada']\n2\n", [])


def test_output_is_bounded() -> None:
    printed, _ = run("!yes")
    assert printed.endswith("y\n\n… (cut)\n")
    assert len(printed) < 70_000


def test_without_a_shell_there_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "SHELL", "/nowhere/sh")
    notes = Notes()
    assert commands.run_command("nvidia-smi", notes) == ""
    assert notes.texts() == ["!nvidia-smi was skipped: there is no shell while work is graded"]


@pytest.mark.parametrize(
    ("line", "absent"),
    [
        ("!pip install tensorflow-addons", "the package tensorflow-addons is not here"),
        ("%pip install 'no-such-a>=1' no_such_b[extra]", "the packages no-such-a, no_such_b are not here"),
        ("!pip install -r requirements.txt", ""),
        ("!pip install git+https://example.org/x", ""),
        ("!python -m pip install --upgrade numpy scikit-learn", ""),
        ("!pip uninstall -y no-such-a", ""),
        ("!sudo apt-get install no-such-a", ""),
    ],
)
def test_packages_that_are_not_here_are_named(line: str, absent: str) -> None:
    said = commands.skipped_command(line)
    assert said.startswith(f"{line} was skipped: nothing can be installed while work is graded")
    assert (absent in said) if absent else ("here" not in said)
