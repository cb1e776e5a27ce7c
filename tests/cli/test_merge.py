"""`autograder merge` and `autograder diff`: a class graded in parts, and two gradings compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ROOT, Run

ClassOf = Callable[..., Path]
STUDENTS = ("ada", "omar", "priya", "sven", "uma", "viktor")


def class_report(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "class.json").read_text())


@pytest.fixture
def shards(run: Run, class_of: ClassOf, tmp_path: Path) -> list[Path]:
    """Grade a class in two parts, and return their folders."""
    folder = class_of(*STUDENTS)
    roster = tmp_path / "roster.csv"
    roster.write_text("id\n" + "\n".join([*STUDENTS, "zara", "yan", "xu"]))
    for number in (1, 2):
        seen = run(
            *("grade", "convolution", folder, "--course", ROOT, "--out", tmp_path / f"part{number}"),
            *("--shard", f"{number}/2", "--roster", roster),
        )
        assert seen.returncode == 0, seen.stderr
    return [tmp_path / "part1", tmp_path / "part2"]


def test_parts_make_the_class_that_is_graded_in_one(run: Run, shards: list[Path], tmp_path: Path) -> None:
    seen = run("merge", tmp_path / "all", *shards)
    assert seen.returncode == 0, seen.stderr
    merged = class_report(tmp_path / "all")
    assert [row["submission"] for row in merged["rows"]] == sorted([*STUDENTS, "xu", "yan", "zara"])
    assert merged["counts"]["absent"] == 3
    run(
        *("grade", "convolution", tmp_path / "class", "--course", ROOT, "--out", tmp_path / "whole"),
        *("--roster", tmp_path / "roster.csv"),
    )
    assert run("diff", tmp_path / "all", tmp_path / "whole").stdout == "no grade differs\n"
    again = run("grade", "convolution", tmp_path / "class", "--course", ROOT, "--out", tmp_path / "all")
    assert "0 graded now, 6 unchanged" in again.stdout
    assert run("explain", tmp_path / "all", "omar").returncode == 0


def test_a_missing_part_is_said_and_is_no_success(run: Run, shards: list[Path], tmp_path: Path) -> None:
    seen = run("merge", tmp_path / "all", shards[1])
    assert seen.returncode == 3
    assert seen.stderr == "missing shards: 1/2\n"


def test_overrides_of_the_whole_count(run: Run, shards: list[Path], tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "overrides.toml").write_text(
        '[[overrides]]\nstudent = "omar"\ncheck = "conv2d"\npoints = 4\nreason = "r"\ngrader = "g"\n'
    )
    assert run("merge", tmp_path / "all", *shards).returncode == 0
    [row] = [row for row in class_report(tmp_path / "all")["rows"] if row["submission"] == "omar"]
    assert row["checks"]["conv2d"] == 4.0


@pytest.mark.parametrize("twice", [False, True])
def test_what_does_not_belong_together_is_refused(
    run: Run, shards: list[Path], tmp_path: Path, twice: bool
) -> None:
    if twice:
        seen = run("merge", tmp_path / "all", shards[0], shards[0])
        expected = "expected each student in one shard"
    else:
        other = tmp_path / "other"
        command = ("grade", "convolution", tmp_path / "class", "--course", ROOT, "--out", other)
        run(*command, "--shard", "2/2", AUTOGRADER_SEED="6" * 32)
        seen = run("merge", tmp_path / "all", shards[0], other)
        expected = f"expected shards that agree in the hidden cases; {other} has another"
    assert seen.returncode == 2
    assert expected in seen.stderr


def test_a_folder_without_a_class_and_the_shard_itself_are_refused(
    run: Run, shards: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    seen = run("merge", tmp_path / "all", shards[0], tmp_path / "empty")
    assert seen.returncode == 2
    assert "has no class.json" in seen.stderr
    seen = run("merge", shards[0], *shards)
    assert seen.returncode == 2
    assert "expected another folder than the shards" in seen.stderr


def test_a_whole_class_is_no_shard(run: Run, shards: list[Path], tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    run("grade", "convolution", tmp_path / "class", "--course", ROOT, "--out", whole)
    seen = run("merge", tmp_path / "all", shards[0], whole)
    assert (seen.returncode, seen.stderr) == (
        2,
        f"error: expected shards, as autograder grade --shard makes them; {whole} is a whole class\n",
    )
    assert run("merge", tmp_path / "alone", whole).returncode == 0


def test_two_runs_are_compared(run: Run, class_of: ClassOf, tmp_path: Path) -> None:
    folder = class_of("ada", "omar")
    command = ("grade", "convolution", folder, "--course", ROOT, "--out", tmp_path / "out")
    run(*command)
    (folder / "omar" / "convolution.py").write_text((folder / "ada" / "convolution.py").read_text())
    (folder / "priya").mkdir()
    (folder / "priya" / "convolution.py").write_text((folder / "ada" / "convolution.py").read_text())
    assert "1 changed" in run(*command).stdout
    runs = tmp_path / "out" / "runs" / "0001.json", tmp_path / "out"
    seen = run("diff", *runs)
    assert seen.returncode == 0, seen.stderr
    assert "2 changed" in seen.stdout
    found = json.loads(run("diff", *runs, "--json").stdout)
    assert found["conditions"] == []
    by_student = {change["submission"]: change for change in found["changes"]}
    assert by_student.keys() == {"omar", "priya"}
    assert (by_student["omar"]["version_before"], by_student["omar"]["version_after"]) == (1, 2)
    assert (by_student["priya"]["before"], by_student["priya"]["after"]) == (None, 10.0)
    seen = run("diff", folder / "ada" / "convolution.py", tmp_path / "out")
    assert seen.returncode == 2
    assert "expected a class report in" in seen.stderr
