"""What is looked at in a submission besides the answers of its functions, in real workers.

Its sources, before a byte of it runs; its variables, before the first hidden case; its functions, given
TensorFlow tensors.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
import pytest

from autograder.checks.check import Seen
from autograder.checks.making import make_checks, wanted_by
from autograder.checks.source import SourceCheck
from autograder.config import Assignment, AssignmentConfig, Limits, SourceCheckConfig
from autograder.environment import describe
from autograder.grading import Marking, grade_submission
from autograder.observation import Allowance, Call, Raised, Returned, Stopped, Wanted
from autograder.problems import PROBLEMS
from autograder.results import Outcome, Status
from autograder.runners.session import Session
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import closure
from autograder.submission import Submission
from autograder.wire.control import WorkerLimits
from autograder.wire.messages import Error, Place
from tests.sandbox.conftest import submission

if TYPE_CHECKING:
    from tests.sandbox.conftest import Laboratory

LEVELS = (Level.FULL, Level.CONTAINER, Level.PROCESS)
USES = Wanted(uses=True)
Open = Callable[..., Session]


@pytest.fixture
def opened(laboratory: Laboratory) -> Iterator[Open]:
    """Give sessions that are closed at the end."""
    sessions: list[Session] = []

    def open_one(source: str | Submission, level: Level = Level.FULL, **more: Any) -> Session:
        sessions.append(laboratory.session(source, level, **more))
        return sessions[-1]

    yield open_one
    for session in sessions:
        session.close()


def judged(session: Session, **settings: Any) -> Any:
    """Return the result of a check of the sources."""
    check = SourceCheck(SourceCheckConfig(name="by_hand", **settings))
    return check.judge(session.load(), Seen())


class TestSources:
    """They are read before anything of the submission runs: what it does later hides nothing."""

    @pytest.mark.parametrize("level", LEVELS)
    def test_uses_come_with_file_line_and_the_functions_that_reach_them(
        self, opened: Open, level: Level
    ) -> None:
        session = opened(
            submission(
                "from other import help\ndef conv2d(x):\n    return help(x)\n",
                other=b"def help(x):\n    return eval(x)\n",
            ),
            level,
            wanted=USES,
        )
        [use] = [use for use in session.load().uses if use.name == "eval"]
        assert (use.file, use.line, use.within) == ("other.py", 2, ["conv2d"])
        assert session.load().unread == ()

    @pytest.mark.parametrize(
        "hiding",
        [
            "open(__file__, 'w').write('x = 1')",
            "os.remove(__file__)",
            "os.rename(__file__, 'other.txt')",
            "ast.parse = lambda *_, **__: ast.Module([], [])",
            "sys.modules['autograder.worker.source'].inspect = lambda *_: ([], [])",
            "sys.exit()",
            "os.write(3, b'x' * 100)",
            "raise SystemError",
        ],
    )
    def test_what_the_file_does_when_it_runs_hides_no_use(self, opened: Open, hiding: str) -> None:
        source = f"import ast, os, sys\nimport random\ntry:\n    {hiding}\nexcept OSError:\n    pass\n"
        result = judged(opened(source, wanted=USES), forbidden=("random",))
        assert result.status is Status.FAILED
        if result.outcome is Outcome.COMPLETED:
            assert result.message == "code.py, line 2: random is not allowed"

    def test_a_file_that_ends_the_worker_gets_no_points_for_its_sources(self, opened: Open) -> None:
        result = judged(opened("import os\nos._exit(0)\n", wanted=USES), forbidden=("scipy",))
        assert (result.status, result.outcome) == (Status.FAILED, Outcome.CRASHED)

    def test_nothing_of_it_has_run_when_it_is_read(self, opened: Open) -> None:
        """A helper that would stand in for what reads the sources is not imported by it."""
        canary = b"import os\nos._exit(7)\n"
        session = opened(
            submission("import random\n", ast=canary, warnings=canary, sitecustomize=canary), wanted=USES
        )
        assert judged(
            session, forbidden=("random",)
        ).message == "code.py, line 2: random is not allowed".replace("line 2", "line 1")

    def test_a_helper_that_is_made_when_it_runs_is_seen_by_what_makes_it(self, opened: Open) -> None:
        session = opened(
            "with open('late.py', 'w') as file:\n    file.write('import random')\nimport late\n", wanted=USES
        )
        assert session.load().error is None
        result = judged(session, forbidden=("open",))
        assert result.message == "code.py, line 1: open is not allowed"

    def test_an_exception_of_its_own_hides_no_use(self, opened: Open) -> None:
        source = "import random\nraise SyntaxError('oops')\n"
        result = judged(opened(source, wanted=USES), forbidden=("random",))
        assert (result.status, result.message) == (Status.FAILED, "code.py, line 1: random is not allowed")

    @pytest.mark.parametrize("level", LEVELS)
    def test_what_only_running_tells_is_for_a_person(self, opened: Open, level: Level) -> None:
        result = judged(
            opened("x = 'ran'\n__import__(x + 'dom')\n", level, wanted=USES), forbidden=("random",)
        )
        assert (result.status, result.score) == (Status.NEEDS_REVIEW, None)
        assert result.message == (
            "code.py, line 2: __import__ with a name that only running tells: a person decides"
        )

    def test_an_own_file_with_a_name_that_is_not_installed_in_the_sandbox(self, opened: Open) -> None:
        given = submission("import reference\nx = reference.y\n", reference=b"y = 1\n")
        assert judged(opened(given, wanted=USES), forbidden=("reference",)).status is Status.PASSED

    def test_a_function_that_is_asked_for_counts_however_it_is_defined(self, opened: Open) -> None:
        source = "import random\nconv2d = random.random\nother = random.random\n"
        session = opened(source, wanted=Wanted(uses=True, within=("conv2d",)))
        within = {use.line: use.within for use in session.load().uses if use.name == "random.random"}
        assert within == {2: ["conv2d"], 3: []}
        assert judged(session, forbidden=("random.random",), within=("conv2d",)).message == (
            "code.py, line 2: random.random is not allowed"
        )

    def test_it_is_read_only_where_that_is_asked_for(self, opened: Open) -> None:
        assert opened("import random\n").load().uses == ()

    def test_a_file_that_takes_long_to_run_is_read_all_the_same_but_not_judged(self, opened: Open) -> None:
        session = opened("import random\nwhile True:\n    pass\n", wanted=USES, seconds=0.5)
        result = judged(session, forbidden=("random",))
        assert (result.status, result.outcome) == (Status.FAILED, Outcome.TIMEOUT)


VALUES = """
import numpy as np
size, shape, text = 7, (3, 3), "valid"
array = np.arange(6, dtype=np.float32).reshape(2, 3)
answers = {"rank": 2, "shape": [2, 3], "none": None}
numbered = {1: "one"}
names = ["a"]
strange = {1, 2}
class Liar:
    def __array__(self, *_, **__):
        raise RuntimeError("no")
