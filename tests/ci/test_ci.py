"""`autograder ci`: what it grades, how far the result may be trusted, and what it ends with."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from autograder.ci import place
from autograder.cli.main import autograder
from tests.ci.conftest import BROKEN, ROOT, SAMPLE, SEED, SERVICES, environment, run_ci, write_work

FORMATS = ("--format=junit", "--format=gradescope", "--format=classroom50")
NO_SEED = "a graded run needs the secret seed of its hidden cases"


@pytest.fixture
def repository(kit: Path, tmp_path: Path) -> Path:
    """A student's repository: the kit."""
    shutil.copytree(kit, tmp_path / "repository")
    return tmp_path / "repository"


@pytest.mark.parametrize(
    ("student", "code"), [("right", 0), ("partly", 1), ("crashing", 1), ("unreadable", 1)]
)
class TestExitCodes:
    def test_of_a_kit(self, repository: Path, student: str, code: int) -> None:
        write_work(student, repository)
        seen = run_ci(repository)
        assert seen.returncode == code, seen.stderr
        assert "unverified: " in seen.stdout.splitlines()[-1]
        assert not (repository / "junit.xml").exists()  # nothing was asked for, and nothing reads it

    def test_of_a_graded_run(self, tmp_path: Path, student: str, code: int) -> None:
        write_work(student, tmp_path / "submission")
        seen = run_ci(tmp_path, "convolution", "--course", ROOT, AUTOGRADER_SEED=SEED)
        assert seen.returncode == code, seen.stderr
        assert "unverified" not in seen.stdout


class TestWhereTheFileIs:
    def test_in_a_folder_its_lines_are_annotated(self, repository: Path) -> None:
        work = write_work("right", repository / "sub" / "dir") / "convolution.py"
        lines = work.read_text().count("\n")
        work.write_text(work.read_text() + "\nraise ValueError('here')\n")
        seen = run_ci(repository, "--format", "github", GITHUB_ACTIONS="true")
        assert f"file=sub/dir/convolution.py,line={lines + 2}," in seen.stdout, seen.stdout

    def test_only_the_starter_is_no_submission(self, repository: Path) -> None:
        seen = run_ci(repository)
        assert seen.returncode == 1
        assert "there is no submission yet: expected convolution.py" in " ".join(seen.stdout.split())
        assert "Begin with starter/convolution.py" in " ".join(seen.stdout.split())


