"""`autograder new`: an assignment that works as it is, in a course of one's own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from autograder import config
from autograder.authoring.new_assignment import new_assignment, write_new
from autograder.checks.diagnosis import prepare
from autograder.errors import ConfigError
from tests.cli.conftest import ROOT, Run

MADE = {
    "grading_configs/image-scaling.toml",
    "problems/image_scaling.py",
    "assignments/image-scaling/README.md",
    "assignments/image-scaling/starter/image_scaling.py",
    "assignments/image-scaling/sample_class/right/image_scaling.py",
    "assignments/image-scaling/sample_class/wrong/image_scaling.py",
    "tests/test_image_scaling.py",
}


@pytest.fixture
def course(run: Run, tmp_path: Path) -> Path:
    """Return a course with a new assignment, in the working directory of `run`."""
    assert run("new", "image-scaling").returncode == 0
    return tmp_path


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


class TestWhatItMakes:
    def test_everything_is_there_and_listed(self, run: Run, tmp_path: Path) -> None:
        seen = run("new", "image-scaling")
        assert (seen.returncode, seen.stderr) == (0, "")
        assert files_in(tmp_path) == MADE
        assert all(path in seen.stdout for path in MADE)
        assert all("$" not in (tmp_path / path).read_text() for path in MADE)

    def test_it_is_made_in_the_course_found_upward(self, tmp_path: Path) -> None:
        course = tmp_path / "course"
        (course / "grading_configs").mkdir(parents=True)
        (course / "weeks" / "3").mkdir(parents=True)
        seen = subprocess.run(
            [sys.executable, "-m", "autograder", "new", "image-scaling"],
            cwd=course / "weeks" / "3",
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert seen.returncode == 0, seen.stderr
        assert files_in(course) == MADE

    def test_it_is_made_in_the_folder_that_is_named(self, run: Run, tmp_path: Path) -> None:
        assert run("new", "image-scaling", "some/course").returncode == 0
        assert files_in(tmp_path / "some" / "course") == MADE

    def test_two_live_in_one_course(self, course: Path, run: Run) -> None:
        assert run("new", "activations").returncode == 0
        seen = json.loads(run("show", "--json").stdout)
        assert [each["assignment"] for each in seen] == ["activations", "image-scaling"]


class TestItWorksAtOnce:
    def test_show(self, course: Path, run: Run) -> None:
        seen = run("show", "image-scaling")
        assert seen.returncode == 0
        assert "leaky_relu(values, slope=0.01)" in seen.stdout

    @pytest.mark.parametrize(("student", "status"), [("right", 0), ("wrong", 1)])
    def test_check(self, course: Path, run: Run, student: str, status: int) -> None:
        sample = course / "assignments/image-scaling/sample_class"
        seen = run("check", sample / student / "image_scaling.py")
        assert (seen.returncode, seen.stderr) == (status, "")
        assert ("Leaky ReLU multiplies" in seen.stdout) == (student == "wrong")

    def test_the_starter_earns_nothing_and_runs(self, course: Path, run: Run) -> None:
        seen = run("check", course / "assignments/image-scaling/starter")
        assert seen.returncode == 1
        assert "This one is not written yet" in seen.stdout

    @pytest.mark.slow
    def test_grade(self, course: Path, run: Run) -> None:
        seen = run("grade", "image-scaling", "assignments/image-scaling/sample_class", "--format", "json")
        assert seen.returncode == 0, seen.stderr
        scores = {row["submission"]: row["score"] for row in json.loads(seen.stdout)["rows"]}
        assert scores["right"] == 4
        assert 0 < scores["wrong"] < 1

    @pytest.mark.slow
    def test_validate_has_nothing_to_mend(self, course: Path, run: Run) -> None:
        seen = run("validate", "image-scaling", "--json")
        assert seen.returncode == 0, seen.stdout
        found = json.loads(seen.stdout)
        assert (found["findings"], found["survivors"]) == ([], [])

    def test_release(self, course: Path, run: Run) -> None:
        assert run("release", "image-scaling", "kit").returncode == 0
        sample = course / "assignments/image-scaling/sample_class/wrong/image_scaling.py"
        (course / "kit" / "image_scaling.py").write_text(sample.read_text())
        seen = run("check", "kit/image_scaling.py")
        assert "Leaky ReLU multiplies" in seen.stdout

    @pytest.mark.slow
    def test_its_own_tests_pass(self, course: Path) -> None:
        seen = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
            cwd=course,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (seen.returncode, "2 passed" in seen.stdout) == (0, True), seen.stdout


class TestTheProblem:
    """What the toolkit asks of its own problems holds for the one in the templates."""

    @pytest.mark.parametrize("seed", range(20))
    def test_every_mistake_is_told_apart_by_three_cases_of_every_draw(
        self, tmp_path: Path, seed: int
    ) -> None:
        write_new(new_assignment("activations"), tmp_path)
        [problem] = config.load(tmp_path, "activations").problems.values()
        cases = [prepare(problem, case) for case in problem.draw(np.random.default_rng(seed))]
        for mistake in problem.misconceptions:
            wrong = [case.difference(mistake.function(**case.case.inputs)) is not None for case in cases]
            assert sum(wrong) >= 3, mistake.name

    def test_every_group_has_degenerate_and_other_cases(self, tmp_path: Path) -> None:
        write_new(new_assignment("activations"), tmp_path)
        [problem] = config.load(tmp_path, "activations").problems.values()
        kinds = {(case.group, case.is_degenerate) for case in problem.draw(np.random.default_rng(0))}
        assert kinds == {(group, kind) for group in problem.groups for kind in (True, False)}

    def test_the_handout_has_the_result_of_every_example(self) -> None:
        text = new_assignment("activations")["assignments/activations/README.md"]
        printed = re.findall(r"^\| `leaky_relu\((.*?)(?:, slope=(.*))?\)` \| `(.*)` \|$", text, re.MULTILINE)
        assert len(printed) == 3
        for values, slope, result in printed:
            given = np.array(json.loads(values), dtype=float)
            expected = np.where(given > 0, given, float(slope or 0.01) * given)
            np.testing.assert_allclose(json.loads(result), expected)

    def test_it_imports_only_what_is_public(self) -> None:
        source = new_assignment("activations")["problems/activations.py"]
        imported = set(re.findall(r"^(?:from|import) (\S+)", source, re.MULTILINE))
        assert imported == {"numpy", "autograder.problems.draws", "autograder.problems.problem"}


class TestNames:
    @pytest.mark.parametrize(
        "slug",
        ["", "Image", "1st", "a b", "a/b", "../a", "a--b", "a-", "-a", "_a", "a.b", "ä", "a" * 41, "a\n"],
        ids=repr,
    )
    def test_what_is_no_name(self, slug: str) -> None:
        with pytest.raises(ConfigError, match="expected at most 40 lowercase letters") as caught:
            new_assignment(slug)
        assert f"received {slug!r}" in str(caught.value)

    @pytest.mark.parametrize("slug", ["random", "class", "match", "numpy", "reference", "test", "conftest"])
    def test_what_python_uses(self, slug: str) -> None:
        with pytest.raises(ConfigError, match="expected a name that Python does not use"):
            new_assignment(slug)

    @pytest.mark.parametrize("slug", ["test-one", "unit_test"])
    def test_what_pytest_would_run(self, slug: str) -> None:
        with pytest.raises(ConfigError, match="neither begins nor ends with test"):
            new_assignment(slug)

    def test_the_command_says_so(self, run: Run, tmp_path: Path) -> None:
        seen = run("new", "Image")
        assert seen.returncode == 2
        assert "received 'Image'" in seen.stderr
        assert files_in(tmp_path) == set()


class TestNothingIsOverwritten:
    @pytest.mark.parametrize("path", sorted(MADE))
    def test_any_file_that_is_there_stops_it(self, run: Run, tmp_path: Path, path: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text("mine")
        seen = run("new", "image-scaling", ".")
        assert seen.returncode == 2
        assert f"there are {path}. Choose another name" in seen.stderr
        assert files_in(tmp_path) == {path}
        assert (tmp_path / path).read_text() == "mine"

    def test_a_file_is_no_course(self, run: Run, tmp_path: Path) -> None:
        (tmp_path / "course").write_text("x")
        seen = run("new", "image-scaling", "course")
        assert (seen.returncode, "expected a folder for the course" in seen.stderr) == (2, True)


def test_the_wheel_takes_every_template_along() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    patterns = settings["package-data"]["autograder.authoring"]
    folder = ROOT / "autograder" / "authoring"
    there = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert len(there) >= 8
    for path in there:
        name = path.relative_to(folder).as_posix()
        assert any(fnmatch(name, pattern) and name.count("/") == pattern.count("/") for pattern in patterns)
        assert files("autograder.authoring").joinpath(name).is_file()
