"""How cells run in real workers: errors, limits, policies, and what is kept of them."""

from __future__ import annotations

import base64
import json
import textwrap

import msgspec
import nbformat
import pytest

from autograder.reports.executed import executed_notebook
from autograder.reports.feedback import feedback
from autograder.results import Outcome, ValuesDetails
from autograder.sandbox.level import Level
from tests.notebooks.conftest import CONFIG, CONV2D, FULL, NONE, NUMPY, School, code, notebook, said

WRONG = "def conv2d(image, kernel, bias=0.0, stride=1, padding=0):\n    return np.zeros((1, 1))\n"
QUICK = CONFIG.replace("load_seconds = 30.0", "load_seconds = 3.0")
VALUES = """
[[checks]]
kind = "values"
name = "answers"
items = [
    { name = "first", variable = "x", after = "one", points = 1, accept = [1] },
    { name = "second", variable = "x", after = "two", points = 1, accept = [2] },
    { name = "end", variable = "x", points = 1, accept = [3] },
    { name = "none", variable = "x", after = "three", points = 1, accept = [3] },
]
"""
ENDLESS = "while True:\n    pass\n"


class TestErrors:
    """A cell that fails ends only itself; the report says which, where, and what is missing for it."""

    @pytest.mark.parametrize(
        ("cell", "line"),
        [
            ("x = 1\n1 / 0\n", 2),
            ("\n\n   x = 1\n   1 / 0\n", 4),
            ("# first\n\nif True:\n    1 / 0\n", 4),
            ("%%time\nx = 1\n1 / 0\n", 3),
            ("\n%%time\n\n\n1 / 0\nx = 1", 5),
            ("%%capture out\nx = 1\n1 / 0\n", 3),
            ("x = 1\n%time 1 / 0\n", 2),
            ("x = 1\n%timeit -n 1 -r 1 1 / 0\n", 2),
            (">>> x = 1\n>>> 1 / 0\n", 2),
            ("import asyncio\nawait asyncio.sleep(0)\n1 / 0\n", 3),
        ],
    )
    def test_cell_and_line_are_named_as_people_count_them(self, school: School, cell: str, line: int) -> None:
        grade = school.grade(notebook(NUMPY, {"cell_type": "markdown", "source": "# x"}, cell, CONV2D))
        assert grade.score == FULL
        text = next(each for each in cell.splitlines() if "1 / 0" in each).strip().removeprefix(">>> ")
        place = f"ZeroDivisionError: division by zero\n  conv.ipynb, cell 2, line {line}: "
        assert grade.cells[1].error.removeprefix(place).removeprefix(">>> ") == text
        free = "It defines nothing that is graded, and costs no points"
        assert f"code cell 2 ended with an error; the other cells ran. {free}: {place}" in said(grade)

    @pytest.mark.parametrize(
        ("cell", "checks"),
        [
            ("import nowhere\n", ""),
            ("def helper(x:\n", ""),
            ("def helper():\n    pass\n1 / 0\n", ""),
            ("K = 1 / 0\n", ""),
            ("1 / 0\n", VALUES),
        ],
    )
    def test_a_cell_that_something_graded_may_lack_is_not_said_to_cost_nothing(
        self, school: School, cell: str, checks: str
    ) -> None:
        grade = school.grade(notebook(NUMPY, CONV2D, cell), checks=checks)
        assert "code cell 3 ended with an error" in said(grade)
        assert "costs no points" not in said(grade)

    def test_ipython_formats_no_error(self, school: School) -> None:
        own = "class Own(Exception):\n    def _render_traceback_(self):\n        print('rendered')\n"
        seen = "import sys\nprint('stack_data' in sys.modules)"
        grade = school.grade(notebook(NUMPY, own, "raise Own", "1 / 0", seen, CONV2D))
        assert grade.score == FULL
        assert [bool(cell.error) for cell in grade.cells] == [False, False, True, True, False, False]
        assert [cell.printed for cell in grade.cells] == ["", "", "", "", "False\n", ""]

    def test_an_error_in_a_call_names_the_cell_of_the_function(self, school: School) -> None:
        broken = CONV2D.replace("H, W = image.shape", "H, W = image.shapes")
        for cell in (broken, "%%time\n" + broken, "%%capture\n" + broken):
            grade = school.grade(notebook(NUMPY, "x = 1\n", cell))
            line = cell.splitlines().index("    H, W = image.shapes") + 1
            assert f"conv.ipynb, cell 3, line {line}: H, W = image.shapes" in str(grade.checks[0].details)

    def test_what_a_failed_cell_defines_is_missing_and_the_report_says_why(self, school: School) -> None:
        broken = CONV2D.replace("bias=0.0", "bias=undefined")
        grade = school.grade(notebook(NUMPY, broken, "y = 1\n"))
        assert (grade.score, grade.outcome) == (NONE, Outcome.SUBMISSION_ERROR)
        assert grade.checks[0].message == (
            "conv2d is not defined: code cell 2, in which it stands, ended with NameError"
        )
        assert [bool(cell.error) for cell in grade.cells] == [False, True, False]

    def test_what_follows_an_error_in_a_cell_is_defined_all_the_same(self, school: School) -> None:
        grade = school.grade(notebook(NUMPY, "x = undefined\n" + CONV2D, "y = 1\n"))
        assert grade.score == FULL
        assert "code cell 2: what follows line 1, which fails, was only defined, not run" in grade.notes
        assert [bool(cell.error) for cell in grade.cells] == [False, True, False]

    @pytest.mark.parametrize("end", ["import sys\nsys.exit()", "x = 1\nraise SystemExit(1)", "x = 1\nexit()"])
    def test_what_follows_an_exit_in_a_cell_is_defined_and_the_other_cells_run(
        self, school: School, end: str
    ) -> None:
        grade = school.grade(notebook(NUMPY, f"{end}\n{CONV2D}", "print('last')"))
        assert grade.score == FULL
        noted = "what follows line 2, which ends the program (SystemExit), was only defined, not run"
        assert f"code cell 2: {noted}" in grade.notes
        assert (grade.cells[2].printed, grade.cells[1].error) == ("last\n", "")

    @pytest.mark.parametrize("end", ["import sys\nsys.exit()", "x = 1\nraise SystemExit(1)"])
    def test_an_exit_ends_one_cell_of_a_python_file(self, school: School, end: str) -> None:
        body = (
            f'# %%\n{NUMPY}{end}\n{CONV2D}\n# %% tags=["one"]\nx = 1\n# %% tags=["two"]\nx = 2\n# %%\nx = 3'
        )
        grade = school.grade(body.encode(), name="conv.py", checks=VALUES)
        assert [check.score for check in grade.checks] == [FULL, 3]
        assert (
            "conv.py: what follows line 4, which ends the program (SystemExit), was only defined, not run"
            in grade.notes
        )

    @pytest.mark.parametrize(
        "line", ["%reset -f", "%reset", "%reset_selective -f conv", "%xdel conv2d", "get_ipython().reset()"]
    )
    def test_what_would_make_ipython_forget_is_skipped(self, school: School, line: str) -> None:
        grade = school.grade(notebook(NUMPY, CONV2D, line))
        assert grade.score == FULL
        noted = f"while it ran: {line} was skipped: what the cells have defined is kept, to be graded"
        assert noted in grade.notes

    @pytest.mark.parametrize(
        ("failing", "error"),
        [
            ("print 'hello'", "SyntaxError"),
            ("1 / 0", "ZeroDivisionError"),
            ("%%time\n\n1 / 0", "ZeroDivisionError"),
            ("@1 / 0\ndef f():\n    pass", "ZeroDivisionError"),
            ("def f():\n    x = = 1", "SyntaxError"),
        ],
    )
    def test_what_stands_below_the_error_is_defined_all_the_same(
        self, school: School, failing: str, error: str
    ) -> None:
        grade = school.grade(notebook(f"{failing}\nprint('no')\n{NUMPY}", CONV2D, f"{failing}\n{WRONG}"))
        assert (grade.score, "no" in grade.printed) == (FULL, False)
        assert error in grade.cells[0].error
        line = 2 if "= =" in failing else 3 if "%" in failing else 1
        is_broken = error == "SyntaxError"
        notes = (
            f"code cell 1 ended with an error in line {line}; its other imports and definitions were run",
            f"code cell 1: what follows line {line + ('@' in failing)}, which fails, was only defined",
        )
        assert [note in said(grade) for note in notes] == [is_broken, not is_broken]
        assert "code cell 3 ended with an error in line" not in said(grade)

    def test_nothing_runs_twice_and_no_half_function_is_made(self, school: School) -> None:
        log = "class Log:\n    print('made')\n"
        assert school.grade(notebook(NUMPY, CONV2D, f"{log}1 / 0\nB = 2\n")).printed == "made\n"
        half = CONV2D.rstrip().rsplit("\n", 1)[0] + "\n    return = 3\n"
        grade = school.grade(notebook(f"{NUMPY}\n{half}\nx = 1\n"))
        assert (grade.score, "x" in said(grade)) == (NONE, True)
        two = school.grade(notebook("print 'a'\nprint 'b'\n" + NUMPY, CONV2D))
        assert (two.score, "all the same" in said(two)) == (NONE, False)

    def test_a_name_that_is_missing_is_traced_to_its_cell(self, school: School) -> None:
        used = CONV2D.replace("H, W = image.shape", "H, W = image.shape\n    nothing.f()")
        grade = school.grade(notebook(NUMPY, "nothing = 1 / 0\n", used))
        assert (
            "NameError: name 'nothing' is not defined; nothing was to come from code cell 2, which ended "
            "with ZeroDivisionError: division by zero"
        ) in str(grade.checks[0].details)
        assert grade.checks[0].hint == "Mend the cell that is named above; then run all cells from the top."

    def test_the_last_definition_that_was_made_wins(self, school: School) -> None:
        assert school.grade(notebook(NUMPY, CONV2D, WRONG)).score == NONE
        assert school.grade(notebook(NUMPY, WRONG, CONV2D)).score == FULL
        assert school.grade(notebook(NUMPY, CONV2D, "1 / 0\n" + WRONG)).score == FULL


