"""Assignments: the real one loads; every mistake is named by file, key, what was expected and received."""

import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from autograder import config
from autograder.allowed import DEFAULT_PACKAGES
from autograder.errors import ConfigError
from autograder.problems import PROBLEMS

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "grading_configs" / "convolution.toml").read_text()
FIRST_POINTS = "points.full = { visible = 1.2, hidden = 0.8 }"
LAST_OF_CONV2D = "points.bias = { visible = 0.6, hidden = 0.4 }"
FILE_RULE = 'the name of a Python file or a notebook, like "convolution.py"'
NAME_RULE = "a name of at most 64 letters, digits, dots, dashes and underscores"

# what is changed: (old, new, the message after the file's name)
MISTAKES = {
    # wrong types
    "a number as title": ("title = ", "title = 5 #", "title: expected text; received 5"),
    "text as number": (
        "load_seconds = 10.0",
        'load_seconds = "10"',
        'limits.load_seconds: expected a number; received "10"',
    ),
    "a fraction of a MiB": (
        "memory_mib = 1024",
        "memory_mib = 10.5",
        "limits.memory_mib: expected a whole number; received 10.5",
    ),
    "true as points": (
        "visible = 1.2",
        "visible = true",
        "checks[0].points.full.visible: expected a number; received true",
    ),
    "a date as points": (
        "visible = 1.2",
        "visible = 1979-05-27",
        "checks[0].points.full.visible: expected a number; received 1979-05-27",
    ),
    "text as list": ("preload = [", 'preload = "x" #', 'preload: expected a list; received "x"'),
    "a number in a list of names": (
        "preload = [",
        "preload = [1] #",
        "preload[0]: expected text; received 1",
    ),
    "points without groups": (FIRST_POINTS, "points = 2", "checks[0].points: expected a table; received 2"),
    "points of a group without kinds": (
        FIRST_POINTS,
        "points.full = 2",
        "checks[0].points.full: expected a table; received 2",
    ),
    "a number as yes": (
        'problem = "conv2d"',
        'problem = "conv2d"\nstrict_type = 1',
        "checks[1].strict_type: expected true or false; received 1",
    ),
    # out of bounds
    "negative points": (
        "visible = 1.2",
        "visible = -1.2",
        "checks[0].points.full.visible: expected a number of at least 0; received -1.2",
    ),
    "points that are no number": (
        "visible = 1.2",
        "visible = nan",
        "checks[0].points.full.visible: expected a number of at least 0; received nan",
    ),
    "endless points": (
        "visible = 1.2",
        "visible = inf",
        "checks[0].points.full.visible: expected a number of at most 1000000; received inf",
    ),
    "no seconds": (
        "call_seconds = 2.0",
        "call_seconds = 0",
        "limits.call_seconds: expected a number above 0; received 0",
    ),
    "seconds that are no number": (
        "call_seconds = 2.0",
        "call_seconds = nan",
        "limits.call_seconds: expected a number above 0; received nan",
    ),
    "no memory": (
        "memory_mib = 1024",
        "memory_mib = 0",
        "limits.memory_mib: expected a whole number of at least 1; received 0",
    ),
    "more memory than there is": (
        "memory_mib = 1024",
        "memory_mib = 99999999999999999999",
        "limits.memory_mib: expected a whole number of at most 1048576; received 99999999999999999999",
    ),
    # unknown and missing keys
    "an unknown key": (
        "title =",
        'colour = "red"\ntitle =',
        (
            "colour: expected one of the keys schema, title, file, checks, preload, packages, limits, "
            "cells, attempts, due, compatibility, data, dataset, training, backend, kit; received another"
        ),
    ),
    "a misspelt key": (
        "load_seconds",
        "load_second",
        (
            "limits.load_second: expected one of the keys load_seconds, call_seconds, check_seconds, "
            "memory_mib, scratch_mib, processes; received another. Did you mean load_seconds?"
        ),
    ),
    "a misspelt key of points": (
        "visible = 1.2",
        "visble = 1.2",
        (
            "checks[0].points.full.visble: expected one of the keys visible, hidden; received another. "
            "Did you mean visible?"
        ),
    ),
    "an unknown key of a check": (
        'problem = "conv2d"',
        'problem = "conv2d"\npoint = 3',
        (
            "checks[1].point: expected one of the keys kind, name, problem, points, function, "
            "changed_arguments, strict_type, call, without, accept, builds_on, gpu, gpu_mib; "
            "received another. Did you mean points?"
        ),
    ),
    "no title": ("title =", "# title =", "title: expected this key; it is missing"),
    "no schema": ("schema =", "# schema =", "schema: expected this key; it is missing"),
    "no problem": ('problem = "conv2d"', "", "checks[1].problem: expected this key; it is missing"),
    "no points": (FIRST_POINTS, "", "checks[0].points: expected this key; it is missing"),
    "no kind": ('kind = "function"', "", "checks[0].kind: expected this key; it is missing"),
    # values that are none of those there are
    "another schema": (
        "assignment/v1",
        "assignment/v2",
        'schema: expected "autograder/assignment/v1"; received "autograder/assignment/v2"',
    ),
    "another kind": (
        'kind = "function"',
        'kind = "functoin"',
        (
            'checks[0].kind: expected "function" or "values" or "source" or "written" or "model" or '
            '"training" or "autoencoder"; received "functoin"'
        ),
    ),
    "another choice": (
        'problem = "conv2d"',
        'problem = "conv2d"\nchanged_arguments = "bad"',
        'checks[1].changed_arguments: expected "note" or "wrong"; received "bad"',
    ),
    "an unknown problem": (
        'problem = "convolve1d"',
        'problem = "conv1d"',
        f'checks[0].problem: expected one of {", ".join(sorted(PROBLEMS))}; received "conv1d"',
    ),
    "a missing group": (
        LAST_OF_CONV2D,
        "",
        "checks[1].points: expected the groups basic, stride, padding, bias; bias is missing",
    ),
    "an unknown group": (
        LAST_OF_CONV2D,
        f"{LAST_OF_CONV2D}\npoints.colour = {{}}",
        "checks[1].points: expected the groups basic, stride, padding, bias; colour is none of them",
    ),
    "a misspelt group": (
        "points.full",
        "points.ful",
        "checks[0].points: expected the groups full; full is missing, ful is none of them",
    ),
    # names
    "two checks of one name": (
        'name = "conv2d"',
        'name = "convolve1d"',
        "checks: expected names that differ; received convolve1d, convolve1d, conv2d_layer",
    ),
    "a name that is a path": (
        'name = "conv2d"',
        'name = "../x"',
        f'checks[1].name: expected {NAME_RULE}; received "../x"',
    ),
    "a name with a line's end": (
        'name = "conv2d"',
        'name = "x\\n"',
        f'checks[1].name: expected {NAME_RULE}; received "x\\n"',
    ),
    "a name no function has": (
        'name = "conv2d"',
        'name = "part-2"',
        'checks[1].function: expected this key, since no function is called "part-2"',
    ),
    "a function in another module": (
        'name = "conv2d"',
        'name = "conv2d"\nfunction = "os.system"',
        'checks[1].function: expected the name of a Python function; received "os.system"',
    ),
    "a file elsewhere": (
        'file = "convolution.py"',
        'file = "../convolution.py"',
        f'file: expected {FILE_RULE}; received "../convolution.py"',
    ),
    "a hidden file": (
        'file = "convolution.py"',
        'file = ".convolution.py"',
        f'file: expected {FILE_RULE}; received ".convolution.py"',
    ),
    "an option as a file": (
        'file = "convolution.py"',
        'file = "-c.py"',
        f'file: expected {FILE_RULE}; received "-c.py"',
    ),
    "a file that is no Python": (
        'file = "convolution.py"',
        'file = "convolution.sh"',
        f'file: expected {FILE_RULE}; received "convolution.sh"',
    ),
    # checks
    "checks that are no list": ("[[checks]]", "[checks]", None),
    # not TOML
    "a bracket that is not closed": ("[limits]", "[limits", None),
    "a key twice": ("title =", 'title = "x"\ntitle =', None),
}
# The JSON Schema knows forms; the problems, their groups and names that differ it does not.
BEYOND_THE_SCHEMA = {
    "an unknown problem",
    "a missing group",
    "an unknown group",
    "a misspelt group",
    "two checks of one name",
    "a name no function has",
}
NO_JSON = {"points that are no number", "seconds that are no number"}
BROKEN_TOML = {"checks that are no list", "a bracket that is not closed", "a key twice"}