class TestAGradedRun:
    @pytest.mark.parametrize(
        ("arguments", "given", "code", "said"),
        [
            (["--graded"], {}, 3, NO_SEED),
            (["--graded"], {"AUTOGRADER_SEED": ""}, 3, "AUTOGRADER_SEED is empty"),
            ([], {"AUTOGRADER_SEED": " "}, 3, "AUTOGRADER_SEED is empty"),
            (["--seed-file", "nowhere"], {}, 3, "nowhere is no file"),
            ([], {}, 3, "there is no seed to grade with"),
            (["--sandbox", "process"], {"AUTOGRADER_SEED": SEED}, 3, "--sandbox process has none"),
            ([], {"AUTOGRADER_SEED": "short"}, 2, "expected a seed of 32 or more hexadecimal digits"),
            (["--graded", "--visible-only"], {}, 2, "expected --graded or --visible-only"),
            (["--visible-only"], {"AUTOGRADER_SEED": SEED}, 2, "expected no seed with --visible-only"),
            (["--submission", "none"], {"AUTOGRADER_SEED": SEED}, 2, "there is nothing"),
            (["--format", "html"], {}, 2, "Invalid value for '--format'"),
        ],
    )
    def test_is_never_less_than_asked_for(
        self, tmp_path: Path, arguments: list[str], given: dict[str, str], code: int, said: str
    ) -> None:
        write_work("right", tmp_path / "submission")
        formats = [] if "--format" in arguments else ["--format", "gradescope"]
        command = ["convolution", "--course", str(ROOT), "--submission", "submission", *arguments, *formats]
        seen = run_ci(tmp_path, *command, **given)
        assert (seen.returncode, said in seen.stderr) == (code, True), seen.stderr
        assert seen.stdout == ""
        if formats:  # Gradescope is told of a fault, not of a score
            results = json.loads((tmp_path / "results.json").read_text())
            assert "no fault of yours" in results["output"]
            assert {"score", "tests"} & results.keys() == set()

    def test_of_a_missing_wall_says_which(self, tmp_path: Path) -> None:
        write_work("right", tmp_path / "submission")
        given = {"AUTOGRADER_SEED": SEED, "PATH": os.path.dirname(sys.executable)}  # noqa: PTH120
        seen = run_ci(tmp_path, "convolution", "--course", ROOT, **given)
        assert seen.returncode == 3
        assert "a graded run with --sandbox full needs:\n  bubblewrap: not installed." in seen.stderr

    def test_takes_no_kit_for_a_course(self, repository: Path) -> None:
        write_work("right", repository / "submission")
        seen = run_ci(repository, AUTOGRADER_SEED=SEED)
        assert (seen.returncode, "is a students' kit" in seen.stderr) == (2, True)

    @pytest.mark.parametrize("inside", ["course", "seed"])
    def test_takes_nothing_of_its_own_from_the_student(self, tmp_path: Path, inside: str) -> None:
        work = write_work("right", tmp_path / "submission")
        shutil.copytree(ROOT / "grading_configs", work / "grading_configs")
        (work / "seed").write_text(SEED)
        course, seed = (work, tmp_path / "seed") if inside == "course" else (ROOT, work / "seed")
        (tmp_path / "seed").write_text(SEED)
        seen = run_ci(tmp_path, "convolution", "--course", course, "--seed-file", seed)
        assert seen.returncode == 2
        assert f"a graded run takes the {inside} from the instructor" in seen.stderr

    def test_of_two_files_that_fit_is_no_grade(self, tmp_path: Path) -> None:
        for name, student in (("a", "ada"), ("b", "rosa")):
            shutil.copytree(SAMPLE / student, tmp_path / "submission" / name)
        seen = run_ci(tmp_path, "convolution", "--course", ROOT, *FORMATS, AUTOGRADER_SEED=SEED)
        assert seen.returncode == 3
        assert '"score"' not in (tmp_path / "results.json").read_text()
        assert not (tmp_path / "result.json").exists()
        assert "which file is to be graded: a/convolution.py, b/convolution.py?" in seen.stdout
        assert "which file is to be graded" in (tmp_path / "junit.xml").read_text()

    def test_killed_leaves_what_was_known(self, tmp_path: Path) -> None:
        source = (SAMPLE / "ada" / "convolution.py").read_text()
        source += "\nright = conv2d_layer\ncalls = []\n\n\ndef conv2d_layer(*inputs, **more):\n"
        source += "    calls.append(1)\n    while len(calls) > 4:\n        pass\n"
        source += "    return right(*inputs, **more)\n"
        write_work("right", tmp_path / "submission")
        (tmp_path / "submission" / "convolution.py").write_text(source)
        command = [sys.executable, "-m", "autograder", "ci", "convolution", "--course", str(ROOT)]
        results = tmp_path / "results.json"
        with subprocess.Popen(
            [*command, "--format", "gradescope"], cwd=tmp_path, env=environment(AUTOGRADER_SEED=SEED)
        ) as running:
            begun = None
            while running.poll() is None:
                found = json.loads(results.read_text()) if results.exists() else {}
                begun = begun or found.get("output")
                if found.get("tests"):
                    break
                time.sleep(0.01)
            running.send_signal(signal.SIGKILL)
        assert "Grading has begun" in (begun or "")
        assert found["output"].startswith("6 of 6 points so far")
        assert "score" not in found
        assert sum(test["score"] for test in found["tests"]) == pytest.approx(6)
        assert found["extra_data"]["is_complete"] is False


