"""The bundle for Gradescope, unzipped where Gradescope would, and run as it would be."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.ci.conftest import ROOT, SEED, environment, write_work

WHEEL = "cnn_autograder-0.1.0-py3-none-any.whl"


def export(where: Path, *arguments: str | Path, **given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", "export", "gradescope-bundle", *map(str, arguments)],
        cwd=where,
        env=environment(**given),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    (tmp_path / WHEEL).write_bytes(b"a wheel")
    made = export(
        tmp_path, "convolution", "b.zip", "--toolkit", WHEEL, "--course", ROOT, AUTOGRADER_SEED=SEED
    )
    assert made.returncode == 0, made.stderr
    return tmp_path / "b.zip"


def unpack(bundle: Path, top: Path) -> Path:
    """Unzip a bundle as Gradescope does; the folder /autograder is another one here."""
    for name in ("source", "submission", "results"):
        (top / name).mkdir(parents=True)
    subprocess.run(["unzip", "-q", bundle, "-d", top / "source"], check=True)
    shutil.copy(top / "source" / "run_autograder", top)
    (top / "submission_metadata.json").write_text("{}")
    return top


def run_autograder(top: Path) -> tuple[int, dict[str, Any]]:
    given = environment(AUTOGRADER_PYTHON=sys.executable)
    with (top / "results" / "stdout").open("w") as stdout:
        done = subprocess.run([top / "run_autograder"], cwd=top, env=given, stdout=stdout, check=False)
    return done.returncode, json.loads((top / "results" / "results.json").read_text())


@pytest.fixture
def graded(bundle: Path, tmp_path: Path) -> Callable[[str], tuple[int, dict[str, Any]]]:
    """Grade a student's work as Gradescope does."""
    top = unpack(bundle, tmp_path / "autograder")

    def run(student: str) -> tuple[int, dict[str, Any]]:
        write_work(student, top / "submission")
        return run_autograder(top)

    return run


