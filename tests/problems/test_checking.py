# ruff: noqa: E501  # messages as they are read
"""A course's own problem with a slip in it: refused before anybody is graded, with what was expected."""

from __future__ import annotations

import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder import config
from autograder.authoring.kits.kit import make_kit
from autograder.checks.making import make_checks
from autograder.errors import ConfigError
from autograder.problems import PROBLEMS
from autograder.problems.checking import check_problem
from autograder.problems.recorded import write_recording
from autograder.self_check.own_check import OwnCheck

OWN = '''
"""A problem of this course's own."""
import numpy as np
from autograder.problems.problem import Case, Misconception, Problem, nothing_to_round

def scale(values, factor=1):
    return np.asarray(values) * factor

def unscaled(values, factor=1):
    return np.asarray(values)

def draw(rng):
    some = rng.normal(size=4)
    return [Case("plain", {"values": some}), Case("factor", {"values": some, "factor": 3})]

PROBLEMS = (
    Problem(
        name="scaling",
        signature="scale(values, factor=1)",
        positional=1,
        reference=scale,
        magnitude=lambda values, factor=1: np.abs(values) * factor,
        groups=("plain", "factor"),
        examples=(
            Case("plain", {"values": np.ones(2)}, "ones"),
            Case("factor", {"values": np.ones(2), "factor": 2}, "ones, twice"),
        ),
        draw=draw,
        misconceptions=(Misconception("not scaled", "Use the factor.", unscaled),),
    ),
)
'''
CONFIG = """
schema = "autograder/assignment/v1"
title = "Scaling"
file = "scaling.py"
packages = ["numpy"]
[[checks]]
kind = "function"
name = "scale"
problem = "scaling"
points.plain = { visible = 1, hidden = 1 }
points.factor = { visible = 1, hidden = 1 }
"""
TAKES = "expected the arguments of scale(values, factor=1)"
# what is changed: (old, new, the message after the file's and the problem's name)
SLIPS = {
    "a group misspelt in an example": (
        'Case("factor", {"values": np.ones(2)',
        'Case("facto", {"values": np.ones(2)',
        (
            "examples[1] (ones, twice): expected one of the groups plain, factor; received 'facto'. "
            "Did you mean 'factor'?"
        ),
    ),
    "a group misspelt in a drawn case": (
        'Case("factor", {"values": some',
        'Case("factors", {"values": some',
        (
            "draw: case 2 of 2: expected one of the groups plain, factor; received 'factors'. "
            "Did you mean 'factor'?"
        ),
    ),
    "nothing is drawn": (
        "    return [Case(",
        "    return []\n    return [Case(",
        "draw: expected hidden cases of plain, which are worth points; received none at all",
    ),
    "nothing is returned": (
        "    return [Case(",
        "    return\n    return [Case(",
        "draw: expected a list of Case; received NoneType",
    ),
    "of a group nothing is drawn": (
        'Case("factor", {"values": some',
        'Case("plain", {"values": some',
        "draw: expected hidden cases of factor, which are worth points; received of 2, none",
    ),
    "degenerate cases alone": (
        '"factor": 3})',
        '"factor": 3}, is_degenerate=True)',
        (
            "draw: expected a hidden case of factor that is not degenerate: without one, its visible examples "
            "earn nothing; all of them (1) are"
        ),
    ),
    "a group without an example": (
        'Case("factor", {"values": np.ones(2)',
        'Case("plain", {"values": np.ones(2)',
        "examples: expected one at least of each group; there is none of factor",
    ),
    "an argument misspelt in an example": (
        '"factor": 2}',
        '"facter": 2}',
        f"examples[1] (ones, twice): {TAKES}; received facter. Did you mean 'factor'?",
    ),
    "an argument misspelt in a drawn case": (
        '"factor": 3}',
        '"by": 3}',
        f"draw: case 2 of 2: {TAKES}; received by",
    ),
    "an argument is missing": (
        '{"values": np.ones(2)}',
        '{"factor": 2}',
        f"examples[0] (ones): {TAKES}; values is missing",
    ),
    "arguments in another order": (
        '{"values": np.ones(2), "factor": 2}',
        '{"factor": 2, "values": np.ones(2)}',
        f"examples[1] (ones, twice): {TAKES}, in this order; received factor, values",
    ),
    "a reference with other parameters": (
        "def scale(values, factor=1)",
        "def scale(values, by=1)",
        "reference: expected a function that takes values, factor; got an unexpected keyword argument 'factor'",
    ),
    "a misconception with other parameters": (
        "def unscaled(values, factor=1)",
        "def unscaled(values)",
        (
            'the misconception "not scaled": expected a function that takes values, factor; got an unexpected '
            "keyword argument 'factor'"
        ),
    ),
    "a comma forgotten": (
        'groups=("plain", "factor")',
        'groups=("plain")',
        "groups: expected a tuple of texts; received 'plain'",
    ),
    "another comma forgotten": (
        'misconceptions=(Misconception("not scaled", "Use the factor.", unscaled),)',
        'misconceptions=(Misconception("not scaled", "Use the factor.", unscaled))',
        "misconceptions: expected a tuple of Misconception; received Misconception",
    ),
    "a group twice": (
        'groups=("plain", "factor")',
        'groups=("plain", "factor", "plain")',
        "groups: expected names that differ, at least one; received plain, factor, plain",
    ),
    "no signature": (
        'signature="scale(values, factor=1)"',
        'signature="scale"',
        "signature: expected one as in \"f(x, size=2)\"; received 'scale'",
    ),
    "too many by position": (
        "positional=1",
        "positional=3",
        "positional: expected how many arguments come by position; received 3 of scale(values, factor=1)",
    ),
    "a draw that fails": (
        "    return [Case(",
        "    return [1 / 0, Case(",
        (
            "draw: ZeroDivisionError: division by zero\n  own.py, line 14, in draw: return [1 / 0, "
            'Case("plain", {"values": some}), Case("factor", {"values": some, "factor": 3})]'
        ),
    ),
}
# found when cases are answered
FAULTS = {
    "a reference that fails": (
        "    return np.asarray(values) * factor",
        "    return np.asarray(values) * facto",
        (
            "reference, of a case of plain (ones), values of shape (2,): NameError: name 'facto' is not defined\n"
            "  own.py, line 7, in scale: return np.asarray(values) * facto"
        ),
    ),
    "a reference that returns nothing": (
        "    return np.asarray(values) * factor",
        "    np.asarray(values) * factor",
        (
            "reference, of a case of plain (ones), values of shape (2,): expected a result, and a magnitude, by "
            "which it is right itself; it returns None. Is there a return?"
        ),
    ),
    "a reference that is not finite": (
        "    return np.asarray(values) * factor",
        "    return np.asarray(values) * factor / 0 * 0",
        (
            "reference, of a case of plain (ones), values of shape (2,): expected a result, and a magnitude, by "
            "which it is right itself; 2 of 2 values differ; the first at [0]: expected nan, received nan"
        ),
    ),
    "a magnitude that fails": (
        "np.abs(values) * factor",
        "np.abs(value) * factor",
        (
            "magnitude, of a case of plain (ones), values of shape (2,): NameError: name 'value' is not defined\n"
            "  own.py, line 22, in <lambda>: magnitude=lambda values, factor=1: np.abs(value) * factor,"
        ),
    ),
    "a misconception that fails": (
        "    return np.asarray(values)\n\ndef draw",
        "    return np.asaray(values)\n\ndef draw",
        (
            'the misconception "not scaled", of a case of plain (ones), values of shape (2,): AttributeError: '
            "module 'numpy' has no attribute 'asaray'"
        ),
    ),
}


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "problems").mkdir()
    (tmp_path / "grading_configs").mkdir()
    (tmp_path / "grading_configs" / "scaling.toml").write_text(CONFIG)
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("own_problems_")]:
        del sys.modules[name]


