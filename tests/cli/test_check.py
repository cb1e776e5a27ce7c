"""`autograder check`, as a student meets it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, SAMPLE, Run


def test_all_visible_checks_pass_and_no_more_is_said(run: Run) -> None:
    seen = run("check", SAMPLE / "ada", "--course", ROOT)
    assert seen.returncode == 0
    last = seen.stdout.strip().splitlines()[-1]
    assert last == "all visible checks pass: 6 of 6 points; 4 points are graded after you hand in"
    assert "hidden" not in seen.stdout


def test_a_mistake_is_named_and_shown_with_its_smallest_example(run: Run) -> None:
    seen = run("check", SAMPLE / "omar" / "convolution.py", "--course", ROOT)
    assert seen.returncode == 1
    assert "Your kernel is flipped" in seen.stdout
    assert "expected 293, received 217" in seen.stdout
    assert "▸217◂" in seen.stdout
    assert seen.stdout.index("4×5 image") < seen.stdout.index("6×6 image, 3×3 kernel:")


@pytest.mark.parametrize(
    ("student", "said"),
    [
        ("bjorn", "expected a function convolve1d; the file defines no function at all"),
        ("chiara", "Did you mean conv2D_layer? It must be called conv2d_layer."),
        ("ximena", "SyntaxError: expected ':'"),
        ("wanjiru", "expected an array; received None. Is there a return?"),
        ("lars", "what it defines all the same is graded"),
        ("hana", "expected finite numbers; received nan"),
    ],
)
def test_what_is_wrong_is_said(run: Run, student: str, said: str) -> None:
    assert said in run("check", SAMPLE / student, "--course", ROOT).stdout


def test_the_course_is_found_upward_and_the_assignment_by_the_file(tmp_path: Path) -> None:
    course = tmp_path / "course"
    for folder in ("grading_configs", "problems"):
        shutil.copytree(ROOT / folder, course / folder)
    shutil.copytree(SAMPLE / "ada", course / "work" / "deep")
    seen = subprocess.run(
        [sys.executable, "-m", "autograder", "check"],
        cwd=course / "work" / "deep",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (seen.returncode, "6 of 6 points" in seen.stdout) == (0, True)


def test_a_file_beside_it_can_be_imported(run: Run, tmp_path: Path) -> None:
    (tmp_path / "convolution.py").write_text("from windows import *\n")
    shutil.copy(SAMPLE / "ada" / "convolution.py", tmp_path / "windows.py")
    assert run("check", ".", "--course", ROOT).returncode == 0


def test_json_has_the_feedback_and_nothing_hidden(run: Run) -> None:
    seen = run("check", SAMPLE / "omar", "--course", ROOT, "--json")
    feedback = json.loads(seen.stdout)
    assert feedback["schema"] == "autograder/feedback/v1"
    assert feedback["walls"] == "process"
    assert {case["visible"] for check in feedback["checks"] for case in check["visible_cases"]} == {True}
    assert sum(group["hidden_total"] for check in feedback["checks"] for group in check["groups"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "."], "which assignment?"),
        (["check", "nowhere.py", "--assignment", "convolution"], "there is no nowhere.py"),
        (["check", "/nope"], "there is no /nope"),
        (["check", ".", "--assignment", "pooling"], "pooling/starter/pooling.py: copy it here"),
        (
            ["check", "work.ipynb"],
            "there is no work.ipynb",
        ),
        (["check", ".", "--assignment", "none"], "there are: autoencoders, convolution"),
    ],
)
def test_a_wrong_command_is_answered_with_what_to_do(run: Run, arguments: list[str], said: str) -> None:
    seen = run(*arguments, "--course", ROOT)
    assert seen.returncode == 2
    assert said in seen.stderr


class TestInAFreshKit:
    @pytest.fixture
    def kit(self, run: Run, tmp_path: Path) -> Path:
        assert run("release", "convolution", tmp_path / "kit", "--course", ROOT).returncode == 0
        return tmp_path / "kit"

    def said(self, kit: Path, *arguments: str) -> str:
        seen = subprocess.run(
            [sys.executable, "-m", "autograder", "check", *arguments],
            cwd=kit,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "400"},
            capture_output=True,
            text=True,
            check=False,
        )
        return seen.stderr.strip().splitlines()[-1] if seen.returncode == 2 else seen.stdout

    def test_the_file_to_begin_with_is_named(self, kit: Path) -> None:
        assert self.said(kit) == (
            f"Error: expected convolution.py in {kit}; it is not there. Begin with "
            "starter/convolution.py: copy it here"
        )
        assert self.said(kit, "convolution.py") == (
            "Error: there is no convolution.py. Begin with starter/convolution.py: copy it here"
        )

    def test_one_more_ending_is_to_be_taken_away(self, kit: Path) -> None:
        (kit / "convolution.py.txt").write_text("")
        assert self.said(kit).endswith(
            "it is not there, but convolution.py.txt is: rename it to convolution.py"
        )

    @pytest.mark.parametrize("name", ["convolution (1).py", "Convolution.py"])
    def test_a_name_that_a_download_makes_is_taken_with_a_note(self, kit: Path, name: str) -> None:
        shutil.copy(SAMPLE / "ada" / "convolution.py", kit / name)
        for arguments in ((), (name,)):
            said = self.said(kit, *arguments)
            assert f"Note: {name} is taken as convolution.py: hand it in under that name" in said
            assert "all visible checks pass" in said

    def test_a_file_that_is_named_is_meant_whatever_it_is_called(self, kit: Path) -> None:
        shutil.copy(SAMPLE / "ada" / "convolution.py", kit / "solution.py")
        said = self.said(kit, "solution.py")
        assert "Note: solution.py is taken as convolution.py: hand it in under that name" in said
        assert "all visible checks pass" in said
        assert "expected convolution.py in" in self.said(kit)

    def test_of_two_such_one_is_to_be_named(self, kit: Path) -> None:
        for name in ("convolution (1).py", "convolution (2).py"):
            (kit / name).write_text("")
        assert self.said(kit).endswith(
            "it is not there, but convolution (1).py, convolution (2).py. Name one: autograder check PATH"
        )

    def test_a_notebook_is_checked_in_the_place_of_a_python_file(self, kit: Path) -> None:
        source = (SAMPLE / "ada" / "convolution.py").read_text()
        cells = [{"cell_type": "code", "source": source}, {"cell_type": "code", "source": "print(1 / 0)"}]
        (kit / "convolution.ipynb").write_text(json.dumps({"cells": cells}))
        for arguments in ((), ("convolution.ipynb",)):
            said = self.said(kit, *arguments)
            assert "code cell 2 ended with an error" in said
            assert "all visible checks pass: 6 of 6 points" in said

    def test_both_forms_with_other_code_are_a_question(self, kit: Path) -> None:
        shutil.copy(SAMPLE / "ada" / "convolution.py", kit)
        cells = [{"cell_type": "code", "source": "def conv2d():\n    pass"}]
        (kit / "convolution.ipynb").write_text(json.dumps({"cells": cells}))
        assert "they are a question to your instructor. Hand in one of them" in self.said(kit)
        assert "all visible checks pass" in self.said(kit, "convolution.py")

    def test_packages_that_the_grader_has_are_recorded(self, kit: Path) -> None:
        assert 'packages = ["numpy", "scipy"]' in (kit / "grading_configs" / "convolution.toml").read_text()
        source = (SAMPLE / "ada" / "convolution.py").read_text()
        (kit / "convolution.py").write_text("import tensorflow_or_so, tqdm, google.colab\n" + source)
        seen = subprocess.run(
            [sys.executable, "-m", "autograder", "check"],
            cwd=kit,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert seen.stderr == (
            "Warning: tensorflow_or_so may not be there when your work is graded. These will be: numpy, "
            "scipy. A function that uses a missing package fails; the others run.\n\n"
        )


def test_no_course_here_is_said(run: Run) -> None:
    seen = run("check", ".")
    assert seen.returncode == 2
    assert "Name one with --course DIR" in seen.stderr


@pytest.mark.slow
def test_an_endless_loop_costs_its_own_case(run: Run) -> None:
    seen = run("check", SAMPLE / "yusuf", "--course", ROOT)
    assert seen.returncode == 1
    assert "a call of conv2d took longer than 2 s" in seen.stdout
    assert "5.4 of 6 points" in seen.stdout


def test_escapes_in_what_a_student_prints_do_not_reach_the_terminal(run: Run, tmp_path: Path) -> None:
    source = (SAMPLE / "ada" / "convolution.py").read_text()
    (tmp_path / "convolution.py").write_text(source + '\nprint("\\x1b]0;owned\\x07\\x1b[2Jshown\\u202e")\n')
    seen = run("check", ".", "--course", ROOT)
    assert "\x1b" not in seen.stdout
    assert "\u202e" not in seen.stdout
    assert "shown" in seen.stdout


def test_an_import_that_may_be_missing_later_is_warned_of(run: Run, tmp_path: Path) -> None:
    source = (SAMPLE / "ada" / "convolution.py").read_text()
    (tmp_path / "convolution.py").write_text("import hypothesis\nimport os\n" + source)
    seen = run("check", ".", "--course", ROOT)
    assert seen.returncode == 0
    assert "hypothesis may not be there when your work is graded" in seen.stderr
    assert "os" not in seen.stderr.split(" may not")[0]


@pytest.mark.parametrize("ending", ["", "raise RuntimeError('broken')\n"])
def test_what_a_preloaded_module_prints_is_nothing_that_the_student_printed(
    run: Run, tmp_path: Path, ending: str
) -> None:
    (tmp_path / "grading_configs").mkdir()
    config = (ROOT / "grading_configs" / "convolution.toml").read_text()
    config = config.replace('preload = ["scipy.signal"]', 'preload = ["noisy"]')
    (tmp_path / "grading_configs" / "convolution.toml").write_text(config)
    noise = f"open({str(tmp_path / 'imported')!r}, 'w').close()\n"
    noise += "import os\nprint('noise')\nos.write(1, b'noise')\nos.write(2, b'noise')\n"
    (tmp_path / "noisy.py").write_text(noise + ending)
    paths = os.pathsep.join((str(tmp_path), str(ROOT)))
    work = tmp_path / "work"
    shutil.copytree(SAMPLE / "ada", work)
    assert run("check", work, "--course", tmp_path, PYTHONPATH=paths).returncode == 0
    assert not (tmp_path / "imported").exists()  # nothing in the file may use it
    with (work / "convolution.py").open("a") as file:
        file.write("# noisy\n")
    seen = run("check", work, "--course", tmp_path, PYTHONPATH=paths)
    assert seen.returncode == 0
    assert "noise" not in seen.stdout + seen.stderr
    assert (tmp_path / "imported").exists()


def test_code_of_which_only_running_tells_is_a_warning_and_no_failure(run: Run, tmp_path: Path) -> None:
    home = tmp_path / "work"
    shutil.copytree(ROOT / "assignments" / "output-sizes" / "sample_class" / "abena", home)
    source = (home / "output_sizes.py").read_text()
    (home / "output_sizes.py").write_text("import math\n__import__(math.__name__)\n" + source)
    seen = run("check", home, "--course", ROOT)
    assert seen.returncode == 0
    assert "Warning: output_sizes.py, line 2: __import__ with a name that only running tells" in seen.stdout
