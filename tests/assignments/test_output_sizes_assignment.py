"""The assignment `output-sizes`: its sample class graded for real, its handout, and the lecture's figures."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder import config
from autograder.config import FunctionCheckConfig, ValuesCheckConfig, WrittenCheckConfig
from autograder.problems import PROBLEMS
from reference.parameters import conv_parameters, dense_parameters, network_shapes
from reference.shapes import conv_output_size

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "assignments" / "output-sizes"
HANDOUT = (FOLDER / "README.md").read_text()
TEXT = (FOLDER / "sample_class.md").read_text()
NAMES = ("output_size", "same_padding", "conv_parameters", "dense_parameters", "network_shapes")
WRITTEN = "flattening"


@dataclass(frozen=True)
class Due:
    """What a submission must get: points of each check that is not full, a misconception of a function."""

    scores: dict[str, float | tuple[float, float]] = field(default_factory=dict)
    misconception: tuple[str, str] | None = None
    outcome: str = "completed"
    is_provisional: bool = True


def one(check: str, score: float | tuple[float, float], misconception: str | None = None, **rest: Any) -> Due:
    named = (check, misconception) if misconception else None
    return Due({check: score}, named, **rest)


RIGHT = {student: Due() for student in ("abena", "benoit", "cosima", "dario")}
WRONG = {
    "elke": Due({"output_size": 0.0, "answers": 0.8}, ("output_size", "plus one forgotten")),
    "farid": one("output_size", 1.22, "padding counted once"),
    "greta": one("output_size", 1.31, "rounded up"),
    "hamid": one("output_size", 1.31, "not rounded"),
    "ilse": one("conv_parameters", 0.1, "input channels left out"),
    "joao": one("dense_parameters", 0.5, "biases always counted"),
    "kirsten": one("network_shapes", (2.24, 2.54), "pooling always halves"),
    "lamine": one("network_shapes", 2.54, "padding 'same' whatever the strides"),
    "mirek": one("network_shapes", 1.8, "numbers for shapes of one axis"),
    "nadia": one("network_shapes", 1.0, "height and width exchanged"),
    "oskar": Due(dict.fromkeys(("conv_parameters", "dense_parameters", "network_shapes"), 0.0)),
    "rana": one("answers", 0.5, is_provisional=False),
    "silvio": one("conv_parameters", 0.5, "one bias for the whole layer"),
    "tomasz": one("same_padding", 0.0, outcome="submission_error"),
    "ulla": one("same_padding", 0.03, "both sides together"),
}
_ALL_LOST = dict.fromkeys((*NAMES, "answers"), 0.0)
NOTHING = {
    "petra": Due(_ALL_LOST, is_provisional=False),
    "quentin": Due(_ALL_LOST, outcome="submission_error", is_provisional=False),
}
CLASS = RIGHT | WRONG | NOTHING


@pytest.fixture(scope="module")
def reports(tmp_path_factory) -> dict[str, dict[str, Any]]:
    """Return the reports of the whole sample class, graded once behind all walls."""
    folder = tmp_path_factory.mktemp("results")
    seen = subprocess.run(
        [
            sys.executable,
            "-m",
            "autograder",
            *(
                "grade",
                "output-sizes",
                FOLDER / "sample_class",
                "--out",
                folder,
                "--course",
                ROOT,
                "--jobs",
                "2",
            ),
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

    @pytest.mark.parametrize("student", CLASS)
    def test_everybody_gets_what_is_due(self, reports, student):
        report, due = reports[student], CLASS[student]
        for check in report["checks"]:
            if check["name"] == WRITTEN:
                assert check["score"] == (None if due.is_provisional else 0)
                continue
            score = due.scores.get(check["name"], check["max_score"])
            least, most = score if isinstance(score, tuple) else (score, score)
            assert least <= check["score"] <= most, check["name"]
        assert report["outcome"] == due.outcome
        assert report["provisional"] is due.is_provisional
        named = {
            check["name"]: check["details"]["misconception"]
            for check in report["checks"]
            if check["kind"] == "function" and check["details"]["misconception"]
        }
        assert named == dict([due.misconception] if due.misconception else [])

    @pytest.mark.parametrize("student", ["elke", "farid", "greta"])
    def test_a_mistake_in_output_size_is_not_paid_for_again_in_the_network(self, reports, student):
        [network] = [check for check in reports[student]["checks"] if check["name"] == "network_shapes"]
        assert network["score"] == network["max_score"]
        assert "by your own version" in network["message"]

    def test_oskar_is_told_why_a_framework_earns_nothing(self, reports):
        checks = {check["name"]: check for check in reports["oskar"]["checks"]}
        assert checks["counted_by_yourself"]["status"] == "failed"
        assert checks["output_size"]["score"] == 2.0
        for name in ("conv_parameters", "dense_parameters", "network_shapes"):
            assert "counted_by_yourself" in checks[name]["message"]
            assert "Without that: all" in checks[name]["message"]

    def test_rana_is_told_what_she_left_in_and_out(self, reports):
        [answers] = [check for check in reports["rana"]["checks"] if check["name"] == "answers"]
        notes = [answer["note"] for answer in answers["details"]["answers"] if not answer["passed"]]
        assert len(notes) == 5
        assert all(notes)

    def test_petra_s_examples_are_right_and_earn_nothing(self, reports):
        for check in reports["petra"]["checks"]:
            if check["kind"] == "function":
                groups = check["details"]["groups"]
                assert all(group["visible_passed"] == group["visible_total"] for group in groups)
                assert check["score"] == 0


class TestTheTable:
    """The table above says what ``sample_class.md`` says."""

    def test_the_students(self):
        parts = re.split(r"^## .*$", TEXT, flags=re.MULTILINE)[1:]
        told = [set(re.findall(r"^\| ([a-z]+) \|", part, re.MULTILINE)) - {"student"} for part in parts]
        assert told == [RIGHT.keys(), WRONG.keys(), NOTHING.keys()]
        assert {folder.name for folder in (FOLDER / "sample_class").iterdir()} == CLASS.keys()

    def test_the_points(self):
        full = {
            check.name: config.points_of(check) for check in config.load(ROOT, "output-sizes").config.checks
        }
        rows = re.findall(r"^\| (\w+) \| `\w+` \|.*\| ([^|]+) \|$", TEXT, re.MULTILINE)
        assert {student for student, _ in rows} == WRONG.keys()
        for student, points in rows:
            told = [float(part) for part in points.split(" to ")]
            scores = WRONG[student].scores
            lost = [
                [
                    full[name] - (score[end] if isinstance(score, tuple) else score)
                    for name, score in scores.items()
                ]
                for end in (0, -1)
            ]
            assert [told[0], told[-1]] == pytest.approx([9 - sum(each) for each in lost])


class TestTheAssignment:
    CHECKS = config.load(ROOT, "output-sizes").config.checks

    def test_no_framework_is_there_to_be_found(self):
        assert config.load(ROOT, "output-sizes").config.packages == ("numpy",)

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
        assert config.load(ROOT, "output-sizes").max_score == 10.0

    def test_the_handout_has_the_points_of_each_part(self):
        told = {
            name: float(points)
            for name, points in re.findall(r"^\| `(\w+)\(.*?\)` \| ([\d.]+) \|$", HANDOUT, re.MULTILINE)
        }
        given = {c.name: config.points_of(c) for c in self.CHECKS if isinstance(c, FunctionCheckConfig)}
        assert told == given

    def test_the_handout_has_the_result_of_every_example(self):
        for name in NAMES[:4]:
            rows = re.findall(rf"^\| `{name}(\(.*?\))` \| `(\d+)` \|", HANDOUT, re.MULTILINE)
            examples = PROBLEMS[name].examples
            assert len(rows) == len(examples)
            for example, (arguments, result) in zip(examples, rows, strict=True):
                call = ast.parse(f"f{arguments}", mode="eval").body
                positional, named = PROBLEMS[name].split(example.inputs)
                assert [ast.literal_eval(each) for each in call.args] == positional
                assert {each.arg: ast.literal_eval(each.value) for each in call.keywords} == named
                assert PROBLEMS[name].reference(**example.inputs) == int(result)

    def test_the_handout_has_the_shapes_of_every_network(self):
        told = [
            ast.literal_eval(text)
            for text in re.findall(r"^\| \d+×.*\| `(\[\(.*\)\])` \|$", HANDOUT, re.MULTILINE)
        ]
        assert told == [network_shapes(**each.inputs) for each in PROBLEMS["network_shapes"].examples]

    def test_the_lecture_s_networks_are_among_the_examples(self):
        [cifar] = [
            each for each in PROBLEMS["network_shapes"].examples if each.title == "the network for CIFAR-10"
        ]
        assert cifar.inputs["input_shape"] == (32, 32, 3)
        assert [layer["type"] for layer in cifar.inputs["layers"]] == (
            ["conv", "max_pool"] * 2 + ["conv", "flatten", "dense", "dense"]
        )


class TestTheAnswers:
    CHECKS = config.load(ROOT, "output-sizes").config.checks
    ITEMS = next(check.items for check in CHECKS if isinstance(check, ValuesCheckConfig))

    def test_they_are_the_lecture_s_figures(self):
        two_filters, colour = (
            network_shapes(shape, [{"type": "conv", "filters": filters, "kernel_size": 3}])[0]
            for shape, filters in (((9, 9, 1), 2), ((6, 6, 3), 10))
        )
        right = {
            "size_at_stride_1": conv_output_size(9, 3),
            "size_at_stride_2": conv_output_size(9, 3, stride=2),
            "size_at_stride_3": conv_output_size(9, 3, stride=3),
            "two_filters_shape": list(two_filters),
            "colour_shape": list(colour),
            "filter_tensor_shape": [3, 3, 1, 2],
            "dense_weights": dense_parameters(10 * 10, 32, use_bias=False),
            "conv_weights": conv_parameters(3, 1, 32, use_bias=False),
            "large_grey_weights": dense_parameters(1300 * 1300, 1000, use_bias=False),
            "large_colour_weights": dense_parameters(1300 * 1300 * 3, 1000, use_bias=False),
            "conv_weights_depend_on_image_size": False,
        }
        assert {item.entry: list(item.accept) for item in self.ITEMS} == {
            key: [value] for key, value in right.items()
        }
        assert list(right.values())[:3] == [7, 4, 3]
        assert (right["dense_weights"], right["conv_weights"]) == (3200, 288)
        assert right["large_colour_weights"] == 3 * right["large_grey_weights"] == 3 * 1.69e9

    def test_no_near_miss_is_right(self):
        assert not any(near.value in item.accept for item in self.ITEMS for near in item.near)

    def test_the_handout_and_the_starter_have_every_key(self):
        [written] = [check for check in self.CHECKS if isinstance(check, WrittenCheckConfig)]
        keys = [item.entry for item in self.ITEMS] + [written.entry]
        table = HANDOUT.partition("## `ANSWERS`")[2].partition("\n## ")[0]
        assert re.findall(r'^\| `"(\w+)"` \|', table, re.MULTILINE) == keys
        namespace: dict[str, Any] = {}
        exec((FOLDER / "starter" / "output_sizes.py").read_text(), namespace)
        assert list(namespace["ANSWERS"]) == keys
        assert written.question in table
        for line in written.rubric:
            assert re.search(rf"^\| {line.points} \|", table, re.MULTILINE)

    def test_only_the_one_that_is_given_shows_its_answer(self):
        assert [item.entry for item in self.ITEMS if item.visible] == ["size_at_stride_1"]
        assert all((item.points == 0) == item.visible for item in self.ITEMS)


class TestTheDraw:
    SEEDS = range(20)

    @pytest.mark.parametrize("name", NAMES[:4])
    def test_no_result_is_printed_or_comes_twice(self, name):
        problem = PROBLEMS[name]
        printed = {problem.reference(**each.inputs) for each in problem.examples}
        for seed in self.SEEDS:
            drawn = [each for each in problem.draw(np.random.default_rng(seed)) if not each.is_degenerate]
            results = [problem.reference(**each.inputs) for each in drawn]
            assert len(set(results)) == len(results)
            assert not printed & set(results)

    @pytest.mark.parametrize("name", NAMES)
    def test_every_group_has_cases_that_show_something(self, name):
        drawn = PROBLEMS[name].draw(np.random.default_rng(0))
        for group in PROBLEMS[name].groups:
            assert sum(each.group == group and not each.is_degenerate for each in drawn) >= 3

    def test_output_size_has_what_the_handout_promises(self):
        for seed in self.SEEDS:
            inputs = [each.inputs for each in PROBLEMS["output_size"].draw(np.random.default_rng(seed))]
            assert all(each["size"] >= 1 for each in inputs)
            assert any(each["kernel_size"] > each["size"] for each in inputs)
            assert any(each["kernel_size"] == each["size"] for each in inputs)
            assert any(each["kernel_size"] % 2 == 0 for each in inputs)

    def test_networks_have_what_the_handout_promises(self):
        for seed in self.SEEDS:
            for case in PROBLEMS["network_shapes"].draw(np.random.default_rng(seed)):
                shape = case.inputs["input_shape"]
                assert len(shape) == 1 or shape[0] != shape[1] or case.is_degenerate
                for layer, after in zip(case.inputs["layers"], network_shapes(**case.inputs), strict=True):
                    self.check_layer(layer, shape)
                    shape = after

    @staticmethod
    def check_layer(layer, shape):
        keys = {
            "conv": {"filters", "kernel_size", "strides", "padding"},
            "max_pool": {"pool_size", "strides"},
            "flatten": set(),
            "dense": {"units"},
        }
        assert layer.keys() - {"type"} <= keys[layer["type"]]
        assert len(shape) == (1 if layer["type"] == "dense" else 3)
        if layer["type"] in ("conv", "max_pool"):
            assert layer.get("kernel_size", layer.get("pool_size", 2)) <= min(shape[:2])
        assert layer.get("padding") != "same" or layer["kernel_size"] % 2 == 1


class TestBuildingOnOutputSize:
    """What `network_shapes` would return with somebody's own `output_size`."""

    @staticmethod
    def shapes_by(function, inputs):
        composition = PROBLEMS["network_shapes"].composed["output_size"](**inputs)
        try:
            asked = next(composition)
            while True:
                asked = composition.send([np.asarray(function(**each)) for each in asked])
        except StopIteration as end:
            return end.value

    def test_with_a_right_one_it_is_right(self):
        problem = PROBLEMS["network_shapes"]
        for case in (*problem.examples, *problem.draw(np.random.default_rng(0))):
            assert self.shapes_by(conv_output_size, case.inputs) == network_shapes(**case.inputs)

    def test_with_a_wrong_one_it_is_wrong_in_the_same_way(self):
        def without_the_last_place(size, kernel_size, stride=1, padding=0):
            return (size - kernel_size + 2 * padding) // stride

        layers = [{"type": "conv", "filters": 4, "kernel_size": 3, "padding": "same"}, {"type": "flatten"}]
        found = self.shapes_by(without_the_last_place, {"input_shape": (5, 7, 1), "layers": layers})
        assert found == [(4, 6, 4), (96,)]