def course_with(folder: Path, text: str | bytes) -> Path:
    (folder / "grading_configs").mkdir()
    data = text.encode() if isinstance(text, str) else text
    (folder / "grading_configs" / "convolution.toml").write_bytes(data)
    return folder


def message_of(course: Path, slug: str = "convolution") -> str:
    with pytest.raises(ConfigError) as caught:
        config.load(course, slug)
    assert caught.value.exit_code == 2
    return str(caught.value)


class TestTheRealOne:
    def test_it_is_worth_ten_points(self):
        assignment = config.load(ROOT, "convolution")
        assert assignment.max_score == 10.0
        assert [config.points_of(check) for check in assignment.config.checks] == [2.0, 4.0, 4.0]
        assert assignment.config.file == "convolution.py"
        assert assignment.path.read_text() == TEXT

    def test_its_points_are_those_of_the_handout(self):
        handout = (ROOT / "assignments" / "convolution" / "README.md").read_text()
        table = handout.partition("| function | group | points |")[2]
        rows = re.findall(r"^\| (?:`(\w+)`)? *\| (\w+) \| (\d+) \|", table, re.MULTILINE)
        told, function = {}, ""
        for named, group, points in rows:
            function = named or function
            told[function, group] = float(points)
        assert told == {
            (check.name, name): points.visible + points.hidden
            for check in config.load(ROOT, "convolution").config.checks
            for name, points in check.points.items()
        }

    def test_its_digest_changes_with_every_byte(self, tmp_path):
        course = course_with(tmp_path, TEXT + "\n")
        assert config.load(course, "convolution").digest != config.load(ROOT, "convolution").digest
        assert config.load(course, "convolution").digest == config.load(course, "convolution").digest

    def test_defaults_fill_what_is_left_out(self, tmp_path):
        text = TEXT.replace("preload = ", "# ").replace("packages = ", "# ").replace("memory_mib", "# ")
        loaded = config.load(course_with(tmp_path, text), "convolution").config
        assert loaded.limits.memory_mib == config.Limits().memory_mib
        assert (loaded.preload, loaded.packages) == ((), DEFAULT_PACKAGES)


