"""The assignment `tensors`: its sample class graded for real, its handout, and the lecture's figures."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder import config
from autograder.config import FunctionCheckConfig, ValuesCheckConfig
from autograder.problems import PROBLEMS
from reference.tensors import describe

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "assignments" / "tensors"
HANDOUT = (FOLDER / "README.md").read_text()
TEXT = (FOLDER / "sample_class.md").read_text()
NAMES = ("describe", "first_second_last", "to_row", "scale", "add_bias", "to_batch")


@dataclass(frozen=True)
class Due:
    """What a submission must get: a score, a misconception of a function, the checks that lose points."""

    score: float
    lost_in: frozenset[str] = frozenset()
    misconception: tuple[str, str] | None = None
    outcome: str = "completed"


def one(score: float, check: str, misconception: str | None = None, *rest: str, error: bool = False) -> Due:
    named = (check, misconception) if misconception else None
    return Due(score, frozenset({check, *rest}), named, "submission_error" if error else "completed")


RIGHT = {student: Due(10) for student in ("amina", "bruno", "clara", "dimitri")}
WRONG = {
    "elin": one(7.6, "describe", "rank is the number of elements", "answers"),
    "fynn": one(8.41, "describe", "length of the first axis as size", error=True),
    "gisela": one(9, "first_second_last", "counted from 1", error=True),
    "hugo": one(9, "to_row", "transposed"),
    "iris": one(8.92, "scale", "last factor only", "answers"),
    "jakub": one(9.53, "scale", "integer overflow"),
    "kamal": one(8.53, "add_bias", "biases along another axis", error=True),
    "lotte": one(9.5, "to_batch", "channels missing"),
    "milan": one(6.71, "describe", None, "to_row", "add_bias", "to_batch", error=True),
    "nele": one(8.48, "describe", None, "to_row", error=True),
    "rui": one(9.5, "answers"),
    "sanne": one(9, "to_batch", error=True),
}
NOTHING = {
    "omid": one(0.11, "answers", None, *NAMES, error=True),
    "paula": one(0, "answers", None, *NAMES, error=True),
}
CLASS = RIGHT | WRONG | NOTHING


@pytest.fixture(scope="module", params=["full", "container"])
def reports(tmp_path_factory, request) -> dict[str, dict[str, Any]]:
    """Return the reports of the whole sample class, graded once at each level of walls."""
    folder = tmp_path_factory.mktemp("results")
    seen = subprocess.run(
        [
            sys.executable,
            "-m",
            "autograder",
            *("grade", "tensors", FOLDER / "sample_class", "--out", folder, "--course", ROOT, "--jobs", "2"),
            *("--sandbox", request.param),
        ],
        env={**os.environ, "AUTOGRADER_SEED": "5" * 32},
        capture_output=True,
        text=True,
        check=False,
    )
    assert seen.returncode == 0, seen.stderr
    return {path.parent.name: json.loads(path.read_text()) for path in folder.glob("*/report.json")}


@pytest.mark.slow
class TestTheSampleClass:
    def test_everybody_is_graded(self, reports):
        assert reports.keys() == CLASS.keys()
        assert not any(report["provisional"] for report in reports.values())

    @pytest.mark.parametrize("student", CLASS)
    def test_everybody_gets_what_is_due(self, reports, student):
        report, due = reports[student], CLASS[student]
        assert report["score"] == due.score
        assert report["outcome"] == due.outcome
        assert {c["name"] for c in report["checks"] if c["score"] < c["max_score"]} == due.lost_in
        named = {
            check["name"]: check["details"]["misconception"]
            for check in report["checks"]
            if check["kind"] == "function" and check["details"]["misconception"]
        }
        assert named == dict([due.misconception] if due.misconception else [])

    def test_omid_s_examples_are_right_and_earn_nothing_but_for_scalars(self, reports):
        for check in reports["omid"]["checks"]:
            if check["kind"] != "function":
                continue
            for group in check["details"]["groups"]:
                assert group["visible_passed"] == group["visible_total"]
                assert group["visible_score"] == 0
                assert (group["hidden_passed"] > 0) == (group["name"] == "special")

    @pytest.mark.parametrize("student", ["milan", "nele"])
    def test_half_of_the_cases_are_wrong_for_whom_half_of_the_inputs_are(self, reports, student):
        [check] = [check for check in reports[student]["checks"] if check["name"] == "describe"]
        for group in check["details"]["groups"]:
            assert group["hidden_passed"] == group["hidden_total"] / 2


class TestTheTable:
    """The table above says what ``sample_class.md`` says."""

    def test_the_students(self):
        parts = re.split(r"^## .*$", TEXT, flags=re.MULTILINE)[1:]
        told = [set(re.findall(r"^\| ([a-z]+) \|", part, re.MULTILINE)) - {"student"} for part in parts]
        assert told == [RIGHT.keys(), WRONG.keys(), NOTHING.keys()]
        assert {folder.name for folder in (FOLDER / "sample_class").iterdir()} == CLASS.keys()

    def test_the_points(self):
        rows = re.findall(r"^\| (\w+) \|.*\| ([\d.]+) \|$", TEXT, re.MULTILINE)
        assert {student: float(points) for student, points in rows} == {
            student: due.score for student, due in (WRONG | NOTHING).items()
        }


class TestTheAssignment:
    CHECKS = config.load(ROOT, "tensors").config.checks

    def test_its_points_are_those_of_the_handout_60_to_40(self):
        table = HANDOUT.partition("| function | group | points |")[2]
        told, function = {}, ""
        rows = re.findall(r"^\| (?:`(\w+)`)? *\| (\w+) \| ([\d.]+) \|", table, re.MULTILINE)
        for named, group, points in rows:
            function = named or function
            told[function, group] = (0.6 * float(points), 0.4 * float(points))
        given = {
            (check.name, group): (points.visible, points.hidden)
            for check in self.CHECKS
            if isinstance(check, FunctionCheckConfig)
            for group, points in check.points.items()
        }
        assert given.keys() == told.keys()
        assert all(given[key] == pytest.approx(told[key]) for key in given)
        assert config.load(ROOT, "tensors").max_score == 10.0

    def test_the_handout_has_the_points_of_each_part(self):
        told = {
            name: float(points)
            for name, points in re.findall(r"^\| `(\w+)(?:\(.*?\))?` \| ([\d.]+) \|$", HANDOUT, re.MULTILINE)
        }
        given = {check.name: config.points_of(check) for check in self.CHECKS}
        assert {name: told[name] for name in NAMES} == {name: given[name] for name in NAMES}
        assert told["ANSWERS"] == given["answers"]

    @pytest.mark.parametrize("name", NAMES)
    def test_the_handout_has_the_result_of_every_example(self, name):
        section = HANDOUT.partition(f"## `{name}`")[2].partition("\n## ")[0]
        results = re.findall(r"^\| .*\| `([\[({][^|]*?)`(?:, of shape `\(.*?\)`)? \|$", section, re.MULTILINE)
        examples = PROBLEMS[name].examples
        assert len(results) == len(examples)
        for example, told in zip(examples, results, strict=True):
            result = PROBLEMS[name].reference(**example.inputs)
            figures = eval(told)
            if name == "describe":
                assert result == figures
            else:
                np.testing.assert_array_equal(result, figures, strict=False)

    def test_every_function_shows_an_example_with_tensors(self):
        for name in NAMES:
            assert {example.as_tensors for example in PROBLEMS[name].examples} == {True, False}

    def test_the_lecture_s_broadcasting_gives_its_figures(self):
        given = [
            each.inputs["factor"]
            for each in PROBLEMS["scale"].examples
            if each.inputs["tensor"].shape == (3,)
        ]
        assert [np.asarray(factor).tolist() for factor in given] == [2, 2, [2, 2, 2]]
        for factor in given:
            assert PROBLEMS["scale"].reference(np.array([1, 2, 3]), factor).tolist() == [2, 4, 6]


class TestTheAnswers:
    CHECKS = config.load(ROOT, "tensors").config.checks
    ITEMS = next(check.items for check in CHECKS if isinstance(check, ValuesCheckConfig))

    def test_they_are_the_definition_s(self):
        def of(shape):
            return describe(np.broadcast_to(np.uint8(0), shape))

        mnist = (60000, 28, 28, 1)
        right = {
            "scalar_rank": of(())["rank"],
            "vector_rank": of((7,))["rank"],
            "matrix_rank": of((2, 3))["rank"],
            "matrix_size": of((2, 3))["size"],
            "order_3_rank": of((2, 2, 4))["rank"],
            "order_3_size": of((2, 2, 4))["size"],
            "mnist_rank": of(mnist)["rank"],
            "mnist_size": of(mnist)["size"],
            "mnist_image_shape": list(of(mnist)["shape"][1:]),
            "broadcast_shape": list((np.ones((3, 1)) * np.ones(4)).shape),
            "tensors_can_be_changed": False,
        }
        assert {item.entry: list(item.accept) for item in self.ITEMS} == {
            key: [value] for key, value in right.items()
        }

    def test_no_near_miss_is_right(self):
        assert not any(near.value in item.accept for item in self.ITEMS for near in item.near)

    def test_the_handout_and_the_starter_have_every_key(self):
        keys = [item.entry for item in self.ITEMS]
        table = HANDOUT.partition("## `ANSWERS`")[2].partition("\n## ")[0]
        assert re.findall(r'^\| `"(\w+)"` \|', table, re.MULTILINE) == keys
        namespace: dict[str, Any] = {}
        exec((FOLDER / "starter" / "tensors.py").read_text(), namespace)
        assert list(namespace["ANSWERS"]) == keys

    def test_only_the_one_that_is_given_shows_its_answer(self):
        assert [item.entry for item in self.ITEMS if item.visible] == ["scalar_rank"]
        assert all((item.points == 0) == item.visible for item in self.ITEMS)


class TestTheDraw:
    @pytest.mark.parametrize("name", NAMES)
    def test_every_group_has_arrays_and_tensors_that_show_something(self, name):
        drawn = PROBLEMS[name].draw(np.random.default_rng(0))
        shown = Counter((case.group, case.as_tensors) for case in drawn if not case.is_degenerate)
        for group in PROBLEMS[name].groups:
            assert shown[group, True] >= 2
            assert shown[group, False] >= 2

    @pytest.mark.parametrize("name", NAMES)
    def test_tensorflow_is_not_asked_to_mix_types(self, name):
        for seed in range(5):
            for case in (*PROBLEMS[name].examples, *PROBLEMS[name].draw(np.random.default_rng(seed))):
                if not case.as_tensors:
                    continue
                values = list(case.inputs.values())
                dtypes = {value.dtype for value in values if isinstance(value, np.ndarray)}
                assert len(dtypes) == 1
                if any(isinstance(value, float) for value in values):
                    assert next(iter(dtypes)).kind == "f"

    def test_ranks_and_lengths_are_those_that_the_handout_promises(self):
        def shapes_of(name, argument):
            return [case.inputs[argument].shape for case in PROBLEMS[name].draw(np.random.default_rng(0))]

        described, rows = shapes_of("describe", "tensor"), shapes_of("to_row", "tensor")
        assert {len(shape) for shape in described} == set(range(6))
        assert {len(shape) for shape in rows} == set(range(5))
        assert any(0 in shape for shape in described)
        assert not any(0 in shape for shape in rows)
        assert (2,) in shapes_of("first_second_last", "vector")
        assert any(shape[-1] == 1 for shape in shapes_of("to_batch", "image"))
