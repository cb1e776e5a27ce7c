"""`autograder release`: a kit that says all that students may know, works alone, and gives nothing away."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from autograder import config
from autograder.authoring.kits.kit import make_kit
from autograder.authoring.kits.kit_folder import write_kit
from autograder.authoring.kits.toml_writing import toml_of
from autograder.checks.diagnosis import find_misconception, prepare
from autograder.config import FunctionCheckConfig, ValuesCheckConfig, WrittenCheckConfig, for_students
from autograder.errors import ConfigError
from autograder.observation import Returned
from autograder.problems import PROBLEMS, recorded
from autograder.problems.problem import Case, Misconception, Problem
from autograder.self_check import own_check
from tests.cli.conftest import ROOT, Run

SLUGS = config.slugs(ROOT)
EMPTY = {"new": (), "replaced": (), "unchanged": (), "kept": (), "removed": ()}


@pytest.fixture(scope="module")
def kits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a kit of every assignment."""
    folder = tmp_path_factory.mktemp("kits")
    for slug in SLUGS:
        write_kit(make_kit(config.load(ROOT, slug)), folder / slug)
    return folder


def every_byte(folder: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


class TestWhatIsInIt:
    @pytest.mark.parametrize("slug", SLUGS)
    def test_its_configuration_is_exactly_what_students_may_see(self, kits: Path, slug: str) -> None:
        theirs = for_students(config.load(ROOT, slug).config)
        assert config.load(kits / slug, slug).config == structs.replace(theirs, kit=True)

    @pytest.mark.parametrize("slug", SLUGS)
    def test_handout_and_starter_are_there_as_they_are(self, kits: Path, slug: str) -> None:
        folder = ROOT / "assignments" / slug
        assert (kits / slug / "README.md").read_bytes() == (folder / "README.md").read_bytes()
        for path in folder.glob("starter/*.py"):
            assert (kits / slug / "starter" / path.name).read_bytes() == path.read_bytes()

    def test_the_command_says_what_is_there_and_what_to_do(self, run: Run, tmp_path: Path) -> None:
        seen = run("release", "convolution", "kit", "--course", ROOT)
        assert (seen.returncode, seen.stderr) == (0, "")
        for path in (tmp_path / "kit").rglob("*.*"):
            assert path.relative_to(tmp_path / "kit").as_posix() in seen.stdout
        assert "9 visible examples with their results" in seen.stdout
        assert seen.stdout.endswith("Students run, in the folder with their file: autograder check\n")

    def test_json_lists_the_files(self, run: Run, tmp_path: Path) -> None:
        said = json.loads(run("release", "convolution", "kit", "--course", ROOT, "--json").stdout)
        there = {path.relative_to(tmp_path / "kit").as_posix() for path in (tmp_path / "kit").rglob("*.*")}
        assert set(said["files"]) == there
        assert said["versions"].keys() >= {"autograder", "numpy", "python"}

    def test_the_guide_says_how_to_install(self, run: Run, tmp_path: Path) -> None:
        command = "python -m pip install course.whl"
        run("release", "convolution", "kit", "--course", ROOT, "--install", command)
        guide = (tmp_path / "kit" / "CHECK.md").read_text()
        assert f"\n    {command}\n" in guide
        assert "TOOLKIT" not in guide
        assert "\n    python -m pip install ipython " in guide
        assert "$" not in guide

    def test_the_same_assignment_makes_the_same_bytes(self) -> None:
        assignment = config.load(ROOT, "pooling")
        assert make_kit(assignment) == make_kit(assignment)

    def test_making_it_imports_no_framework(self) -> None:
        code = (
            "import sys; import autograder.authoring.kits.kit, autograder.authoring.kits.kit_folder\n"
            "from autograder.problems import PROBLEMS\n"
            "print({'tensorflow', 'keras', 'scipy', 'IPython'} & set(sys.modules))"
        )
        seen = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert seen.stdout.strip() == "set()"


BLOCKER = """
import sys

class Blocker:
    allowed = ("checking", "problem", "recorded", "signatures", "sources")

    def find_spec(self, name, path=None, target=None):
        first, _, rest = name.partition("autograder.problems.")
        if name.split(".")[0] == "reference" or (not first and rest and rest not in self.allowed):
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Blocker())
"""


class TestCheckingFromTheKitAlone:
    @pytest.mark.parametrize(
        ("slug", "student"),
        [("convolution", "omar"), ("pooling", "helga"), ("output-sizes", None), ("tensors", None)],
    )
    def test_it_says_what_the_course_would(
        self, kits: Path, tmp_path: Path, slug: str, student: str | None
    ) -> None:
        """The references and the problems made of them cannot be imported, nor is a course there."""
        sample = ROOT / "assignments" / slug / "sample_class"
        work = sample / (student or sorted(path.name for path in sample.iterdir())[3])
        kit = shutil.copytree(kits / slug, tmp_path / "kit")
        shutil.copytree(work, kit / "work" / work.name)
        (tmp_path / "blocked").mkdir()
        (tmp_path / "blocked" / "sitecustomize.py").write_text(BLOCKER)

        def check(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                [sys.executable, "-m", "autograder", "check", "--json", *arguments],
                cwd=kit / "work" / work.name,
                env={**os.environ, **environment},
                capture_output=True,
                text=True,
                check=False,
            )

        alone = check(PYTHONPATH=f"{tmp_path / 'blocked'}{os.pathsep}{ROOT}")
        of_course = check("--course", str(ROOT), PYTHONPATH=str(ROOT))
        assert alone.stderr == ""
        assert json.loads(alone.stdout) == json.loads(of_course.stdout)
        assert alone.returncode == of_course.returncode

    def test_the_blocker_blocks(self, tmp_path: Path) -> None:
        (tmp_path / "sitecustomize.py").write_text(BLOCKER)
        for module in ("reference.pooling", "autograder.problems.pooling"):
            seen = subprocess.run(
                [sys.executable, "-c", f"import {module}"],
                env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
                capture_output=True,
                text=True,
                check=False,
            )
            assert "is blocked" in seen.stderr

    @pytest.mark.parametrize("name", sorted(PROBLEMS))
    def test_every_mistake_is_named_as_with_the_reference(self, name: str) -> None:
        original = PROBLEMS[name]
        [stored] = recorded.read_recorded(Path("x"), recorded.write_recording([original], {}))
        cases = [[prepare(each, case) for case in each.examples] for each in (original, stored)]
        for mistake in original.misconceptions:
            named = []
            for problem, prepared in zip((original, stored), cases, strict=True):
                answers = [(each, _answer(mistake, each.case)) for each in prepared]
                answers = [(each, answer) for each, answer in answers if answer is not None]
                wrong = [(each, seen) for each, seen in answers if each.difference(seen.value) is not None]
                right = [each for each, seen in answers if each.difference(seen.value) is None]
                found = find_misconception(problem, wrong, right)
                named.append((found and found.name, found and found.explanation, len(wrong)))
            assert named[0] == named[1]


def _answer(mistake: Misconception, case: Case) -> Returned | None:
    try:
        return Returned(mistake.function(**case.inputs))
    except (ValueError, IndexError, TypeError, KeyError, ZeroDivisionError):
        return None


class TestNothingLeaks:
    @pytest.mark.parametrize("slug", SLUGS)
    def test_no_answer_rubric_note_or_reference(self, kits: Path, slug: str) -> None:
        """A note of a near miss may stand there only beside a value whose answer students see anyway."""
        everything = every_byte(kits / slug).decode(errors="replace")
        checks = config.load(ROOT, slug).config.checks
        items = [item for check in checks if isinstance(check, ValuesCheckConfig) for item in check.items]
        shown = {near.note for item in items if item.visible for near in item.near}
        hidden = [item for item in items if not item.visible]
        secrets = {near.note for item in hidden for near in item.near} - shown
        secrets |= {str(answer) for item in hidden for answer in item.accept or () if len(str(answer)) > 3}
        secrets -= {"False", "True"}
        secrets |= {
            line.text for check in checks if isinstance(check, WrittenCheckConfig) for line in check.rubric
        } - {""}
        assert [secret for secret in secrets if secret in everything] == []
        for word in ("reference.", "import reference", "from reference", "sample_class", str(ROOT)):
            assert word not in everything

    @pytest.mark.parametrize("slug", SLUGS)
    def test_no_secret_key_has_a_value(self, kits: Path, slug: str) -> None:
        for check in config.load(kits / slug, slug).config.checks:
            if isinstance(check, ValuesCheckConfig):
                assert all(item.accept is None and not item.near for item in check.items if not item.visible)
            if isinstance(check, WrittenCheckConfig):
                assert [line.text for line in check.rubric] == [""]

    @pytest.mark.parametrize("slug", SLUGS)
    def test_no_drawn_value(self, kits: Path, slug: str) -> None:
        everything = every_byte(kits / slug)
        for problem in config.load(ROOT, slug).problems.values():
            for case in problem.draw(np.random.default_rng(0)):
                for value in case.inputs.values():
                    if isinstance(value, np.ndarray) and value.size > 7:
                        assert (
                            json.dumps(value.ravel().tolist(), separators=(",", ":")).encode()[1:-1]
                            not in everything
                        )
                        assert value.tobytes() not in everything

    def test_canaries_of_every_secret_stay_at_home(self, tmp_path: Path) -> None:
        course = own_course(tmp_path / "course")
        kit = make_kit(config.load(course, "own"))
        write_kit(kit, tmp_path / "kit")
        everything = every_byte(tmp_path / "kit")
        assert b"SEEN" in everything
        assert b"CANARY" not in everything
        assert b"31337" not in everything
        assert str(tmp_path).encode() not in everything
        assert config.load(course, "own").digest.encode() not in everything


OWN_CONFIG = """
# CANARY: a comment of the author's
schema = "autograder/assignment/v1"
title = "SEEN"
packages = ["numpy"]
file = "own.py"

[[checks]]
kind = "function"
name = "double"
problem = "own_double"
points.basic = { visible = 1, hidden = 2 }

[[checks]]
kind = "values"
name = "answers"
items = [
    { name = "seen", variable = "A", points = 1, accept = [1], visible = true, near = [
        { value = 2, note = "SEEN" },
    ] },
    { name = "unseen", variable = "B", points = 1, accept = ["CANARY", 31337], tolerance = 0.31337, near = [
        { value = "CANARY", note = "CANARY" },
    ] },
]

[[checks]]
kind = "written"
name = "why"
question = "SEEN?"
variable = "C"
rubric = [{ points = 1, text = "CANARY" }, { points = 0.5, text = "CANARY" }]
"""
OWN_PROBLEM = '''
"""CANARY"""
import numpy as np
from autograder.problems.problem import Case, Misconception, Problem, nothing_to_round

def _reference(x):
    return 2 * x  # CANARY

def _draw(rng):
    return [Case("basic", {"x": "CANARY"})]

PROBLEMS = (
    Problem(
        name="own_double", signature="double(x)", positional=1, reference=_reference,
        magnitude=nothing_to_round, groups=("basic",), examples=(Case("basic", {"x": 3}, "SEEN"),),
        draw=_draw, misconceptions=(Misconception("SEEN", "SEEN", lambda x: x),),
    ),
)
'''


def own_course(course: Path) -> Path:
    """Make a course with secrets in all the places that can have some."""
    for path, text in {
        "grading_configs/own.toml": OWN_CONFIG,
        "problems/own.py": OWN_PROBLEM,
        "assignments/own/README.md": "SEEN",
        "assignments/own/starter/own.py": "# SEEN\n",
        "assignments/own/starter/.notes": "CANARY",
        "assignments/own/starter/__pycache__/own.pyc": "CANARY",
        "assignments/own/sample_class/right/own.py": "CANARY",
        "assignments/own/solution.py": "CANARY",
        "results/own/seed": "CANARY",
    }.items():
        (course / path).parent.mkdir(parents=True, exist_ok=True)
        (course / path).write_text(text)
    return course


class TestWritingOverAnEarlierOne:
    def test_a_student_s_work_is_kept_and_the_rest_replaced(self, tmp_path: Path) -> None:
        course, folder = own_course(tmp_path / "course"), tmp_path / "kit"
        write_kit(make_kit(config.load(course, "own")), folder)
        (folder / "starter" / "own.py").write_text("def double(x):\n    return 2 * x\n")
        (folder / "own.py").write_text("mine")
        (folder / "CHECK.md").unlink()
        (course / "assignments/own/README.md").write_text("SEEN again")
        (course / "assignments/own/starter/own.py").write_text("# another start\n")
        written = write_kit(make_kit(config.load(course, "own")), folder)
        assert dataclasses.asdict(written) == {
            **EMPTY,
            "new": ("CHECK.md",),
            "replaced": ("README.md",),
            "unchanged": ("grading_configs/own.toml", "grading_configs/own.examples.json"),
            "kept": ("starter/own.py",),
        }
        assert (folder / "README.md").read_text() == "SEEN again"
        assert (folder / "own.py").read_text() == "mine"
        assert "return 2 * x" in (folder / "starter" / "own.py").read_text()
        again = write_kit(make_kit(config.load(course, "own")), folder)
        assert (again.kept, again.replaced, again.new) == (("starter/own.py",), (), ())

    def test_what_the_assignment_has_no_more_is_removed_unless_it_was_changed(self, tmp_path: Path) -> None:
        course, folder = own_course(tmp_path / "course"), tmp_path / "kit"
        for name in ("a.txt", "b.txt"):
            (course / "assignments/own/starter" / name).write_text(name)
        write_kit(make_kit(config.load(course, "own")), folder)
        (folder / "starter" / "b.txt").write_text("notes")
        for name in ("a.txt", "b.txt"):
            (course / "assignments/own/starter" / name).unlink()
        written = write_kit(make_kit(config.load(course, "own")), folder)
        assert (written.removed, written.kept) == (("starter/a.txt",), ("starter/b.txt",))
        assert {path.name for path in (folder / "starter").iterdir()} == {"own.py", "b.txt"}

    def test_the_command_says_what_was_kept(self, run: Run, tmp_path: Path) -> None:
        run("release", "pooling", "kit", "--course", ROOT)
        (tmp_path / "kit" / "starter" / "pooling.py").write_text("mine")
        seen = run("release", "pooling", "kit", "--course", ROOT)
        assert "kept, since they differ from what the earlier kit wrote: starter/pooling.py" in seen.stdout

    @pytest.mark.parametrize(
        ("name", "text", "said"),
        [
            (
                "notes.txt",
                "x",
                "expected an empty folder or an earlier kit of pooling; received one with notes.txt",
            ),
            ("kit.json", "{}", "kit.json is damaged"),
            ("kit.json", "\xff", "kit.json is damaged"),
        ],
    )
    def test_another_folder_is_left_alone(
        self, run: Run, tmp_path: Path, name: str, text: str, said: str
    ) -> None:
        (tmp_path / "kit").mkdir()
        (tmp_path / "kit" / name).write_text(text, "latin-1")
        seen = run("release", "pooling", "kit", "--course", ROOT)
        assert (seen.returncode, said in seen.stderr) == (2, True)
        assert [path.name for path in (tmp_path / "kit").iterdir()] == [name]

    def test_a_kit_of_another_assignment_is_left_alone(self, kits: Path, run: Run) -> None:
        before = every_byte(kits / "convolution")
        seen = run("release", "pooling", kits / "convolution", "--course", ROOT)
        assert seen.returncode == 2
        assert "received a kit of convolution" in seen.stderr
        assert every_byte(kits / "convolution") == before

    def test_a_link_in_the_place_of_a_file_is_not_followed(self, tmp_path: Path) -> None:
        kit = make_kit(config.load(own_course(tmp_path / "course"), "own"))
        write_kit(kit, tmp_path / "kit")
        (tmp_path / "elsewhere").write_bytes((tmp_path / "kit" / "README.md").read_bytes())
        (tmp_path / "kit" / "README.md").unlink()
        (tmp_path / "kit" / "README.md").symlink_to(tmp_path / "elsewhere")
        assert write_kit(kit, tmp_path / "kit").kept == ("README.md",)

    def test_paths_of_a_manifest_that_point_out_are_not_removed(self, tmp_path: Path) -> None:
        kit = make_kit(config.load(own_course(tmp_path / "course"), "own"))
        write_kit(kit, tmp_path / "kit")
        manifest = json.loads((tmp_path / "kit" / "kit.json").read_text())
        manifest["files"]["../outside"] = manifest["files"]["README.md"]
        (tmp_path / "kit" / "kit.json").write_text(json.dumps(manifest))
        (tmp_path / "outside").write_text("SEEN")
        write_kit(kit, tmp_path / "kit")
        assert (tmp_path / "outside").exists()


class TestMistakes:
    def test_a_kit_of_a_kit(self, kits: Path) -> None:
        with pytest.raises(ConfigError, match="received a student's kit"):
            make_kit(config.load(kits / "pooling", "pooling"))

    def test_no_handout(self, tmp_path: Path) -> None:
        course = own_course(tmp_path)
        (course / "assignments/own/README.md").unlink()
        with pytest.raises(ConfigError, match=r"expected the handout in .*README\.md"):
            make_kit(config.load(course, "own"))

    def test_a_link_in_the_starter(self, tmp_path: Path) -> None:
        course = own_course(tmp_path)
        (course / "assignments/own/starter/data.csv").symlink_to(course / "results/own/seed")
        with pytest.raises(ConfigError, match="expected plain files"):
            make_kit(config.load(course, "own"))

    def test_no_starter_and_a_link_that_leads_nowhere_are_remarked(self, tmp_path: Path) -> None:
        course = own_course(tmp_path)
        (course / "assignments/own/starter/own.py").unlink()
        (course / "assignments/own/README.md").write_text(
            "![a](figures/a.png) [b](#b) [c](https://x.example)"
        )
        remarks = make_kit(config.load(course, "own")).remarks
        assert "there is none" in remarks[0]
        assert remarks[1] == (
            "the handout links to what is not in the kit: figures/a.png. Put it into starter/"
        )
        assert len(remarks) == 2

    @pytest.mark.parametrize("slug", SLUGS)
    def test_of_ours_there_is_nothing_to_remark(self, slug: str) -> None:
        assignment = config.load(ROOT, slug)
        remarks = make_kit(assignment).remarks
        about_data = assignment.config.dataset is not None
        assert [each.startswith("a check at home is done with") for each in remarks] == [True] * about_data


class TestVersions:
    def notes(self, kit: Path, **versions: str | None) -> list[str]:
        path = kit / "grading_configs" / f"{kit.name}.examples.json"
        recording = json.loads(path.read_text())
        for name, version in versions.items():
            if version is None:
                del recording["versions"][name]
            else:
                recording["versions"][name] = version
        path.write_text(json.dumps(recording))
        return own_check.version_notes(config.load(kit, kit.name))

    @pytest.fixture
    def kit(self, kits: Path, tmp_path: Path) -> Path:
        return shutil.copytree(kits / "pooling", tmp_path / "pooling")

    def test_the_same_are_not_worth_a_word(self, kit: Path) -> None:
        assert self.notes(kit) == []
        assert own_check.version_notes(config.load(ROOT, "pooling")) == []

    def test_others_are_said(self, kit: Path) -> None:
        notes = self.notes(kit, numpy="1.26.4", autograder="9.9", python="3.99.1")
        assert [note.partition("; ")[0] for note in notes] == [
            "your work is graded with autograder 9.9",
            "your work is graded with NumPy 1.26.4",
            "your work is graded with Python 3.99.1",
        ]

    def test_tensorflow_is_of_interest_only_where_it_is_used(
        self, kit: Path, kits: Path, tmp_path: Path
    ) -> None:
        assert self.notes(kit, tensorflow="1.0") == []
        tensors = shutil.copytree(kits / "tensors", tmp_path / "tensors")
        assert "graded with TensorFlow 1.0" in self.notes(tensors, tensorflow="1.0")[0]

    def test_another_micro_version_of_python_will_do(self, kit: Path) -> None:
        assert self.notes(kit, python=f"{sys.version_info.major}.{sys.version_info.minor}.99") == []

    def test_a_changed_configuration_is_said_and_other_line_ends_are_not(self, kit: Path) -> None:
        path = kit / "grading_configs" / "pooling.toml"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert self.notes(kit) == []
        path.write_bytes(path.read_bytes().replace(b"call_seconds = 2.0", b"call_seconds = 200"))
        assert self.notes(kit) == [
            "pooling.toml is not as it was released; your work is graded by the original"
        ]

    def test_the_command_warns(self, kit: Path, run: Run) -> None:
        self.notes(kit, numpy="1.26.4")
        seen = run("check", kit / "starter")
        assert "Warning: your work is graded with NumPy 1.26.4; here is " in seen.stderr


class TestStoredValues:
    @pytest.mark.parametrize(
        "value",
        [
            *(
                None,
                True,
                3,
                -0.5,
                math.inf,
                "text",
                [1, [2.0]],
                (1, (2, [3])),
                {"a": (1, 2), 3: {"b": None}},
            ),
            *({"values": [1], "dtype": 2}, {"tuple": [1]}, [], (), {}),
        ],
        ids=repr,
    )
    def test_plain_ones_come_back(self, value: Any) -> None:
        back = stored(value)
        assert (back, type(back)) == (value, type(value))

    @pytest.mark.parametrize(
        "dtype", ["bool", "uint8", "int64", "float16", "float32", "float64", "complex64", "U3"]
    )
    @pytest.mark.parametrize("shape", [(), (0,), (2, 3), (1, 0, 2)])
    def test_arrays_come_back(self, dtype: str, shape: tuple[int, ...]) -> None:
        array = np.arange(math.prod(shape)).reshape(shape).astype(dtype)
        back = stored(array)
        assert (back.dtype, back.shape) == (array.dtype, array.shape)
        np.testing.assert_array_equal(back, array)

    def test_what_is_not_finite_comes_back(self) -> None:
        array = np.array([np.nan, np.inf, -np.inf, 1.5], np.float32)
        np.testing.assert_array_equal(stored(array), array)
        assert math.isnan(stored(math.nan))

    @pytest.mark.parametrize("value", [object(), np.array([object()])], ids=["an object", "objects"])
    def test_what_is_no_data_is_refused(self, value: Any) -> None:
        with pytest.raises(ValueError, match="expected"):
            stored(value)


def stored(value: Any) -> Any:
    """Return a value as a recorded problem answers with it."""
    problem = Problem(
        name="x",
        signature="x(y)",
        positional=1,
        reference=lambda y: value,
        magnitude=lambda y: np.zeros(()),
        groups=("basic",),
        examples=(Case("basic", {"y": 1}, "one"),),
        draw=lambda rng: (),
        misconceptions=(),
    )
    [back] = recorded.read_recorded(Path("x"), recorded.write_recording([problem], {}))
    return back.reference(y=1)


ODD = r"""
schema = "autograder/assignment/v1"
title = "quotes \" \\ \u007f \u0000 and ümlauts\nin lines"
file = "own.py"
due = 2030-01-31T23:59:00.5+01:00
attempts = "best"
packages = []
preload = ["scipy.signal"]

[[checks]]
kind = "function"
name = "conv2d"
problem = "conv2d"
function = "convolve"
changed_arguments = "wrong"
strict_type = true
points."basic" = { visible = 1e-7, hidden = 100000.0 }
points.stride = {}
points.padding = { hidden = 3 }
points.bias = { visible = 1 }

[[checks]]
kind = "values"
name = "answers"
items = [
    { name = "x", variable = "X", points = 1, visible = true, tolerance = 0.1, accept = [
        [1, 2.5, [true]], "text", { a = 1, "b c" = [1979-05-27, 07:32:00] }, inf, 1e300,
        123456789012345678901, {}, [],
    ], near = [
        { value = [1], note = "a" },
        { value = { k = "v" }, note = "b, which is so long that it takes a line of its own in the file" },
    ] },
]

[[checks]]
kind = "source"
name = "own"
forbidden = ["scipy.signal"]
within = ["conv2d"]
voids = ["conv2d"]
points = 0.5
"""


def test_a_configuration_with_everything_odd_in_it_comes_back(tmp_path: Path) -> None:
    (tmp_path / "grading_configs").mkdir()
    path = tmp_path / "grading_configs" / "own.toml"
    path.write_text(ODD)
    first = config.load(tmp_path, "own").config
    path.write_text(toml_of(first, "two\nlines"))
    assert config.load(tmp_path, "own").config == first
    assert path.read_text().startswith("# two\n# lines\nschema = ")


def test_a_function_that_builds_on_another_is_checked_without_it(kits: Path) -> None:
    assignment = config.load(kits / "output-sizes", "output-sizes")
    [check] = [each for each in assignment.config.checks if getattr(each, "builds_on", "")]
    assert isinstance(check, FunctionCheckConfig)
    assert assignment.problems[check.problem].composed == {}