liar = Liar()
class Answers(dict):
    def get(self, *_):
        return 42
    def __getitem__(self, _):
        return 42
    def __missing__(self, _):
        return 42
own = Answers(rank=2)
def __getattr__(name):
    return 42
"""


class TestVariables:
    @pytest.mark.parametrize("level", LEVELS)
    def test_they_come_as_plain_values(self, opened: Open, level: Level) -> None:
        session = opened(VALUES, level)
        names = ("size", "shape", "text", "array", "answers")
        seen = session.fetch([Place(name) for name in names], Allowance(30.0))
        size, shape, text, array, answers = (each.value for each in seen if isinstance(each, Returned))
        assert (size, shape, text) == (7, (3, 3), "valid")
        np.testing.assert_array_equal(array, np.arange(6, dtype=np.float32).reshape(2, 3), strict=True)
        assert answers == {"rank": 2, "shape": [2, 3], "none": None}

    def test_an_entry_of_a_dictionary(self, opened: Open) -> None:
        session = opened(VALUES)
        rank, none, own = session.fetch(
            [Place("answers", "rank"), Place("answers", "none"), Place("own", "rank")], Allowance(30.0)
        )
        assert (rank, none) == (Returned(2, (), "int"), Returned(None, (), "NoneType"))
        assert own == Returned(2, (), "int")

    @pytest.mark.parametrize(
        ("place", "error"),
        [
            (Place("nothing"), Error("NameError", "there is no variable nothing", [])),
            (Place("answers", "Rank"), Error("KeyError", "answers has no entry 'Rank'", [])),
            (Place("numbered", "1"), Error("KeyError", "numbered has no entry '1'", [])),
            (Place("own", "other"), Error("KeyError", "own has no entry 'other'", [])),
            (Place("names", "a"), Error("TypeError", "names is no dictionary but a list", [])),
            (Place("strange"), Error("", "a value of type set", [])),
            (Place("liar"), Error("RuntimeError", "this value cannot be read", [])),
            (
                Place("size", None, "answers"),
                Error(
                    "LookupError",
                    "no cell has the tag answers (in a Python file, by the line "
                    '# %% tags=["answers"] above it); there is no tag',
                    [],
                ),
            ),
        ],
    )
    def test_what_is_missing_or_cannot_travel_is_said(self, opened: Open, place: Place, error: Error) -> None:
        session = opened(VALUES)
        seen = session.fetch([place, Place("size")], Allowance(30.0))
        assert seen == [Raised(error), Returned(7, (), "int")]

    def test_one_that_ends_the_worker_costs_itself(self, opened: Open) -> None:
        session = opened("""
            import os
            class Trap:
                def __array__(self, *_, **__):
                    os._exit(3)
            first, trap, last = 1, Trap(), 3
        """)
        first, trap, last = session.fetch([Place("first"), Place("trap"), Place("last")], Allowance(30.0))
        assert (first, last) == (Returned(1, (), "int"), Returned(3, (), "int"))
        assert trap == Stopped(Outcome.CRASHED, "reading a variable ended the Python process (exit code 3)")

    def test_after_an_error_constants_are_there_and_nothing_that_is_computed(self, opened: Open) -> None:
        session = opened("first = 1\n1 / 0\nsecond = 2\nlast = divmod(second, 1)\n")
        assert session.load().error is not None
        places = [Place("first"), Place("second"), Place("last")]
        first, second, last = session.fetch(places, Allowance(30.0))
        assert (first, second) == (Returned(1, (), "int"), Returned(2, (), "int"))
        assert last == Raised(Error("NameError", "there is no variable last", []))

    def test_an_endless_value_is_too_much(self, opened: Open) -> None:
        session = opened("import numpy as np\nlarge = np.zeros(1 << 16)\n")
        first, *_, last = session.fetch([Place("large")] * 3, Allowance(30.0, result_bytes=1 << 20))
        assert isinstance(first, Returned)
        assert isinstance(last, Stopped)
        assert last.outcome is Outcome.OUTPUT_LIMIT


CELLS = """
before = 0
# %% first task
size = 6
kept = [1]
# %% second task tags=["answers", "graded"]
size = 7
# %% after it
size = 8
kept.append(2)
def later(x):
    return size
