"""Notebooks that write files, and run others: what they come to is graded, and said where it is nothing."""

from __future__ import annotations

import pytest

from autograder.config import Limits
from autograder.observation import Allowance, Call, Returned, Stopped
from autograder.runners.session import Session
from autograder.sandbox.plain_process import PlainProcess
from autograder.submission import Submission, SubmittedFile
from tests.notebooks.conftest import notebook

LAYERS = "import numpy as np\nSCALE = 3\n\ndef scaled(x):\n    return SCALE * x\n"
PADS = notebook(
    "import numpy as np\n1 / 0\ndef pad(x):\n    return np.pad(x, 1)",
    "%matplotlib inline\nZERO = 0",
    "x = no_such_name",
)


@pytest.fixture
def loaded():
    """Give sessions of a notebook, called layers.ipynb, that has run; they are closed at the end."""
    sessions = []

    def load(*cells, **others):
        files = {"layers.ipynb": notebook(*cells), **{f"{name}.ipynb": data for name, data in others.items()}}
        submitted = tuple(SubmittedFile(*each) for each in files.items())
        session = Session(
            lambda: PlainProcess(1, 8192),
            Submission("ada", submitted, "layers.ipynb", ""),
            Limits(load_seconds=60.0),
        )
        sessions.append(session)
        loading = session.load()
        assert not isinstance(loading, Stopped)
        return session, loading

    yield load
    for each in sessions:
        each.close()


def answer(session, function, *arguments):
    [seen] = session.call(function, [Call(arguments, {})], Allowance(60.0))
    return seen.value if isinstance(seen, Returned) else seen


class TestAFileThatACellWrites:
    @pytest.mark.parametrize(
        ("cells", "note"),
        [
            ((f"%%writefile layers.py\n{LAYERS}",), "layers.py, which code cell 1 writes"),
            (
                ("%mkdir -p course/src", f"%%file course/src/layers.py\n{LAYERS}"),
                "layers.py, which code cell 2 writes",
            ),
            (
                ("!mkdir course", f"%%writefile course/layers.py\n{LAYERS}", "from course.layers import *"),
                None,
            ),
            ((f"%%writefile other.py\n{LAYERS}", "from other import scaled"), None),
        ],
    )
    def test_is_what_is_graded(self, loaded, cells, note):
        session, loading = loaded(*cells)
        assert loading.error is None
        assert loading.notes == ((f"{note}, was run: no cell imports it",) if note else ())
        assert answer(session, "scaled", 2) == 6

    def test_and_nobody_imports_is_told(self, loaded):
        _, loading = loaded(f"%%writefile other.py\n{LAYERS}", "def helper(): pass")
        assert loading.functions == ("helper",)
        assert all("scaled" not in cell.defines for cell in loading.cells)
        assert loading.notes == ("code cell 1 only writes other.py; no cell imports scaled from it",)

    def test_takes_no_place_of_what_a_cell_defines(self, loaded):
        session, loading = loaded(f"%%writefile layers.py\n{LAYERS}", "def scaled(x):\n    return 7")
        assert loading.notes == ()
        assert answer(session, "scaled", 2) == 7


def test_a_cell_may_print_in_another_encoding(loaded):
    wrapped = "sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')\nprint('größer')"
    session, loading = loaded(
        f"import io, sys\nprint('a')\nsys.stdout.reconfigure(encoding='utf-8')\n{wrapped}",
        "import gc\ngc.collect()\nprint('after')\ndef f():\n    print('called')\n    return 1",
    )
    assert loading.error is None
    assert answer(session, "f") == 1
    session.close()
    assert session.printed() == "a\ngrößer\nafter\ncalled\n"


def test_a_notebook_that_is_run_defines_what_it_defines(loaded):
    session, loading = loaded(
        "%run ./pads.ipynb\nSCALE = 2",
        "def f(x):\n    return ZERO + pad(x)[0]\ndef h(x):\n    return SCALE * x",
        pads=PADS,
    )
    assert loading.error is None
    ended = "of pads.ipynb ended with an error; the others ran."
    assert loading.notes == (
        "code cell 1 of pads.ipynb: what follows line 2, which fails, was only defined, not run",
        f"code cell 1 {ended} ZeroDivisionError: division by zero",
        f"code cell 3 {ended} NameError: name 'no_such_name' is not defined",
    )
    assert answer(session, "f", [5]) == 0
    assert answer(session, "h", 5) == 10
