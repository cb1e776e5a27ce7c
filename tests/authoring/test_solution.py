"""References as submissions: self-contained, line by line the same, and still right."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import reference.convolution as ref
from autograder.authoring.mutants.tracing import executed_lines
from autograder.authoring.solutions.excerpt import excerpt
from autograder.authoring.solutions.renaming import imported_modules, renamed
from autograder.authoring.solutions.solution import as_submission
from autograder.problems import PROBLEMS

MINE = '''"""An instructor's own problem."""

import math

import numpy as np
from autograder.problems.draws import kernel, numbers
from autograder.problems.problem import Case, Problem
from reference.shapes import conv_output_size, pair

Array = np.ndarray
SIDES = {"left": 1}
SIDES["right"] = 2
UNUSED = math.tau


def _half(kernel: Array) -> Array:
    return kernel / SIDES["right"]


def halved(image: Array, kernel: Case) -> Array:
    """Return half of something."""
    return _half(image) + 0 * kernel * conv_output_size(3, 3)


PROBLEM = Problem(halved, numbers)
'''


def load(path: Path):
    """Load a file as a configuration names it: in no package, not even in sys.modules."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(MINE.replace("PROBLEM = Problem(halved, numbers)", "PROBLEM = (Problem, numbers)"))
    return load(path)


def answer(solution, folder: Path, code: str) -> str:
    """Return what code prints that runs beside the submission, without the toolkit."""
    for name, source in solution.files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(source)
    check = "import sys; assert not {'reference', 'autograder'} & set(sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{check}"], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


class TestOfAPackage:
    def test_answers_without_the_toolkit(self, tmp_path):
        functions = {name: PROBLEMS[name].reference for name in ("convolve1d", "max_pool2d")}
        solution = as_submission({**functions, "power": np.power}, {"ANSWERS": {"a": 1.5}}, "work.py")
        code = "import work; print(work.convolve1d([1, 2], [1, 1]), work.ANSWERS, work.power(2, 3))"
        assert answer(solution, tmp_path, code) == "[1 3 2] {'a': 1.5} 8"

    def test_takes_only_the_modules_that_are_reached(self):
        solution = as_submission({"convolve1d": ref.convolve1d}, {}, "work.py")
        assert sorted(solution.files) == [
            "solution/__init__.py",
            "solution/convolution.py",
            "solution/shapes/__init__.py",
            "solution/shapes/sizes.py",
            "work.py",
        ]

    def test_gives_the_names_asked_for(self):
        solution = as_submission({"my_convolution": ref.conv2d}, {}, "work.py")
        assert "from solution.convolution import conv2d as my_convolution\n" in solution.files["work.py"]

    def test_lines_are_the_originals(self):
        solution = as_submission({"conv2d": ref.conv2d}, {}, "work.py")
        for file, origin in solution.origins.items():
            lines, originals = solution.files[file].splitlines(), origin.read_text().splitlines()
            changed = [line for line, was in zip(lines, originals, strict=True) if line != was]
            assert all(line.startswith("from solution.") for line in changed)

    def test_main_file_may_be_called_as_the_package(self):
        solution = as_submission({"conv2d": ref.conv2d}, {}, "solution.py")
        assert "solution_files/convolution.py" in solution.files

    def test_mutants_change_one_file(self):
        image = np.ones((3, 3))
        solution = as_submission({"conv2d": ref.conv2d}, {}, "work.py")
        lines = executed_lines(ref.conv2d, [{"image": image, "kernel": image}], solution.origins.values())
        found = list(solution.mutants(lines))
        assert {mutated.file for mutated in found} == {"solution/convolution.py", "solution/shapes/sizes.py"}
        for mutated in found:
            differing = [file for file in solution.files if mutated.files[file] != solution.files[file]]
            assert differing == [mutated.file]
            assert mutated.files[mutated.file] == mutated.mutant.source

    @pytest.mark.parametrize("value", [object(), np.ones(2), {"f": len}])
    def test_constants_are_plain_data(self, value):
        with pytest.raises(ValueError, match="ANSWERS: expected plain data; received"):
            as_submission({}, {"ANSWERS": value}, "work.py")

    @pytest.mark.parametrize("function", [lambda x: x, PROBLEMS["conv2d"].draw])
    def test_functions_belong_to_a_module(self, function):
        if function.__name__ == "<lambda>":
            with pytest.raises(ValueError, match="expected a function that a module defines; received"):
                as_submission({"f": function}, {}, "work.py")
        else:  # it needs the toolkit, which no sandbox has
            with pytest.raises(ValueError, match="a reference needs"):
                as_submission({"f": function}, {}, "work.py")


class TestOfAnInstructorsFile:
    def test_answers_without_the_toolkit(self, mine, tmp_path):
        solution = as_submission({"halve": mine.halved}, {}, "work.py")
        assert answer(solution, tmp_path, "import work; print(work.halve(3, 1))") == "1.5"

    def test_takes_only_what_the_function_reaches(self, mine):
        solution = as_submission({"halve": mine.halved}, {}, "work.py")
        text = solution.files["solution/mine.py"]
        assert "autograder" not in text
        assert "pair" not in text
        assert "UNUSED" not in text
        assert "import math" not in text
        assert 'SIDES["right"] = 2' in text
        assert "from solution.shapes import conv_output_size" in text

    def test_lines_stay_where_they_were(self, mine):
        lines = as_submission({"halve": mine.halved}, {}, "work.py").files["solution/mine.py"].splitlines()
        assert lines.index("def halved(image: Array, kernel: Case) -> Array:") == MINE.splitlines().index(
            "def halved(image: Array, kernel: Case) -> Array:"
        )

    def test_what_the_toolkit_defines_cannot_be_taken(self):
        with pytest.raises(ValueError, match="a reference needs numbers"):
            excerpt(MINE.replace("return _half(image)", "return numbers(image)"), ["halved"])

    def test_definition_in_the_first_line_stays_there(self):
        source = "def f(x: float) -> Side:\n    return x\nSide = int\nOther = int\n"
        assert excerpt(source, ["f"]) == "def f(x: float) -> Side:\n    return x\nSide = int\n"

    def test_parameter_does_not_reach_an_import_of_its_name(self):
        assert "draws" not in excerpt(MINE, ["halved"])


class TestRenaming:
    def test_strings_comments_and_other_names_stay(self):
        source = 'import reference.shapes\nreference.shapes.pair  # reference\n"reference"; x.reference\n'
        expected = 'import solution.shapes\nsolution.shapes.pair  # reference\n"reference"; x.reference\n'
        assert renamed(source, {"reference"}, "solution") == expected

    def test_relative_imports_are_followed(self):
        assert "mine.inner.x" in imported_modules("from .inner import x", "mine")
        assert "mine.x" in imported_modules("from .. import x", "mine.inner")
