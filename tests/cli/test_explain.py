"""`autograder explain`: the smallest failing case, and a script that replays it without the toolkit."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.checks.comparison import Difference, Kind
from autograder.checks.diagnosis import prepare
from autograder.errors import ConfigError
from autograder.observation import Returned
from autograder.problems import PROBLEMS
from autograder.problems.problem import Case
from autograder.results import CheckResult, Outcome, Status
from autograder.submission import Submission, SubmittedFile
from autograder.whole_class.explaining import Explanation
from autograder.whole_class.replay import literal
from autograder.whole_class.replay_folder import write_replay
from tests.cli.conftest import ROOT, Run

ClassOf = Callable[..., Path]


@pytest.fixture
def graded(run: Run, class_of: ClassOf, tmp_path: Path) -> Callable[..., Path]:
    """Grade some students of the sample class, and return the results folder."""

    def grade(*students: str, **changes: str) -> Path:
        folder = class_of(*students)
        for student, source in changes.items():
            (folder / student).mkdir(parents=True)
            (folder / student / "convolution.py").write_text(source)
        seen = run("grade", "convolution", folder, "--course", ROOT, "--out", tmp_path / "out")
        assert seen.returncode == 0, seen.stderr
        return tmp_path / "out"

    return grade


def elements(case: dict[str, Any]) -> int:
    shapes = [np.shape(shown["values"]) for shown in case["inputs"].values()]
    return int(sum(np.prod(shape) for shape in shapes))


def test_the_smallest_case_is_shown_with_the_script_that_replays_it(
    run: Run, graded: Callable[..., Path]
) -> None:
    out = graded("omar")
    seen = run("explain", out, "omar")
    assert seen.returncode == 0, seen.stderr
    lines = [line.rstrip() for line in seen.stdout.splitlines()]
    assert lines[0].startswith("omar, conv2d: ")
    assert "Hint: Your kernel is flipped" in seen.stdout
    assert "the smallest case that was found: conv2d(" in seen.stdout
    script = out / "omar" / "replay" / "conv2d.py"
    assert str(script) in lines[-1].replace("\n", "") or script.name in seen.stdout
    again = subprocess.run(
        [sys.executable, "-I", str(script)], capture_output=True, text=True, check=False, cwd=out
    )
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("expected:\n")
    assert "received: ndarray" in again.stdout
    assert "autograder" not in script.read_text()


def test_a_case_is_small_and_fails_in_the_same_way(run: Run, graded: Callable[..., Path]) -> None:
    out = graded("omar", "viktor", "priya")
    for student, difference in (("omar", "the values"), ("viktor", "the shape"), ("priya", "the shape")):
        found = json.loads(run("explain", out, student, "conv2d", "--json").stdout)
        assert found["schema"] == "autograder/explanation/v1"
        assert found["case"]["difference"] == difference
        assert elements(found["case"]) <= 8, found["case"]["inputs"]
        assert Path(found["script"]).exists()


@pytest.mark.slow
def test_a_call_that_hangs_is_explained_within_its_limits(run: Run, graded: Callable[..., Path]) -> None:
    source = (
        "import numpy as np\n"
        "def conv2d(image, kernel, bias=0.0, stride=1, padding=0):\n"
        "    while stride > 1:\n        pass\n"
        "    padded = np.pad(np.asarray(image, float), padding)\n"
        "    windows = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape)\n"
        "    return np.einsum('ijab,ab->ij', windows, kernel) + bias\n"
    )
    out = graded(ada2=source)
    found = json.loads(run("explain", out, "ada2", "conv2d", "--json", "--no-script").stdout)
    assert found["case"]["difference"] == "the time limit"
    assert found["script"] is None
    assert not (out / "ada2" / "replay").exists()


def test_why_a_file_does_not_run_is_said_here_and_by_the_replay(
    run: Run, graded: Callable[..., Path]
) -> None:
    elsewhere = "import google.colab\ndef conv2d(*given, **named):\n    return 0\n"  # a stand-in when graded
    out = graded(ada2=elsewhere, carl2="def conv2d()\n    pass\n")
    seen = run("explain", out, "carl2", "conv2d")
    assert "conv2d is not defined: the file ran into SyntaxError" in seen.stdout
    assert "Note: convolution.py ran into an error. SyntaxError: expected ':'" in seen.stdout
    assert "convolution.py, line 1: def conv2d()" in seen.stdout
    [note] = json.loads(run("explain", out, "carl2", "conv2d", "--json").stdout)["notes"]
    assert note.startswith("convolution.py ran into an error.")
    assert run("explain", out, "ada2", "conv2d").returncode == 0
    script = out / "ada2" / "replay" / "conv2d.py"
    again = subprocess.run([sys.executable, "-I", script], capture_output=True, text=True, check=False)
    assert (again.returncode, again.stdout) == (1, "")
    why, what = again.stderr.splitlines()
    assert why.startswith("convolution.py ended with ModuleNotFoundError: No module named 'google")
    assert (
        what == "convolution.py defines no conv2d here: mend what is said above, or install what it imports"
    )


def test_what_cannot_be_explained_is_said(run: Run, graded: Callable[..., Path]) -> None:
    out = graded("ada", "omar")
    for arguments, message in (
        (("nobody",), "expected a student among ada, omar; received 'nobody'"),
        (("ada",), "expected a check that failed; ada has none"),
        (("omar", "conv3d"), "expected a check among convolve1d, conv2d, conv2d_layer; received 'conv3d'"),
    ):
        seen = run("explain", out, *arguments)
        assert (seen.returncode, seen.stdout) == (2, "")
        assert message in seen.stderr
    with (out.parent / "class" / "omar" / "convolution.py").open("a") as file:
        file.write("# later\n")
    seen = run("explain", out, "omar")
    assert seen.returncode == 2
    assert "expected the submission of omar" in seen.stderr
    assert "as it was graded" in seen.stderr


def test_what_has_not_run_is_said_to_have_not(run: Run, class_of: ClassOf, tmp_path: Path) -> None:
    folder, out = class_of("omar"), tmp_path / "out"
    (folder / "bo").mkdir()
    run("grade", "convolution", folder, "--course", ROOT, "--out", out, "--only", "conv2d")
    for arguments, message in (
        (
            ("bo",),
            (
                "expected a check that has run; of bo, convolve1d, conv2d, conv2d_layer have not: expected "
                "the file convolution.py; received nothing"
            ),
        ),
        (
            ("omar", "convolve1d"),
            (
                "expected a check that has run; of omar, convolve1d has not: not run: another check was "
                "asked for alone"
            ),
        ),
    ):
        seen = run("explain", out, *arguments)
        assert (seen.returncode, seen.stdout, seen.stderr) == (2, "", f"error: {message}\n")


def explanation(*files: tuple[str, bytes]) -> Explanation:
    return Explanation(
        check=CheckResult(
            name="conv2d",
            kind="function",
            outcome=Outcome.COMPLETED,
            status=Status.FAILED,
            score=0.0,
            max_score=1.0,
            message="",
        ),
        function="conv2d",
        prepared=prepare(
            PROBLEMS["conv2d"], Case("basic", {"image": np.zeros((1, 1)), "kernel": np.zeros((1, 1))})
        ),
        was_visible=True,
        call="conv2d(image)",
        seen=Returned(None),
        difference=Difference(Kind.VALUES, ""),
        submission=Submission(
            "ada", tuple(SubmittedFile(name, data) for name, data in files), "convolution.py", ""
        ),
    )


class TestTheReplayFolder:
    def test_it_is_written_anew_each_time(self, tmp_path: Path) -> None:
        write_replay(tmp_path, explanation(("convolution.py", b"1"), ("data", b"file"), ("old.py", b"2")))
        script = write_replay(tmp_path, explanation(("convolution.py", b"3"), ("data/x", b"in a folder")))
        assert script == tmp_path / "replay" / "conv2d.py"
        found = sorted(
            path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()
        )
        assert found == [
            "replay/conv2d.py",
            "replay/submission/convolution.py",
            "replay/submission/data/x",
        ]
        assert (tmp_path / "replay" / "submission" / "convolution.py").read_bytes() == b"3"

    def test_names_may_be_as_long_as_they_can(self, tmp_path: Path) -> None:
        name = "x" * 252 + ".py"
        write_replay(tmp_path, explanation(("convolution.py", b"1"), (name, b"2"), (".a.7.tmp/y", b"3")))
        assert (tmp_path / "replay" / "submission" / name).read_bytes() == b"2"

    def test_links_are_not_followed(self, tmp_path: Path) -> None:
        outside, student = tmp_path / "outside", tmp_path / "ada"
        outside.mkdir()
        (outside / "conv2d.py").write_text("mine")
        student.mkdir()
        (student / "replay").symlink_to(outside)
        (student / ".replay-left").symlink_to(outside)
        write_replay(student, explanation(("convolution.py", b"1")))
        assert not (student / "replay").is_symlink()
        assert [path.name for path in outside.iterdir()] == ["conv2d.py"]
        assert (outside / "conv2d.py").read_text() == "mine"
        assert sorted(path.name for path in student.iterdir()) == ["replay"]
        (tmp_path / "bo").symlink_to(outside)
        with pytest.raises(ConfigError, match="is a link"):
            write_replay(tmp_path / "bo", explanation(("convolution.py", b"1")))


def test_the_command_to_replay_can_be_pasted(run: Run, class_of: ClassOf, tmp_path: Path) -> None:
    out = tmp_path / "my results; $(x)"
    run("grade", "convolution", class_of("omar"), "--course", ROOT, "--out", out)
    seen = run("explain", out, "omar")
    script = out / "omar" / "replay" / "conv2d.py"
    assert seen.stdout.endswith(f"replay it without the toolkit: python {shlex.quote(str(script))}\n")


def test_the_cases_are_those_of_the_report_whatever_the_seed_is_now(
    run: Run, graded: Callable[..., Path]
) -> None:
    out = graded("omar")
    seen = run("explain", out, "omar", AUTOGRADER_SEED="6" * 32)
    assert seen.returncode == 0, seen.stderr


@pytest.mark.parametrize(
    "value",
    [
        np.array([[1, 2], [3, 255]], np.uint8),
        np.array([0.1, -1e-300, 1 / 3], np.float64),
        np.array([1 / 3, 2.5], np.float32),
        np.array([np.nan, np.inf, -np.inf]),
        np.zeros((0, 3), np.int64),
        np.float32(0.1),
        np.array(True),
        {"rank": 2, "shape": (2, 3)},
        [(1, 2, 3), (6,)],
        (1,),
        "same",
        None,
    ],
    ids=repr,
)
def test_a_literal_is_exact(value: Any) -> None:
    again = eval(literal(value), {"np": np})
    assert type(again) is type(value)
    if isinstance(value, np.ndarray | np.generic):
        assert again.dtype == value.dtype
        assert again.shape == value.shape
        np.testing.assert_array_equal(again, value)
    else:
        assert again == value
