"""What a file defines is there, whatever else in it fails; and code of a notebook in a Python file runs."""

from __future__ import annotations

import json

import numpy as np
import pytest

from autograder.config import Limits
from autograder.observation import Allowance, Call, Raised, Returned, Wanted
from autograder.runners.session import Session
from autograder.sandbox.fork_server import ForkServer
from autograder.sandbox.level import Level
from autograder.sandbox.packages import closure
from autograder.sandbox.plain_process import PlainProcess
from autograder.sandbox.start import ServerSpec
from autograder.sandbox.survey import missing
from autograder.submission import Submission, SubmittedFile
from tests.shims.conftest import PERIOD, WORKER, Place


@pytest.fixture
def opened():
    """Give sessions of a file in plain processes; they are closed at the end."""
    sessions = []

    def open_one(source, name="work.py", seconds=60.0, start=None):
        data = source if isinstance(source, bytes) else source.encode()
        found = Submission("ada", (SubmittedFile(name, data),), name, "")
        limits = Limits(load_seconds=seconds)
        start = start or (lambda: PlainProcess(1, 8192))
        sessions.append(Session(start, found, limits, Wanted(surroundings=PERIOD)))
        return sessions[-1]

    yield open_one
    for each in sessions:
        each.close()


@pytest.fixture(scope="module")
def full():
    """Return what starts a worker behind all walls."""
    if missing(Level.FULL):
        pytest.skip("full walls do not stand here")
    server = ForkServer(ServerSpec(Level.FULL, (), tuple(closure(["numpy"]))), 1)
    yield lambda: server.slots[0].fork(WORKER, 1)
    server.close()


def answers(session, function, *arguments):
    [seen] = session.call(function, [Call(arguments, {})], Allowance(60.0))
    return seen


AROUND = """
from course_tests import *
import no_such_package.deep as deep, json
from math import sqrt, no_such_name

SCALE = 2

def double(x):
    return SCALE * x

print("RAN", json.dumps(double(2)))
double_test(double)
print("NOT RUN")
computed = double(5)

class Layer(deep.Module):
    pass

OFFSET = 10

def shifted(x):
    return x + OFFSET

def deeper(x):
    return deep.relu(x)
"""


DECORATED = """
from __future__ import print_function
from no_such_numba import njit, prange
import no_such_numba as nb

def seen(function):
    print("seen", function(1))
    return function

@njit(parallel=True)
@seen
def double(x: nb.float64, *, more: "int" = 0) -> nb.float64[:]:
    y: nb.float64 = 2 * x
    return y

class Halves:
    factor: nb.float64 = 2

    def of(self, x: nb.float64):
        return x / self.factor

@seen
@nb.jit
def halved(x):
    return Halves().of(x)

def looped(x):
    return [i for i in prange(x)]

print("seen", halved(12))
"""