def write(course: Path, old: str = "", new: str = "") -> Path:
    assert old in OWN
    path = course / "problems" / "own.py"
    path.write_text(OWN.replace(old, new, 1) if old else OWN)
    return path


def load(course: Path) -> config.Assignment:
    assignment = config.load(course, "scaling")
    config.require_hidden_cases(assignment)
    return assignment


def refused(course: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        make_checks(config.load(course, "scaling"), {})
    return str(caught.value)


def test_without_a_slip_it_loads(course: Path) -> None:
    write(course)
    [check] = make_checks(config.load(course, "scaling"), {})
    assert check.max_score == 4


@pytest.mark.parametrize(("old", "new", "said"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_refused_when_it_is_loaded(course: Path, old: str, new: str, said: str) -> None:
    path = write(course, old, new)
    with pytest.raises(ConfigError) as caught:
        load(course)
    assert str(caught.value) == f"{path}: scaling: {said}"


@pytest.mark.parametrize(("old", "new", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_refused_before_anything_is_judged(course: Path, old: str, new: str, said: str) -> None:
    path = write(course, old, new)
    assert refused(course).startswith(f"{path}: scaling: {said}")


def test_another_assignment_is_not_stopped_by_it(course: Path) -> None:
    write(course, "    return [Case(", "    return []\n    return [Case(")
    (course / "grading_configs" / "other.toml").write_text(
        CONFIG.replace("scaling", "convolve1d")
        .replace("points.plain", "points.full")
        .replace("points.factor", "#")
    )
    assert config.load(course, "other").functions == {"scale"}


def test_a_group_without_hidden_points_needs_no_hidden_cases(course: Path) -> None:
    write(course, 'Case("factor", {"values": some', 'Case("plain", {"values": some')
    path = course / "grading_configs" / "scaling.toml"
    path.write_text(
        CONFIG.replace("points.factor = { visible = 1, hidden = 1 }", "points.factor = { visible = 2 }")
    )
    assert load(course).max_score == 4


def test_a_kit_is_not_made_of_a_reference_that_fails(course: Path) -> None:
    path = write(course, "np.asarray(values) * factor", "np.asarray(values) * facto")
    problems = [config.load(course, "scaling").problems["scaling"]]
    with pytest.raises(ConfigError, match="NameError: name 'facto' is not defined") as caught:
        write_recording(problems, {})
    assert str(caught.value).startswith(f"{path}: scaling: reference, ")


def test_a_student_s_own_check_and_a_kit_need_hidden_cases_too(course: Path) -> None:
    path = write(course, "    return [Case(", "    return []\n    return [Case(")
    (course / "assignments" / "scaling").mkdir(parents=True)
    (course / "assignments" / "scaling" / "README.md").write_text("plain, factor\n")
    for use in (OwnCheck, make_kit):
        with pytest.raises(ConfigError) as caught:
            use(config.load(course, "scaling"))
        assert str(caught.value).startswith(f"{path}: scaling: draw: expected hidden cases of plain")


@pytest.mark.parametrize("warning", ["np.log(-np.ones(2))", "np.mean([])"])
def test_what_a_problem_warns_of_is_silenced(course: Path, warning: str) -> None:
    write(
        course,
        "    return np.asarray(values) * factor",
        f"    {warning}\n    return np.asarray(values) * factor",
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        make_checks(config.load(course, "scaling"), {})


@pytest.mark.parametrize(
    "command",
    ["check {work}", "grade scaling {work} --sandbox process", "release scaling kit", "validate scaling"],
)
def test_every_command_says_it_without_a_traceback(course: Path, command: str) -> None:
    path = write(course, "np.asarray(values) * factor", "np.asarray(values) * facto")
    for folder in (course / "work" / "ada", course / "assignments" / "scaling"):
        folder.mkdir(parents=True)
    (course / "work" / "ada" / "scaling.py").write_text(
        "def scale(values, factor=1):\n    return values * factor\n"
    )
    (course / "assignments" / "scaling" / "README.md").write_text("plain, factor\n")
    work = "work/ada" if command.startswith("check") else "work"
    seen = subprocess.run(
        [sys.executable, "-m", "autograder", *command.format(work=work).split()],
        cwd=course,
        env={"PYTHONPATH": str(Path(__file__).resolve().parents[2]), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert seen.returncode == 2
    assert f"error: {path}: scaling: reference, of a case of plain" in seen.stderr
    assert "line 7, in scale: return np.asarray(values) * facto" in seen.stderr
    assert "Traceback" not in seen.stderr


@pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)
def test_the_toolkit_s_own_pass(problem) -> None:
    check_problem(problem)