class TestLimits:
    """Time of a cell and of all, memory, prints: with what is left, the functions are graded."""

    CELL = "cells = { cell_seconds = 0.5 }"

    @pytest.mark.parametrize(
        "cell",
        [
            ENDLESS,
            "import time\ntime.sleep(600)\n",
            "try:\n    while True:\n        pass\nexcept Exception:\n    pass\n",
            "%%time\nwhile True:\n    pass\n",
            "import asyncio\nawait asyncio.sleep(600)\n",
        ],
    )
    @pytest.mark.parametrize("level", [None, Level.PROCESS])
    def test_a_cell_that_takes_too_long_is_ended(
        self, school: School, cell: str, level: Level | None
    ) -> None:
        grade = school.grade(notebook(NUMPY, cell, CONV2D), cells=self.CELL, level=level)
        assert (grade.score, grade.outcome) == (FULL, Outcome.COMPLETED)
        assert "CellTimeout: the cell took longer than 0.5 s" in grade.cells[1].error

    def test_only_the_definitions_run_where_all_of_it_takes_too_long(self, school: School) -> None:
        training = "history = [conv2d(np.eye(3), np.eye(2)) for _ in iter(int, 1)]\n"
        grade = school.grade(notebook(NUMPY, CONV2D, training), config=QUICK)
        assert (grade.score, grade.outcome) == (FULL, Outcome.COMPLETED)
        assert "when all of it is run, running the file took longer than 3 s" in said(grade)
        assert {cell.ran for cell in grade.cells} == {"definitions"}

    def test_definitions_that_never_end_are_the_whole_files_end(self, school: School) -> None:
        grade = school.grade(notebook("class A:\n    while True:\n        pass\n", CONV2D), config=QUICK)
        assert (grade.score, grade.outcome) == (NONE, Outcome.TIMEOUT)

    @pytest.mark.parametrize(
        "cell", ["x = []\nwhile True:\n    x.append(bytearray(2**24))\n", "x = np.ones(2**30)\n"]
    )
    def test_a_cell_that_takes_too_much_memory_fails_and_the_others_run(
        self, school: School, cell: str
    ) -> None:
        grade = school.grade(notebook(NUMPY, cell, CONV2D))
        assert grade.score == FULL
        assert "MemoryError" in grade.cells[1].error

    def test_what_a_cell_prints_is_cut(self, school: School) -> None:
        grade = school.grade(notebook(NUMPY, "for _ in range(5):\n    print('x' * 2**20)\n", CONV2D))
        assert grade.score == FULL
        assert len(grade.cells[1].printed) <= 20_000