class TestAFile:
    def test_that_fails_here_and_there_keeps_what_it_defines(self, opened):
        session = opened(AROUND)
        loading = session.load()
        assert set(loading.functions) == {"double", "shifted", "deeper"}
        assert answers(session, "shifted", 3).value == 13
        assert answers(session, "double", 3).value == 6
        session.close()
        assert session.printed() == "RAN 4\n"
        assert (loading.error.type, loading.error.traceback[0].line) == ("ModuleNotFoundError", 2)
        start, ran, fails = "work.py, line", "the rest ran", "will fail where used"
        assert [note.partition(" (")[0] for note in loading.notes] == [
            f"{start} 3: ModuleNotFoundError: No module named 'no_such_package'; {ran}; deep {fails}",
            f"{start} 4: ImportError: cannot import name 'no_such_name' from 'math'",
            "work.py: what follows line 12, which fails, was only defined, not run",
        ]

    def test_what_is_missing_fails_where_it_is_used(self, opened):
        seen = answers(opened(AROUND), "deeper", 3)
        assert isinstance(seen, Raised)
        assert (seen.error.type, seen.error.message) == (
            "ModuleNotFoundError",
            "No module named 'no_such_package'",
        )
        assert seen.error.traceback[-1].source == "return deep.relu(x)"

    def test_that_lacks_a_package_is_told_so_once(self, opened):
        loading = opened("import no_such\ndef f(x):\n    return x\nimport no_such").load()
        assert (loading.error.type, loading.notes) == ("ModuleNotFoundError", ())
        assert loading.functions == ("f",)

    def test_an_import_that_is_tried_fails_as_ever(self, opened):
        source = (
            "try:\n    import no_such as x\nexcept ImportError:\n    x = None\ndef f():\n    return x is None"
        )
        assert answers(opened(source), "f").value is True

    def test_what_fails_for_itself_keeps_nothing_else_from_being_defined(self, opened):
        source = "1 / 0\n@no_such\ndef f():\n    pass\ndef g():\n    return 1\ng = 2 if g() else 3\n"
        session = opened(source)
        assert session.load().functions == ("g",)
        assert session.load().error.type == "ZeroDivisionError"
        assert answers(session, "g").value == 1

    @pytest.mark.parametrize("level", [Level.PROCESS, Level.FULL])
    @pytest.mark.parametrize("ending", ["sys.exit()", "raise SystemExit(2)", "leave()"])
    def test_that_exits_has_what_follows_defined(self, opened, full, level, ending):
        source = (
            "import sys\nimport no_such\ndef leave():\n    sys.exit(1)\ndef f():\n    return 1\n"
            f"{ending}\nprint('NOT RUN')\nSCALE = 3\ndef f():\n    return 2\ndef g():\n    return SCALE\n"
        )
        for text, error in ((source, "ModuleNotFoundError"), (source.replace("no_such", "os"), None)):
            session = opened(text, start=full if level is Level.FULL else None)
            loading = session.load()
            assert (loading.error and loading.error.type) == error
            how = "which ends the program (SystemExit), was only defined, not run"
            assert loading.notes == (f"work.py: what follows line 7, {how}",)
            assert (answers(session, "f").value, answers(session, "g").value) == (1, 3)
            session.close()
            assert session.printed() == ""

    def test_a_constant_that_is_counted_out_is_one(self, opened):
        source = (
            "open('train.csv')\nSIZES = [2**n for n in range(3)]\n"
            "NAMES = {n: str(n) for n in sorted((2, 1))}\n"
            "TOTAL = sum(n for n in (1, 2) if n > 1)\nNOT = [open(n) for n in NAMES]\n"
            "def f():\n    return SIZES, sorted(NAMES.items()), TOTAL, 'NOT' in globals()\n"
        )
        session = opened(source)
        assert session.load().error.type == "FileNotFoundError"
        assert answers(session, "f").value == ([1, 2, 4], [(1, "1"), (2, "2")], 2, False)

    @pytest.mark.parametrize("level", [Level.PROCESS, Level.FULL])
    def test_what_only_decorates_or_hints_is_done_without(self, opened, full, level):
        """`@njit` and `Float[Array, "n"]` change no result: a function is right without them."""
        session = opened(DECORATED, start=full if level is Level.FULL else None)
        loading = session.load()
        assert (loading.error.type, loading.error.traceback[0].line) == ("ModuleNotFoundError", 3)
        assert [note.partition(" is not here")[::2] for note in loading.notes] == [
            ("work.py, line 10: @njit(parallel=True)", "; double is graded without it"),
            ("work.py, line 23: @nb.jit", "; halved is graded without it"),
        ]
        assert answers(session, "double", 3).value == 6
        assert answers(session, "halved", 6).value == 3
        seen = answers(session, "looped", 3)
        assert (seen.error.type, seen.error.message) == (
            "ModuleNotFoundError",
            "No module named 'no_such_numba'",
        )
        session.close()
        assert session.printed() == "seen 2\nseen 0.5\nseen 6.0\n"

    @pytest.mark.parametrize(
        ("first", "encoding", "note"),
        [
            ("# Übung 3, Lösung von Jürgen Groß", "cp1252", "cp1252"),
            ("# Übung 3", "utf-16", "UTF-16"),
            ("# Übung 3", "utf-8-sig", None),
            ("# -*- coding: latin-1 -*-", "latin-1", None),
        ],
    )
    def test_it_is_read_in_the_encoding_in_which_an_editor_saves(self, opened, first, encoding, note):
        session = opened(f"{first}\ndef f():\n    return 'ü'\n".encode(encoding))
        said = f"work.py was read as {note}: save it as UTF-8, which Python asks for"
        assert session.load().notes == ((said,) if note else ())
        assert answers(session, "f").value == "ü"

    @pytest.mark.parametrize("data", [b"# coding: ascii\nx = '\xfc'", b"\xef\xbb\xbfx = '\xfc'", b"\x81\x00"])
    def test_what_is_no_text_is_not_guessed(self, opened, data):
        assert "is not text in its declared encoding" in opened(data).load().unreadable

    def test_that_exits_at_its_end_is_whole(self, opened):
        loading = opened("import sys\ndef f():\n    return 1\nsys.exit(0)\n").load()
        assert (loading.functions, loading.error, loading.notes) == (("f",), None, ())

    def test_what_is_no_python_defines_nothing(self, opened):
        loading = opened("def f():\n    return 1\ndef g(:\n").load()
        assert (loading.functions, loading.error.type) == ((), "SyntaxError")

    def test_a_future_import_holds_for_what_is_left(self, opened):
        source = (
            "from __future__ import annotations\nimport no_such\ndef f(x: Unknown) -> Unknown:\n    return x"
        )
        assert answers(opened(source), "f", 4).value == 4

    def test_that_does_not_end_is_only_defined(self, opened):
        session = opened("def f():\n    return 7\nwhile True:\n    pass\n", seconds=3.0)
        [note] = session.load().notes
        assert note.startswith("only the definitions of work.py were run: when all of it is run, ")
        assert answers(session, "f").value == 7

    def test_commands_of_a_notebook_are_skipped(self, opened):
        source = "%matplotlib inline\nif True:\n    !ls -l\ndef f():\n    return 7 % 4\n"
        session = opened(source)
        [note] = session.load().notes
        assert "such as '%matplotlib inline', were skipped" in note
        assert answers(session, "f").value == 3

    def test_a_percent_sign_in_python_is_no_command(self, opened):
        session = opened("def f():\n    return ('%d'\n%tuple([3]))\n")
        assert answers(session, "f").value == "3"
        assert session.load().notes == ()


