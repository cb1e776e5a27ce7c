"""One file for each function is as good as the file that is asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.submission import AmbiguousSubmission, Submission, hand_ins

ROOT = Path(__file__).resolve().parents[2]
MAIN = "convolutions.py"
FUNCTIONS = ("convolve", "pool", "conv_forward")


@pytest.fixture
def of_ada(folder):
    def attempt(files):
        contents = {f"ada/{name}": data for name, data in files.items()} | {"zoe/convolutions.py": b"1"}
        [ada, _] = hand_ins(folder(contents), MAIN, functions=FUNCTIONS)
        [only] = ada.attempts
        return only

    return attempt


def test_parts_are_put_together_and_keep_their_names(of_ada):
    ada = of_ada(
        {
            "math/5-convolve.py": b"a",
            "math/6-pool.py": b"b",
            "math/6-main.py": b"c",
            "cnn/0-conv_Forward.py": b"d",
        }
    )
    assert isinstance(ada, Submission)
    files = {file.path: bytes(file.data) for file in ada.files}
    assert files["math/6-main.py"] == b"c"
    assert files["5-convolve.py"] == files["_5_convolve.py"] == files["math/5-convolve.py"] == b"a"
    assert files[MAIN].splitlines()[1:] == [
        b"from _5_convolve import convolve",
        b"from _6_pool import pool",
        b"from _0_conv_Forward import conv_forward",
    ]
    assert ada.notes == ("convolutions.py was put together of 5-convolve.py, 6-pool.py, 0-conv_Forward.py",)


def test_the_file_itself_goes_before_its_parts(of_ada):
    ada = of_ada({"convolutions.py": b"x", "5-convolve.py": b"a", "6-pool.py": b"b"})
    assert {file.path: bytes(file.data) for file in ada.files}[MAIN] == b"x"
    assert ada.notes == ()


@pytest.mark.parametrize(
    "files",
    [
        {"5-convolve.py": b"a", "other.py": b"b"},
        {"5-convolve.py": b"a", "a/6-pool.py": b"b", "b/6-pool.py": b"c"},
        {"my_convolve.py": b"a", "pool_2.py": b"b"},
    ],
)
def test_what_is_no_two_parts_is_a_question(of_ada, files):
    assert isinstance(of_ada(files), AmbiguousSubmission)


@pytest.mark.slow
def test_a_broken_part_costs_its_own_function(tmp_path):
    sound = ROOT / "assignments" / "holberton" / "sample_class" / "abel" / MAIN
    own = tmp_path / "class" / "ada"
    own.mkdir(parents=True)
    names = ("convolve_grayscale_valid", "convolve_channels", "convolve", "pool", "pool_forward")
    for number, name in enumerate(names):
        (own / f"{number}-{name}.py").write_bytes(sound.read_bytes())
    (own / "2-convolve.py").write_text("def convolve(:\n")
    subprocess.run(
        [sys.executable, "-m", "autograder", "grade", "holberton", own.parent, "--out", tmp_path / "out"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "AUTOGRADER_SEED": "5" * 32},
        capture_output=True,
        check=True,
    )
    report = json.loads((tmp_path / "out" / "ada" / "report.json").read_text())
    passed = {each["name"] for each in report["checks"] if each["status"] == "passed"}
    assert passed == set(names) - {"convolve"}
