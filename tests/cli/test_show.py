"""`autograder show`, `schema` and the command itself."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable

import pytest

from tests.cli.conftest import ROOT, Run

OnTerminal = Callable[..., str]


def test_the_assignments_are_listed(run: Run) -> None:
    assert "convolution.py" in run("show", "--course", ROOT).stdout
    listed = json.loads(run("show", "--course", ROOT, "--json").stdout)
    found = [(each["assignment"], each["max_score"]) for each in listed]
    slugs = sorted(path.stem for path in (ROOT / "grading_configs").glob("*.toml") if "." not in path.stem)
    assert {"convolution", "zip-codes"} < set(slugs)
    assert found == [(slug, 10) for slug in slugs]


@pytest.mark.parametrize("columns", [30, 80, 140])
def test_no_terminal_is_so_narrow_that_a_name_is_cut(on_terminal: OnTerminal, columns: int) -> None:
    shown = on_terminal(columns, "show", "--course", ROOT)
    for file in ROOT.glob("grading_configs/*.toml"):
        if "." not in file.stem:
            found = tomllib.loads(file.read_text())
            names = [file.stem, found["file"], *(check["name"] for check in found["checks"])]
            assert [name for name in names if name not in shown] == []
    assert "…" not in shown + on_terminal(columns, "show", "--styles")


def test_the_call_styles_are_listed(run: Run) -> None:
    listed = json.loads(run("show", "--styles", "--json").stdout)
    found = {each["style"]: (each["signature"], each["problem"]) for each in listed}
    assert found["d2l/corr2d"] == ("corr2d(X, K)", "conv2d")
    assert "cs231n/conv_forward_naive" in run("show", "--styles", COLUMNS="200").stdout
    assert "conv_forward_naive(x, w, b, conv_param)" in run("show", "cs231n", "--course", ROOT).stdout


def test_one_assignment_is_shown_with_its_groups_and_points(run: Run) -> None:
    seen = run("show", "convolution", "--course", ROOT).stdout
    assert "convolve1d(signal, kernel)" in seen
    assert "filters_and_bias" in seen
    shown = json.loads(run("show", "convolution", "--course", ROOT, "--json").stdout)
    assert [check["max_score"] for check in shown["checks"]] == [2, 4, 4]


def test_the_schema_is_json(run: Run) -> None:
    assert "$ref" in json.loads(run("schema").stdout)


@pytest.mark.parametrize("command", ["grade", "check", "show", "schema", "doctor"])
def test_every_command_has_help(run: Run, command: str) -> None:
    seen = run(command, "--help")
    assert seen.returncode == 0
    assert seen.stdout.startswith("Usage: autograder")


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, click\n"
        "from autograder.cli.main import autograder\n"
        "autograder.main(['--help'], standalone_mode=False)\n"
        "sys.exit(str([name for name in ('numpy', 'rich', 'msgspec', 'scipy') if name in sys.modules]))"
    )
    seen = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert seen.stderr.strip() == "[]"


def test_an_unknown_command_ends_with_2(run: Run) -> None:
    assert run("mark").returncode == 2
