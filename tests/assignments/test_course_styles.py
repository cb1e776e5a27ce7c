"""The assignments in the signatures of four courses: their sample classes graded for real, kits, handouts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder import config
from autograder.calling import ready_styles

ROOT = Path(__file__).resolve().parent.parent.parent
# Of each student: the points, and of each check that loses some the mistake that is named.
DA: dict[str, tuple[float, dict[str, str | None]]] = {
    **dict.fromkeys(("ada", "bert", "clea", "dan", "eva", "finn"), (10.0, {})),
    "gil": (6.46, {"conv_forward": "first image for all"}),
    "hal": (6.0, {"conv_forward": "one bias for all"}),
    "ida": (8.9, {"conv_forward": "window starts not multiplied by the stride"}),
    "jan": (7.54, {"pool_forward": "last window missing"}),  # so say the visible cases
    "kim": (6.0, {"conv_forward": None}),
    "lou": (7.5, {"pool_forward": None}),
    "mia": (7.0, {"pool_forward": None}),
    "ned": (7.59, {"zero_pad": "padding on the wrong axes", "conv_forward": None}),
}
CS231N = {
    **dict.fromkeys(("ola", "pia", "quinn", "ria", "sam", "tom"), (10.0, {})),
    "abe": (0.0, {"conv_forward_naive": None, "max_pool_forward_naive": None}),
    "bea": (4.0, {"conv_forward_naive": "one bias for all"}),
    "cas": (4.0, {"conv_forward_naive": None}),
    "uta": (9.0, {"conv_forward_naive": None}),
    "vic": (9.0, {"max_pool_forward_naive": "window's height and width swapped"}),
    "wim": (8.5, {"conv_forward_naive": None}),
    "xen": (6.42, {"max_pool_forward_naive": "first channel for all"}),
    "yan": (8.35, {"conv_forward_naive": "window starts not multiplied by the stride"}),
    "zoe": (4.0, {"conv_forward_naive": "bias forgotten"}),
}
HOLBERTON = {
    **dict.fromkeys(("abel", "beth", "carl", "dora", "emil", "fay", "glen"), (10.0, {})),
    "hugo": (9.26, {"pool": None, "pool_forward": None}),
    "iva": (9.0, {"conv_forward": "activation not used"}),
    "jon": (9.72, {"conv_forward": "strides swapped"}),
    "kai": (9.0, {"conv_forward": "bias forgotten"}),
    "leo": (9.5, {"convolve_grayscale_padding": "paddings swapped"}),
    "maya": (9.0, {"convolve_grayscale_valid": "last window missing"}),
    "nils": (9.0, {"convolve_channels": None}),
}
D2L = {
    **dict.fromkeys(("otto", "pablo", "rosa", "sara", "theo", "ugo"), (10.0, {})),
    "aino": (3.0, {"corr2d": None, "corr2d_multi_in": None, "corr2d_multi_in_out": None}),
    "bodo": (8.8, {"pool2d": None}),
    "vera": (8.8, {"pool2d": "sum instead of average"}),
    "wes": (9.0, {"pool2d": "window's height and width swapped"}),
    "xia": (6.0, {"corr2d_multi_in": None, "corr2d_multi_in_out": None}),
    "yves": (8.0, {"corr2d_multi_in_out": None}),
    "zeki": (
        3.0,
        dict.fromkeys(("corr2d", "corr2d_multi_in", "corr2d_multi_in_out"), "last window missing"),
    ),
}
CLASSES = {"deeplearning-ai": DA, "cs231n": CS231N, "holberton": HOLBERTON, "d2l": D2L}
STUDENTS = [(slug, student) for slug, due in CLASSES.items() for student in due]


def autograder(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), "AUTOGRADER_SEED": "5" * 32, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory) -> Path:
    """Return the folder with the results of the four classes, graded once behind all walls."""
    folder: Path = tmp_path_factory.mktemp("results")
    for slug in CLASSES:
        sample = ROOT / "assignments" / slug / "sample_class"
        seen = autograder("grade", slug, sample, "--out", folder / slug, "--course", ROOT)
        assert seen.returncode == 0, seen.stderr
    return folder


def report(results: Path, slug: str, student: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((results / slug / student / "report.json").read_text())
    return found


def check(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in found["checks"] if each["name"] == name)


@pytest.mark.slow
class TestTheSampleClasses:
    @pytest.mark.parametrize("slug", CLASSES)
    def test_everybody_is_there(self, slug: str) -> None:
        sample = ROOT / "assignments" / slug / "sample_class"
        assert {folder.name for folder in sample.iterdir()} == CLASSES[slug].keys()

    @pytest.mark.parametrize(("slug", "student"), STUDENTS)
    def test_everybody_gets_what_is_due(self, results: Path, slug: str, student: str) -> None:
        found, (score, lost) = report(results, slug, student), CLASSES[slug][student]
        assert found["score"] == pytest.approx(score, abs=0.06)
        assert not found["provisional"]
        wrong = [each for each in found["checks"] if each["status"] != "passed"]
        assert {each["name"]: each["details"]["misconception"] for each in wrong} == lost

    def test_names_and_bare_results_are_noted(self, results: Path) -> None:
        notes = check(report(results, "deeplearning-ai", "eva"), "conv_forward")["notes"]
        assert "convForward counts as conv_forward" in notes
        assert "convForward returns the bare result (ndarray), not a tuple; it counts" in notes

    def test_the_convention_that_is_followed_is_named(self, results: Path) -> None:
        followed = {
            student: check(report(results, "holberton", student), "convolve")["details"]["convention"]
            for student in ("abel", "beth", "carl", "dora", "emil", "fay", "hugo")
        }
        assert followed == {
            "abel": "same_with_one_more",
            "beth": "same_by_ceiling",
            "carl": "same_by_ceiling_cut",
            "dora": None,
            "emil": "same_by_half_cut",
            "fay": "same_keeping_size",
            "hugo": "same_with_one_more",
        }
        notes = check(report(results, "holberton", "beth"), "convolve")["notes"]
        assert any(note.startswith("follows another convention, which counts too: ") for note in notes)

    def test_reports_show_what_the_function_gets_and_gives(self, results: Path) -> None:
        cases = check(report(results, "cs231n", "zoe"), "conv_forward_naive")["details"]["cases"]
        case = next(each for each in cases if each["group"] == "padding")
        assert case["call"] == 'conv_forward_naive(x, w, b, {"stride": 1, "pad": 1})[0]'
        shapes = {name: shown["description"] for name, shown in case["inputs"].items()}
        assert shapes["x"] == "2×2×4×5 array of float64"
        assert shapes["w"] == "3×2×3×3 array of float64"
        assert case["expected"]["description"] == "2×3×4×5 array of int64"
        assert case["received"]["description"] == "2×3×4×5 array of float64"
        assert case["expected"]["text"].startswith("[0, 0, :, :]")

    @pytest.mark.parametrize(
        ("slug", "student", "call"),
        [
            ("cs231n", "zoe", r'conv_forward_naive\(x, w, b, {"stride": 1, "pad": 0}\)\[0\]'),
            ("holberton", "kai", r"conv_forward\(A_prev, W, b, (relu|tanh), '?\w+'?, \(1, 1\)\)"),
            ("deeplearning-ai", "hal", r'conv_forward\(A_prev, W, b, {"stride": 1, "pad": 0}\)\[0\]'),
        ],
    )
    def test_a_case_is_made_small_and_replayed(
        self, results: Path, slug: str, student: str, call: str
    ) -> None:
        seen = json.loads(autograder("explain", results / slug, student, "--json").stdout)
        assert re.fullmatch(call, seen["case"]["call"])
        ran = subprocess.run(
            [sys.executable, seen["script"]], capture_output=True, text=True, check=False, timeout=60
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        expected, received = ran.stdout.removeprefix("expected:\n").split("received: ndarray\n")
        assert expected.strip() != received.strip()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("slug", "right", "wrong"),
    [("deeplearning-ai", "bert", "gil"), ("holberton", "beth", "kai"), ("cs231n", "pia", "vic")],
)
def test_a_kit_says_what_the_course_says(tmp_path: Path, slug: str, right: str, wrong: str) -> None:
    made = autograder("release", slug, tmp_path / "kit", "--course", ROOT)
    assert made.returncode == 0, made.stderr
    for student, code in ((right, 0), (wrong, 1)):
        work = tmp_path / "kit" / student
        shutil.copytree(ROOT / "assignments" / slug / "sample_class" / student, work)
        alone = autograder("check", "--json", cwd=work)
        of_course = autograder("check", "--json", "--course", ROOT, cwd=work)
        assert alone.returncode == of_course.returncode == code
        assert json.loads(alone.stdout)["checks"] == json.loads(of_course.stdout)["checks"]


def test_an_activation_is_to_be_called_as_it_is_given(tmp_path: Path) -> None:
    right = (ROOT / "assignments/holberton/sample_class/abel/convolutions.py").read_text()
    last = "return activation(Z + b)"
    assert right.count(last) == 1
    ways = {
        "ada": (last, None, 1.0),
        "ben": ("return Z + b", "activation not used", 0.0),
        "cy": ("return np.maximum(Z + b, 0)", "always relu", 0.5),
        "dan": ("return activation(Z) + b", "activation before the bias", 0.0),
        "eli": ("return np.tanh(Z + b)", "always tanh", 0.5),
    }
    for student, (line, _, _) in ways.items():
        (tmp_path / "class" / student).mkdir(parents=True)
        (tmp_path / "class" / student / "convolutions.py").write_text(right.replace(last, line))
    seen = autograder("grade", "holberton", tmp_path / "class", "--out", tmp_path / "out", "--course", ROOT)
    assert seen.returncode == 0, seen.stderr
    for student, (_, mistake, score) in ways.items():
        found = json.loads((tmp_path / "out" / student / "report.json").read_text())
        layer = check(found, "conv_forward")
        assert (layer["score"], layer["details"]["misconception"]) == (pytest.approx(score, abs=0.1), mistake)
        groups = [(each["visible_passed"], each["hidden_passed"]) for each in layer["details"]["groups"]]
        assert mistake is None or all(min(each) <= 1 for each in groups), groups
        assert sum(each["score"] for each in found["checks"]) == pytest.approx(9 + layer["score"])


@pytest.mark.parametrize("slug", CLASSES)
def test_the_handout_has_every_signature_and_group(slug: str) -> None:
    handout = (ROOT / "assignments" / slug / "README.md").read_text()
    rows = re.findall(r"^\| (?:`(\w+)`)? *\| (\w+) \| ([\d.]+) \|", handout, re.MULTILINE)
    told, name = {}, ""
    for named, group, points in rows:
        name = named or name
        told[name, group] = float(points)
    checks = config.load(ROOT, slug).config.checks
    given = {(c.name, group): p.visible + p.hidden for c in checks for group, p in c.points.items()}
    assert told == pytest.approx(given)
    for each in checks:
        assert ready_styles()[each.call].signature in handout