class TestPolicies:
    """All cells; only definitions; only those with a tag; also of a Python file in the percent format."""

    DEFINITIONS = 'cells = { run = "definitions" }'
    TAGGED = 'cells = { run = "tagged", tags = ["solution", "imports"] }'
    DEFINING = (
        "from __future__ import annotations\nimport numpy as np\nprint('runs')\n",
        "try:\n    import nothing_of_this_name\nexcept ImportError:\n    nothing_of_this_name = None\n",
        "ZERO, SIZE = 0.0, (2, 3)\nFRAME = np.zeros(SIZE)\nSHARP = np.array([[0, -1], [5, 0]]) / 2\n",
        "%%time\n" + CONV2D.replace("total = 0.0", "total = ZERO").replace("image,", "image: Image,", 1),
        "print('runs')\nx = [conv2d(FRAME, SHARP) for _ in iter(int, 1)]\nSIZE = x\n",
        "if __name__ == '__main__':\n    conv2d = None\n",
        "await nothing\nconv2d = conv2d(x)\n",
    )

    def test_only_definitions_run(self, school: School) -> None:
        grade = school.grade(notebook(*self.DEFINING), cells=self.DEFINITIONS)
        assert (grade.score, grade.notes, grade.printed) == (FULL, (), "")
        assert {cell.ran for cell in grade.cells} == {"definitions"}

    def test_a_definition_that_fails_keeps_no_other_from_being_made(self, school: School) -> None:
        cells = ("import nothing_of_this_name\n" + NUMPY, "def f(:\n", CONV2D, WRONG.replace("conv2d", "f"))
        grade = school.grade(notebook(*cells), cells=self.DEFINITIONS)
        assert grade.score == FULL
        assert "conv.ipynb, cell 1, line 1: import nothing_of_this_name" in grade.cells[0].error
        assert "conv.ipynb, cell 2, line 1: def f(:" in grade.cells[1].error

    def test_a_constant_of_what_is_not_run_is_no_error(self, school: School) -> None:
        data = "df = read()\nMEAN = df.mean\nLAST = (1, 2)[5]\nif MEAN:\n    import os\n"
        grade = school.grade(notebook(NUMPY, data, CONV2D), cells=self.DEFINITIONS)
        assert (grade.score, grade.notes) == (FULL, ())
        broken = "def f(x=df):\n    pass\n"
        grade = school.grade(notebook(NUMPY, CONV2D, broken), cells=self.DEFINITIONS)
        assert "not all of what code cell 3 defines could be made; the rest was. NameError" in said(grade)

    def test_of_several_definitions_the_last_one_counts(self, school: School) -> None:
        assert school.grade(notebook(NUMPY, CONV2D, WRONG), cells=self.DEFINITIONS).score == NONE
        assert school.grade(notebook(NUMPY, WRONG, CONV2D), cells=self.DEFINITIONS).score == FULL

    def test_only_tagged_cells_run(self, school: School) -> None:
        cells = (code(NUMPY, "imports"), "1 / 0", WRONG, code(CONV2D, "x", "solution"), WRONG, ENDLESS)
        grade = school.grade(notebook(*cells), cells=self.TAGGED)
        assert (grade.score, grade.notes) == (FULL, ())
        assert [cell.ran for cell in grade.cells] == [
            "whole",
            "nothing",
            "nothing",
            "whole",
            *["nothing"] * 2,
        ]
        grade = school.grade(notebook(code(NUMPY, "imports"), CONV2D), cells=self.TAGGED)
        assert "code cell 2, in which it stands, is not among those that are run" in said(grade)

    def test_where_no_cell_has_the_tag_that_is_said(self, school: School) -> None:
        why = "no cell has the tag solution or imports, so none ran"
        for grade in (
            school.grade(notebook(NUMPY, CONV2D), cells=self.TAGGED),
            school.grade(f"# %%\n{NUMPY}{CONV2D}".encode(), name="conv.py", cells=self.TAGGED),
        ):
            assert (grade.score, grade.notes) == (NONE, (why,))
            assert grade.checks[0].message == f"conv2d is not defined: {why}"
            assert grade.checks[0].hint == "Ask your instructor which cells are to have the tag."

    def test_a_python_file_in_the_percent_format_runs_by_the_same_policies(self, school: School) -> None:
        body = f"{NUMPY}\n# %% loop\nif SLOW:\n    1 / 0\nx = list(iter(int, 1))\n\n# %%\n{CONV2D}"
        grade = school.grade(body.encode(), name="conv.py", cells=self.DEFINITIONS)
        assert (grade.score, grade.cells) == (FULL, ())
        body = (
            f'# %% tags=["imports"]\n{NUMPY}\n# %%\n1 / 0\n# %% b tags=["solution"]\n{CONV2D}\n# %%\n{WRONG}'
        )
        grade = school.grade(body.encode(), name="conv.py", cells=self.TAGGED)
        assert (grade.score, grade.notes) == (FULL, ())