def test_it_holds_what_gradescope_asks_for_and_what_grading_needs(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as archive:
        modes = {each.filename: each.external_attr >> 16 for each in archive.infolist()}
        assert archive.read("seed").decode().strip() == SEED
        requirements = archive.read("requirements.txt").decode().splitlines()
        setup = archive.read("setup.sh").decode()
    assert set(modes) == {
        "setup.sh",
        "run_autograder",
        "requirements.txt",
        f"toolkit/{WHEEL}",
        "course/grading_configs/convolution.toml",
        "course/problems/denoising.py",
        "seed",
    }
    assert [name for name, mode in modes.items() if mode & stat.S_IXUSR] == ["setup.sh", "run_autograder"]
    assert stat.S_IMODE(modes["seed"]) == 0o600
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600
    assert requirements[0] == f"./toolkit/{WHEEL}[grade]"
    assert all(re.fullmatch(r"[\w-]+==[\w.+-]+", line) for line in requirements[1:])
    assert any(line.startswith("numpy==") for line in requirements[1:])
    assert subprocess.run(["bash", "-n"], input=setup, text=True, check=False).returncode == 0


@pytest.mark.parametrize(("student", "score"), [("right", 10), ("partly", 7.95), ("hostile", 0)])
def test_a_submission_is_graded(
    graded: Callable[[str], tuple[int, dict[str, Any]]], student: str, score: float
) -> None:
    code, results = graded(student)
    assert (code, results["score"]) == (0, score)
    assert results["extra_data"]["trust"] == "graded"
    assert results["extra_data"]["walls"] == "container"
    hidden = {test["visibility"] for test in results["tests"] if "hidden" in test["name"]}
    assert hidden == {"after_published"}


def test_a_course_s_own_problems_go_along(tmp_path: Path) -> None:
    new = [sys.executable, "-m", "autograder", "new", "sums", str(tmp_path)]
    subprocess.run(new, cwd=tmp_path, env=environment(), check=True, capture_output=True)
    requirement = "cnn-autograder[tensorflow,grade] @ git+https://example.org/toolkit"
    made = export(tmp_path, "sums", "b.zip", "--toolkit", requirement, "--hidden-results", "visible")
    assert made.returncode == 0, made.stderr
    assert "Its seed is new. To draw the same hidden cases elsewhere: unzip -p b.zip seed" in made.stdout
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert archive.read("course/problems/sums.py") == (tmp_path / "problems" / "sums.py").read_bytes()
        assert archive.read("requirements.txt").decode().splitlines()[0] == requirement
        assert "--hidden-results visible" in archive.read("run_autograder").decode()
        assert re.fullmatch(r"[0-9a-f]{32}\n", archive.read("seed").decode())
    again = export(tmp_path, "sums", "b.zip", "--toolkit", requirement)
    assert (again.returncode, "only copy of its seed" in again.stderr) == (2, True)


class TestData:
    """The data folder goes along: submissions may read it, and nobody but the grader the rest."""

    CONFIG = """
    schema = "autograder/assignment/v1"
    title = "Sizes"
    file = "sizes.py"
    preload = []
    packages = ["numpy"]
    data = "data/our lab"

    [[checks]]
    kind = "values"
    name = "answers"
    items = [{ name = "size", variable = "SIZE", points = 2, accept = [4] }]
    """

    @pytest.fixture
    def course(self, tmp_path: Path) -> Path:
        course = tmp_path / "course"
        (course / "grading_configs").mkdir(parents=True)
        (course / "grading_configs" / "sizes.toml").write_text(self.CONFIG)
        (course / "data" / "our lab" / "deep").mkdir(parents=True)
        (course / "data" / "our lab" / "deep" / "n.txt").write_text("4")
        return course

    def export(self, course: Path) -> subprocess.CompletedProcess[str]:
        bundle = course.parent / "b.zip"
        return export(course, "sizes", bundle, "--toolkit", "x[grade]", AUTOGRADER_SEED=SEED)

    @pytest.mark.parametrize("mask", [0o022, 0o077])
    def test_it_is_read_where_it_is_graded(self, course: Path, tmp_path: Path, mask: int) -> None:
        for path in (course / "data").rglob("*"):
            path.chmod(path.stat().st_mode & ~mask)
        assert self.export(course).returncode == 0
        before = os.umask(mask)
        try:
            top = unpack(tmp_path / "b.zip", tmp_path / "autograder")
        finally:
            os.umask(before)
        work = "from pathlib import Path\nSIZE = int(Path('deep/n.txt').read_text())\n"
        (top / "submission" / "sizes.py").write_text(work)
        code, results = run_autograder(top)
        assert (code, results.get("score")) == (0, 2), results
        private = ("", "seed", "course", "course/grading_configs/sizes.toml")
        assert [stat.S_IMODE((top / "source" / name).stat().st_mode) & 0o077 for name in private] == [0] * 4

    @pytest.mark.parametrize(
        ("what", "said"),
        [("empty", "expected files in"), ("link", "received a link"), ("kept.cases", "of a results folder")],
    )
    def test_what_would_be_refused_later_is_refused_now(self, course: Path, what: str, said: str) -> None:
        file = course / "data" / "our lab" / "deep" / "n.txt"
        match what:
            case "empty":
                file.unlink()
            case "link":
                file.with_name("link").symlink_to(file)
            case name:
                file.rename(file.with_name(name))
        made = self.export(course)
        assert (made.returncode, said in made.stderr) == (2, True), made.stderr
        assert not (course.parent / "b.zip").exists()


@pytest.mark.parametrize(
    ("toolkit", "said"),
    [("cnn-autograder", "a requirement with [grade]"), ("none.whl", "expected a file that can be read")],
)
def test_what_could_not_grade_is_refused(tmp_path: Path, toolkit: str, said: str) -> None:
    made = export(tmp_path, "convolution", "b.zip", "--toolkit", toolkit, "--course", ROOT)
    assert (made.returncode, said in made.stderr) == (2, True)
    assert not (tmp_path / "b.zip").exists()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    made = export(tmp_path, "convolution", "none/b.zip", "--toolkit", "x[grade]", "--course", ROOT)
    assert (made.returncode, "there is no none\n" in made.stderr) == (2, True), made.stderr


def test_a_kit_is_refused(kit: Path, tmp_path: Path) -> None:
    made = export(tmp_path, "convolution", "b.zip", "--toolkit", "x[grade]", "--course", kit)
    assert (made.returncode, "no hidden cases" in made.stderr) == (2, True)
    assert os.listdir(tmp_path) == []  # noqa: PTH208
