"""The assignment `pooling`: its sample class graded for real, its handout, and the lecture's figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from autograder import config
from autograder.problems import PROBLEMS
from autograder.results import Grade
from autograder.runners.local import LocalRunner
from autograder.sandbox.level import Level
from autograder.submission import hand_ins
from autograder.whole_class import cases
from autograder.whole_class.batch import Batch, Finished, prepare
from autograder.whole_class.folder import ResultsFolder

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "assignments" / "pooling"
HANDOUT = (FOLDER / "README.md").read_text()
TEXT = (FOLDER / "sample_class.md").read_text()
SEED = bytes(range(16))
NAMES = ("max_pool2d", "average_pool2d", "l2_pool2d", "global_average_pool", "global_max_pool")


@dataclass(frozen=True)
class Due:
    """What a submission must get: a score within bounds, an outcome, a misconception of a function."""

    least: float
    most: float
    misconception: tuple[str, str] | None = None
    outcome: str = "completed"


def exactly(score: float, *named: str, outcome: str = "completed") -> Due:
    return Due(score, score, (named[0], named[1]) if named else None, outcome)


RIGHT = {student: exactly(10) for student in ("anouk", "boris", "carmen", "dagny", "edwin")}
WRONG = {
    "gustav": Due(8.99, 9.62, ("max_pool2d", "maximum starts at 0")),
    "helga": exactly(9, "max_pool2d", "stride ignored"),
    "ivan": exactly(9.07, "average_pool2d", "default stride of 1"),
    "jonas": exactly(8.46, "average_pool2d", "result of the image's type"),
    "keiko": exactly(8.11, "l2_pool2d", "root of the mean"),
    "luca": exactly(9.81, "l2_pool2d", "integer overflow"),
    "marta": exactly(8.64, "average_pool2d", "partial windows kept"),
    "noor": exactly(7.04, "max_pool2d", "rows and columns swapped", outcome="submission_error"),
    "otto": exactly(8.5, "global_average_pool", "pooled axes kept"),
    "pilar": exactly(8.55, "global_max_pool", "channels taken to be first"),
    "rafael": exactly(8.5, "global_average_pool", "one axis only"),
    "tuva": exactly(8.11, "average_pool2d", "sum instead of average"),
    "ursula": exactly(8.3, "max_pool2d", "last window missing"),
    "zeno": exactly(8.5, outcome="submission_error"),
}
NOTHING = {"stefan": exactly(0, outcome="submission_error"), "victor": exactly(0)}
CLASS = RIGHT | WRONG | NOTHING


@pytest.fixture(scope="module")
def grades(tmp_path_factory) -> dict[str, Grade]:
    """Return the whole sample class, graded once behind all walls."""
    assignment, results = config.load(ROOT, "pooling"), ResultsFolder(tmp_path_factory.mktemp("results"))
    marking = prepare(assignment, Level.FULL, SEED, results.cases)
    batch = Batch(marking, hand_ins(FOLDER / "sample_class", "pooling.py"), results)
    runner = LocalRunner(assignment, Level.FULL, 2, lambda each: cases.keyed_integer(SEED, each.digest))
    return {e.grade.submission: e.grade for e in batch.run(runner) if isinstance(e, Finished)}


@pytest.mark.slow
class TestTheSampleClass:
    def test_everybody_is_graded(self, grades):
        assert grades.keys() == CLASS.keys()
        assert not any(grade.provisional for grade in grades.values())

    @pytest.mark.parametrize("student", CLASS)
    def test_everybody_gets_what_is_due(self, grades, student):
        grade, due = grades[student], CLASS[student]
        assert due.least <= grade.score <= due.most
        assert grade.outcome == due.outcome
        named = {
            c.name: c.details.misconception for c in grade.checks if c.details and c.details.misconception
        }
        assert named == dict([due.misconception] if due.misconception else [])

    @pytest.mark.parametrize(
        ("student", "function"), re.findall(r"^\| (\w+) \| `(\w+)` \|", TEXT, re.MULTILINE)
    )
    def test_a_mistake_costs_its_own_function_only(self, grades, student, function):
        for found in grades[student].checks:
            assert (found.score < found.max_score) == (found.name == function)

    def test_victor_s_examples_are_right_and_earn_nothing(self, grades):
        for found in grades["victor"].checks:
            assert all(group.visible_passed == group.visible_total for group in found.details.groups)
            assert found.score == 0.0


class TestTheTable:
    """The table above says what ``sample_class.md`` says."""

    def test_the_students(self):
        parts = re.split(r"^## .*$", TEXT, flags=re.MULTILINE)[1:]
        told = [set(re.findall(r"^\| ([a-z]+) \|", part, re.MULTILINE)) - {"student"} for part in parts]
        assert told == [RIGHT.keys(), WRONG.keys(), NOTHING.keys()]
        assert {folder.name for folder in (FOLDER / "sample_class").iterdir()} == CLASS.keys()

    def test_the_points(self):
        rows = re.findall(r"^\| (\w+) \| `\w+` \|.*\| ([^|]+) \|$", TEXT, re.MULTILINE)
        assert {student for student, _ in rows} == WRONG.keys()
        for student, points in rows:
            told = [float(part) for part in points.split(" to ")]
            assert (WRONG[student].least, WRONG[student].most) == (told[0], told[-1])


def _figure(text: str) -> float:
    """Return a number of the handout: ``17``, ``5.25``, ``38/9`` or ``√222``."""
    return float(text[1:]) ** 0.5 if text.startswith("√") else float(Fraction(text))


class TestTheAssignment:
    def test_its_points_are_those_of_the_handout_60_to_40(self):
        table = HANDOUT.partition("| function | group | points |")[2]
        told, function = {}, ""
        for named, group, points in re.findall(
            r"^\| (?:`(\w+)`)? *\| (\w+) \| ([\d.]+) \|", table, re.MULTILINE
        ):
            function = named or function
            told[function, group] = (0.6 * float(points), 0.4 * float(points))
        given = {
            (check.name, group): (points.visible, points.hidden)
            for check in config.load(ROOT, "pooling").config.checks
            for group, points in check.points.items()
        }
        assert given.keys() == told.keys()
        assert all(given[key] == pytest.approx(told[key]) for key in given)
        assert config.load(ROOT, "pooling").max_score == 10.0

    @pytest.mark.parametrize(
        ("name", "figures"),
        [
            ("max_pool2d", [[13, 11], [10, 17]]),
            ("average_pool2d", [[6, 6], [5.25, 8]]),
            ("l2_pool2d", np.sqrt([[222, 198], [185, 372]])),
        ],
    )
    def test_the_lecture_s_image_has_its_true_figures(self, name, figures):
        example = PROBLEMS[name].examples[0]
        assert example.inputs["image"].tolist() == [
            [1, 4, 2, 11],
            [6, 13, 8, 3],
            [10, 0, 17, 7],
            [9, 2, 3, 5],
        ]
        np.testing.assert_allclose(PROBLEMS[name].reference(**example.inputs), figures)

    @pytest.mark.parametrize("name", NAMES)
    def test_the_handout_has_the_result_of_every_example(self, name):
        printed = re.findall(rf"^\| `{name}\(.*?\)` \| `(\[\[.*?\]\])`", HANDOUT, re.MULTILINE)
        figures = [
            [[_figure(value) for value in row.split(",")] for row in text[2:-2].split("],[")]
            for text in printed
        ]
        examples = PROBLEMS[name].examples
        assert len(figures) == len(examples)
        for example, told in zip(examples, figures, strict=True):
            np.testing.assert_allclose(PROBLEMS[name].reference(**example.inputs), told)


class TestTheDraw:
    @pytest.mark.parametrize("name", NAMES[:3])
    def test_it_has_every_kind_of_case_that_the_handout_promises(self, name):
        drawn = PROBLEMS[name].draw(np.random.default_rng(0))
        images = [case.inputs["image"] for case in drawn]
        sizes = [case.inputs.get("pool_size", 2) for case in drawn]
        strides = [case.inputs.get("stride", size) for case, size in zip(drawn, sizes, strict=True)]
        assert all(image.shape[0] != image.shape[1] for image in images if image.size > 1)
        assert any((image.shape[0] - k) % s for image, k, s in zip(images, sizes, strides, strict=True))
        assert any(k > s for k, s in zip(sizes, strides, strict=True))
        assert any(k < s for k, s in zip(sizes, strides, strict=True))
        assert any((image < 0).all() for image in images)
        assert {image.dtype.name for image in images} == {"float64", "float32", "int64", "uint8"}
        results = [PROBLEMS[name].reference(**case.inputs) for case in drawn]
        assert [case.is_degenerate for case in drawn] == [
            size == 1 or result.size == 1 for size, result in zip(sizes, results, strict=True)
        ]

    @pytest.mark.parametrize("name", NAMES)
    def test_every_group_has_cases_that_show_something(self, name):
        drawn = PROBLEMS[name].draw(np.random.default_rng(0))
        assert {case.group for case in drawn if not case.is_degenerate} == set(PROBLEMS[name].groups)