def test_values_are_looked_at_after_the_cells_of_their_tag(school: School) -> None:
    cells = (
        NUMPY,
        CONV2D,
        code("x = 1", "one"),
        code("x = 2", "two"),
        "x = 3",
        code("x = 4\n1 / 0", "three"),
    )
    for level in (None, Level.PROCESS):
        grade = school.grade(notebook(*cells, "x = 3\n"), checks=VALUES, level=level)
        details = grade.checks[1].details
        assert isinstance(details, ValuesDetails)
        assert [answer.score for answer in details.answers] == [1, 1, 1, 0]
        assert "no cell with the tag three has run" in str(details)


@pytest.mark.parametrize("name", ["0-conv.py", "hw1.2.py", "Convolution+model+-+v2.ipynb", "Übung 3.ipynb"])
def test_a_file_may_be_called_what_no_module_is_called(school: School, name: str) -> None:
    source = NUMPY + CONV2D
    data = notebook(source) if name.endswith(".ipynb") else source.encode()
    grade = school.grade(data, name=name, config=CONFIG.replace('"conv.py"', f'"{name}"'))
    assert (grade.score, grade.notes) == (FULL, ())


def test_state_is_shared_by_cells_and_calls_in_one_process(school: School) -> None:
    grade = school.grade(
        notebook(NUMPY, "count = 0\n", "count += 1\nassert count == 1\n", CONV2D, "In, Out, _\n", "_5\n")
    )
    assert (grade.score, grade.notes) == (FULL, ())