class TestWhatIsGraded:
    def test_the_assignment_is_found_by_its_file(self, tmp_path: Path) -> None:
        for folder in ("grading_configs", "problems"):
            shutil.copytree(ROOT / folder, tmp_path / folder)
        shutil.copytree(ROOT / "assignments" / "pooling" / "sample_class" / "anouk", tmp_path / "submission")
        seen = run_ci(tmp_path, AUTOGRADER_SEED=SEED)
        assert seen.stdout.startswith("submission, pooling: "), seen.stderr
        shutil.copy(SAMPLE / "ada" / "convolution.py", tmp_path / "submission")
        seen = run_ci(tmp_path, AUTOGRADER_SEED=SEED)
        assert seen.returncode == 2
        assert "which assignment" in seen.stderr
        assert "Name it: autograder ci ASSIGNMENT" in seen.stderr

    def test_a_link_to_the_instructor_s_own_solution_is_no_submission(self, tmp_path: Path) -> None:
        """The student's folder is the student's: also that which the command names may be a link."""
        shutil.copytree(SAMPLE / "ada", tmp_path / "solutions")
        (tmp_path / "submission").mkdir()
        (tmp_path / "submission" / "work").symlink_to("../solutions", target_is_directory=True)
        (tmp_path / "submission" / "deep").symlink_to("..", target_is_directory=True)
        places = ("submission/work", "submission/deep/solutions", tmp_path / "submission" / "work")
        for named in places:
            seen = run_ci(
                tmp_path, "convolution", "--course", ROOT, "--submission", named, AUTOGRADER_SEED=SEED
            )
            assert (seen.returncode, "is a symbolic link" in seen.stderr) == (2, True), seen.stdout

    def test_a_name_is_no_command_where_an_error_quotes_it(self, tmp_path: Path) -> None:
        (tmp_path / "work").mkdir()
        (tmp_path / "work" / "a\n::error::owned").write_text("")
        seen = run_ci(tmp_path, "--course", ROOT, "--submission", "work", "--visible-only")
        assert (seen.returncode, "owned" in seen.stderr) == (2, True)
        assert not any(line.lstrip().startswith("::") for line in seen.stderr.splitlines())

    def test_a_notebook_is_annotated_with_the_cell_in_the_message(self, repository: Path) -> None:
        source = (SAMPLE / "ada" / "convolution.py").read_text()
        cells = [source, "print(1)\nraise ValueError('broken')", BROKEN]
        notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
        notebook["cells"] = [
            {"cell_type": "code", "id": f"c{number}", "metadata": {}, "source": text}
            | {"outputs": [], "execution_count": None}
            for number, text in enumerate(cells)
        ]
        (repository / "convolution.ipynb").write_text(json.dumps(notebook))
        seen = run_ci(repository, "--format=junit", "--format=github")
        assert seen.returncode == 1, seen.stderr
        assert 'file="convolution.ipynb"' in (repository / "junit.xml").read_text()
        told = [
            line
            for line in seen.stdout.splitlines()
            if line.startswith("::error file=convolution.ipynb,title")
        ]
        assert "convolution.ipynb, cell 2, line 2" in told[0]
        assert any("convolution.ipynb, cell 3, line 4" in line for line in told)
        assert sum("50%25 of it" in line for line in told) == 1  # though it is wrong in four groups

    @pytest.mark.parametrize("named", [(), ("--submission", "hand-in.zip")])
    def test_what_lies_in_a_zip_is_annotated_at_the_zip(
        self, repository: Path, tmp_path: Path, named: tuple[str, ...]
    ) -> None:
        (repository / "convolution.py").unlink(missing_ok=True)
        wrong = (SAMPLE / "ada" / "convolution.py").read_text() + BROKEN
        with zipfile.ZipFile(repository / "hand-in.zip", "w") as archive:
            for folder in ("", *(f"{each}/" for each in (".git", "__MACOSX", ".ipynb_checkpoints", ".venv"))):
                archive.writestr(f"{folder}convolution.py", wrong if not folder else "raise SystemExit")
        seen = run_ci(repository, *named, "--format=junit", "--format=github", "--out", tmp_path)
        assert seen.returncode == 1, seen.stderr
        told = [line for line in seen.stdout.splitlines() if line.startswith("::error")]
        assert told
        assert all(line.startswith("::error file=hand-in.zip,title=") for line in told)
        assert any("50%25 of it" in line for line in told)
        assert set(re.findall(r' file="(.*?)"', (tmp_path / "junit.xml").read_text())) == {"hand-in.zip"}

    def test_a_file_can_be_named(self, repository: Path) -> None:
        shutil.copy(SAMPLE / "ada" / "convolution.py", repository / "mine.py")
        seen = run_ci(repository, "--submission", "mine.py", GITHUB_ACTIONS="true")
        assert seen.returncode == 0, seen.stderr

    def test_no_secret_of_the_service_is_in_the_environment_of_what_is_checked(
        self, repository: Path
    ) -> None:
        source = (SAMPLE / "ada" / "convolution.py").read_text()
        source += "\nimport os\nfor name in sorted(os.environ):\n    print(f'<{name}={os.environ[name]}>')\n"
        (repository / "convolution.py").write_text(source)
        secret = dict.fromkeys(("GH_TOKEN", "CI_JOB_TOKEN", "ACTIONS_RUNTIME_TOKEN", "TF_VAR_key"), "secret")
        seen = run_ci(repository, "--visible-only", **secret, AUTOGRADER_SEED="", LC_ALL="C.UTF-8")
        assert seen.returncode == 0, seen.stderr
        assert "<LC_ALL=C.UTF-8>" in seen.stdout
        assert "<PATH=" in seen.stdout
        assert "secret" not in seen.stdout
        assert "AUTOGRADER" not in seen.stdout

    @pytest.mark.parametrize("name", ["src/convolution.py", "src/convolution.ipynb", "mine.py"])
    def test_an_unchanged_starter_is_not_what_is_graded(self, repository: Path, name: str) -> None:
        assert (repository / "starter" / "convolution.py").is_file()
        work = repository / name
        work.parent.mkdir(exist_ok=True)
        source = (SAMPLE / "ada" / "convolution.py").read_text()
        if work.suffix == ".ipynb":
            cell = {"cell_type": "code", "id": "c", "metadata": {}, "source": source, "outputs": []}
            cell["execution_count"] = None
            source = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})
        work.write_text(source)
        seen = run_ci(repository)
        assert (seen.returncode, seen.stderr) == (0, "")
        assert f"found as {name}" in " ".join(seen.stdout.split())

    def test_an_unverified_run_asks_too_which_file_is_meant(self, repository: Path) -> None:
        for folder, student in (("a", "ada"), ("b", "rosa")):
            shutil.copytree(SAMPLE / student, repository / folder)
        seen = run_ci(repository, *FORMATS)
        assert seen.returncode == 3
        assert "which file is to be graded: a/convolution.py, b/convolution.py?" in seen.stdout
        assert "no total yet" in seen.stdout.splitlines()[-3 if "written" in seen.stdout else -1], seen.stdout
        assert '"score"' not in (repository / "results.json").read_text()

    def test_the_visible_part_of_a_course_behind_walls(self, tmp_path: Path) -> None:
        write_work("partly", tmp_path / "work")
        command = [
            "convolution",
            "--course",
            ROOT,
            "--submission",
            "work",
            "--visible-only",
            "--format",
            "junit",
        ]
        seen = run_ci(tmp_path, *command, "--sandbox", "full")
        assert seen.returncode == 1, seen.stderr
        assert "unverified: 5.4 of 6 points" in seen.stdout
        assert 'name="walls" value="full"' in (tmp_path / "junit.xml").read_text()