# %% tags=["last"]
size = 9
raise ValueError("stop")
"""


class TestTaggedCells:
    """A notebook uses a name again and again: what counts is its value after the cell of the task."""

    @pytest.mark.parametrize("level", LEVELS)
    def test_a_variable_is_looked_at_after_its_cell(self, opened: Open, level: Level) -> None:
        places = (Place("size", None, "answers"), Place("kept", None, "graded"))
        session = opened(CELLS, level, wanted=Wanted(places=places))
        tagged, kept, last = session.fetch([*places, Place("size")], Allowance(30.0))
        assert (tagged, kept) == (Returned(7, (), "int"), Returned([1], (), "list"))
        assert last == Returned(9, (), "int")

    def test_functions_see_the_last_values_and_errors_their_lines(self, opened: Open) -> None:
        place = Place("size", None, "answers")
        session = opened(CELLS, wanted=Wanted(places=(place,)))
        [seen] = session.call("later", [Call((0,), {})], Allowance(30.0))
        assert seen == Returned(9, (), "int")
        error = session.load().error
        assert error is not None
        assert (error.type, error.message) == ("ValueError", "stop")
        assert [(line.line, line.source) for line in error.traceback] == [(15, 'raise ValueError("stop")')]

    def test_a_cell_that_did_not_end_is_not_looked_at(self, opened: Open) -> None:
        place = Place("size", None, "last")
        session = opened(CELLS, wanted=Wanted(places=(place,)))
        [seen] = session.fetch([place], Allowance(30.0))
        assert seen == Raised(Error("LookupError", "no cell with the tag last has run", []))

    def test_of_two_cells_of_a_tag_the_later_counts(self, opened: Open) -> None:
        place = Place("x", None, "t")
        session = opened(
            '# %% tags=["t"]\nx = 1\n# %% tags=["t"]\nx = 2\n# %%\nx = 3\n', wanted=Wanted(places=(place,))
        )
        assert session.fetch([place], Allowance(30.0)) == [Returned(2, (), "int")]

    def test_a_syntax_error_is_the_file_s_as_ever(self, opened: Open) -> None:
        place = Place("x", None, "t")
        session = opened('# %% tags=["t"]\nx = 1\n# %%\nx = (\n', wanted=Wanted(places=(place,)))
        error = session.load().error
        assert error is not None
        assert (error.type, error.traceback[0].file, error.traceback[0].line) == ("SyntaxError", "code.py", 4)
        assert session.fetch([place], Allowance(30.0)) == [
            Raised(Error("LookupError", "no cell with the tag t has run", []))
        ]

    def test_a_future_import_holds_for_all_cells(self, opened: Open) -> None:
        place = Place("x", None, "t")
        session = opened(
            'from __future__ import annotations\n# %% tags=["t"]\ndef f(x: nothing): return x\nx = 1\n',
            wanted=Wanted(places=(place,)),
        )
        assert session.load().error is None
        assert session.fetch([place], Allowance(30.0)) == [Returned(1, (), "int")]

    @pytest.mark.parametrize("tags", ['tags=["answers"', "tags=[answers]", 'tags=["answer", 3]', "tags="])
    def test_tags_that_are_not_json_are_none(self, opened: Open, tags: str) -> None:
        place = Place("x", None, "answers")
        session = opened(f"# %% {tags}\nx = 1\n", wanted=Wanted(places=(place,)))
        assert session.load().error is None
        assert isinstance(session.fetch([place], Allowance(30.0))[0], Raised)


ASSIGNMENT = {
    "schema": "autograder/assignment/v1",
    "title": "Looking",
    "file": "code.py",
    "checks": [
        {
            "kind": "function",
            "name": "output_size",
            "problem": "output_size",
            "points": {group: {"visible": 1, "hidden": 1} for group in PROBLEMS["output_size"].groups},
        },
        {
            "kind": "values",
            "name": "answers",
            "items": [
                {"name": "calls", "variable": "calls", "points": 1, "accept": [3]},
                {"name": "size", "variable": "ANSWERS", "entry": "size", "points": 1, "accept": [4]},
            ],
        },
        {"kind": "source", "name": "by_hand", "forbidden": ["random"], "voids": ["output_size"]},
        {
            "kind": "written",
            "name": "why",
            "question": "Why?",
            "variable": "ANSWERS",
            "entry": "why",
            "rubric": [{"points": 2}],
        },
    ],
}
STUDENT = """
calls = 0
ANSWERS = {"size": 4, "why": "The kernel must fit."}
def output_size(size, kernel_size, stride=1, padding=0):
    global calls
    calls += 1
    ANSWERS["why"] = ANSWERS["why"] + str(size)
    return (size - kernel_size + 2 * padding) // stride + 1