KEPT = "cells = { keep = true }"
DRAWING = """
import matplotlib.pyplot as plt
from IPython.display import HTML, Image, Javascript, Markdown, display
display(HTML("<script>alert('first')</script>"), Javascript("alert('second')"), Markdown("# third"))
plt.plot([1, 2])
plt.show()
print("\\x1b[31mred\\x1b[0m <b>bold</b>")
"""


class TestTheExecutedNotebook:
    """What the cells printed, showed and drew: valid, bounded, and nothing in it that a browser could run."""

    @staticmethod
    def executed(grade: object) -> nbformat.NotebookNode:
        text = executed_notebook(grade)
        assert text is not None
        node = nbformat.reads(text, as_version=4)
        nbformat.validate(node)
        assert node.metadata.autograder.written_from == "what the submission's own process said of its cells"
        assert node.cells[0].cell_type == "markdown"
        del node.cells[0]
        return node

    def test_it_holds_texts_values_and_errors(self, school: School) -> None:
        cells = (
            "print('one')\n2\n",
            "import sys\nprint('three', file=sys.stderr)\n1 / 0\n",
            NUMPY,
            CONV2D,
            "",
        )
        grade = school.grade(notebook(*cells), cells=KEPT)
        node = self.executed(grade)
        assert [cell.source for cell in node.cells] == list(cells)
        assert [cell.execution_count for cell in node.cells] == [1, 2, 3, 4, 5]
        first, second = node.cells[0].outputs, node.cells[1].outputs
        assert [output.text for output in first] == ["one\n", "2\n"]
        assert second[0].text == "three\n"
        assert (second[1].ename, second[1].evalue) == ("ZeroDivisionError", "division by zero")
        assert second[1].traceback[1].strip() == "conv.ipynb, cell 2, line 3: 1 / 0"

    @pytest.mark.slow
    @pytest.mark.parametrize("level", [None, Level.PROCESS])
    @pytest.mark.parametrize("magic", ["", "%matplotlib inline\n"])
    def test_it_holds_figures_and_nothing_that_runs(
        self, school: School, level: Level | None, magic: str
    ) -> None:
        config = CONFIG.replace('["numpy"]', '["numpy", "matplotlib"]')
        data = notebook(f"{magic}import numpy\n", DRAWING, NUMPY, CONV2D)
        grade = school.grade(data, cells=KEPT, config=config, level=level)
        assert (grade.score, grade.notes) == (FULL, ())
        text = executed_notebook(grade)
        assert text is not None
        outputs = self.executed(grade).cells[1].outputs
        figures = [output.data["image/png"] for output in outputs if output.output_type == "display_data"]
        [figure] = figures
        assert base64.b64decode(figure).startswith(b"\x89PNG")
        kinds = {key for output in outputs for key in output.get("data", {})}
        assert kinds <= {"image/png"}
        assert "alert(" not in str(outputs)
        assert "\\u001b" not in text

    def test_figures_are_bounded_in_number_and_size(self, school: School) -> None:
        drawing = textwrap.dedent("""
            from IPython.display import Image, display
            def png(size):
                return Image(b"\\x89PNG\\r\\n\\x1a\\n" + b"x" * size, format="png")
            for _ in range(20):
                display(png(100))
            display(png(2**21))
        """)
        grade = school.grade(
            notebook(NUMPY, CONV2D, drawing, drawing, *["display(png(2**19 - 50))"] * 20), cells=KEPT
        )
        sizes = [sum(map(len, cell.figures)) for cell in grade.cells]
        assert [len(cell.figures) for cell in grade.cells[2:4]] == [8, 8]
        assert 2**21 < sum(sizes) <= 2**22
        self.executed(grade)

    def test_texts_are_bounded_in_all_and_no_script_is_too_dear(self, school: School) -> None:
        lines = "print('━' * 15_000)\n'😀' * 15_000\n"
        errors = ["raise ValueError('━' * 2000)"] * 300
        grade = school.grade(notebook(NUMPY, CONV2D, *[lines] * 40, *errors), cells=KEPT)
        assert grade.score == FULL
        assert {cell.ran for cell in grade.cells} == {"whole"}
        assert 300_000 < sum(len(cell.printed) + len(cell.shown) for cell in grade.cells) <= 400_000
        assert [cell.error.partition(":")[0] for cell in grade.cells[42:]] == ["ValueError"] * 300
        self.executed(grade)

    def test_what_did_not_run_is_in_it_without_outputs(self, school: School) -> None:
        cells = 'cells = { run = "tagged", tags = ["a"], keep = true }'
        node = self.executed(
            school.grade(notebook(code(NUMPY, "a"), "print(1)", code(CONV2D, "a")), cells=cells)
        )
        assert [cell.execution_count for cell in node.cells] == [1, None, 3]
        assert node.cells[1].outputs == []

    def test_nothing_is_kept_unless_the_configuration_says_so(self, school: School) -> None:
        grade = school.grade(notebook(NUMPY, CONV2D, "display(1)\nprint(2)\n"))
        assert executed_notebook(grade) is None
        assert executed_notebook(school.grade(CONV2D.encode(), name="conv.py", cells=KEPT)) is None
        assert grade.cells[2].printed == "2\n"
        assert all(not cell.source and not cell.shown and not cell.figures for cell in grade.cells)


def test_a_student_sees_of_each_cell_time_and_error(school: School) -> None:
    grade = school.grade(notebook(NUMPY, CONV2D, "print('mine')\n1 / 0\n"), cells=KEPT)
    seen = json.loads(msgspec.json.encode(feedback(grade)))["cells"]
    assert [set(cell) for cell in seen] == [{"number", "ran", "seconds", "error"}] * 3
    assert [cell["number"] for cell in seen] == [1, 2, 3]
    assert seen[2]["error"].endswith("conv.ipynb, cell 3, line 2: 1 / 0")
    assert all(cell["seconds"] >= 0 for cell in seen)