def test_on_gradescope_its_folders_are_used(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = tmp_path / "autograder"
    (top / "results").mkdir(parents=True)
    (top / "submission_metadata.json").write_text("{}")
    write_work("partly", top / "submission")
    monkeypatch.setattr(place, "GRADESCOPE", top)
    for name in SERVICES:
        monkeypatch.delenv(name, raising=False)
    code = autograder.main(["ci", "--course", str(repository)], standalone_mode=False)
    results = json.loads((top / "results" / "results.json").read_text())
    assert (code, results["score"]) == (0, 5.4)


@pytest.mark.parametrize(
    ("given", "files"),
    [
        ({"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": "summary.md"}, {"summary.md"}),
        ({"GITLAB_CI": "true"}, {"junit.xml"}),
        ({"GITHUB_ACTIONS": "true", "CLASSROOM50_BUNDLE_DIR": "/bundle"}, {"result.json"}),
    ],
)
def test_what_is_read_where_it_runs_is_written(
    repository: Path, given: dict[str, str], files: set[str]
) -> None:
    write_work("partly", repository)
    before = {path.name for path in repository.iterdir()}
    seen = run_ci(repository, **given)
    assert {path.name for path in repository.iterdir()} - before == files
    assert seen.returncode == (0 if "CLASSROOM50_BUNDLE_DIR" in given else 1)