"""


def graded(laboratory: Laboratory, source: str) -> Any:
    """Return the grade of a submission under all kinds of checks."""
    problem = PROBLEMS["output_size"]
    config = msgspec.convert(ASSIGNMENT, AssignmentConfig)
    assignment = Assignment("looking", Path("looking.toml"), config, "", {"output_size": problem})
    checks = make_checks(assignment, {"output_size": problem.draw(np.random.default_rng(0))})
    marking = Marking(assignment, checks, describe("full"), "")
    found = submission(source)
    start = laboratory.start(Level.FULL)
    return grade_submission(found, marking, Session(start, found, config.limits, wanted_by(assignment)))


class TestOrder:
    def test_values_are_read_after_the_examples_and_before_the_first_hidden_case(
        self, laboratory: Laboratory
    ) -> None:
        function, answers, source, written = graded(laboratory, STUDENT).checks
        assert (function.status, function.score) == (Status.PASSED, 6.0)
        assert [each.passed for each in answers.details.answers] == [True, True]  # three examples, no more
        assert (source.status, source.message) == (Status.PASSED, "uses nothing but what is allowed")
        assert (written.status, written.score) == (Status.NEEDS_REVIEW, None)
        sizes = "".join(str(case.inputs["size"]) for case in PROBLEMS["output_size"].examples)
        assert written.details.answer == "The kernel must fit." + sizes

    def test_a_forbidden_use_takes_the_points_of_what_it_voids(self, laboratory: Laboratory) -> None:
        function, answers, source, _ = graded(laboratory, "import random\n" + STUDENT).checks
        assert (source.status, source.message) == (
            Status.FAILED,
            "code.py, line 1: random is not allowed",
        )
        assert (function.status, function.score) == (Status.FAILED, 0.0)
        assert function.message.startswith("no points, because of by_hand: code.py, line 1: random")
        assert answers.score == 2.0


TENSORS = """
import numpy as np
def kind(x, named=None):
    return type(x).__name__ + " " + type(named).__name__