def test_cells_go_on_as_a_file_does(opened):
    cells = [
        "import no_such_1\nimport no_such\nimport numpy as np\nfrom tests_of_course import *",
        "def f():\n    return np.ones(2)",
    ]
    cells += ["1 / 0\ndef g():\n    return 3\nprint('NOT RUN')", "print('RAN', g())"]
    whole = [{"cell_type": "code", "source": each, "metadata": {}, "outputs": []} for each in cells]
    session = opened(json.dumps({"nbformat": 4, "metadata": {}, "cells": whole}).encode(), "work.ipynb")
    assert set(session.load().functions) == {"f", "g"}
    assert np.array_equal(answers(session, "f").value, [1, 1])
    assert session.printed() == "RAN 3\n"
    assert session.load().notes[0] == (
        "code cell 1, line 2: ModuleNotFoundError: No module named 'no_such'; the rest ran; no_such will "
        "fail where used"
    )


def test_a_text_is_the_one_that_stands_in_the_source(opened):
    source = (
        "from sys import intern as i\ndef f(mode, pair):\n    return mode is i('max'), pair[0] is i('same')"
    )
    seen = answers(opened(source), "f", "".join(["m", "ax"]), ["".join(["sa", "me"])])
    assert isinstance(seen, Returned)
    assert seen.value == (True, True)


def test_the_bridge_from_python_2_is_there(place: Place) -> None:
    seen = place.run("from past.builtins import xrange, basestring\nprint([*xrange(2)])")
    assert seen.has_run().printed == "[0, 1]\n"
    error = place.run("def f():\n    return 1\nxrange(2)").error
    assert error is not None
    assert error.type == "NameError"


def test_the_other_bridge_hides_no_name_of_python_itself(opened, full):
    """`six` is not where NumPy alone is; what it has no stand-in for fails where it is used."""
    session = opened(
        "from six.moves import range, cPickle as pickle\nimport six\n"
        "def f(n):\n    return [str(i) for i in range(n)], sorted(six.iteritems({'a': 1})), six.PY2\n"
        "def g():\n    return pickle.dumps(1)\n",
        start=full,
    )
    assert session.load().error.type == "ImportError"
    assert answers(session, "f", 2).value == (["0", "1"], [("a", 1)], False)
    assert answers(session, "g").error.type == "ImportError"


def test_a_bridge_that_is_installed_is_whole(place: Place) -> None:
    pytest.importorskip("six")  # Keras and Pandas may come to need all of it
    source = "from six.moves import range, cPickle, cStringIO\nimport six.moves.urllib.request\n"
    seen = place.run(f"{source}print([*range(2)], cPickle.__name__)").has_run()
    assert (seen.printed, seen.notes) == ("[0, 1] pickle\n", ())


def test_functions_left_numpy_lib(place: Place) -> None:
    source = "import numpy as np\nassert np.lib.pad([1], 1).sum() == 1\nassert not hasattr(np.lib, 'nothing')"
    assert (
        "np.lib.pad is gone since NumPy 2.0: it worked here as np.pad"
        in place.run(source, PERIOD).has_run().notes
    )
    assert place.run(source).error is not None


def test_functions_below_the_main_guard_alone_are_defined_and_nothing_there_is_run(opened):
    session = opened(
        """
import math
LIMIT = 2
def known(): return LIMIT
if __name__ == "__main__":
    import json
    LIMIT = 3
    def known(): return "replaced"
    def encode(value):
        return json.dumps([value, math.floor(SCALE * LIMIT)])
    SCALE = 1.5
    print("ran")
    def known_late(): return known()
"""
    )
    loading = session.load()
    assert loading.error is None
    assert answers(session, "encode", 1) == Returned("[1, 3]", (), "str")
    assert answers(session, "known_late") == Returned(2, (), "int")
    assert "ran" not in session.printed()
    assert 'work.py: what stands below `if __name__ == "__main__"` alone was defined, and not run' in (
        loading.notes
    )


def test_a_main_guard_that_only_runs_something_is_not_looked_into(opened):
    session = opened("def f(): return K\nK = 1\nif __name__ == '__main__':\n    J = 2\n    K = 3\n")
    loading = session.load()
    assert not any("__main__" in note for note in loading.notes)
    assert answers(session, "f") == Returned(1, (), "int")
