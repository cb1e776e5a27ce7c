"""A course's own problems: found in its folder, named like the toolkit's, and refused with a reason."""

import shutil
import sys

import numpy as np
import pytest

from autograder import config
from autograder.errors import ConfigError
from autograder.problems import PROBLEMS
from autograder.problems.sources import of_course, of_kit
from autograder.whole_class import cases

OWN = '''
"""A problem of this course's own."""
import numpy as np
from autograder.problems.problem import Case, Problem, nothing_to_round

def _draw(rng):
    return [Case("all", {"x": int(rng.integers(9))}) for _ in range(4)]

PROBLEMS = (
    Problem(
        name="NAME",
        signature="NAME(x)",
        positional=1,
        reference=lambda x: x + 1,
        magnitude=nothing_to_round,
        groups=("all",),
        examples=(Case("all", {"x": 1}, "one"),),
        draw=_draw,
        misconceptions=(),
    ),
)
'''
CONFIG = """
schema = "autograder/assignment/v1"
title = "Next"
file = "next.py"
[[checks]]
kind = "function"
name = "successor"
problem = "successor"
points.all = { visible = 1, hidden = 1 }
"""


@pytest.fixture
def course(tmp_path):
    """Give a course with a folder of problems, and forget its modules at the end."""
    (tmp_path / "problems").mkdir()
    (tmp_path / "grading_configs").mkdir()
    (tmp_path / "grading_configs" / "next.toml").write_text(CONFIG)
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("own_problems_")]:
        del sys.modules[name]


def write(course, text, file="own.py"):
    (course / "problems" / file).write_text(text)


def refused(course):
    with pytest.raises(ConfigError) as caught:
        of_course(course)
    return str(caught.value)


class TestACourseWithItsOwn:
    def test_they_are_beside_the_toolkit_s(self, course):
        write(course, OWN.replace("NAME", "successor"))
        problems, code = of_course(course)
        assert problems.keys() == PROBLEMS.keys() | {"successor"}
        assert problems["successor"].reference(x=1) == 2
        assert b"successor" in code

    def test_an_assignment_names_them_and_their_cases_are_drawn(self, course):
        write(course, OWN.replace("NAME", "successor"))
        assignment = config.load(course, "next")
        assert assignment.problems.keys() == {"successor"}
        drawn, digest = cases.draw(assignment.problems["successor"], bytes(16), course / "cases")
        assert len(drawn) == 4
        assert cases.draw(assignment.problems["successor"], bytes(16), course / "cases")[1] == digest

    def test_changed_code_changes_the_assignment_s_digest(self, course):
        write(course, OWN.replace("NAME", "successor"))
        before = config.load(course, "next").digest
        write(course, OWN.replace("NAME", "successor") + "# mended\n")
        assert config.load(course, "next").digest != before

    def test_several_files_are_read_in_order_and_what_begins_with_a_bar_is_left_out(self, course):
        write(course, OWN.replace("NAME", "b"), "b.py")
        write(course, OWN.replace("NAME", "a"), "a.py")
        write(course, "raise ValueError", "_shared.py")
        write(course, "raise ValueError", "notes.txt")
        problems, _ = of_course(course)
        assert list(problems)[-2:] == ["a", "b"]

    def test_a_course_without_a_folder_has_the_toolkit_s(self, course):
        shutil.rmtree(course / "problems")
        assert of_course(course) == (PROBLEMS, b"")

    def test_the_toolkit_s_stay_as_they_are(self, course):
        write(course, OWN.replace("NAME", "successor"))
        of_course(course)
        assert "successor" not in PROBLEMS

    def test_two_courses_may_call_their_files_alike(self, course, tmp_path):
        write(course, OWN.replace("NAME", "here"))
        other = tmp_path / "other"
        (other / "problems").mkdir(parents=True)
        write(other, OWN.replace("NAME", "there"))
        assert "here" in of_course(course)[0]
        assert "there" in of_course(other)[0]
        assert "here" in of_course(course)[0]


class TestRefused:
    def test_a_name_that_is_taken(self, course):
        write(course, OWN.replace("NAME", "conv2d"))
        assert refused(course) == (
            f"{course / 'problems' / 'own.py'}: expected names of its own; 'conv2d' is taken"
        )

    def test_a_name_that_another_file_has(self, course):
        write(course, OWN.replace("NAME", "same"), "a.py")
        write(course, OWN.replace("NAME", "same"), "b.py")
        assert (
            refused(course) == f"{course / 'problems' / 'b.py'}: expected names of its own; 'same' is taken"
        )

    @pytest.mark.parametrize(
        ("code", "error"),
        [
            ("1 / 0\n", "ZeroDivisionError: division by zero"),
            ("import nothing_like_it\n", "ModuleNotFoundError: No module named 'nothing_like_it'"),
            ("def f(:\n", "SyntaxError: "),
        ],
    )
    def test_a_file_that_does_not_run_is_shown_with_its_error(self, course, code, error):
        write(course, code)
        said = refused(course)
        assert said.startswith(f"{course / 'problems' / 'own.py'} does not run:\n")
        assert error in said
        assert refused(course) == said  # nothing of it is left over

    @pytest.mark.parametrize(
        ("code", "received"),
        [
            ("", "NoneType"),
            ("PROBLEMS = []", "list"),
            ("PROBLEMS = {}", "dict"),
            ("PROBLEMS = (1, 2)", "tuple"),
            ("PROBLEM = 1", "NoneType"),
        ],
    )
    def test_a_file_without_problems(self, course, code, received):
        write(course, code)
        assert refused(course) == (
            f"{course / 'problems' / 'own.py'}: expected PROBLEMS, a tuple of Problem; received {received}"
        )

    def test_mended_it_is_read_again(self, course):
        write(course, "1 / 0\n")
        refused(course)
        write(course, OWN.replace("NAME", "successor"))
        assert "successor" in of_course(course)[0]

    def test_an_assignment_that_names_none_is_told_which_there_are(self, course):
        with pytest.raises(ConfigError, match=r"checks\[0\]\.problem: expected one of .*conv2d.*; received"):
            config.load(course, "next")


class TestAKit:
    def test_its_examples_are_beside_its_configuration(self, course):
        path = course / "grading_configs" / "next.toml"
        with pytest.raises(ConfigError) as caught:
            of_kit(path)
        assert str(caught.value) == (
            f"expected the kit's examples in {path.with_name('next.examples.json')}; No such file or "
            "directory. Download the kit again"
        )

    def test_a_course_s_own_code_is_not_run_for_it(self, course):
        write(course, "raise SystemExit('run')\n")
        path = course / "grading_configs" / "next.toml"
        path.write_text(path.read_text().replace("[[checks]]", "kit = true\n[[checks]]"))
        with pytest.raises(ConfigError, match="expected the kit's examples"):
            config.load(course, "next")


def test_arrays_of_an_own_problem_travel_to_its_cases(course):
    write(course, OWN.replace("NAME", "successor").replace("int(rng.integers(9))", "rng.normal(size=3)"))
    problems, _ = of_course(course)
    drawn, _ = cases.draw(problems["successor"], bytes(16), course / "cases")
    assert all(isinstance(case.inputs["x"], np.ndarray) for case in drawn)