def shape(x):
    return x.shape
def double(x):
    return x * 2
def inside(x):
    return {key: type(value).__name__ for key, value in x.items()}
def assign(x):
    x[0] = 1
    return x
def half(x):
    import tensorflow as tf
    return tf.cast(x, tf.bfloat16)
"""


@pytest.fixture(scope="module")
def in_tensorflow(laboratory: Laboratory) -> Iterator[Session]:
    """Give a session in a sandbox that has imported TensorFlow."""
    spec = laboratory.spec(Level.FULL, preload=("tensorflow",))
    spec = dataclasses.replace(spec, packages=tuple(closure(["numpy", "tensorflow"])))
    limits = WorkerLimits(
        memory_mib=2048, scratch_mib=8, file_mib=16, processes=64, open_files=256, cpu_seconds=60
    )
    server = ForkServer(spec, 1)
    session = Session(
        lambda: server.slots[0].fork(limits, 1),
        submission(TENSORS),
        Limits(memory_mib=2048, call_seconds=30.0),
    )
    yield session
    session.close()
    server.close()


@pytest.mark.slow
class TestTensors:
    def of(self, in_tensorflow: Session, function: str, *arguments: Any, **named: Any) -> Any:
        as_tensors = named.pop("as_tensors", True)
        [seen] = in_tensorflow.call(function, [Call(arguments, named, as_tensors)], Allowance(60.0))
        return seen.value if isinstance(seen, Returned) else seen

    def test_arrays_come_as_tensors_where_that_is_asked_for(self, in_tensorflow: Session) -> None:
        array = np.ones((2, 3))
        assert self.of(in_tensorflow, "kind", array, named=array) == "EagerTensor EagerTensor"
        assert self.of(in_tensorflow, "kind", array, named=array, as_tensors=False) == "ndarray ndarray"
        assert self.of(in_tensorflow, "kind", 3, named="text") == "int str"
        assert self.of(in_tensorflow, "inside", {"a": array, "b": 1}) == {"a": "EagerTensor", "b": "int"}

    def test_a_shape_comes_back_as_a_tuple(self, in_tensorflow: Session) -> None:
        assert self.of(in_tensorflow, "shape", np.zeros((2, 3, 4))) == (2, 3, 4)
        assert self.of(in_tensorflow, "shape", np.zeros(())) == ()

    @pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "uint8"])
    def test_a_tensor_comes_back_as_an_array_of_its_type(self, in_tensorflow: Session, dtype: str) -> None:
        array = np.arange(6).reshape(2, 3).astype(dtype)
        np.testing.assert_array_equal(self.of(in_tensorflow, "double", array), array * 2, strict=True)

    def test_half_precision_comes_back_as_what_can_travel(self, in_tensorflow: Session) -> None:
        value = self.of(in_tensorflow, "half", np.array([0.5, 1.5]))
        np.testing.assert_array_equal(value, np.array([0.5, 1.5], np.float32), strict=True)

    def test_what_a_tensor_cannot_do_is_the_student_s_error(self, in_tensorflow: Session) -> None:
        seen = self.of(in_tensorflow, "assign", np.zeros(3))
        assert isinstance(seen, Raised)
        assert seen.error.type == "TypeError"
