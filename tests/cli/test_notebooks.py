"""Notebooks where a Python file is asked for: each command takes them as it takes the file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.cli.conftest import ROOT, SAMPLE, Run

ClassOf = Callable[..., Path]
MAIN = "convolution.ipynb"
MOST_KIB = 450 * 1024  # of memory that is the grader's own


def notebook_of(student: str, *more: str, outputs: int = 0) -> bytes:
    """Return a student's file as a notebook, a cell for each function; with so many MB of outputs."""
    source = (SAMPLE / student / "convolution.py").read_text()
    first, *functions = source.split("\n\n\ndef ")
    cells = [first, *(f"def {function}\n" for function in functions), *more]
    made = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    figure = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 2**20}}
    made[-1]["outputs"] = [figure] * outputs
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}).encode()


@pytest.fixture
def handed_in(tmp_path: Path) -> Callable[..., Path]:
    """Make a folder of hand-ins that are notebooks."""

    def make(**notebooks: bytes) -> Path:
        for student, data in notebooks.items():
            (tmp_path / "class" / student).mkdir(parents=True)
            (tmp_path / "class" / student / MAIN).write_bytes(data)
        return tmp_path / "class"

    return make


def course_with(tmp_path: Path, lines: str) -> Path:
    """Return a course whose convolution has more lines in its configuration."""
    (tmp_path / "course" / "grading_configs").mkdir(parents=True)
    text = (ROOT / "grading_configs" / "convolution.toml").read_text()
    config = text.replace("[limits]\n", f"{lines}\n\n[limits]\n", 1)
    (tmp_path / "course" / "grading_configs" / "convolution.toml").write_text(config)
    return tmp_path / "course"


def report(out: Path, student: str, name: str = "report.json") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / student / name).read_text())
    return found


def test_a_student_checks_a_notebook(run: Run, handed_in: Callable[..., Path]) -> None:
    folder = handed_in(ada=notebook_of("ada", "%matplotlib inline\n1 / 0\n"), omar=notebook_of("omar"))
    seen = run("check", folder / "ada", "--course", ROOT)
    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert "all visible checks pass: 6 of 6 points" in seen.stdout
    assert "code cell 5 ended with an error; the other cells ran" in seen.stdout
    assert "convolution.ipynb, cell 5, line 2: 1 / 0" in seen.stdout
    seen = run("check", folder / "omar" / MAIN, "--course", ROOT)
    assert seen.returncode == 1
    assert "Your kernel is flipped" in seen.stdout


@pytest.mark.parametrize("name", ["ada", f"ada/{MAIN}"])
def test_watch_checks_a_notebook(handed_in: Callable[..., Path], name: str) -> None:
    file = handed_in(ada=notebook_of("ada")) / name
    command = [sys.executable, "-m", "autograder", "watch", str(file), "--course", str(ROOT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        try:
            for line in process.stdout:
                if "visible checks" in line:
                    break
            assert "all visible checks pass" in line
        finally:
            process.terminate()


def test_a_class_hands_in_both_and_reports_tell_of_cells(
    run: Run, handed_in: Callable[..., Path], class_of: ClassOf, tmp_path: Path
) -> None:
    class_of("ada")
    out = tmp_path / "out"
    odd = notebook_of("ada", "print('mine')\n", "display(3)\n1 / 0\n")
    folder = handed_in(bo=notebook_of("ada"), cy=odd, di=b"{", omar=notebook_of("omar"))
    course = course_with(tmp_path, "cells = { keep = true }")
    command = ("grade", "convolution", folder, "--course", course, "--out", out)
    seen = run(*command)
    assert seen.returncode == 0, seen.stderr
    scores = {name: report(out, name)["score"] for name in ("ada", "bo", "cy", "di")}
    assert scores == {"ada": 10, "bo": 10, "cy": 10, "di": 0}
    assert report(out, "di")["outcome"] == "unreadable_submission"
    cells = report(out, "cy")["cells"]
    assert [cell["number"] for cell in cells] == [1, 2, 3, 4, 5, 6]
    assert cells[5]["error"].endswith("convolution.ipynb, cell 6, line 2: 1 / 0")
    assert all(
        set(cell) <= {"number", "ran", "seconds", "error", "printed"} or not cell["source"] for cell in cells
    )
    assert [cell["number"] for cell in report(out, "cy", "feedback.json")["cells"]] == [1, 2, 3, 4, 5, 6]
    assert "cells" not in report(out, "ada") or not report(out, "ada")["cells"]
    executed = nbformat.read(out / "cy" / "executed.ipynb", as_version=4)
    nbformat.validate(executed)
    assert [output.get("text") for output in executed.cells[5].outputs] == ["mine\n"]
    assert (out / "cy" / "executed.ipynb").stat().st_mode & 0o777 == 0o600
    assert not (out / "ada" / "executed.ipynb").exists()
    again = run(*command)
    assert "5 unchanged" in again.stdout, again.stdout
    shown = run(*command, "--student", "cy", "--fresh")
    assert "code cell 6 ended with an error" in shown.stdout


def test_the_smallest_case_of_a_notebook_is_replayed_without_the_toolkit(
    run: Run, handed_in: Callable[..., Path], tmp_path: Path
) -> None:
    more = (
        "%%time\nx = 1\n",
        "%matplotlib inline\n!ls\nfiles = !ls\nif True:\n    %time x = 2\n    !pip list\ndisplay(x)\n",
        "%%bash\nexit 1\n",
        "1 / 0\n",
        "import sys\nsys.exit()\n",
        "print('the last cell')\n",
    )
    folder = handed_in(omar=notebook_of("omar", *more))
    out = tmp_path / "out"
    assert run("grade", "convolution", folder, "--course", ROOT, "--out", out).returncode == 0
    seen = run("explain", out, "omar")
    assert seen.returncode == 0, seen.stderr
    assert "Your kernel is flipped" in seen.stdout
    script = out / "omar" / "replay" / "conv2d.py"
    again = subprocess.run(
        [sys.executable, "-I", str(script)], capture_output=True, text=True, check=False, cwd=out
    )
    assert again.returncode == 0, again.stderr
    assert again.stderr.splitlines() == [
        "code cell 8 ended with ZeroDivisionError: division by zero",
        "code cell 9 ended with SystemExit: ",
    ]
    lines = again.stdout.splitlines()
    assert lines.index("the last cell") < lines.index("expected:")
    assert "received: ndarray" in lines
    text = script.read_text()
    assert "autograder" not in text
    assert "IPython." not in text


@pytest.mark.slow
def test_large_notebooks_take_no_memory_of_the_grader(
    run: Run, handed_in: Callable[..., Path], tmp_path: Path
) -> None:
    large = notebook_of("ada", outputs=50)
    folder = handed_in(**{f"s{number}": large for number in range(12)})
    bound = f'ulimit -S -d {MOST_KIB}; exec {sys.executable} -m autograder "$@"'
    command = ["grade", "convolution", folder, "--course", ROOT, "--out", tmp_path / "out", "--jobs", "2"]
    seen = subprocess.run(
        ["/bin/sh", "-c", bound, "sh", *map(str, command)], capture_output=True, text=True, check=False
    )
    assert seen.returncode == 0, seen.stderr
    assert {report(tmp_path / "out", path.name)["score"] for path in folder.iterdir()} == {10}
    assert len(large) * 12 > MOST_KIB * 1024