class TestMistakes:
    @pytest.mark.parametrize(("old", "new", "expected"), MISTAKES.values(), ids=MISTAKES.keys())
    def test_a_mistake_is_explained(self, old, new, expected, tmp_path):
        assert old in TEXT
        course = course_with(tmp_path, TEXT.replace(old, new, 1))
        message = message_of(course)
        path = course / "grading_configs" / "convolution.toml"
        assert message.startswith(f"{path}: ")
        if expected is None:
            assert re.search(r": expected TOML; .+\(at line \d+, column \d+\)$", message)
        else:
            assert message == f"{path}: {expected}"

    def test_no_checks(self, tmp_path):
        head = TEXT.partition("[limits]")[0]
        course = course_with(tmp_path, head + "checks = []")
        assert message_of(course).endswith("checks: expected at least one of them; received none")

    def test_bytes_that_are_no_text(self, tmp_path):
        assert "expected TOML" in message_of(course_with(tmp_path, b"\xff\xfe"))

    def test_an_empty_file(self, tmp_path):
        assert message_of(course_with(tmp_path, "")).endswith("schema: expected this key; it is missing")

    @pytest.mark.parametrize("slug", ["convolutions", "", "../grading_configs/convolution", "/etc/passwd"])
    def test_an_unknown_slug(self, slug):
        message = message_of(ROOT, slug)
        slugs = sorted(
            path.stem for path in (ROOT / "grading_configs").glob("*.toml") if "." not in path.stem
        )
        there = f"there are: {', '.join(slugs)}"
        assert message == f"no assignment {slug!r} in {ROOT / 'grading_configs'}; {there}"

    def test_a_course_without_assignments(self, tmp_path):
        (tmp_path / "grading_configs").mkdir()
        assert message_of(tmp_path).endswith("there are: none")

    def test_a_folder_in_the_place_of_the_file(self, tmp_path):
        (tmp_path / "grading_configs" / "convolution.toml").mkdir(parents=True)
        assert "expected a file that can be read" in message_of(tmp_path)


class TestFindingTheCourse:
    def test_it_is_found_upward(self, tmp_path):
        course = course_with(tmp_path, TEXT)
        below = course / "weeks" / "3"
        below.mkdir(parents=True)
        assert config.find_course(below) == course.resolve()
        assert config.find_course(course) == course.resolve()
        assert config.slugs(course) == ["convolution"]

    def test_the_nearest_counts(self, tmp_path):
        (tmp_path / "grading_configs").mkdir()
        (tmp_path / "inner" / "grading_configs").mkdir(parents=True)
        assert config.find_course(tmp_path / "inner") == (tmp_path / "inner").resolve()

    def test_none_is_said(self, tmp_path):
        (tmp_path / "grading_configs").write_text("a file")
        with pytest.raises(ConfigError, match=rf"received {re.escape(str(tmp_path))}.*--course DIR"):
            config.find_course(tmp_path)


@pytest.fixture(scope="module")
def validator():
    schema = config.json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class TestJsonSchema:
    def test_it_accepts_the_real_one(self, validator):
        validator.validate(tomllib.loads(TEXT))

    @pytest.mark.parametrize("name", sorted(MISTAKES.keys() - BEYOND_THE_SCHEMA - NO_JSON - BROKEN_TOML))
    def test_it_rejects(self, name, validator):
        old, new, _ = MISTAKES[name]
        assert not validator.is_valid(tomllib.loads(TEXT.replace(old, new, 1)))


class TestCasesThatAreTensors:
    """They need TensorFlow, which is imported before a submission's memory is counted."""

    def test_tensorflow_is_preloaded_where_it_is_not_said(self, tmp_path):
        found = load_text(tmp_path, TENSORS)
        assert found.config.preload == ("tensorflow",)

    def test_it_is_not_where_no_case_that_is_left_is_one(self, tmp_path):
        text = TENSORS + '[checks.call]\narguments = [{ input = "tensor" }, { input = "factor" }]\n'
        text += 'returns = { argument = "tensor" }\n'
        assert load_text(tmp_path, text).config.preload == ()

    def test_without_the_package_it_is_refused(self, tmp_path):
        with pytest.raises(ConfigError) as caught:
            load_text(tmp_path, 'packages = ["numpy"]\n' + TENSORS)
        assert 'packages: expected "tensorflow" among them, since cases of scale are TensorFlow' in str(
            caught.value
        )


TENSORS = """schema = "autograder/assignment/v1"
title = "Tensors"
file = "tensors.py"

[[checks]]
kind = "function"
name = "scale"
problem = "scale"
without = ["vector", "axes", "photograph"]
points.number = { visible = 0.6, hidden = 0.4 }
"""


def load_text(folder, text):
    (folder / "grading_configs").mkdir()
    (folder / "grading_configs" / "tensors.toml").write_text(text, "utf-8")
    return config.load(folder, "tensors")
